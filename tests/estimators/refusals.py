"""What every refusal must do: name what is wrong, come before any work, leave the estimator as it was."""

import copy

import numpy as np
import pytest

from rosenblatt import MLPClassifier, MLPRegressor


def table(n=60, columns=3, seed=0):
    """Return features, three classes and numbers, all of them varying."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, columns))
    classes = np.digitize(X[:, 0] - X[:, 1], [-0.7, 0.7])
    numbers = X @ np.arange(1.0, columns + 1) + 0.1 * rng.normal(size=n)
    assert len(np.unique(classes)) == 3
    assert np.ptp(X, axis=0).min() > 1
    return X, classes, numbers


def classifier(**arguments):
    """Return a small classifier, not fitted, whose random stream can be watched."""
    defaults = {"hidden_layer_sizes": (3,), "max_iter": 2, "random_state": np.random.RandomState(0)}
    return MLPClassifier(**{**defaults, **arguments})


def regressor(**arguments):
    """Return a small regressor, not fitted, whose random stream can be watched."""
    defaults = {"hidden_layer_sizes": (3,), "max_iter": 2, "random_state": np.random.RandomState(0)}
    return MLPRegressor(**{**defaults, **arguments})


def position(stream):
    """Return where a RandomState stands, as something that can be compared."""
    if not isinstance(stream, np.random.RandomState):
        return None
    name, key, place, *rest = stream.get_state()
    return name, key.tobytes(), place, *rest


def refused(model, call, error, *fragments):
    """Assert that ``call(model)`` is refused by a message with all fragments, without any trace."""
    before, stream = dict(vars(model)), position(model.random_state)
    theta = copy.deepcopy(before.get("theta_"))
    with pytest.raises(error) as caught:
        call(model)
    message = str(caught.value)
    missing = [fragment for fragment in fragments if str(fragment) not in message]
    assert not missing, f"{missing} not in {message!r}"
    after = vars(model)
    assert after.keys() == before.keys()
    assert all(after[name] is before[name] for name in before)
    assert position(model.random_state) == stream, "drawn from the stream before refusing"
    if theta is not None:
        np.testing.assert_array_equal(after["theta_"], theta)
    return message
