"""Derivatives by differences: right where the function is smooth, silent where it is not."""

import numpy as np
import pytest

from rosenblatt.comparison import POINTS
from rosenblatt.differences import differing, slopes
from tests.tolerances import BY_DIFFERENCES


def step_of(width):
    return lambda x: np.floor(x / width) * width


SMOOTH = {
    "square": (np.square, lambda x: 2 * x),
    "exponential": (np.exp, np.exp),
    "steep": (lambda x: np.tanh(50 * x), lambda x: 50 * (1 - np.tanh(50 * x) ** 2)),
    "oscillating": (lambda x: np.sin(1000 * x), lambda x: 1000 * np.cos(1000 * x)),
    "of the period of a step": (
        lambda x: np.sin(2 * np.pi * 64 * x),
        lambda x: 2 * np.pi * 64 * np.cos(2 * np.pi * 64 * x),
    ),
    "tiny": (lambda x: 1e-9 * np.tanh(x), lambda x: 1e-9 / np.cosh(x) ** 2),
    "huge": (lambda x: 1e9 * np.tanh(x), lambda x: 1e9 / np.cosh(x) ** 2),
    "on a hill": (lambda x: 1e6 + np.tanh(x), lambda x: 1 / np.cosh(x) ** 2),
    "constant": (np.ones_like, np.zeros_like),
    "polynomial": (lambda x: x**5 - 3 * x**3, lambda x: 5 * x**4 - 9 * x**2),
}
BROKEN = {  # and a derivative that somebody may well write
    "kink": (np.abs, np.sign),
    "jump": (np.sign, np.zeros_like),
    "jumps": (step_of(0.25), np.zeros_like),
    "cusp": (lambda x: np.sqrt(np.abs(x)), lambda x: np.sign(x) / (2 * np.sqrt(np.abs(x) + (x == 0)))),
    "far steeper than any step": (lambda x: np.tanh(1e9 * x), lambda x: np.where(x == 0, 1e9, 0.0)),
    "shrinkage": (lambda x: np.where(np.abs(x) > 0.45, x, 0.0), lambda x: 1.0 * (np.abs(x) > 0.45)),
    "wild at 0": (
        lambda x: x**2 * np.sin(1 / (x + (x == 0))) * (x != 0),
        lambda x: (2 * x * np.sin(1 / (x + (x == 0))) - np.cos(1 / (x + (x == 0)))) * (x != 0),
    ),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("dtype", ["float64", "float32", "rounded"])
def test_no_right_derivative_differs(name, dtype):
    f, derivative = (SMOOTH | BROKEN)[name]
    computed = {"float64": f, "float32": narrow(f), "rounded": lambda x: narrow(f)(x).astype(np.float64)}
    assert not differing(derivative(POINTS), slopes(computed[dtype], POINTS)).any()


def narrow(f):
    return lambda x: f(x.astype(np.float32))


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_nothing_is_said_where_it_cannot_be(name, dtype):
    f, derivative = BROKEN[name]
    found = slopes(narrow(f) if dtype == "float32" else f, POINTS)
    assert not differing(derivative(POINTS), found).any()
    assert np.isfinite(found.best).sum() > len(POINTS) / 2


def test_noise_says_nothing():
    random = np.random.default_rng(0)
    found = slopes(lambda x: random.random(x.shape), POINTS)
    assert not differing(np.full(len(POINTS), 7.0), found).any()


@pytest.mark.parametrize("name", [name for name in SMOOTH if name != "of the period of a step"])
def test_the_derivatives_are_right(name):
    f, derivative = SMOOTH[name]
    found, right = slopes(f, POINTS), derivative(POINTS)
    told = np.isfinite(found.best)
    assert told.mean() > 0.9
    usual = np.abs(right).max()
    np.testing.assert_allclose(
        found.best[told], right[told], rtol=BY_DIFFERENCES, atol=BY_DIFFERENCES * usual
    )


@pytest.mark.parametrize("name", [name for name in SMOOTH if name != "constant"])
@pytest.mark.parametrize(
    "wrong",
    [lambda x, d: 2 * d, lambda x, d: -d, lambda x, d: np.where(x < 0, 1.1 * d, d), lambda x, d: 1.01 * d],
    ids=["twice", "sign", "where negative", "a hundredth"],
)
def test_a_wrong_derivative_differs(name, wrong):
    f, derivative = SMOOTH[name]
    assert differing(wrong(POINTS, derivative(POINTS)), slopes(f, POINTS)).any()


def test_what_is_not_finite_differs():
    found = slopes(np.abs, POINTS)
    claimed = np.where(POINTS == 0, np.nan, np.sign(POINTS))
    assert differing(claimed, found).tolist() == (POINTS == 0).tolist()
    assert not differing(
        claimed, slopes(lambda x: np.where(np.abs(x) < 1e-3, np.nan, np.abs(x)), POINTS)
    ).any()
