"""Every loss of the catalogue: derivatives, the two forms, extremes, and what scikit-learn reports."""

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.neural_network._base import LOSS_FUNCTIONS

from rosenblatt.backpropagation import output_error_term
from rosenblatt.catalogue import catalogue
from rosenblatt.rules.activations import Identity
from rosenblatt.rules.losses import Loss, PerceptronLoss, Poisson
from tests import rule_checks
from tests.marks import needs_torch
from tests.strategies import SEEDS, np_namespace, rules, targets
from tests.tolerances import SAME_FORMULA

NAMES = sorted(catalogue(Loss))
ANY_LOSS = rules(catalogue(Loss))
REPORTED = {
    "squared_error": "squared_error",
    "poisson": "poisson",
    "binary_cross_entropy": "binary_log_loss",
    "categorical_cross_entropy": "log_loss",
}


@given(loss=ANY_LOSS, seed=SEEDS)
def test_derivative_equals_dual_numbers(loss, seed):
    rule_checks.check_loss_derivative(loss, seed)


@settings(max_examples=50)
@given(loss=ANY_LOSS, seed=SEEDS)
def test_error_term_equals_dual_numbers_through_the_output(loss, seed):
    rule_checks.check_output_error_term(loss, seed)


@given(loss=ANY_LOSS, seed=SEEDS)
def test_reported_loss_has_the_same_derivative(loss, seed):
    rule_checks.check_reported_derivative(loss, seed)


@needs_torch
@settings(max_examples=50)
@given(loss=ANY_LOSS, seed=SEEDS)
def test_value_equals_torch(loss, seed):
    rule_checks.check_loss_value(loss, seed)


@pytest.mark.parametrize("name", NAMES)
def test_extreme_logits(name):
    rule_checks.check_loss_extremes(catalogue(Loss)[name]())


@pytest.mark.parametrize("name", NAMES)
def test_losses_are_not_negative_and_zero_at_the_target(name):
    loss, xp = catalogue(Loss)[name](), np_namespace()
    for seed in range(5):
        a, y = rule_checks.loss_points(loss, seed)
        a = np.clip(a, -20, 20)
        g_o = natural_output(loss)
        entries = loss.value(xp, a if loss.pair else g_o(xp, a), y).sum(axis=1)
        assert (entries >= -1e-12).all() or loss.name == "gaussian"  # a density may be above 1
        assert not np.allclose(entries, entries[0])  # the data vary


def natural_output(loss):
    return rule_checks.outputs(loss)[0]


@pytest.mark.parametrize("name", sorted(REPORTED))
@pytest.mark.parametrize("columns", [1, 4])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_reported_equals_scikit_learn(name, columns, weighted, dtype):
    if name == "categorical_cross_entropy":
        columns += 1  # a softmax of one column is constant, and scikit-learn takes the binary loss there
    loss, random, xp = catalogue(Loss)[name](), np.random.default_rng(columns), np_namespace()
    n = 40
    a = (random.normal(size=(n, columns)) * 10.0 ** random.uniform(-2, 2, (n, 1))).astype(dtype)
    a = np.clip(a, -80, 80)  # beyond, exp leaves float32
    o = natural_output(loss)(xp, a)
    y = targets(loss, random, n, columns)
    weight = random.uniform(0.1, 3, n) if weighted else None
    entries = loss.reported(xp, o, y.astype(dtype)).astype(np.float64)
    ours = np.average(entries.sum(axis=1), weights=weight)
    theirs = LOSS_FUNCTIONS[REPORTED[name]](y.astype(dtype), o, weight)
    rule_checks.close(ours, theirs, 64 * float(np.finfo(dtype).eps))
    assert entries.std() > 0


def test_reported_probabilities_are_clipped():
    xp = np_namespace()
    for name in ("binary_cross_entropy", "categorical_cross_entropy"):
        for dtype in ("float32", "float64"):
            o = np.array([[0.0, 1.0]], dtype=dtype)
            y = np.array([[1.0, 0.0]], dtype=dtype)
            entries = catalogue(Loss)[name]().reported(xp, o, y)
            assert entries.dtype == dtype
            assert entries[0, 0] == -np.log(np.finfo(dtype).eps)


def test_perceptron_at_zero_updates():
    xp, o = np_namespace(), np.zeros((2, 1))
    y = np.array([[-1.0], [1.0]])
    assert PerceptronLoss().derivative(xp, o, y).tolist() == [[1.0], [-1.0]]
    assert PerceptronLoss().value(xp, o, y).tolist() == [[0.0], [0.0]]
    assert output_error_term(xp, PerceptronLoss(), Identity(), o, o, y).tolist() == [[1.0], [-1.0]]


def test_poisson_is_zero_at_the_target_and_takes_zero_counts():
    xp, y = np_namespace(), np.array([[0.0, 1.0, 7.0]])
    a = np.log(np.maximum(y, 1e-300))
    rule_checks.close(Poisson().value(xp, a, y), np.zeros((1, 3)), 10 * SAME_FORMULA)
    assert np.isfinite(Poisson().reported(xp, np.exp(a), y)).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_is_kept_and_inputs_unchanged(name, dtype):
    loss, xp = catalogue(Loss)[name](), np_namespace()
    a, y = (array.astype(dtype) for array in rule_checks.loss_points(loss, 1))
    a = np.clip(a, -20, 20)
    o = natural_output(loss)(xp, a)
    kept = [array.tobytes() for array in (a, o, y)]
    for array in (
        loss.value(xp, a if loss.pair else o, y),
        loss.derivative(xp, a if loss.derivative_of == "a" else o, y),
        loss.reported(xp, o, y),
    ):
        assert array.dtype == dtype
        assert array.shape == y.shape
    assert [array.tobytes() for array in (a, o, y)] == kept


@pytest.mark.parametrize("name", NAMES)
def test_nan_is_not_repaired(name):
    loss, xp = catalogue(Loss)[name](), np_namespace()
    y = targets(loss, np.random.default_rng(0), 1, 2 * loss.outputs_per_target)
    bad = np.full_like(y, np.nan)
    assert np.isnan(loss.value(xp, bad, y).sum())
    assert np.isnan(loss.reported(xp, bad, y).sum())


def test_the_base_class_says_what_is_missing():
    class Half(Loss):
        pass

    for method in ("value", "derivative"):
        with pytest.raises(TypeError, match=rf"Half must define {method}\("):
            getattr(Half(), method)(np, 1.0, 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_pair_is_its_own_natural_output(name):
    loss = catalogue(Loss)[name]
    assert not loss.pair or loss.pair == loss.output
