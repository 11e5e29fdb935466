"""Pairs: ``fit(noisy, target=clean)`` trains towards the target, and says so where one was meant and not named."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from rosenblatt import (
    Autoencoder,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    Gaussian,
    Masking,
    MLPClassifier,
    MLPRegressor,
    SparseAutoencoder,
    lr_find,
)
from tests import tolerances

random = np.random.default_rng(0)
CLEAN = random.random((200, 3)) @ random.random((3, 8)) / 3
NOISY = CLEAN + 0.3 * random.normal(size=CLEAN.shape)
SHORT = {"max_iter": 40, "random_state": 0, "learning_rate_init": 0.01}
KINDS = [Autoencoder, SparseAutoencoder, DenoisingAutoencoder, ContractiveAutoencoder]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def plain(**arguments):
    return Autoencoder((5,), **{**SHORT, **arguments})


def error(model, X=NOISY, Y=CLEAN):
    return float(np.mean((model.reconstruct(X) - Y) ** 2))


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("scaling", [None, "standard"])
def test_it_is_the_regression_of_the_target_on_the_rows(engine, solver, scaling):
    common = {"engine": engine, "solver": solver, "alpha": 0.01, "max_iter": 20, "tol": 0, "random_state": 0}
    model = Autoencoder((5,), code_activation="tanh", scale_inputs=scaling, **common).fit(NOISY, target=CLEAN)
    mean, spread = (NOISY.mean(axis=0), NOISY.std(axis=0)) if scaling else (0.0, 1.0)
    X, Y = (NOISY - mean) / spread, (CLEAN - mean) / spread  # the same units
    same = MLPRegressor(hidden_layer_sizes=(5,), activation="tanh", **common).fit(X, Y)
    if solver == "lbfgs":  # each has tolerances of its own
        same.tol = model.tol
        assert error(model) < error(Autoencoder((5,), scale_inputs=scaling, **common).fit(NOISY))
    else:
        np.testing.assert_allclose(
            model.theta_, same.theta_, rtol=tolerances.SCALED_MODEL, atol=tolerances.SCALED_MODEL
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_target_is_what_comes_out(kind, dtype):
    common = {"hidden_layer_sizes": (5,), **SHORT, "max_iter": 100}
    pairs = kind(**common).fit(NOISY.astype(dtype), target=CLEAN)
    alone = kind(**common).fit(NOISY.astype(dtype))
    assert error(pairs) < 0.9 * error(alone)
    assert pairs.theta_.dtype == dtype
    part = kind(**common)
    for _ in range(100):
        part.partial_fit(NOISY.astype(dtype), target=CLEAN)
    assert error(part) < 0.9 * error(alone)


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("scaling", [None, "minmax"])
def test_cross_entropy_takes_pairs(engine, scaling):
    model = plain(loss="binary_cross_entropy", scale_inputs=scaling, engine=engine, max_iter=150)
    alone = plain(scale_inputs=scaling, max_iter=150).fit(NOISY)
    assert error(model.fit(NOISY, target=CLEAN)) < 0.5 * error(alone)
    for factor in (-1.0, 9.0):
        with pytest.raises(ValueError, match=r"needs targets in \[0, 1\], but column \d of target spans"):
            model.fit(NOISY, target=factor * CLEAN)
    standard = plain(loss="binary_cross_entropy", scale_inputs="standard")
    with pytest.raises(ValueError, match="scale_inputs='standard' takes X beyond"):
        standard.fit(NOISY, target=CLEAN)


@pytest.mark.parametrize("scaling", ["standard", "robust", "minmax"])
def test_both_are_scaled_alike(scaling):
    small = plain(scale_inputs=scaling).fit(NOISY, target=CLEAN)
    large = plain(scale_inputs=scaling).fit(1024 * NOISY, target=1024 * CLEAN)
    np.testing.assert_allclose(
        large.reconstruct(1024 * NOISY), 1024 * small.reconstruct(NOISY), rtol=tolerances.SCALED_ERRORS
    )
    alone = plain(scale_inputs=scaling).fit(NOISY)
    np.testing.assert_array_equal(small.scaling_.scale, alone.scaling_.scale)


def test_x_itself_is_what_it_was():
    alone = plain(scale_inputs="standard", early_stopping=True).fit(NOISY).theta_
    for target in (NOISY, NOISY.copy(), NOISY.tolist()):
        same = plain(scale_inputs="standard", early_stopping=True).fit(NOISY, target=target).theta_
        np.testing.assert_allclose(same, alone, rtol=tolerances.SCALED_MODEL, atol=tolerances.SCALED_MODEL)


@pytest.mark.parametrize("convert", [sparse.csr_matrix, sparse.csc_array, sparse.coo_matrix, np.asarray])
@pytest.mark.parametrize("scaling", [None, "standard"])
def test_sparse_rows_and_targets(convert, scaling):
    rows, right = NOISY * (NOISY > 0.2), CLEAN * (CLEAN > 0.2)
    # sparse columns are divided and not moved, so the dense rows get that scaling
    model = plain(scale_inputs=scaling).fit(sparse.csr_matrix(rows), target=convert(right))
    dense = plain(scale_inputs=model.scaling_).fit(rows, target=right)
    np.testing.assert_allclose(model.theta_, dense.theta_, rtol=1e-6, atol=1e-9)


def test_early_stopping_judges_by_the_target():
    own = plain(early_stopping=True, max_iter=3)
    given = {"X_val": NOISY[150:], "target_val": CLEAN[150:]}
    own.fit(NOISY[:150], target=CLEAN[:150], **given)
    assert own.best_validation_score_ == pytest.approx(own.score(NOISY[150:], target=CLEAN[150:]))
    assert own.best_validation_score_ > own.score(NOISY[150:])
    watched = plain(max_iter=3).fit(CLEAN[:150], **given)  # trained without pairs, watched on some
    assert watched.validation_scores_[-1] == pytest.approx(watched.score(NOISY[150:], target=CLEAN[150:]))
    plain(early_stopping=True).fit(NOISY, target=CLEAN, groups=np.arange(200) // 10)
    part = plain().partial_fit(NOISY, target=CLEAN, **given)
    assert part.validation_scores_[-1] == pytest.approx(part.score(NOISY[150:], target=CLEAN[150:]))


def test_weights_count_pairs():
    weight = random.integers(0, 3, 200)
    rows = np.repeat(np.arange(200), weight)
    common = {"solver": "lbfgs", "max_iter": 10}
    once = plain(**common).fit(NOISY, target=CLEAN, sample_weight=weight)
    often = plain(**common).fit(NOISY[rows], target=CLEAN[rows])
    np.testing.assert_allclose(once.reconstruct(NOISY), often.reconstruct(NOISY), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("corruption", [Gaussian(0.2), Masking(0.3, emphasis=(1.0, 0.5)), 0.2])
def test_corruption_spares_the_target(corruption):
    pairs = plain(corruption=corruption, max_iter=100).fit(NOISY, target=CLEAN)
    assert error(pairs) < error(plain(corruption=corruption, max_iter=100).fit(NOISY))


@pytest.mark.parametrize("scaling", [None, "standard"])
def test_errors_and_scores_take_the_target(scaling):
    model = plain(scale_inputs=scaling).fit(NOISY, target=CLEAN)
    squares = (model.reconstruct(NOISY) - CLEAN) ** 2
    for per, right in (
        ("entry", squares),
        ("sample", squares.sum(axis=1)),
        ("feature", squares.mean(axis=0)),
    ):
        np.testing.assert_allclose(model.reconstruction_error(NOISY, per, target=CLEAN), right)
    scaled = squares if scaling is None else squares / model.scaling_.scale**2
    np.testing.assert_allclose(model.score_samples(NOISY, target=CLEAN), -scaled.sum(axis=1))
    weight = np.arange(200.0)
    score = model.score(NOISY, sample_weight=weight, target=CLEAN)
    assert score == pytest.approx(-np.average(scaled.sum(axis=1), weights=weight))
    assert model.score(NOISY, target=NOISY) == pytest.approx(model.score(NOISY))
    with pytest.raises(ValueError, match="target must have the shape of X"):
        model.score(NOISY, target=CLEAN[:3])


# -- what is said ----------------------------------------------------------------------------------------

HOLED = CLEAN.copy()
HOLED[7, 2] = np.nan


@pytest.mark.parametrize(
    ("target", "kind", "says"),
    [
        (CLEAN[:, :5], ValueError, r"target must have the shape of X, \(200, 8\): .*; got \(200, 5\)"),
        (CLEAN[:-1], ValueError, r"target must have the shape of X, \(200, 8\): .*; got \(199, 8\)"),
        (CLEAN[:, 0], ValueError, r"target must have the shape of X.*got \(200,\)"),
        ("clean", TypeError, "target must be an array"),
        (np.zeros((0, 8)), ValueError, "target must have the shape of X"),
        (HOLED, ValueError, r"target contains NaN.*\n.*row 7, column 2"),
        (np.where(CLEAN > 0.4, np.inf, CLEAN), ValueError, r"target contains infinity.*\n.*inf in row"),
        (CLEAN.astype(complex), ValueError, "target: Complex"),
        ([*CLEAN.astype(str).tolist()[:-1], ["a"] * 8], ValueError, "target: could not convert"),
        (np.full(CLEAN.shape, np.datetime64("2020")), TypeError, "target holds dates"),
        ([*CLEAN.tolist()[:-1], [1.0]], ValueError, "target: "),
    ],
    ids=[
        "narrow",
        "short",
        "vector",
        "word",
        "empty",
        "NaN",
        "infinity",
        "complex",
        "letters",
        "dates",
        "ragged",
    ],
)
@pytest.mark.parametrize("model", [Autoencoder((5,)), Autoencoder((5,), scale_inputs="minmax")], ids=repr)
def test_a_target_that_cannot_be_is_named(model, target, kind, says):
    for method in (model.fit, model.partial_fit):
        before = dict(vars(model))
        with pytest.raises(kind, match=f"(?s){says}"):
            method(NOISY, target=target)
        assert vars(model) == before


def test_numbers_too_large_for_the_rows():
    with pytest.raises(ValueError, match=r"target holds .* too large for float32, the dtype of X"):
        plain().fit(NOISY.astype("float32"), target=1e50 * CLEAN)


def test_broken_sparse_targets_are_named():
    broken = sparse.csr_matrix(CLEAN)
    broken.indices[5] = 999
    with pytest.raises(ValueError, match="target"):
        plain().fit(NOISY, target=broken)


def test_columns_of_frames_agree():
    names = list("abcdefgh")
    rows, right = pd.DataFrame(NOISY, columns=names), pd.DataFrame(CLEAN, columns=names)
    same = plain().fit(rows, target=right)
    np.testing.assert_array_equal(same.theta_, plain().fit(NOISY, target=CLEAN).theta_)
    with pytest.raises(ValueError, match=r"got 'h' where X has 'a'; pass target\[X.columns\]"):
        plain().fit(rows, target=right[names[::-1]])
    with pytest.raises(ValueError, match="where X has 'a'"):
        same.score(rows, target=right[names[::-1]])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"target": CLEAN, "X_val": NOISY}, "X_val was passed with target, but without target_val"),
        ({"target_val": CLEAN}, "target_val was passed without X_val"),
        ({"X_val": NOISY, "target_val": CLEAN[:5]}, "X_val and target_val: target must have the shape"),
    ],
    ids=str,
)
def test_validation_pairs_go_together(given, says):
    for method in ("fit", "partial_fit"):
        with pytest.raises(ValueError, match=says):
            getattr(plain(), method)(NOISY, **given)


@pytest.mark.parametrize("kind", KINDS)
def test_y_of_the_shape_of_x_is_spoken_of(kind):
    model = kind(hidden_layer_sizes=(5,), max_iter=2)
    for call in (model.fit, model.partial_fit, model.score, model.fit_transform):
        with pytest.warns(UserWarning, match="target=y") as told:
            call(NOISY, CLEAN)
        assert sum("target=y" in str(one.message) for one in told) == 1
    assert not model._paired


def test_any_other_y_is_ignored_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
        for y in (None, NOISY, NOISY.copy(), CLEAN[:, 0], CLEAN[:, 0] > 0, CLEAN[:, :2], list("ab") * 100):
            model = plain(max_iter=2).fit(NOISY, y)
            model.score(NOISY, y)
        plain(max_iter=2).fit(NOISY, target=CLEAN)
    wide = Autoencoder((20,), max_iter=2, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
        wide.fit(NOISY, target=CLEAN)  # it cannot copy its way there
    with pytest.warns(UserWarning, match="can copy its input"):
        wide.fit(NOISY)


# -- scikit-learn's tools -----------------------------------------------------------------------------------


def test_pipelines_and_searches_hand_the_target_on():
    pipe = make_pipeline(FunctionTransformer(), plain()).fit(NOISY, autoencoder__target=CLEAN)
    np.testing.assert_array_equal(pipe[-1].theta_, plain().fit(NOISY, target=CLEAN).theta_)
    search = GridSearchCV(plain(), {"hidden_layer_sizes": [(2,), (5,)]}, cv=3).fit(NOISY, target=CLEAN)
    assert error(search.best_estimator_) < error(plain().fit(NOISY))


def test_metadata_is_routed():
    with sklearn.config_context(enable_metadata_routing=True):
        model = plain().set_fit_request(target=True).set_score_request(target=True)
        grid = {"hidden_layer_sizes": [(1,), (5,)]}
        search = GridSearchCV(model, grid, cv=3).fit(NOISY, target=CLEAN)
        assert search.best_params_ == {"hidden_layer_sizes": (5,)}
        blind = GridSearchCV(plain().set_fit_request(target=True).set_score_request(target=False), grid, cv=3)
        blind.fit(NOISY, target=CLEAN)  # judged by the noisy rows
        means = [one.cv_results_["mean_test_score"].max() for one in (search, blind)]
        assert means[0] > means[1]
        pipe = make_pipeline(StandardScaler(), model).fit(NOISY, target=CLEAN)
        assert pipe[-1]._paired


def test_the_range_test_takes_the_target():
    pairs = lr_find(Autoencoder((5,), random_state=0), NOISY, target=100 * CLEAN)
    alone = lr_find(Autoencoder((5,), random_state=0), NOISY)
    assert np.ravel(pairs.losses)[0] > 10 * np.ravel(alone.losses)[0]
    with pytest.raises(TypeError, match="target"):
        lr_find(MLPClassifier(), NOISY, CLEAN[:, 0] > 0.3, target=CLEAN)
    auto = plain(learning_rate_init="auto").fit(NOISY, target=CLEAN)
    assert auto.learning_rate_init_ > 0
