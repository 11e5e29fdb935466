"""The quick way of predicting refuses what the checked way refuses, and returns the same."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network
from scipy import sparse
from sklearn.base import clone

from rosenblatt import Autoencoder, AutoencoderDetector, MLPClassifier, MLPRegressor, Perceptron
from rosenblatt.engines.native import native_module
from rosenblatt.estimators.reconstruction import ERRORS_PER
from tests.tolerances import ENGINES, ENGINES_FLOAT64

generator = np.random.default_rng(0)
X = generator.normal(size=(80, 5))
y = generator.integers(0, 3, 80)
NAN, INFINITE = X.copy(), X.copy()
NAN[3, 2] = np.nan
INFINITE[0, 0], INFINITE[0, 1] = np.inf, -np.inf

GIVEN = {
    "plain": X,
    "one row": X[:1],
    "huge": np.full((2, 5), 1e308),  # finite, though their sum is not
    "not contiguous": X[:, ::-1],
    "Fortran order": np.asfortranarray(X),
    "a list": X.tolist(),
    "float32": X.astype(np.float32),
    "integers": X.astype(int),
    "CSR": sparse.csr_array(X),
    "a subclass": np.ma.masked_array(X),
    "read-only": np.lib.stride_tricks.as_strided(X, writeable=False),
    "big-endian": X.astype(">f8"),
    "NaN": NAN,
    "infinite": INFINITE,
    "one dimension": X[0],
    "three dimensions": X[None],
    "no rows": X[:0],
    "too narrow": X[:, :4],
    "both infinities": np.array([[np.inf, -np.inf, 0.0, 1.0, 2.0]]),
    "misaligned": np.frombuffer(b"\0" + X.tobytes(), np.uint8)[1:].view(X.dtype).reshape(X.shape),
    "too wide": np.hstack([X, X]),
    "complex": X.astype(complex),
    "strings": X.astype(str).astype(object),
    "words": np.full((2, 5), "word"),
    "nothing": None,
    "a number": 3.0,
    "names it has not": pd.DataFrame(X, columns=list("abcde")),
}


def outcome(model, given):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = model.predict_proba(given)
        except (TypeError, ValueError) as error:
            return type(error), str(error)
    return result, [(w.category, str(w.message)) for w in caught]


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_quick_and_checked_agree(name, dtype, monkeypatch):
    model = MLPClassifier((4,), max_iter=2, random_state=0).fit(X.astype(dtype), y)
    quick = outcome(model, GIVEN[name])
    monkeypatch.setattr(MLPClassifier, "_is_plain", lambda self, given: False)
    checked = outcome(model, GIVEN[name])
    np.testing.assert_equal(quick, checked)


def misaligned(array):
    return np.frombuffer(b"\0" + array.tobytes(), np.uint8)[1:].view(array.dtype).reshape(array.shape)


@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize(
    "model",
    [MLPClassifier((4,), max_iter=2), Perceptron(), MLPRegressor(hidden_layer_sizes=(4,), max_iter=2)],
)
def test_numbers_may_lie_where_a_file_left_them(model, is_sparse):
    model = clone(model).set_params(random_state=0)
    targets = y.astype(float) if isinstance(model, MLPRegressor) else y
    inputs, given_X, given_y = X, misaligned(X), misaligned(targets)
    assert not given_X.flags.aligned
    if is_sparse:
        inputs, given_X = sparse.csr_matrix(X), sparse.csr_matrix(X)
        given_X.data = misaligned(given_X.data)
    expected = clone(model).fit(inputs, targets).predict(inputs)
    np.testing.assert_allclose(model.fit(given_X, given_y).predict(given_X), expected, rtol=ENGINES_FLOAT64)


def test_names_that_fit_had_are_asked_for(monkeypatch):
    model = MLPClassifier((4,), max_iter=2, random_state=0).fit(pd.DataFrame(X, columns=list("abcde")), y)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict_proba(X)


def test_another_engine_and_another_fit_are_used_at_once():
    model = MLPClassifier((4,), max_iter=2, random_state=0).fit(X, y)
    first = model.predict_proba(X)
    np.testing.assert_allclose(model.set_params(engine="array").predict_proba(X), first, rtol=ENGINES_FLOAT64)
    wider = model.fit(X[:, :3], y)
    assert wider.predict_proba(X[:, :3]).shape == first.shape
    assert b"Engine" not in pickle.dumps(model)
    with pytest.raises(ValueError, match="features"):
        model.predict_proba(X)


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("convert", [np.asarray, np.ndarray.tolist, sparse.csr_array, pd.DataFrame])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_float32_model_predicts_float64_for_float64_as_scikit_learns_does(engine, convert):
    if engine == "native" and native_module() is None:
        pytest.skip("without the compiled engine")
    single, given = X.astype(np.float32), convert(X)
    arguments = {"hidden_layer_sizes": (7, 4), "max_iter": 5, "random_state": 0}
    numbers = X[:, :2].astype(np.float32)
    for ours, theirs, target, method in (
        (MLPClassifier, sklearn.neural_network.MLPClassifier, y, "predict_proba"),
        (MLPRegressor, sklearn.neural_network.MLPRegressor, numbers, "predict"),
    ):
        model = ours(engine=engine, **arguments).fit(single, target)
        oracle = theirs(**arguments).fit(single, target)
        oracle.coefs_, oracle.intercepts_ = list(model.coefs_), list(model.intercepts_)
        assert model.theta_.dtype == oracle.coefs_[0].dtype == np.float32
        found, expected = getattr(model, method)(given), getattr(oracle, method)(X)
        assert found.dtype == expected.dtype == np.float64
        np.testing.assert_allclose(found, expected, atol=ENGINES_FLOAT64)
        assert not np.array_equal(found, found.astype(np.float32))
        assert getattr(model, method)(single).dtype == np.float32


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_everything_else_that_predicts_is_as_wide_as_its_input(engine):
    if engine == "native" and native_module() is None:
        pytest.skip("without the compiled engine")
    single, common = X.astype(np.float32), {"engine": engine, "max_iter": 3, "random_state": 0}
    hinge = MLPClassifier(loss="hinge", scale_inputs="standard", **common).fit(single, y)
    spread = MLPRegressor(loss="gaussian", scale_target=True, **common).fit(single, single[:, 0])
    coder = Autoencoder((4, 2, 4), scale_inputs="standard", **common).fit(single)
    calls = [hinge.decision_function, coder.transform, coder.reconstruct, coder.score_samples]
    calls += [lambda rows, at=at: spread.predict(rows, return_std=True)[at] for at in (0, 1)]
    calls += [
        lambda rows: coder.inverse_transform(rows[:, :2]),
        Perceptron().fit(single, y).decision_function,
    ]
    calls += [lambda rows, per=per: coder.reconstruction_error(rows, per) for per in ERRORS_PER]
    for call in calls:
        wide = call(X)
        assert wide.dtype == np.float64
        assert call(single).dtype == np.float32
        np.testing.assert_allclose(
            wide, call(single), rtol=ENGINES["float32"], atol=ENGINES["float32"] * np.abs(wide).max()
        )
    double = Autoencoder((4, 2, 4), **common).fit(X)
    assert double.transform(single).dtype == np.float64
    assert double.inverse_transform(single[:, :2]).dtype == np.float64


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_float32_detector_finds_the_same_outliers_in_float64():
    single = X.astype(np.float32)
    detector = AutoencoderDetector(max_iter=2, random_state=0).fit(single)
    np.testing.assert_array_equal(detector.predict(single.astype(np.float64)), detector.predict(single))
