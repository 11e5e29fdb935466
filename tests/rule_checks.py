"""Checks of single rules, each a function of the rule: tests run them, planted faults must fail them."""

from __future__ import annotations

from typing import Any

import numpy as np

from rosenblatt.backpropagation import output_error_term
from rosenblatt.catalogue import catalogue
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.losses import Loss
from rosenblatt.rules.optimizers import Optimizer
from rosenblatt.rules.penalties import WeightPenalty
from tests.oracles import DUALS, Dual, torch_activation, torch_loss, variable
from tests.strategies import elementwise, np_namespace, targets
from tests.tolerances import DERIVATIVE, SAME_FORMULA

CORNERS = (-1.0, 0.0, 1.0)
"""Where rules of this library may have corners; what happens there is tested apart."""

POINTS = np.concatenate(
    [
        np.linspace(-6.0, 6.0, 200),
        *((-1) ** sign * np.logspace(-9, 4, 40) for sign in (0, 1)),
        [corner + e for corner in CORNERS for e in (-1e-6, 1e-6)],
        [-1000.0, 1000.0, -1e-320, 1e-320],
    ]
)
POINTS = np.setdiff1d(POINTS, CORNERS)

EXTREMES = np.array([-1000.0, 1000.0, -1e-320, 1e-320])


