"""``learning_rate_init="auto"`` and ``lr_find``: a rate is found, and nothing else changes."""

import pickle
import warnings

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import (
    Autoencoder,
    Constant,
    ContractiveAutoencoder,
    Cosine,
    DenoisingAutoencoder,
    MLPClassifier,
    MLPRegressor,
    PerLayer,
    ReduceOnPlateau,
    SparseAutoencoder,
    Warmup,
    lr_find,
)
from rosenblatt.estimators.rate_search import FALLBACK
from rosenblatt.inspection.range_test import RangeTest
from tests.estimators.refusals import classifier, position, refused, regressor, table
from tests.tolerances import SUMMATION

X, LABELS, NUMBERS = table()
DIGITS, DIGITS_Y = load_digits(return_X_y=True)
DIGITS = DIGITS[:600] / 16
DIGITS_Y = DIGITS_Y[:600]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def auto(**arguments):
    defaults = {"hidden_layer_sizes": (5,), "max_iter": 200, "random_state": 0, "batch_size": 10}
    defaults["learning_rate_init"] = "auto"
    return MLPClassifier(**{**defaults, **arguments})


@pytest.mark.parametrize("solver", ["sgd", "adam", "adamw", "rmsprop"])
def test_the_found_rate_is_used_as_if_it_had_been_given(solver):
    model = auto(solver=solver).fit(X, LABELS)
    assert 1e-6 < model.learning_rate_init_ < 10
    assert model.learning_rate_init_ != FALLBACK
    same = auto(solver=solver, learning_rate_init=model.learning_rate_init_).fit(X, LABELS)
    np.testing.assert_array_equal(model.theta_, same.theta_)
    assert model.plan_ == same.plan_
    assert not hasattr(same, "learning_rate_init_")
    np.testing.assert_array_equal(model.theta_, auto(solver=solver).fit(X, LABELS).theta_)
    assert pickle.loads(pickle.dumps(model)).learning_rate_init_ == model.learning_rate_init_


@pytest.mark.parametrize(
    "rate", [Cosine(), Warmup(then=Cosine()), ReduceOnPlateau(), PerLayer((1.0, 0.5)), "adaptive"]
)
def test_it_fills_the_peak_of_a_schedule(rate):
    model = auto(learning_rate=rate, solver="sgd").fit(X, LABELS)
    same = auto(learning_rate=rate, solver="sgd", learning_rate_init=model.learning_rate_init_)
    np.testing.assert_array_equal(model.theta_, same.fit(X, LABELS).theta_)


def test_it_learns_more_than_the_default_where_that_is_too_small():
    sizes = {"solver": "sgd", "max_iter": 30, "batch_size": 20, "hidden_layer_sizes": (20,)}
    plain = auto(**sizes, learning_rate_init=1e-4).fit(DIGITS, DIGITS_Y)
    found = auto(**sizes).fit(DIGITS, DIGITS_Y)
    assert found.loss_ < 0.5 * plain.loss_


def test_the_validation_share_is_not_looked_at():
    model = auto(early_stopping=True).fit(X, LABELS)
    same = auto(early_stopping=True, learning_rate_init=model.learning_rate_init_).fit(X, LABELS)
    np.testing.assert_array_equal(model.theta_, same.theta_)


def test_partial_fit_looks_once():
    model = auto().partial_fit(X, LABELS, classes=np.unique(LABELS))
    rate = model.learning_rate_init_
    model.partial_fit(X[:20], LABELS[:20])
    assert model.learning_rate_init_ == rate
    assert model.plan_.rate == Constant(rate)


def test_a_warm_start_goes_on_with_the_rate():
    model = auto(warm_start=True).fit(X, LABELS)
    first = model.learning_rate_init_
    model.fit(X, LABELS)
    assert model.learning_rate_init_ == first
    assert set(model.history_["rate"]) == {first}


def test_a_fit_looks_again():
    model = auto().fit(X, LABELS)
    first = model.learning_rate_init_
    assert model.fit(X * 50, LABELS).learning_rate_init_ != first


def test_another_fit_forgets_it():
    model = auto().fit(X, LABELS)
    model.set_params(learning_rate_init=0.01).fit(X, LABELS)
    assert not hasattr(model, "learning_rate_init_")


