"""Code of a user's own is asked whether it takes what it will get."""

import math

import numpy as np
import pytest

from rosenblatt import Callback, MLPClassifier, Observer
from rosenblatt.signatures import require_arguments, require_overridden

X, y = np.arange(12.0).reshape(6, 2), np.arange(6) % 2


def test_what_can_be_called_passes():
    for function in (
        lambda a, b: None,
        lambda *all_of_them: None,
        lambda a, b, c=1: None,
        lambda a, b, *, c=1: None,
    ):
        require_arguments("Mine.method", function, ("a", "b"))
    require_arguments("Mine.method", math.hypot, ("a", "b"))
    require_arguments("Mine.method", np.add, ("a", "b"))  # written in C


@pytest.mark.parametrize(
    "function", [lambda: None, lambda a: None, lambda a, b, c: None, lambda a, b, *, c: None]
)
def test_what_cannot_be_called_is_told_with_both_lists(function):
    with pytest.raises(
        ValueError, match=r"^Mine.method must take \(self, a, b\) so; it takes \(self"
    ) as caught:
        require_arguments("Mine.method", function, ("a", "b"), " so")
    assert isinstance(caught.value, TypeError)


def test_methods_in_place_of_those_of_a_base():
    class Good(Observer):
        def on_epoch_end(self, record, logs=None):
            return None

        def on_train_end(self):
            return None

        def of_my_own(self):
            return None

    require_overridden(Good(), Callback)
    require_overridden(Good(), Observer)
    require_overridden(object(), Callback)

    class Bad(Good):
        def on_train_end(self, logs):
            return None

    with pytest.raises(TypeError, match=r"^Bad.on_train_end must take \(self\); it takes \(self, logs\)$"):
        require_overridden(Bad(), Callback)


@pytest.mark.parametrize("engine", ["array", "auto"])
def test_a_fit_asks_before_any_work(engine):
    begun = []

    class First(Callback):
        def on_train_begin(self, n_epochs):
            begun.append(n_epochs)

    class Bad(Callback):
        def on_epoch_end(self, epoch, logs):
            return None

    model = MLPClassifier((3,), callbacks=[First(), Bad()], engine=engine)
    with pytest.raises(ValueError, match=r"Bad.on_epoch_end must take \(self, record\)"):
        model.fit(X, y)
    assert not begun
    assert not hasattr(model, "theta_")