def close(actual: Any, wanted: Any, tolerance: float, what: str = "") -> None:
    """Assert that the difference is at most the tolerance times max(1, |wanted|), and no NaN is there."""
    actual, wanted = np.asarray(actual, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    assert actual.shape == wanted.shape, f"{what}: shape {actual.shape}, wanted {wanted.shape}"
    with np.errstate(all="ignore"):
        error = np.abs(actual - wanted) / np.maximum(1.0, np.abs(wanted))
    error = np.where(actual == wanted, 0.0, error)  # also infinities
    worst = np.argmax(np.where(np.isnan(error), np.inf, error)) if error.size else None
    assert worst is None or error.flat[worst] <= tolerance, (
        f"{what}: {actual.flat[worst]!r}, wanted {wanted.flat[worst]!r} at place {worst}"
    )


def _by_duals(g: Activation, points: Any) -> tuple[Any, Any, Dual]:
    """Return the points with a finite output, what the derivatives are written with, and the dual output."""
    with np.errstate(all="ignore"):
        points = points[np.isfinite(g(np_namespace(), points))]
        given = points if g.derivative_of == "a" else g(np_namespace(), points)
        return points, given, g(DUALS, variable(points))


def check_derivative(g: Activation, points: Any = POINTS) -> None:
    """g' by the formula, written with o where R1 says so, equals g' by dual numbers."""
    _, given, o = _by_duals(g, np.asarray(points))
    close(g.derivative(np_namespace(), given), o.first, DERIVATIVE, f"{g!r}.derivative")


def check_second_derivative(g: Activation, points: Any = POINTS) -> None:
    """g'' by the formula equals g'' by dual numbers."""
    _, given, o = _by_duals(g, np.asarray(points))
    close(g.second_derivative(np_namespace(), given), o.second, DERIVATIVE, f"{g!r}.second_derivative")


def check_corners(g: Activation) -> None:
    """At a corner g' is the slope on one of the two sides; where there is no corner it is both."""
    xp, e = np_namespace(), 1e-9
    for corner in CORNERS:
        a = np.array([corner - e, corner, corner + e])
        slopes = g.derivative(xp, a if g.derivative_of == "a" else g(xp, a))
        nearest = min(abs(slopes[1] - slopes[0]), abs(slopes[1] - slopes[2]))
        assert nearest < 1e-7, f"{g!r}: slopes {slopes} around {corner}"


def check_value(g: Activation, points: Any = POINTS) -> None:
    """g equals PyTorch's function, at 1e-320 and 1000 too."""
    import torch

    points = np.asarray(points)
    with np.errstate(over="ignore"):
        close(
            g(np_namespace(), points),
            torch_activation(g)(torch.tensor(points)).numpy(),
            SAME_FORMULA,
            f"{g!r}",
        )


def check_nan(g: Activation) -> None:
    """NaN in gives NaN out, in its place alone: nothing is silently repaired."""
    a = np.array([[0.5, np.nan], [-0.5, 0.25]])
    o = g(np_namespace(), a)
    assert np.array_equal(np.isnan(o), np.isnan(a)), f"{g!r} of NaN: {o}"


def check_extremes(g: Activation) -> None:
    """Outputs and derivatives are finite at large and tiny pre-activations, and lie in the range.

    The exponential alone is honest about 1000: infinity.
    """
    xp = np_namespace()
    with np.errstate(over="ignore"):
        o = g(xp, EXTREMES)
    given = EXTREMES if g.derivative_of == "a" else o
    found = {
        "o": o,
        "derivative": g.derivative(xp, given),
        "second derivative": g.second_derivative(xp, given),
    }
    for what, values in found.items():
        finite = np.isfinite(values) | ((g.name == "exp") & (EXTREMES == 1000) & (values == np.inf))
        assert finite.all(), f"{g!r}: {what} {values} at {EXTREMES}"
    check_range(g, POINTS)


def check_range(g: Activation, points: Any) -> None:
    """Outputs lie between the bounds that the rule states, but for one rounding."""
    with np.errstate(over="ignore"):
        o = g(np_namespace(), np.asarray(points))
    low, high = g.range
    slack = 4 * np.finfo(float).eps
    assert (o >= low - slack).all(), f"{g!r}: {o.min()} is below {low}"
    assert (o <= high + slack).all(), f"{g!r}: {o.max()} is above {high}"


EXPONENTIAL = ("exp", "mean_variance")
"""Outputs that honestly overflow."""


def loss_points(loss: Loss, seed: int, n: int = 6, r: int = 3) -> tuple[Any, Any]:
    """Return pre-activations of several sizes and targets, both of shape (n, r)."""
    random = np.random.default_rng(seed)
    r *= loss.outputs_per_target
    scale = 10.0 ** random.uniform(-3, 2, (n, 1))
    a = scale * random.normal(size=(n, r))
    if loss.pair in EXPONENTIAL:
        a = np.clip(a, -100, 100)  # beyond, a power of the exponential leaves float64
    return a, targets(loss, random, n, r)


def outputs(loss: Loss) -> list[Activation]:
    """Return the outputs that a loss can have."""
    if loss.pair:
        return [catalogue(Activation)[loss.pair]()]
    return [g() for g in elementwise().values() if g.name != "exp"]  # exp of 300 squared overflows


def _columns(a: Any) -> list[Dual]:
    """Return dual pre-activations, one list entry for each column that varies."""
    return [variable_column(a, j) for j in range(a.shape[1])]


def variable_column(a: Any, j: int) -> Dual:
    """Return a with column j as the variable."""
    first = np.zeros_like(a)
    first[:, j] = 1.0
    return Dual(a, first)


def check_loss_derivative(loss: Loss, seed: int) -> None:
    """L' by the formula equals the derivative of a row's loss by dual numbers, column by column."""
    xp = np_namespace()
    a, y = loss_points(loss, seed)
    o = outputs(loss)[0](xp, a) if loss.pair else a
    given = o if loss.pair and loss.derivative_of == "o" else a
    slope = loss.derivative(xp, given, y)
    for j, column in enumerate(_columns(a)):
        by_duals = DUALS.sum(loss.value(DUALS, column, y), axis=1).first
        close(slope[:, j], by_duals, DERIVATIVE, f"{loss!r}.derivative")


def check_output_error_term(loss: Loss, seed: int) -> None:
    """B1 equals the derivative of the loss of the output, by dual numbers, for every fitting output."""
    xp = np_namespace()
    a, y = loss_points(loss, seed)
    a = np.clip(a, -30, 30)  # beyond, duals through a probability's logarithm divide 0 by 0
    for g_o in outputs(loss):
        delta = output_error_term(xp, loss, g_o, a, g_o(xp, a), y)
        for j, column in enumerate(_columns(a)):
            entries = loss.value(DUALS, column if loss.pair else g_o(DUALS, column), y)
            by_duals = DUALS.sum(entries, axis=1).first
            close(delta[:, j], by_duals, DERIVATIVE, f"B1 of {loss!r} with {g_o!r}")


def check_reported_derivative(loss: Loss, seed: int) -> None:
    """The reported loss is the same function written with the output.

    Its derivative through g_o is the error term too; the squared error's is divided by the outputs.
    """
    xp = np_namespace()
    a, y = loss_points(loss, seed)
    a = np.clip(a, -3, 3)  # away from the clipping, and from cancellation in log(1 - o)
    share = a.shape[1] if loss.name == "squared_error" else 1
    g_o = catalogue(Activation)[loss.output]()
    delta = output_error_term(xp, loss, g_o, a, g_o(xp, a), y)
    for j, column in enumerate(_columns(a)):
        by_duals = DUALS.sum(loss.reported(DUALS, g_o(DUALS, column), y), axis=1).first
        close(delta[:, j] / share, by_duals, DERIVATIVE, f"{loss!r}.reported")


def check_loss_value(loss: Loss, seed: int) -> None:
    """The loss equals PyTorch's function of the pre-activation."""
    import torch

    xp = np_namespace()
    a, y = loss_points(loss, seed)
    for g_o in outputs(loss):
        value = loss.value(xp, a if loss.pair else g_o(xp, a), y).sum(axis=1)
        wanted = torch_loss(loss, g_o)(torch.tensor(a), torch.tensor(y)).sum(dim=1).numpy()
        close(value, wanted, 10 * SAME_FORMULA, f"{loss!r}.value with {g_o!r}")


def check_loss_extremes(loss: Loss) -> None:
    """At logits of +-1000 and 1e-320 loss and error term are finite, and what the limits say."""
    xp = np_namespace()
    a = np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [1e-320, -1e-320]])
    right = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    g_o = outputs(loss)[0]
    if loss.probabilistic:
        gamma = getattr(
            loss, "gamma", 0.0
        )  # a focal loss is 2^-gamma of the cross-entropy between the classes
        at_zero = 0.5**gamma * np.log(2.0) * (2 if loss.pair == "logistic" else 1)
        slope = 0.5**gamma * (0.5 + 0.5 * gamma * np.log(2.0))
        at_wrong = 2000.0  # two labels wrong by 1000 each; or one class, behind by 2000
        for y, sums in ((right, (0.0, 0.0, at_zero)), (1 - right, (at_wrong, at_wrong, at_zero))):
            close(loss.value(xp, a, y).sum(axis=1), sums, SAME_FORMULA, f"{loss!r}.value")
            delta = output_error_term(xp, loss, g_o, a, g_o(xp, a), y)
            close(delta[:2], (right - y)[:2], SAME_FORMULA, f"{loss!r}: delta")
            close(delta[2], slope * np.sign(0.5 - y[2]), SAME_FORMULA, f"{loss!r}: delta")
            assert np.isfinite(loss.reported(xp, g_o(xp, a), y)).all()
        return
    a = np.repeat(a, loss.outputs_per_target, axis=1)
    y = targets(loss, np.random.default_rng(0), *a.shape)
    if loss.pair in EXPONENTIAL:
        a = np.clip(a, -500.0, 500.0)  # the true loss at 1000 is beyond float64
    value = loss.value(xp, a if loss.pair else g_o(xp, a), y)
    delta = output_error_term(xp, loss, g_o, a, g_o(xp, a), y)
    assert np.isfinite(value).all(), f"{loss!r}: {value}"
    assert np.isfinite(delta).all(), f"{loss!r}: {delta}"


def check_penalty(rule: WeightPenalty, points: Any = POINTS) -> None:
    """A penalty's derivative equals the one by dual numbers; at 0 it is 0; it is never negative."""
    xp = np_namespace()
    slopes = rule.derivative(xp, points)
    close(slopes, rule.value(DUALS, variable(points)).first, DERIVATIVE, f"{rule!r}.derivative")
    assert (rule.value(xp, points) >= 0).all()
    zero = np.zeros(1)
    assert rule.value(xp, zero) == 0
    assert rule.derivative(xp, zero) == 0


def numbers_of(optimizer: Optimizer, step: int, rate: float) -> dict[str, float]:
    """Return the settings of one step, as ``s`` holds them."""
    own = dict(zip(optimizer.settings, optimizer.settings_at(step, rate), strict=True))
    return {"rate": rate, **own}
