"""Fitted attributes that are set: what fits is taken, and whatever would give NaN or nonsense is refused."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

import rosenblatt as rb

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

STREAM = np.random.default_rng(0)
X = STREAM.normal(size=(30, 3))
LABELS, NUMBERS = (X[:, 0] > 0).astype(int), X[:, 1]


def fitted(cls=rb.MLPRegressor, dtype=np.float64, **arguments):
    model = cls(hidden_layer_sizes=(4,), max_iter=3, random_state=0, **arguments)
    y = {rb.MLPClassifier: LABELS, rb.MLPRegressor: NUMBERS}.get(cls)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X.astype(dtype), y)


MODELS = [
    fitted(rb.MLPClassifier),
    fitted(engine="array"),
    fitted(dtype=np.float32),
    fitted(rb.Autoencoder),
    fitted(rb.Autoencoder, tied_weights=True),
]


def unlike(theta):
    """Return what is no vector like theta, and what the message says of it."""
    p, dtype = len(theta), theta.dtype
    other = np.float32 if dtype == np.float64 else np.float64
    holed = theta.copy()
    holed[2] = np.nan
    endless = theta.copy()
    endless[-1] = -np.inf
    return [
        (np.zeros(3, dtype), "(3,)"),
        (np.zeros((p, 1), dtype), f"({p}, 1)"),
        (np.zeros(p, other), str(np.dtype(other))),
        (np.zeros(p, int), "int64"),
        (np.zeros(p, complex), "complex128"),
        (np.zeros(p, object), "object"),
        (list(theta), "(a list)"),
        (None, "None"),
        (0.0, "0.0"),
        ("theta", "'theta'"),
        (holed, "nan at 2"),
        (endless, f"-inf at {p - 1}"),
    ]


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("name", ["theta_", "best_theta_"])
def test_a_theta_that_does_not_fit_is_refused_and_changes_nothing(model, name):
    model, theta = copy.deepcopy(model), model.theta_.copy()
    for bad, told in unlike(theta):
        with pytest.raises((TypeError, ValueError)) as caught:
            setattr(model, name, bad)
        message = str(caught.value)
        assert message.startswith(f"{name} must")
        assert told in message
        assert f"({len(theta)},)" in message or "finite" in message
        np.testing.assert_array_equal(model.theta_, theta)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_a_theta_that_fits_is_taken_as_it_is(model):
    model = copy.deepcopy(model)
    rows = X.astype(model.theta_.dtype)
    half = model.theta_ / 2
    model.theta_ = half
    assert model.theta_ is half
    np.testing.assert_array_equal(
        model.coefs_[0], half[: model.coefs_[0].size].reshape(model.coefs_[0].shape)
    )
    model.theta_[...] = 0.0
    predict = model.reconstruct if isinstance(model, rb.Autoencoder) else model.predict
    assert not np.any(predict(rows) - predict(rows)[0])
    model.theta_ = np.repeat(half, 2)[::2]  # with gaps: coefs_ are views of it all the same
    model.coefs_[0][...] = 1.0
    assert (model.theta_[: model.coefs_[0].size] == 1).all()


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_copies_pickles_and_clones_are_as_before(model):
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model)), copy.copy(model)):
        np.testing.assert_array_equal(twin.theta_, model.theta_)
        assert "theta_" in vars(twin)
    assert not hasattr(clone(model), "theta_")
    twin = copy.deepcopy(model)
    del twin.theta_
    assert not hasattr(twin, "theta_")
    with pytest.raises(AttributeError):
        del twin.theta_


def test_nothing_is_set_before_fit():
    with pytest.raises(ValueError, match="theta_ cannot be set before fit"):
        rb.MLPRegressor().theta_ = np.zeros(3)
    with pytest.raises(ValueError, match="coef_ cannot be set before fit"):
        rb.Perceptron().coef_ = np.zeros((1, 3))
    with pytest.raises(AttributeError, match="theta_"):
        _ = rb.MLPRegressor().theta_


def test_a_warm_start_goes_on_from_what_was_set():
    model = fitted(warm_start=True)
    model.theta_ = np.zeros_like(model.theta_)
    model.set_params(max_iter=1, learning_rate_init=1e-12).fit(X, NUMBERS)
    assert np.abs(model.theta_).max() < 1e-11


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("name", ["coefs_", "intercepts_"])
def test_weights_of_a_layer_that_cannot_be_are_refused_and_change_nothing(model, name):
    model, theta = copy.deepcopy(model), model.theta_.copy()
    shape = getattr(model, name)[0].shape
    holed = np.zeros(shape)
    holed.flat[0] = np.nan
    for bad in (
        np.zeros((9, 9)),
        holed,
        np.zeros(shape, complex),
        np.full(shape, None),
        None,
        "w",
        [[1], [2, 3]],
    ):
        with pytest.raises((TypeError, ValueError), match=rf"{name}\[0\] must"):
            getattr(model, name)[0] = bad
    for bad in (None, 3, "w", [np.zeros(shape)]):
        with pytest.raises((TypeError, ValueError), match=name):
            setattr(model, name, bad)
    np.testing.assert_array_equal(model.theta_, theta)


def test_numbers_that_float32_cannot_hold_are_refused():
    model = fitted(dtype=np.float32)
    with pytest.raises(ValueError, match=r"intercepts_\[1\] must hold finite numbers of dtype float32"):
        model.intercepts_[1] = [1e300]


def test_tied_weights_take_one_matrix_for_both_or_the_same():
    model = copy.deepcopy(MODELS[-1])
    theta, shape = model.theta_.copy(), model.coefs_[0].shape
    with pytest.raises(ValueError, match="weights are tied"):
        model.coefs_ = [np.ones(shape), np.zeros(shape[::-1])]
    np.testing.assert_array_equal(model.theta_, theta)
    model.coefs_ = [np.ones(shape), np.ones(shape[::-1])]
    assert (model.coefs_[0] == 1).all()
    model.coefs_[1] = np.full(shape[::-1], 2.0)
    assert (model.coefs_[0] == 2).all()


@pytest.mark.parametrize("labels", [LABELS, np.arange(30) % 3])
def test_a_perceptron_keeps_to_its_shapes(labels):
    model = rb.Perceptron(random_state=0).fit(X, labels)
    coef, intercept = model.coef_, model.intercept_
    for bad in (
        np.zeros(3),
        np.zeros((5, 3)),
        coef * np.nan,
        coef * 1j,
        coef.tolist(),
        None,
        coef.astype(object),
    ):
        with pytest.raises((TypeError, ValueError), match="coef_ must hold finite numbers"):
            model.coef_ = bad
    for bad in (np.zeros(7), intercept + np.inf, 0.0, None, "b"):
        with pytest.raises((TypeError, ValueError), match="intercept_ must hold finite numbers"):
            model.intercept_ = bad
    assert model.coef_ is coef
    assert model.intercept_ is intercept
    model.coef_, model.intercept_ = np.zeros_like(coef), np.ones_like(intercept)
    assert (model.decision_function(X) == 1).all()
    assert sparse.issparse(model.sparsify().coef_)
    broken = model.coef_.copy()
    broken.indptr = broken.indptr[:-1]
    with pytest.raises(ValueError, match="coef_ is a sparse matrix that contradicts itself"):
        model.coef_ = broken
    assert not sparse.issparse(model.densify().coef_)


def test_a_threshold_of_the_detector_is_a_number():
    model = rb.AutoencoderDetector(max_iter=2, random_state=0).fit(X)
    for bad in (np.nan, None, "low", [1.0], 1j):
        with pytest.raises((TypeError, ValueError), match="offset_ must be a number"):
            model.offset_ = bad
    model.offset_ = -np.inf
    assert (model.predict(X) == 1).all()
