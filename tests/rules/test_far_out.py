"""Activations and their derivatives far out on both sides, on both engines; GELU's digits there."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import pi

import numpy as np
import pytest

from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.engines.native import NativeEngine
from rosenblatt.network import Network
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Identity
from rosenblatt.rules.optimizers import SGD
from rosenblatt.rules.rectifiers import GELU
from rosenblatt.rules.regression_losses import MAE
from tests.marks import needs_native
from tests.strategies import elementwise, np_namespace
from tests.tolerances import FAR_OUT, TAIL

SIZES = np.logspace(-3, 30, 100)
FAR = np.concatenate([-SIZES, SIZES, np.linspace(-20, 20, 161)]).astype(np.float32)
ENGINES = pytest.mark.parametrize("engine", [ArrayEngine, pytest.param(NativeEngine, marks=needs_native)])
NAMES = sorted(elementwise())


def by_engine(engine, g, a):
    """Return g(a) and g'(a) as an engine has them: outputs of one layer, and the gradient of its biases."""
    n, dtype = len(a), a.dtype
    plan = Plan(MAE(), SGD(), rate=None)
    values = engine(Network((1, 1), (), g), plan).predict(np.array([1, 0], dtype), a[:, None])[:, 0]
    network = Network((1, n, 1), (g,), Identity())
    theta = np.concatenate([np.zeros(n), np.ones(n), a, [0]]).astype(dtype)
    below = np.full((1, 1), -3e38, dtype)  # whatever comes out is larger: the error term is 1
    sums = engine(network, plan).gradient(theta, Batch(np.zeros((1, 1), dtype), below, None))
    return values, sums.gradient[2 * n : 3 * n]


def by_formula(g, a):
    """Return g(a), g'(a) and g''(a) by the rule's text, in the precision of a."""
    xp = np_namespace()
    with np.errstate(all="ignore"):
        o = g(xp, a)
        given = a if g.derivative_of == "a" else o
        return o, g.derivative(xp, given), g.second_derivative(xp, given)


def agree(actual, wanted, what):
    """Single precision against double: values to their digits, slopes where they matter beside 1."""
    with np.errstate(all="ignore"):
        error = np.abs(actual.astype(np.float64) - wanted)
        scale = np.abs(wanted) if what == "value" else np.maximum(np.abs(wanted), 1)
        bad = ~((error <= FAR_OUT * scale + np.finfo(np.float32).tiny) | (actual == wanted))
    assert not bad.any(), f"{what} at {FAR[bad][:5]}: {actual[bad][:5]}, not {wanted[bad][:5]}"


@pytest.mark.parametrize("name", NAMES)
def test_single_precision_equals_double_far_out(name):
    g = elementwise()[name]()
    with np.errstate(all="ignore"):
        pairs = zip(by_formula(g, FAR), by_formula(g, FAR.astype(np.float64)), strict=True)
        for what, (single, double) in zip(("value", "slope", "bend"), pairs, strict=True):
            assert single.dtype == np.float32
            agree(single, double.astype(np.float32).astype(np.float64), what)


@ENGINES
@pytest.mark.parametrize("name", NAMES)
def test_engines_equal_the_formula_in_double_precision_far_out(engine, name):
    g = elementwise()[name]()
    wanted = [part.astype(np.float32).astype(np.float64) for part in by_formula(g, FAR.astype(np.float64))]
    with np.errstate(all="ignore"):
        values, slopes = by_engine(engine, g, FAR)
    agree(values, wanted[0], "value")
    agree(slopes, wanted[1], "slope")


def exact_gelu(a: float) -> tuple[Decimal, Decimal, Decimal]:
    """Return g(a), g'(a) and g''(a) : the normal distribution by its series, whose terms have one sign."""
    with localcontext(prec=760):
        x = Decimal(a)
        density = (-x * x / 2).exp() / (2 * machin()).sqrt()
        term = total = x
        k = 1
        while abs(term) > abs(total) * Decimal(10) ** -750:
            k += 2
            term = term * x * x / k
            total += term
        distribution = Decimal(1) / 2 + density * total
        return x * distribution, distribution + x * density, (2 - x * x) * density


def machin() -> Decimal:
    """Return pi by Machin's formula, in the precision of the context."""

    def arc_tangent(inverse: int) -> Decimal:
        power, total, k = Decimal(1) / inverse, Decimal(0), 0
        while abs(power) > Decimal(10) ** -760:
            total += (-1) ** k * power / (2 * k + 1)
            power, k = power / inverse**2, k + 1
        return total

    return 16 * arc_tangent(5) - 4 * arc_tangent(239)


TAIL_POINTS = {
    "float32": (
        -12.9,
        -11.5,
        -10.01,
        -8.3,
        -6.7,
        -5.6,
        -5.5,
        -4.4,
        -3.3,
        -3.0,
        -2.2,
        -1.1,
        -0.3,
        -1e-3,
        -1e-8,
        1e-3,
        0.7,
        3.1,
        9.9,
    ),
    "float64": (
        -37.3,
        -33.1,
        -26.2,
        -20.3,
        -15.7,
        -11.5,
        -8.3,
        -6.1,
        -5.5,
        -3.3,
        -3.0,
        -2.2,
        -1.1,
        -0.3,
        -1e-3,
        -1e-8,
        1e-3,
        0.7,
        3.1,
        9.9,
        35.0,
    ),
}


def in_last_places(actual, wanted, dtype):
    unit = Decimal(float(np.spacing(dtype(abs(float(wanted))))))
    return float(abs(Decimal(float(actual)) - wanted) / unit)


@ENGINES
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gelu_has_its_digits_in_the_tail(engine, dtype):
    kind = np.dtype(dtype).type
    a = np.array(TAIL_POINTS[dtype], dtype)
    exact = [exact_gelu(float(x)) for x in a]
    values, slopes = by_engine(engine, GELU(), a)
    bends = by_formula(GELU(), a)[2]
    for actual, place in ((values, 0), (slopes, 1), (bends, 2)):
        off = [in_last_places(got, want[place], kind) for got, want in zip(actual, exact, strict=True)]
        assert max(off) <= TAIL, f"{place}: {max(off)} units in the last place at {a[int(np.argmax(off))]}"


@ENGINES
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gelu_ends_at_zero_and_at_the_identity(engine, dtype):
    largest = np.finfo(dtype).max
    a = np.array([-np.inf, -largest, -1e30, -1e9, -1e6, -50, 50, 1e6, 1e30, largest, np.inf], dtype)
    values = engine(Network((1, 1), (), GELU()), Plan(MAE(), SGD(), rate=None)).predict(
        np.array([1, 0], dtype), a[:, None]
    )[:, 0]
    assert np.array_equal(values, np.where(a < 0, 0, a))


def test_the_oracle_knows_pi_and_the_normal_distribution():
    with localcontext(prec=760):
        assert abs(machin() - Decimal(pi)) < Decimal("2e-16")
    assert abs(exact_gelu(-1.96)[0] / Decimal("-1.96") - Decimal("0.0249978951482204")) < Decimal("1e-14")
