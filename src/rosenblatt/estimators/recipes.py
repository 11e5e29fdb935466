"""Recipes: arguments as a paper advises, by name (T8)."""

from __future__ import annotations

from typing import Any

from ..catalogue import unknown
from ..training.wrapped import PerLayer
from .parameters import sizes_of

_EFFICIENT_BACKPROP = {
    "activation": "scaled_tanh",  # section 4.4
    "initializer": "lecun_normal",  # section 4.6, equation 16
    "scale_inputs": "standard",  # section 4.3
    "solver": "sgd",  # section 4.1
    "batch_size": 10,
    "shuffle": True,  # section 4.2
}
_OF_CLASSES = {"loss": "squared_error", "output_activation": "scaled_tanh"}  # targets -1 and +1, section 4.5
_OF_NUMBERS = {"loss": "squared_error", "output_activation": "identity", "scale_target": True}

RECIPES = {"efficient-backprop": (_EFFICIENT_BACKPROP, _OF_CLASSES, _OF_NUMBERS)}


def recipe(name: str, classifies: bool, overrides: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a recipe, those that are given otherwise in their place.

    Parameters
    ----------
    name : str
    classifies : bool
        Whether they are for a classifier.
    overrides : dict of str to object

    Returns
    -------
    dict of str to object

    Raises
    ------
    ValueError
        If there is no recipe of that name.

    Examples
    --------
    >>> recipe("efficient-backprop", True, {"batch_size": 1})["batch_size"]
    1
    """
    if name not in RECIPES:
        raise ValueError(unknown("recipe", name, RECIPES))
    common, of_classes, of_numbers = RECIPES[name]
    layers = len(sizes_of(overrides.get("hidden_layer_sizes", (100,)))) + 1
    rates = PerLayer(tuple(float(k) for k in range(layers, 0, -1)))  # section 4.7: lower layers learn faster
    return {**common, **(of_classes if classifies else of_numbers), "learning_rate": rates, **overrides}
