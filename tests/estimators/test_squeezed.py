"""A few entries far out decide about a scaling: that is said, with the column, the row and a cure, and only then."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor
from rosenblatt.estimators.scaling import Scaling

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
        near = value == -999.0 and isinstance(model, MLPRegressor)
        assert message.endswith(
            "Drop such rows, or set scale_inputs='robust'." if near else "Drop such rows, or clip them."
        )
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


@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_first_batch_of_few_rows_tells_no_units(rows):
    X = np.random.RandomState(0).normal(size=(60, 3))
    labels, numbers = (X[:, 0] > 0).astype(int), 1000 * X[:, 0]

    def first(model, *targets, **classes):
        return lambda: model.partial_fit(X[:rows], *(one[:rows] for one in targets), **classes)

    model = MLPClassifier((3,), scale_inputs="standard")
    with pytest.warns(
        UserWarning, match=rf"scale_inputs='standard' is fitted .* and {rows} rows? cannot"
    ) as told:
        first(model, labels, classes=[0, 1])()
    assert told[0].filename == __file__
    assert "scale_inputs=Scaling.of('standard', X, None)" in str(told[0].message)
    with pytest.warns(
        UserWarning, match="scale_inputs='minmax' and scale_target=True are fitted to the first batch"
    ):
        first(MLPRegressor(hidden_layer_sizes=(3,), scale_inputs="minmax", scale_target=True), numbers)()
    with pytest.warns(UserWarning, match="scale_target=True is fitted to the first batch"):
        first(MLPRegressor(hidden_layer_sizes=(3,), scale_target=True), numbers)()
    if rows > 1:
        with pytest.warns(UserWarning, match="scale_inputs='robust' is fitted to the first batch"):
            first(Autoencoder(2, scale_inputs="robust"))()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        first(model, labels)()  # it was said, and nothing is fitted now
        first(MLPClassifier((3,)), labels, classes=[0, 1])()
        whole = Scaling.of("standard", X, None)
        first(MLPClassifier((3,), scale_inputs=whole), labels, classes=[0, 1])()
        MLPClassifier((3,), scale_inputs="standard").partial_fit(X[:5], labels[:5], classes=[0, 1])
