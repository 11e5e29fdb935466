"""Finite inputs that are huge: the right number or an error that names the row, and never NaN in silence."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

import rosenblatt as rb

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.default_rng(0).normal(size=(30, 3))
TARGETS = {rb.MLPClassifier: (X[:, 0] > 0).astype(int), rb.MLPRegressor: X[:, 1]}
METHODS = ("predict_proba", "predict", "transform", "reconstruct", "reconstruction_error")


@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", [None, "standard"])
@pytest.mark.parametrize("cls", [*TARGETS, rb.Autoencoder])
@pytest.mark.parametrize("as_given", [np.asarray, sparse.csr_array])
def test_rows_whose_sums_overflow_are_named(cls, scale, dtype, activation, engine, as_given):
    if as_given is sparse.csr_array and scale:
        return  # is scaled without being centred, and refused where it was dense
    arguments = {"hidden_layer_sizes": (2,), "max_iter": 2, "random_state": 0, "scale_inputs": scale}
    model = cls(activation=activation, engine=engine, **arguments).fit(X.astype(dtype), TARGETS.get(cls))
    model.theta_ = model.theta_ * 0 + dtype(2)  # three of the largest, doubled, of both signs
    largest = np.finfo(dtype).max
    rows = X[:4].astype(dtype)
    rows[2] = [largest, -largest, largest]
    for method in METHODS:
        if hasattr(model, method):
            with pytest.raises(ValueError, match=r"X .*row 2"):
                getattr(model, method)(as_given(rows))
    rows[2] = 1.0
    for method in METHODS:
        if hasattr(model, method) and not (cls is rb.MLPClassifier and method == "predict"):
            assert np.isfinite(getattr(model, method)(as_given(rows))).all()


def test_large_rows_that_overflow_nothing_are_predicted_as_ever():
    model = rb.MLPRegressor(hidden_layer_sizes=(2,), activation="tanh", max_iter=2, random_state=0)
    model.fit(X, X[:, 1])
    large = np.full((1, 3), 1e200)
    expected = (
        np.tanh(large @ model.coefs_[0] + model.intercepts_[0]) @ model.coefs_[1] + model.intercepts_[1]
    )
    np.testing.assert_allclose(model.predict(large), expected.ravel())


@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize("per", ["sample", "feature", "entry"])
def test_errors_that_no_float_can_hold_are_infinite_with_a_warning(engine, per):
    model = rb.Autoencoder(2, "tanh", max_iter=2, random_state=0, engine=engine).fit(X)
    rows = X[:4].copy()
    rows[2, 0] = 1e200
    with pytest.warns(RuntimeWarning, match="errors of row 2 of X are too large for a float"):
        errors = model.reconstruction_error(rows, per=per)
    assert np.isinf(errors).any()
    assert not np.isnan(errors).any()


@pytest.mark.filterwarnings("error::RuntimeWarning")  # of NumPy: the error says it
@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize(("dtype", "huge"), [(np.float64, 1.79e308), (np.float32, 3e38)])
@pytest.mark.parametrize("scale", [None, "robust"])
@pytest.mark.parametrize("cls", [*TARGETS, rb.Autoencoder])
def test_a_single_huge_row_is_refused_and_nothing_else_is_said(cls, scale, dtype, huge, engine):
    arguments = {"hidden_layer_sizes": (4, 2, 4), "max_iter": 3, "random_state": 0, "scale_inputs": scale}
    model = cls(**arguments, engine=engine).fit(X.astype(dtype), TARGETS.get(cls))
    for method in (*METHODS, "predict_log_proba"):
        if hasattr(model, method):
            with pytest.raises(ValueError, match=r"X .*row 0"):
                getattr(model, method)(np.full((1, 3), huge, dtype))
    if cls is rb.Autoencoder:
        with pytest.raises(ValueError, match=r"X .*row 0"):
            model.inverse_transform(np.full((1, 2), huge, dtype))


@pytest.mark.parametrize("engine", ["native", "array"])
@pytest.mark.parametrize("kind", [rb.MLPClassifier, rb.MLPRegressor, rb.Autoencoder])
def test_weights_that_are_huge_missing_or_no_numbers_are_named(kind, engine):
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(40, 6)), np.arange(40) % 3
    model = kind(hidden_layer_sizes=(4,), max_iter=3, random_state=0, engine=engine)
    model.fit(rows, labels)
    ways = ("predict", "predict_proba", "transform", "reconstruct")
    ways = [getattr(model, way) for way in ways if hasattr(model, way)]
    usual = model.theta_.copy()
    model.theta_ = usual * 1e200
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for way in ways:
            with pytest.raises(ValueError, match=r"theta_ holds weights of size \S+e\+(199|200), and X"):
                way(rows)
        model.theta_[:] = usual
        model.theta_[1] = np.nan
        for go_on in (model.partial_fit, model.set_params(warm_start=True).fit):
            with pytest.raises(ValueError, match="theta_ must hold finite numbers, got nan at 1"):
                go_on(rows, labels)
    model.theta_[1] = usual[1]
    for way in ways:
        assert np.isfinite(np.asarray(way(rows), dtype=float)).all()
    del model.theta_
    for way in ways:
        with pytest.raises(NotFittedError, match="has no theta_"):
            way(rows)