def test_where_no_rate_helps_the_default_is_taken_with_a_warning():
    # the targets are the mean already, and the bias is all there is to learn
    model = MLPRegressor(
        hidden_layer_sizes=(), learning_rate_init="auto", max_iter=3, initializer="zeros", random_state=0
    )
    with pytest.warns(
        ConvergenceWarning, match="no rate at which the loss falls within 3 steps, .* 0.001 is taken"
    ):
        model.fit(np.ones((40, 1)), np.zeros(40))
    assert model.learning_rate_init_ == FALLBACK


def test_where_the_inputs_say_nothing_it_is_said():
    rng = np.random.default_rng(0)
    noise, target = rng.normal(size=(200, 3)), 5 + rng.normal(size=200)
    model = MLPRegressor(hidden_layer_sizes=(5,), learning_rate_init="auto", max_iter=50, random_state=0)
    with pytest.warns(
        ConvergenceWarning, match="falls below that of a constant prediction within .* is taken"
    ):
        model.fit(noise, target)
    assert 1e-4 < model.learning_rate_init_ < 0.1
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        model.fit(noise, target + 3 * noise[:, 0])
    assert not [one for one in heard if "learning_rate_init" in str(one.message)]


# -- what is learned counts, and not the output's biases ------------------------------------------------


@pytest.mark.parametrize("engine", ["native", "array"])
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("kind", [ContractiveAutoencoder, DenoisingAutoencoder, SparseAutoencoder])
def test_codes_do_not_die(kind, seed, engine):
    model = kind(
        (30,), learning_rate_init="auto", max_iter=60, batch_size=50, engine=engine, random_state=seed
    )
    model.fit(DIGITS)
    assert 1e-3 < model.learning_rate_init_ < 0.1
    assert -model.score(DIGITS) < 0.5 * DIGITS.var(axis=0).sum()


def test_both_engines_choose_the_same():
    for model, y in ((auto(batch_size=50), DIGITS_Y), (Autoencoder(8, random_state=0, sparsity=0.1), None)):
        for X in (DIGITS, DIGITS.astype(np.float32), scipy.sparse.csr_matrix(DIGITS)):
            array, native = (
                lr_find(clone(model).set_params(engine=one), X, y) for one in ("array", "native")
            )
            assert array.suggestion == native.suggestion
            np.testing.assert_array_equal(array.rates, native.rates)


@pytest.mark.parametrize("unit", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("solver", ["sgd", "adam", "lion", "adagrad"])
def test_all_units_and_solvers_learn(solver, unit):
    arguments = {"solver": solver, "hidden_layer_sizes": (20,), "batch_size": 50, "max_iter": 100}
    model = auto(**arguments).fit(DIGITS * unit, DIGITS_Y)
    assert model.score(DIGITS * unit, DIGITS_Y) > 0.5


def test_rates_that_kill_a_network_are_not_taken():
    # at 0.1 the loss falls from 33 to that of a constant in three steps, and stays there
    model = auto(solver="sgd", hidden_layer_sizes=(20,), batch_size=50, max_iter=100).fit(
        DIGITS * 1e3, DIGITS_Y
    )
    assert model.learning_rate_init_ < 1e-4
    assert model.score(DIGITS * 1e3, DIGITS_Y) > 0.2


def test_the_scikit_learn_stream_stays():
    found, given = np.random.RandomState(0), np.random.RandomState(0)
    model = auto(random_state=found, max_iter=5).fit(X, LABELS)
    auto(random_state=given, max_iter=5, learning_rate_init=model.learning_rate_init_).fit(X, LABELS)
    assert position(found) == position(given)


def test_refusals():
    refused(classifier(learning_rate_init="auto", solver="lbfgs"), fit, ValueError, "'auto'", "L-BFGS")
    refused(
        classifier(learning_rate_init="auto", learning_rate=Cosine(peak=0.1)),
        fit,
        ValueError,
        "learning_rate=Cosine(",
        "learning_rate_init='auto'",
    )
    refused(classifier(learning_rate_init="automatic"), fit, TypeError, "(0, inf) or 'auto', got 'automatic'")


def fit(model):
    return model.fit(X, LABELS)


# -- lr_find -----------------------------------------------------------------------------------------


def test_lr_find_leaves_the_estimator_alone():
    for model, y in ((classifier(), LABELS), (regressor(), NUMBERS)):
        before, stream = dict(vars(model)), position(model.random_state)
        found = lr_find(model, X, y)
        assert isinstance(found, RangeTest)
        assert vars(model) == before
        assert position(model.random_state) == stream
        assert found.losses.shape == (len(found.rates), len(found.steps))
        np.testing.assert_array_equal(found.losses, lr_find(clone(model), X, y).losses)
    fitted = auto(learning_rate_init=0.01).fit(X, LABELS)
    theta = fitted.theta_.copy()
    lr_find(fitted, X, LABELS)
    np.testing.assert_array_equal(fitted.theta_, theta)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"scale_inputs": "standard"}, {"corruption": 0.3, "contraction": 0.1, "sparsity": 0.1}],
    ids=str,
)
def test_lr_find_of_an_autoencoder_asks_for_no_target(arguments):
    model = Autoencoder(2, random_state=np.random.RandomState(0), batch_size=10, **arguments)
    before, stream = dict(vars(model)), position(model.random_state)
    found = lr_find(model, X)
    assert vars(model) == before
    assert position(model.random_state) == stream
    with_target = lr_find(model, X, NUMBERS)  # which is ignored, as fit ignores it
    np.testing.assert_array_equal(found.losses, with_target.losses)
    if not arguments:
        same = {"random_state": np.random.RandomState(0), "batch_size": 10}
        target = lr_find(MLPRegressor(hidden_layer_sizes=2, activation="identity", **same), X, X)
        np.testing.assert_allclose(found.losses, target.losses, rtol=SUMMATION)


