"""The quick way of predicting refuses what the checked way refuses, and returns the same."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone

from rosenblatt import MLPClassifier, MLPRegressor, Perceptron
from tests.tolerances import ENGINES_FLOAT64

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
