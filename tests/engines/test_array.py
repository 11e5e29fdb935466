"""The array engine: on NumPy and PyTorch, pure, a fold, and honest with weights and penalties."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer

from rosenblatt import MLPClassifier
from rosenblatt.engines import array
from rosenblatt.engines.array import ArrayEngine, taken
from rosenblatt.engines.engine import Batch, Order, Row, State
from rosenblatt.network import Network
from rosenblatt.plan import LBFGS, Penalty, Plan
from rosenblatt.rules.activations import Activation, Tanh
from rosenblatt.rules.losses import HalfSquaredError, Loss
from rosenblatt.rules.optimizers import SGD, Adam, AdamW
from rosenblatt.rules.penalties import L1, L2
from tests import network_checks
from tests.marks import needs_torch
from tests.rule_checks import close
from tests.strategies import cases, made, optimizers
from tests.tolerances import SUMMATION


@needs_torch
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@given(case=cases())
def test_gradient_on_tensors(dtype, case):
    assume(network_checks.tame(case, 1e6 if dtype == "float64" else 1e2))
    network_checks.check_tensors(case, dtype)


@needs_torch
@settings(max_examples=60)
@given(case=cases(), optimizer=optimizers())
def test_epochs_on_tensors(case, optimizer):
    assume(network_checks.tame(case, 1e2))
    network_checks.check_tensor_epochs(case, optimizer)


@settings(max_examples=60)
@given(case=cases(), optimizer=optimizers())
def test_epochs_equal_a_fold_bit_for_bit(case, optimizer):
    network_checks.check_fold(case, optimizer)


@settings(max_examples=60)
@given(case=cases(), optimizer=optimizers())
def test_nothing_that_is_passed_in_changes(case, optimizer):
    network_checks.check_purity(case, optimizer)


@given(case=cases())
def test_sparse_equals_dense(case):
    assume(network_checks.tame(case))
    network_checks.check_sparse(case)


@given(case=cases())
def test_penalties_spare_the_biases(case):
    assume(network_checks.tame(case))
    network_checks.check_biases_spared(case)


@settings(max_examples=30)
@given(case=cases(max_depth=2), optimizer=optimizers(), block=st.integers(1, 9))
def test_blocks_of_the_optimiser_change_nothing(case, optimizer, block):
    assume(network_checks.tame(case))
    engine, state, data, _, settings_ = network_checks.run(case, optimizer)
    sums = engine.gradient(state.theta, data)
    whole, row = engine.update(state, sums, settings_[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(array, "BLOCK", block)
        parts, row_of_parts = engine.update(state, sums, settings_[0])
    for vector, other in zip((whole.theta, *whole.slots), (parts.theta, *parts.slots), strict=True):
        assert vector.tobytes() == other.tobytes()
    network_checks.close_vectors(row_of_parts, row, SUMMATION, "row")


def small(weight=None, **plan):
    """Return an engine, theta and a batch of a small network."""
    network = Network((2, 3, 2), (Tanh(),), Tanh())
    case = made(network, HalfSquaredError(), plan.get("penalties", ()), n=4, seed=3)
    plan = {"loss": HalfSquaredError(), "optimizer": SGD(), "rate": None, **plan}
    return ArrayEngine(network, Plan(**plan)), case.theta, case.batch._replace(weight=weight)


def test_the_sums_of_a_batch():
    weight = np.array([1.0, 0.5, 2.0, 0.25])
    engine, theta, batch = small(weight)
    sums = engine.gradient(theta, batch)
    entries = 0.5 * (engine.predict(theta, batch.X) - batch.y) ** 2
    close(sums.loss, (weight[:, None] * entries).sum(), SUMMATION)
    close(sums.reported, (weight * entries.mean(axis=1)).sum(), SUMMATION)
    assert (sums.weight, sums.rows) == (3.75, 4)
    plain = engine.gradient(theta, batch._replace(weight=None))
    assert (plain.weight, plain.rows) == (4.0, 4)
    close(plain.loss, entries.sum(), SUMMATION)


def test_a_row_of_the_table_tells_the_penalty_before_the_update_and_the_gradient():
    engine, theta, batch = small(
        penalties=(Penalty(L2(), 0.1), Penalty(L1(), 0.2, divided=True)), optimizer=SGD()
    )
    sums = engine.gradient(theta, batch)
    state, row = engine.update(State(theta, ()), sums, np.array([0.5, 0.1, 0.2]))
    w = theta[: engine.layout.n_weights]
    close(row.penalty, 0.05 * (w @ w) + 0.2 / 4 * np.abs(w).sum(), SUMMATION)
    assert (row.loss, row.reported, row.weight, row.rows) == (sums.loss, sums.reported, 4.0, 4)
    _, gradient = engine.objective(theta, sums, np.array([0.1, 0.2]))
    close(row.gradient_square, gradient @ gradient, SUMMATION)
    close(state.theta, theta - 0.5 * gradient, SUMMATION)


def test_strengths_and_rates_are_those_of_the_step():
    engine, theta, batch = small(penalties=(Penalty(L2(), 0.1),), optimizer=SGD())
    order = Order(None, np.array([0, 2, 4]))
    first, _ = engine.epochs(State(theta, ()), batch, order, np.array([[0.0, 5.0], [0.5, 0.0]]))
    half = engine.gradient(theta, taken(batch, order, 1))
    close(first.theta, theta - 0.5 * half.gradient / 2, SUMMATION)


def test_steps_take_the_rows_that_the_order_names():
    data = Batch(np.arange(12.0).reshape(6, 2), np.arange(6.0)[:, None], np.arange(6.0))
    order = Order(np.array([5, 0, 3, 1, 1, 2]), np.array([0, 4, 6]))
    batch = taken(data, order, 1)
    assert batch.y[:, 0].tolist() == [1.0, 2.0]
    assert batch.X.tolist() == [[2.0, 3.0], [4.0, 5.0]]
    assert batch.weight.tolist() == [1.0, 2.0]
    assert taken(data._replace(weight=None), Order(None, order.bounds), 1).y[:, 0].tolist() == [4.0, 5.0]
    assert taken(data._replace(weight=None), order, 0).weight is None


def test_the_table_has_a_row_for_each_step():
    engine, theta, batch = small(optimizer=Adam())
    slots = (np.zeros_like(theta), np.zeros_like(theta))
    settings_ = np.tile([0.01, 0.01], (3, 1))
    _, table = engine.epochs(State(theta, slots), batch, Order(None, np.array([0, 1, 3, 4])), settings_)
    assert table.shape == (3, len(Row._fields))
    assert table[:, Row._fields.index("rows")].tolist() == [1, 2, 1]
    assert table.dtype == np.float64


def test_is_weight_marks_weights_and_follows_the_dtype():
    engine, theta, _ = small(optimizer=AdamW())
    mask = engine.is_weight(theta)
    assert mask.tolist() == [1.0] * 12 + [0.0] * 5
    assert engine.is_weight(theta) is mask
    assert engine.is_weight(theta.astype("float32")).dtype == "float32"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", [SGD(), Adam(), AdamW()])
def test_the_dtype_of_theta_is_kept(dtype, optimizer):
    engine, theta, batch = small(optimizer=optimizer, penalties=(Penalty(L1(), 0.1), Penalty(L2(), 0.1)))
    theta = theta.astype(dtype)
    batch = Batch(batch.X.astype(dtype), batch.y.astype(dtype), np.ones(4, dtype=dtype))
    slots = tuple(np.zeros_like(theta) for _ in optimizer.slots)
    row = np.array([[0.1, 0.1, 0.1, *optimizer.settings_at(1, 0.1)]])
    state, _ = engine.epochs(State(theta, slots), batch, Order(None, np.array([0, 4])), row)
    assert {vector.dtype for vector in (state.theta, *state.slots)} == {np.dtype(dtype)}
    assert engine.gradient(theta, batch).gradient.dtype == dtype


def test_lbfgs_has_no_single_step():
    engine, theta, batch = small()
    lbfgs = ArrayEngine(engine.network, Plan(HalfSquaredError(), LBFGS(), rate=None))
    with pytest.raises(TypeError, match=r"L-BFGS has no single step; training\.solvers runs it"):
        lbfgs.update(State(theta, ()), engine.gradient(theta, batch), np.array([0.1]))


class Square(Activation):
    derivative_of = "a"

    def __call__(self, xp, a):
        return a * a

    def derivative(self, xp, a):
        return 2 * a

    def second_derivative(self, xp, a):
        return 2 * xp.ones_like(a)


class LogCosh(Loss):
    def value(self, xp, o, y):
        return xp.log(xp.cosh(o - y))

    def derivative(self, xp, o, y):
        return xp.tanh(o - y)


@needs_torch
@pytest.mark.parametrize("seed", range(5))
def test_a_users_own_rules(seed):
    case = made(Network((3, 4, 4, 2), (Square(), Tanh()), Square()), LogCosh(), (), n=6, seed=seed)
    network_checks.check_autograd(case)
    network_checks.check_tensors(case, "float64")


class PairWithoutReport(Loss):
    """The binary cross-entropy as a user may write it: its value is of the pre-activation."""

    pair = output = "logistic"
    encoding = (0.0, 1.0)
    domain = "[0, 1]"
    probabilistic = True

    def value(self, xp, a, y):
        return xp.log1p(xp.exp(-xp.abs(a))) + xp.where(a > 0, a, 0.0) - y * a

    def derivative(self, xp, o, y):
        return o - y


def test_a_pair_without_a_report_reports_its_value():
    X, y = load_breast_cancer(return_X_y=True)
    arguments = {"scale_inputs": "standard", "max_iter": 5, "random_state": 0}
    own = MLPClassifier((4,), loss=PairWithoutReport(), **arguments).fit(X, y)
    np.testing.assert_allclose(
        own.loss_curve_, MLPClassifier((4,), **arguments).fit(X, y).loss_curve_, rtol=SUMMATION
    )


def test_a_users_own_value_is_asked_once_a_step():
    """It is reported as it is, so that what costs most in a step is not done twice."""

    class CountedError(HalfSquaredError):
        name = ""
        reported = Loss.reported
        calls = 0

        def value(self, xp, o, y):
            CountedError.calls += 1
            return super().value(xp, o, y)

    engine = ArrayEngine(Network((3, 2), (), Tanh()), Plan(CountedError(), SGD(), rate=0.1))
    batch = Batch(np.ones((4, 3)), np.zeros((4, 2)), np.array([1.0, 2.0, 0.5, 1.0]))
    sums = engine.gradient(np.full(8, 0.1), batch)
    assert CountedError.calls == 1
    assert sums.loss == sums.reported > 0


@pytest.mark.parametrize("rows", [1, 3])
def test_one_row_has_the_gradient_of_its_share(rows):
    """One row is a product of entries, several are a product of matrices: their sums agree."""
    generator = np.random.default_rng(rows)
    engine = ArrayEngine(Network((5, 4, 2), (Tanh(),), Tanh()), Plan(HalfSquaredError(), SGD(), rate=0.1))
    X, y = generator.normal(size=(rows, 5)), generator.normal(size=(rows, 2))
    theta = generator.normal(size=34)
    whole = engine.gradient(theta, Batch(X, y)).gradient
    one_by_one = sum(engine.gradient(theta, Batch(X[[i]], y[[i]])).gradient for i in range(rows))
    twice = engine.gradient(theta, Batch(np.vstack([X, X]), np.vstack([y, y]))).gradient
    np.testing.assert_allclose(one_by_one, whole, rtol=SUMMATION, atol=SUMMATION)
    np.testing.assert_allclose(twice, 2 * whole, rtol=SUMMATION, atol=SUMMATION)
