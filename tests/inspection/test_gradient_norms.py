"""GradientNorms: what it sees is true, changes nothing, and is looked at when it says."""

import math
import pickle

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

from rosenblatt import Callback, GradientNorms, MLPClassifier, MLPRegressor, PerLayer
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.inspection.gradient_norms import NAMES, figures, sampled, steepest, stride
from rosenblatt.network import Network
from rosenblatt.rules.activations import HardTanh, Identity, Logistic, ScaledTanh, Tanh, Threshold
from rosenblatt.rules.rectifiers import ReLU
from rosenblatt.training.callbacks import View
from tests.estimators.refusals import table
from tests.tolerances import ENGINES_FLOAT64, REPLAYED
from tests.training.problems import plan

X, LABELS, NUMBERS = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def model(callbacks, **arguments):
    defaults = {"hidden_layer_sizes": (6, 5), "max_iter": 12, "random_state": 0, "activation": "tanh"}
    return MLPRegressor(callbacks=callbacks, **{**defaults, **arguments})


def seen(network, theta, before, batch):
    view = View(ArrayEngine(network, plan()), batch, theta, before)
    return figures(view, batch, [steepest(g) for g in network.activations])


def test_gradient_descent_by_one_step_gives_both_norms():
    # full batch, plain gradient descent: the update is the rate times the gradient
    watch = GradientNorms(rows=1000, every=1)
    fitted = model([watch], solver="sgd", momentum=0, alpha=0, batch_size="full", learning_rate_init=0.01)
    fitted.fit(X, NUMBERS)
    history = watch.history_
    assert history["epoch"].tolist() == list(range(1, 13))
    assert [history[name].shape for name in NAMES] == [(12, 3), (12, 3), (12, 2), (12, 2)]
    # the gradient that is seen after epoch e makes the step of epoch e + 1
    shorter = clone(fitted).set_params(callbacks=None, max_iter=11).fit(X, NUMBERS)
    for k in range(3):
        size = np.linalg.norm(shorter.coefs_[k])
        step = history["update_ratio"][11, k] * size
        assert step == pytest.approx(0.01 * history["gradient_norm"][10, k], rel=1e-9)
        assert step == pytest.approx(np.linalg.norm(fitted.coefs_[k] - shorter.coefs_[k]), rel=1e-9)
    total = np.sqrt((history["gradient_norm"] ** 2).sum(axis=1))
    assert (total[:-1] <= fitted.history_["gradient_norm"][1:] * (1 + REPLAYED)).all()  # that one has biases


