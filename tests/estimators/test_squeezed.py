"""A few entries far out decide about a scaling: that is said, with the column, the row and a cure, and only then."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(1000, 4)) * [1.0, 1e-3, 1e3, 1.0] + [0.0, 7.0, 0.0, -4.0]
NUMBERS = X[:, 0] + 0.1 * RANDOM.normal(size=1000)


def said(model, *data):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        model.fit(*data)
    return [str(one.message) for one in heard if "usual entries" in str(one.message)]


@pytest.mark.parametrize("kind", ["standard", "minmax"])
@pytest.mark.parametrize("value", [-999.0, 1e12])
def test_a_corrupt_row_is_named(kind, value):
    rows = X.copy()
    rows[321, 3] = value
    for model in (MLPRegressor(scale_inputs=kind, max_iter=1), Autoencoder(2, scale_inputs=kind, max_iter=1)):
        (message,) = said(model, rows, *([NUMBERS] if isinstance(model, MLPRegressor) else []))
        assert f"column 3 of X holds {value:.3g}" in message
        assert "usually about" in message
        assert "set scale_inputs='robust'" in message
        assert not said(
            model.set_params(scale_inputs="robust"),
            rows,
            *([NUMBERS] if isinstance(model, MLPRegressor) else []),
        )


def test_a_corrupt_target_is_named():
    y = NUMBERS.copy()
    y[4] = 1e9
    (message,) = said(MLPRegressor(scale_target=True, max_iter=1), X, y)
    assert "column 0 of y holds 1e+09" in message


@pytest.mark.parametrize("kind", ["standard", "robust", "minmax"])
def test_nothing_is_said_where_all_is_well(kind):
    for load in (load_breast_cancer, load_digits, load_wine):
        rows, y = load(return_X_y=True)
        assert not said(MLPClassifier(scale_inputs=kind, max_iter=1), rows, y)
    heavy = np.exp(2 * RANDOM.normal(size=(500, 1)))
    rare = (RANDOM.random((500, 2)) < [0.01, 0.5]).astype(float)
    table = np.column_stack([heavy, rare, np.full(500, 3.0)])
    assert not said(MLPRegressor(scale_inputs=kind, max_iter=1, scale_target=True), table, heavy[:, 0])
    assert not said(MLPRegressor(scale_inputs=kind, max_iter=1), sparse.csr_array(table), heavy[:, 0])
