"""The cure that a message names is followed, and helps."""

import re
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor, greedy_pretrain
from tests.estimators.test_shortfall import DIABETES, DIGITS, ENGINES, NOT_BELOW, heard

Z = scale(DIABETES[0])
MOVED = {
    "classes": (MLPClassifier(random_state=0), (DIGITS + 50, load_digits().target), 0.99),
    "sparse classes": (
        MLPClassifier(max_iter=60, random_state=0),
        (sparse.csr_array(DIGITS + 50), load_digits().target),
        0,
    ),
    "numbers": (
        MLPRegressor(scale_target=True, early_stopping=True, random_state=0),
        (Z + 50, DIABETES[1]),
        0.4,
    ),
    "numbers, at the horizon": (MLPRegressor(scale_target=True, random_state=0), (Z - 50, DIABETES[1]), 0.6),
    "float32": (
        MLPRegressor(scale_target=True, random_state=0),
        ((Z + 30).astype(np.float32), DIABETES[1]),
        0.6,
    ),
    "one large constant": (
        MLPRegressor(scale_target=True, random_state=0, max_iter=20),
        (np.column_stack([Z, np.full(len(Z), 90.0)]), DIABETES[1]),
        -1,
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("model", "data", "score"), MOVED.values(), ids=MOVED)
def test_inputs_far_from_zero_are_a_cause_and_scaling_is_the_cure(model, data, score, engine):
    model = clone(model).set_params(engine=engine)
    with pytest.warns(ConvergenceWarning) as caught:
        model.fit(*data)
    said = " ".join(str(one.message) for one in caught)
    assert re.search(r"Your inputs lie \d+ times as far from zero as from their means", said), said
    assert "scale_inputs='standard'." in said
    assert "learning_rate_init" not in said
    dense = data[0].toarray() if sparse.issparse(data[0]) else data[0]
    assert ("pass X.toarray()" in said) == sparse.issparse(data[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert model.set_params(scale_inputs="standard").fit(dense, data[1]).score(dense, data[1]) > score


def test_an_autoencoder_of_moved_inputs_is_told_so_too():
    with pytest.warns(
        ConvergenceWarning, match=r"Your inputs lie 186 times .* set scale_inputs='standard'\."
    ):
        Autoencoder((10,), random_state=0, max_iter=30).fit(DIGITS + 50)


@pytest.mark.parametrize("size", [1e4, -1e9])
def test_rows_far_out_are_named_whatever_the_scaling(size):
    X, y = Z.copy(), DIABETES[1]
    X[7] = size
    for scaling in (None, "standard", "robust", "minmax"):
        model = MLPRegressor(scale_target=True, scale_inputs=scaling, random_state=0)
        with pytest.warns((ConvergenceWarning, UserWarning)) as caught:
            model.fit(X, y)
        said = " ".join(str(one.message) for one in caught)
        assert re.search(r"(look at those rows, drop or clip them|Drop such rows, or clip them)\.", said), (
            said
        )
        assert "learning_rate_init" not in said
        assert "scale_inputs='robust'" not in said
    kept = np.arange(len(X)) != 7
    for rows, targets in ((X[kept], y[kept]), (X.clip(-5, 5), y)):
        model.set_params(scale_inputs="standard")
        assert heard(model, rows, targets) == ""
        assert model.score(rows, targets) > 0.6


ONES = np.ones((50, 4))


@pytest.mark.parametrize("scaling", [None, "standard", "robust", "minmax"])
@pytest.mark.parametrize("X", [ONES, ONES * 0, ONES * [1.0, 2.0, 0.0, 5.0]], ids=["ones", "zeros", "row"])
def test_one_row_again_and_again_is_learned_or_told(X, scaling):
    model = Autoencoder((2,), scale_inputs=scaling, random_state=0)
    said = heard(model, X)
    assert re.match(
        r"Nothing was learned: the target is (always \d|the same in all rows), and outputs are", said
    )
    assert "scale_inputs" not in said
    assert "learning_rate_init" in said
    assert heard(model.set_params(learning_rate_init=0.01, max_iter=3000), X) == ""
    assert -model.score(X) < 1e-3


def test_a_large_row_again_and_again_is_cured_by_scaling():
    model = Autoencoder((2,), random_state=0)
    said = heard(model, ONES * 1e6)
    assert said.endswith("All rows of X are the same, 1e+06 in size: set scale_inputs='standard'.")
    assert heard(model.set_params(scale_inputs="standard"), ONES * 1e6) == ""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("loss", "factor"),
    [("poisson", 1e-4), ("poisson", 1e4), ("gamma", 1.0), ("gamma", 1e4), ("tweedie", 1e-6)],
)
def test_targets_of_a_logarithm_are_divided_by_their_mean(loss, factor, engine):
    y = DIABETES[1] * factor
    model = MLPRegressor(loss=loss, random_state=0, engine=engine)
    said = heard(model, Z, y)
    assert re.match(
        NOT_BELOW + "the mean. Targets have mean " + re.escape(f"{y.mean():.3g}: divide y by it, and"), said
    ), said
    assert heard(model, Z, y / y.mean()) == ""
    assert model.score(Z, y / y.mean()) > 0.6
    with pytest.raises(ValueError, match="divide y by its mean"):
        MLPRegressor(loss=loss, scale_target=True).fit(Z, y)


@pytest.mark.parametrize("scaling", [None, "robust"])
@pytest.mark.parametrize("rows", ["few", "sparse"])
def test_rows_far_out_are_named_among_few_or_sparse_ones(rows, scaling):
    X, y = Z[:40].copy() if rows == "few" else Z.copy(), DIABETES[1]
    X[3] = 1e7
    X = sparse.csr_array(X) if rows == "sparse" else X
    said = heard(MLPRegressor(scale_target=True, scale_inputs=scaling, random_state=0), X, y[: X.shape[0]])
    assert re.search(
        r"A few of your inputs.* reach \S+, while nearly all stay below .* drop or clip them\.", said
    ), said


def test_layers_that_are_pretrained_name_the_cause():
    X = np.random.default_rng(1).normal(size=(300, 6)) + 60
    with pytest.warns(
        ConvergenceWarning, match=r"Layer 1 of 1 .* Nothing was learned.* as far from zero as from"
    ):
        greedy_pretrain(MLPClassifier((8,), max_iter=30, random_state=0), X)
