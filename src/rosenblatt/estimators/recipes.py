"""Recipes: arguments as a paper advises, by name (T8)."""

from __future__ import annotations

from typing import Any, ClassVar

from ..catalogue import unknown
from ..errors import InvalidParameterError
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
        raise InvalidParameterError(unknown("recipe", name, RECIPES))
    common, of_classes, of_numbers = RECIPES[name]
    layers = len(sizes_of(overrides.get("hidden_layer_sizes", (100,)))) + 1
    rates = PerLayer(tuple(float(k) for k in range(layers, 0, -1)))  # section 4.7: lower layers learn faster
    return {**common, **(of_classes if classifies else of_numbers), "learning_rate": rates, **overrides}


class Recipes:
    """Estimators that can be made by recipe."""

    _stratifies: ClassVar[bool]

    @classmethod
    def from_recipe(cls, name: str, **overrides: Any) -> Any:
        """Return an estimator whose arguments are set as a paper advises (T8).

        Nothing is hidden: it is what the constructor returns for these arguments, and ``get_params`` shows
        them.

        Parameters
        ----------
        name : {"efficient-backprop"}
            LeCun, Bottou, Orr and Mueller, *Efficient BackProp* (1998), without their decorrelation of inputs:
            scaled tanh, LeCun's initial weights, inputs of mean 0 and variance 1, shuffled small batches, larger
            rates in lower layers. Targets lie within the output's linear range: for classes -1 and +1 of a scaled
            tanh, with the squared error, and so there are no probabilities; for numbers, scaled to variance 1.
        **overrides
            Arguments that are to be otherwise.

        Returns
        -------
        estimator
            Not fitted.

        Raises
        ------
        ValueError
            If there is no recipe of that name.
        """
        return cls(**recipe(name, cls._stratifies, overrides))