def test_saturated_and_dead_units_are_counted():
    # one input, two units: W = (1, 100) and (-1, -1) for tanh and for a rectifier
    batch = Batch(np.array([[1.0], [2.0], [3.0], [4.0]]), np.ones((4, 1)))
    theta = np.array([1.0, 100.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    shares = 1 - np.tanh(batch.X[:, 0]) ** 2 < 0.05
    assert 0 < shares.mean() < 1
    figures_ = seen(Network((1, 2, 1), (Tanh(),), Identity()), theta, theta, batch)
    assert figures_.saturated.tolist() == [(shares.mean() + 1) / 2]
    assert figures_.dead.tolist() == [0.5]  # tanh(100) is 1 in floating point: nothing passes any more
    # of the logistic function the largest slope is 1/4: 5 % of it is passed at an a of 4.4
    theta[:2] = 1.0, 1.2  # a up to 4 in one unit; up to 4.8 in the other, where one of four outputs is flat
    figures_ = seen(Network((1, 2, 1), (Logistic(),), Identity()), theta, theta, batch)
    assert figures_.saturated.tolist() == [1 / 8]
    theta[:2] = 1.0, -1.0
    figures_ = seen(Network((1, 2, 1), (ReLU(),), Identity()), theta, theta, batch)
    assert np.isnan(figures_.saturated).all()
    assert figures_.dead.tolist() == [0.5]
    assert figures_.update_ratio.tolist() == [0.0, 0.0]
    assert seen(Network((1, 2, 1), (Threshold(),), Identity()), theta, theta, batch).saturated.tolist() == [
        1.0
    ]


def test_weights_that_leave_zero_have_an_infinite_ratio():
    network = Network((1, 1), (), Identity())
    batch = Batch(np.ones((3, 1)), np.ones((3, 1)))
    assert seen(network, np.array([0.5, 0.0]), np.zeros(2), batch).update_ratio.tolist() == [math.inf]


@pytest.mark.parametrize(
    ("g", "slope"),
    [
        (Logistic(), 0.25),
        (Tanh(), 1.0),
        (ScaledTanh(), 1.7159 * 2 / 3),
        (HardTanh(), 1.0),
        (Threshold(), 0.0),
    ],
)
def test_the_largest_slope(g, slope):
    assert steepest(g) == pytest.approx(slope)


def test_both_engines_see_the_same():
    histories = []
    for engine in ("array", "auto"):
        watch = GradientNorms(every=5)
        for data in (X, sparse.csr_matrix(X)):
            model([watch], engine=engine, hidden_layer_sizes=(6, 5), activation=["relu", "gelu"]).fit(
                data, NUMBERS
            )
            histories.append(watch.history_)
    for other in histories[1:]:
        for name in NAMES:
            np.testing.assert_allclose(histories[0][name], other[name], rtol=1e3 * ENGINES_FLOAT64)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_it_changes_nothing_of_what_is_learnt(solver):
    weight = np.random.default_rng(0).uniform(0.5, 2, len(X))
    plain = model(None, solver=solver).fit(X, NUMBERS, weight)
    for callbacks in (
        [GradientNorms()],
        [GradientNorms(every=3), GradientNorms()],
        [GradientNorms(), Callback()],
    ):
        watched = model(callbacks, solver=solver).fit(X, NUMBERS, weight)
        np.testing.assert_array_equal(plain.theta_, watched.theta_)
        assert callbacks[0].history_["epoch"][0] == 1


@pytest.mark.parametrize("more", [{}, {"early_stopping": True}, {"learning_rate": PerLayer((1.0, 0.5, 2.0))}])
def test_which_epochs_it_looks_at(more):
    epochs = []
    for callbacks in ([GradientNorms(every=4)], [GradientNorms(every=4), Callback()]):
        model(callbacks, **more).fit(X, NUMBERS)
        epochs.append(callbacks[0].history_)
    assert epochs[0]["epoch"].tolist() == [1, 5, 9]
    for name in NAMES:  # whether training pauses elsewhere or not
        np.testing.assert_array_equal(epochs[0][name], epochs[1][name])


def test_a_look_is_rare_where_an_epoch_is_short():
    def every(sizes, n, batch_size):
        network = Network(sizes, (Tanh(),) * (len(sizes) - 2), Identity())
        batch = Batch(np.empty((n, sizes[0])), np.empty((n, sizes[-1])))
        return stride(ArrayEngine(network, plan(batch_size=batch_size)), batch, 100)

    assert every((4, 8, 3), 150, 10) > 100
    assert every((64, 100, 10), 2000, 200) < every((64, 100, 10), 500, 200)
    assert every((784, 512, 512, 10), 60000, 200) == 1


def test_the_sample_is_spread_over_the_rows():
    batch = Batch(np.arange(20.0)[:, None], np.arange(20.0)[:, None], np.arange(20.0))
    assert sampled(batch, 3).X[:, 0].tolist() == [0, 10, 19]
    assert sampled(batch, 3).weight.tolist() == [0, 10, 19]
    assert sampled(batch, 50).X[:, 0].tolist() == list(range(20))


def test_logistic_units_in_depth_receive_no_gradient():
    # D1: each layer multiplies the error terms by g' <= 1/4
    watch = GradientNorms(every=1)
    deep = MLPClassifier((16,) * 6, activation="logistic", max_iter=2, random_state=0, callbacks=[watch])
    deep.fit(X, LABELS)
    norms = watch.history_["gradient_norm"][0]
    assert norms[0] < 1e-3 * norms[-1]


def test_it_is_pickled_and_cloned_with_the_estimator():
    watch = GradientNorms(every=2)
    fitted = model([watch]).fit(X, NUMBERS)
    again = pickle.loads(pickle.dumps(fitted)).callbacks[0]
    np.testing.assert_array_equal(again.history_["dead"], watch.history_["dead"])
    assert again._sample is None
    clone(fitted).fit(X, NUMBERS)
    assert len(watch.history_["epoch"]) == 6
    fitted.fit(X, NUMBERS)  # begins anew
    assert len(watch.history_["epoch"]) == 6


@pytest.mark.parametrize(
    "arguments", [{"rows": 0}, {"rows": 2.5}, {"every": 0}, {"every": "often"}, {"rows": True}]
)
def test_refusals(arguments):
    with pytest.raises(
        ValueError, match=r"GradientNorms\((rows|every)=...\) must be a whole number of 1 or more"
    ):
        GradientNorms(**arguments)
