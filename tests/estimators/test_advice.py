"""Warnings that name the scale of the inputs, where that is the likely trouble."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_wine
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import DivergenceError, MLPClassifier, MLPRegressor
from rosenblatt.estimators.advice import on_inputs
from tests.estimators.refusals import table

X, LABELS, NUMBERS = table()
SENTENCE = "set scale_inputs='standard'"


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize(
    ("columns", "span"),
    [
        ([1, 4e6], "span 1 to 4e6 "),
        ([-0.5, -4e6], "span 0.5 to 4e6 "),
        ([2000, 1], "span 1 to 2e3 "),
        ([1e-4, 3e-4], "span 0.0001 to 0.0003 "),
        ([1e-5, 1e-5], "span 1e-5 to 1e-5 "),
        ([1, 2], ""),
        ([0, 50], ""),
        ([0.05, 40], ""),
        ([0, 0], ""),
    ],
)
def test_the_span_of_the_columns(container, columns, span):
    rows = container(np.array([[0.0, 0.0], columns, [0.0, 0.0]]))
    advice = on_inputs(rows, None)
    assert (span in advice) if span else (advice == "")
    assert (SENTENCE in advice) == bool(span)
    assert on_inputs(rows, "standard") == ""


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_warning_of_no_convergence_says_so(solver):
    wine, y = load_wine(return_X_y=True)
    begins = {"adam": r"^Stochastic Optimizer: Maximum iterations", "lbfgs": "^lbfgs failed to converge"}[
        solver
    ]
    arguments = {"hidden_layer_sizes": (5,), "solver": solver, "max_iter": 4, "random_state": 0}
    with pytest.warns(ConvergenceWarning, match=rf"{begins}.*span 0\.66 to 1\.7e3 .*{SENTENCE}"):
        MLPClassifier(**arguments).fit(wine, y)
    for inputs, scaled in ((X, None), (1e6 * X, "robust")):
        with pytest.warns(ConvergenceWarning, match=begins) as caught:
            MLPClassifier(**arguments, scale_inputs=scaled).fit(inputs, LABELS)
        assert not any("scale_inputs" in str(one.message) for one in caught)


def test_a_divergence_says_so():
    model = MLPRegressor(solver="sgd", random_state=0)
    with pytest.raises(DivergenceError, match=rf"learning rate.*{SENTENCE}"):
        model.fit(1e6 * X, NUMBERS)
    with pytest.raises(DivergenceError) as caught:
        model.set_params(learning_rate_init=1e5).fit(X, NUMBERS)
    assert "scale_inputs" not in str(caught.value)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(40, 3), (300, 2000)])
@pytest.mark.parametrize("ratio", [0.0, 7.7, 7.97, 8.1, 100.0, 1e3])
def test_inputs_far_from_zero_are_told_however_wide(dtype, shape, ratio):
    """The means' length is compared with the deviations': a quick look must settle it as the exact one."""
    rows = np.random.default_rng(0).normal(size=shape)
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)  # in deviations
    advice = on_inputs(((rows + ratio) / max(ratio, 1.0)).astype(dtype), None)
    assert ("times as far from zero" in advice) == (ratio > 8)
