"""Fitted attributes that are set: what fits is taken, and whatever would give NaN or nonsense is refused."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

import rosenblatt as rb
from rosenblatt.estimators import attributes

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
        (np.ma.masked_all(p, dtype), "masked"),
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
        assert told in message
        if told == "masked":
            continue
        assert message.startswith(f"{name} must")
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
    masked = [np.ma.masked_all(one.shape) for one in getattr(model, name)]
    with pytest.raises(ValueError, match=rf"{name}\[0\] has masked entries"):
        setattr(model, name, masked)
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


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("labels", [LABELS, np.arange(30) % 3])
def test_a_perceptron_takes_numbers_of_another_dtype_that_its_own_holds(dtype, labels):
    rows = X.astype(dtype)
    begun = rb.Perceptron(random_state=0).fit(rows, labels)
    for given in ("int64", "int8", "float16", "float32", "float64", ">f8", bool):
        models = [copy.deepcopy(begun) for _ in range(2)]
        for model, kind in zip(models, (given, dtype), strict=True):
            model.coef_ = np.ones_like(begun.coef_, kind)
            model.intercept_ = np.zeros_like(begun.intercept_, kind)
            assert (model.coef_.dtype, model.intercept_.dtype) == (begun.coef_.dtype, begun.intercept_.dtype)
            model.partial_fit(rows, labels)
        np.testing.assert_array_equal(models[0].coef_, models[1].coef_)
        np.testing.assert_array_equal(models[0].intercept_, models[1].intercept_)
    model = copy.deepcopy(begun)
    model.coef_ = sparse.csr_array(np.ones_like(begun.coef_, int))
    model.densify().partial_fit(rows, labels)
    for bad in (np.full(begun.coef_.shape, 2**53 + 1), np.full(begun.coef_.shape, 2**64 - 1, "uint64")):
        with pytest.raises(
            ValueError, match=f"coef_ must hold numbers of dtype {dtype}, the model's, got {bad[0, 0]}"
        ):
            model.coef_ = bad
    with pytest.raises(ValueError, match="coef_ has masked entries"):
        model.coef_ = np.ma.masked_all(begun.coef_.shape)
    other = "float32" if dtype == "float64" else "float64"
    assert model.fit(X.astype(other), labels).coef_.dtype == other  # another fit may have another dtype


def test_a_float32_perceptron_refuses_what_it_would_round():
    model = rb.Perceptron(random_state=0).fit(X.astype(np.float32), LABELS)
    for bad in (0.1, 1e300, 1e-300):
        with pytest.raises(ValueError, match=r"which it would round; pass value\.astype\('float32'\)"):
            model.coef_ = np.full(model.coef_.shape, bad)


@pytest.mark.parametrize("kind", [np.float32, np.float16, int])
def test_layers_take_numbers_of_another_dtype(kind):
    model = fitted(solver="sgd")
    model.coefs_ = [(2 * W).astype(kind) for W in model.coefs_]
    np.testing.assert_array_equal(model.coefs_[0], model.coefs_[0].astype(kind))
    assert model.partial_fit(X, NUMBERS).theta_.dtype == np.float64


# -- NaN that was written into them --------------------------------------------------------------------


ENTRANCES = {
    rb.MLPClassifier: ["predict", "predict_proba", "predict_log_proba"],
    rb.MLPRegressor: ["predict"],
    rb.Autoencoder: ["transform", "reconstruct", "reconstruction_error", "score_samples", "score"],
}


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("cls", ENTRANCES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_in_theta_is_named_by_all_that_predicts(cls, bad, dtype, engine):
    model = fitted(cls, dtype, activation="relu", engine=engine)
    rows = X.astype(dtype)
    codes = model.transform(rows) if cls is rb.Autoencoder else None
    model.coefs_[0][1, 2] = bad  # into the hidden layer, whose rectifier may hide it
    for name in ENTRANCES[cls]:
        for some in (rows, rows[:1], rows.tolist()):
            with pytest.raises(ValueError, match=f"theta_ must hold finite numbers, got {bad} at 6"):
                getattr(model, name)(some)
    if codes is not None:
        with pytest.raises(ValueError, match="theta_ must hold finite"):
            model.inverse_transform(codes)
    model.coefs_[0][...] = np.finfo(dtype).max ** 0.6  # finite: only the sum of squares is not
    assert len(getattr(model, ENTRANCES[cls][0])(rows * 0)) == len(rows)


def test_decisions_and_detectors_name_theta_too():
    hinge = fitted(rb.MLPClassifier, loss="hinge")
    hinge.theta_[:] = np.nan
    for decide in (hinge.decision_function, hinge.predict, lambda rows: hinge.score(rows, LABELS)):
        with pytest.raises(ValueError, match="theta_ must hold finite"):
            decide(X)
    detector = rb.AutoencoderDetector(max_iter=2, random_state=0).fit(X)
    detector.estimators_[0].theta_[:] = np.nan
    for decide in (detector.predict, detector.score_samples, detector.reconstruct):
        with pytest.raises(ValueError, match="theta_ must hold finite"):
            decide(X)


@pytest.mark.parametrize("name", ["coef_", "intercept_"])
@pytest.mark.parametrize("labels", [LABELS, np.arange(30) % 3])
def test_a_perceptron_names_what_is_not_finite(name, labels):
    model = rb.Perceptron(random_state=0).fit(X, labels)
    getattr(model, name)[0] = np.nan
    for decide in (model.predict, model.decision_function):
        with pytest.raises(ValueError, match="coef_ and intercept_ must hold finite numbers to predict"):
            decide(X)


def test_a_threshold_of_the_detector_is_a_number():
    model = rb.AutoencoderDetector(max_iter=2, random_state=0).fit(X)
    for bad in (np.nan, None, "low", [1.0], 1j):
        with pytest.raises((TypeError, ValueError), match="offset_ must be a number"):
            model.offset_ = bad
    with pytest.raises(
        ValueError, match="offset_ must be a number that a float can hold, got a whole number of 401"
    ):
        model.offset_ = 10**400
    model.offset_ = -np.inf
    assert (model.predict(X) == 1).all()


def held(model):
    return model.theta_


def given(model):
    theta = np.array(model.theta_)
    model.theta_ = theta
    return theta


def of_a_layer(model):
    return model.coefs_[0].reshape(-1)


def held_by_a_shallow_copy(model):
    return copy.copy(model).theta_


def held_beside_the_best(model):
    vars(model)["best_theta_"] = model.theta_.copy()  # as partial_fit keeps it
    theta = model.theta_
    assert model.best_theta_ is not theta
    return theta


@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize("hold", [held, given, of_a_layer, held_by_a_shallow_copy, held_beside_the_best])
def test_who_holds_the_weights_may_write_into_them_at_any_time(hold, engine):
    X = np.random.default_rng(0).normal(size=(60, 3))
    model = rb.MLPRegressor(hidden_layer_sizes=(4,), max_iter=2, engine=engine).fit(X, X[:, 0])
    model.predict(X)
    weights = hold(model)
    for _ in range(2):  # a prediction that found them sound does not make them so
        assert np.isfinite(model.predict(X)).all()
    weights[0] = np.nan
    for one in (model, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        with pytest.raises(ValueError, match="theta_ must hold finite numbers, got nan at 0"):
            one.predict(X)
    assert np.isfinite(model.fit(X, X[:, 0]).predict(X)).all()


def test_weights_that_nobody_holds_are_looked_at_once():
    def are_sound():
        return attributes._SOUND.get(id(vars(model)["theta_"])) is vars(model)["theta_"]

    X = np.random.default_rng(0).normal(size=(60, 3))
    model = rb.MLPClassifier((4,), max_iter=2).fit(X, X[:, 0] > 0)
    assert not are_sound()
    for _ in range(2):
        model.predict_proba(X)
        assert are_sound()
    model.partial_fit(X, X[:, 0] > 0)
    assert not are_sound()
    model.predict(X)
    assert are_sound()
    assert model.theta_ is vars(model)["theta_"]
    assert not are_sound()