def test_lr_find_asks_others_for_one():
    with pytest.raises(ValueError, match="requires y to be passed"):
        lr_find(classifier(), X)


def test_lr_find_finds_what_auto_takes():
    for model, y in (
        (auto(), LABELS),
        (auto(early_stopping=True), LABELS),
        (Autoencoder(2, random_state=0), None),
    ):
        model.set_params(learning_rate_init="auto").fit(X, y)
        assert lr_find(model, X, y).suggestion == model.learning_rate_init_


def test_lr_find_takes_a_range_weights_and_any_schedule():
    options = {"low": 1e-3, "high": 1.0, "steps": 60}
    found = lr_find(auto(learning_rate=Cosine(peak=3.0)), X, LABELS, **options)
    assert found.rates[0] == 1e-3
    assert found.rates[-1] <= 1
    assert found.steps[-1] <= 60 / 4
    weight = np.random.default_rng(0).uniform(0.5, 2, len(X))
    weighted = lr_find(auto(), X, LABELS, weight, **options)
    assert not np.array_equal(found.losses, weighted.losses)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"low": 0}, r"low must lie in \(0, inf\), got 0"),
        ({"high": float("nan")}, r"high must lie in \(0, inf\), got nan"),
        ({"low": 1.0, "high": 0.1}, "high must be at least 2 times low, got low=1.0 and high=0.1"),
        ({"high": 1.5e-6}, "high must be at least 2 times low, got low=1e-06 and high=1.5e-06"),
        ({"steps": 3}, "steps must be a whole number of 8 or more, got 3"),
        ({"steps": 20.0}, "steps must be a whole number of 8 or more, got 20.0"),
    ],
)
def test_lr_find_refuses_what_is_no_range(options, message):
    with pytest.raises(ValueError, match=message):
        lr_find(auto(), X, LABELS, **options)


def test_lr_find_refuses_what_is_no_network():
    with pytest.raises(
        TypeError, match=r"estimator must be a rosenblatt\.MLPClassifier, MLPRegressor or Autoencoder, got 3"
    ):
        lr_find(3, X, LABELS)
    with pytest.raises(ValueError, match="no use for L-BFGS"):
        lr_find(classifier(solver="lbfgs"), X, LABELS)


@pytest.mark.parametrize("model", [classifier(), regressor()], ids=lambda model: type(model).__name__)
def test_a_target_is_for_autoencoders(model):
    name = type(model).__name__
    with pytest.raises(TypeError, match=f"lr_find's target is for autoencoders .*; {name} learns y"):
        lr_find(model, X, LABELS, target=X)
