"""Recipes (T8): arguments that the constructor takes, nothing hidden."""

import inspect

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from rosenblatt import MLPClassifier, MLPRegressor
from rosenblatt.estimators.recipes import recipe
from tests.estimators.refusals import table

X, LABELS, NUMBERS = table(n=150)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
def test_it_is_what_the_constructor_makes_of_its_arguments(cls):
    arguments = recipe("efficient-backprop", cls is MLPClassifier, {"random_state": 0, "max_iter": 5})
    by_hand = cls(**arguments)
    model = cls.from_recipe("efficient-backprop", random_state=0, max_iter=5)
    assert type(model) is cls
    assert model.get_params() == by_hand.get_params()
    defaults = {name: p.default for name, p in inspect.signature(cls).parameters.items()}
    changed = {name for name, value in model.get_params().items() if value != defaults[name]}
    assert changed <= set(arguments)
    y = LABELS if cls is MLPClassifier else NUMBERS
    np.testing.assert_array_equal(model.fit(X, y).theta_, by_hand.fit(X, y).theta_)


def test_overrides_win():
    model = MLPClassifier.from_recipe(
        "efficient-backprop", hidden_layer_sizes=(7, 5), activation="tanh", batch_size=4
    )
    assert (model.hidden_layer_sizes, model.activation, model.batch_size) == ((7, 5), "tanh", 4)
    assert model.scale_inputs == "standard"
    assert model.learning_rate.multipliers == (
        3.0,
        2.0,
        1.0,
    )  # layers of another number have rates of their own
    assert (
        MLPClassifier.from_recipe("efficient-backprop", learning_rate="constant").learning_rate == "constant"
    )
    with pytest.raises(TypeError, match="hiden"):
        MLPClassifier.from_recipe("efficient-backprop", hiden=3)


def test_an_unknown_recipe_is_answered_with_the_names():
    for name in ("efficient_backprop", "adam", 3):
        with pytest.raises(ValueError, match=r"unknown recipe .*'efficient-backprop'"):
            MLPRegressor.from_recipe(name)


def test_it_learns_with_targets_within_the_linear_range():
    digits, y = load_digits(return_X_y=True)
    train, test, y_train, y_test = train_test_split(digits, y, random_state=0, stratify=y)
    model = MLPClassifier.from_recipe(
        "efficient-backprop", hidden_layer_sizes=(30,), max_iter=15, random_state=0
    )
    assert model.fit(train, y_train).score(test, y_test) > 0.93
    assert model._encoding == (-1.0, 1.0)
    assert model.network_.output.range[1] > 1.5  # the targets are where it bends most, not its limits
    regressor = MLPRegressor.from_recipe("efficient-backprop", max_iter=40, random_state=0)
    assert regressor.fit(X, 1e3 * NUMBERS + 1e5).score(X, 1e3 * NUMBERS + 1e5) > 0.95
