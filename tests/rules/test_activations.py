"""Every activation of the catalogue, those to come included: nothing here names one but for its corners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.rules.activations import Activation, Identity
from tests import rule_checks
from tests.marks import needs_torch
from tests.strategies import elementwise, np_namespace, rules
from tests.tolerances import SAME_FORMULA

NAMES = sorted(elementwise())
DRAWN_POINTS = st.lists(
    st.floats(-1e4, 1e4).filter(lambda a: a not in rule_checks.CORNERS), min_size=1, max_size=20
)

# name: {point: (g', g'')} by the conventions; g'' at a corner is that of the side whose slope is taken
CORNERS = {
    "relu": {0.0: (0.0, 0.0)},
    "leaky_relu": {0.0: (0.01, 0.0)},
    "elu": {0.0: (1.0, 1.0)},
    "selu": {0.0: (1.0507009873554805 * 1.6732632423543772,) * 2},
    "hard_tanh": {-1.0: (0.0, 0.0), 1.0: (0.0, 0.0)},
    "threshold": {0.0: (0.0, 0.0)},
    "softsign": {0.0: (1.0, 0.0)},
}


@pytest.mark.parametrize("name", NAMES)
def test_derivative_equals_dual_numbers(name):
    rule_checks.check_derivative(elementwise()[name]())


@pytest.mark.parametrize("name", NAMES)
def test_second_derivative_equals_dual_numbers(name):
    rule_checks.check_second_derivative(elementwise()[name]())


@given(g=rules(elementwise()), points=DRAWN_POINTS)
def test_derivatives_at_drawn_points_and_parameters(g, points):
    rule_checks.check_derivative(g, points)
    rule_checks.check_second_derivative(g, points)
    rule_checks.check_range(g, points)


@pytest.mark.parametrize("name", NAMES)
def test_slope_at_a_corner_is_that_of_one_side(name):
    rule_checks.check_corners(elementwise()[name]())


@pytest.mark.parametrize("name", sorted(CORNERS))
def test_corners_by_the_conventions(name):
    g, xp = elementwise()[name](), np_namespace()
    for point, (slope, bend) in CORNERS[name].items():
        o = g(xp, np.array([point]))
        rule_checks.close(g.derivative(xp, o), [slope], SAME_FORMULA)
        rule_checks.close(g.second_derivative(xp, o), [bend], SAME_FORMULA)


@needs_torch
@pytest.mark.parametrize("name", NAMES)
def test_value_equals_torch(name):
    rule_checks.check_value(elementwise()[name]())


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    rule_checks.check_nan(elementwise()[name]())


@pytest.mark.parametrize("name", NAMES)
def test_finite_and_in_range_at_extremes(name):
    rule_checks.check_extremes(elementwise()[name]())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_and_shape_are_kept_and_the_input_unchanged(name, dtype):
    g, xp = elementwise()[name](), np_namespace()
    a = np.linspace(-2, 2, 12, dtype=dtype).reshape(4, 3)
    kept = a.copy()
    o = g(xp, a)
    given_to = a if g.derivative_of == "a" else o
    for array in (o, g.derivative(xp, given_to), g.second_derivative(xp, given_to)):
        assert array.dtype == dtype
        assert array.shape == (4, 3)
    assert np.array_equal(a, kept)


@needs_torch
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensors_of_torch(name, dtype):
    import torch

    from rosenblatt.namespaces import namespace_of

    g = elementwise()[name]()
    a = torch.linspace(-2.05, 2, 12, dtype=getattr(torch, dtype)).reshape(4, 3)
    xp, o = namespace_of(a), g(namespace_of(a), a)
    given_to = a if g.derivative_of == "a" else o
    ours = g(np_namespace(), a.numpy())
    numpys = a.numpy() if g.derivative_of == "a" else ours
    tolerance = 8 * float(np.finfo(dtype).eps)
    for tensor, array in (
        (o, ours),
        (g.derivative(xp, given_to), g.derivative(np_namespace(), numpys)),
        (g.second_derivative(xp, given_to), g.second_derivative(np_namespace(), numpys)),
    ):
        assert tensor.dtype == a.dtype
        rule_checks.close(tensor.numpy(), array, tolerance, f"{g!r}")


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_states_its_bounds_reaches_them(name):
    g = elementwise()[name]()
    far = np.concatenate([np.linspace(-5, 5, 100001), [-1e9, 1e9]])
    with np.errstate(over="ignore"):
        o = g(np_namespace(), far)
    for bound, reached in zip(g.range, (o.min(), o.max()), strict=True):
        assert not np.isfinite(bound) or abs(bound - reached) < 1e-8


def test_the_base_class_says_what_is_missing():
    class Half(Activation):
        pass

    for call, method in (
        (lambda: Half()(np, 1.0), "__call__"),
        (lambda: Half().derivative(np, 1.0), "derivative"),
        (lambda: Half().second_derivative(np, 1.0), "second_derivative"),
    ):
        with pytest.raises(TypeError, match=rf"Half must define {method}\("):
            call()


def test_identity_is_the_array_itself():
    a = np.ones((2, 2))
    assert Identity()(np, a) is a
