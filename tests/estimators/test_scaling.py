"""Scaling inside the estimator (T4): that of scikit-learn's scalers, of the training share alone, weighted."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from rosenblatt import GaussianNLL, MLPClassifier, MLPRegressor, Quantiles
from rosenblatt.estimators.scaling import KINDS, Scaling
from rosenblatt.rules.losses import Loss, Poisson
from tests.estimators.refusals import classifier, refused, regressor, table
from tests.tolerances import DEVIATION_OF_MANY, SAME_SCALING, SCALED_MODEL

# 4 k + 1 rows: there the quartiles of RobustScaler, which interpolates, are entries as well.
X, LABELS, NUMBERS = table(n=101, columns=4)
X = X * [1.0, 1e4, 1e-3, 1.0] + [0.0, 5e4, 1.0, 7.0]
SCALERS = {"standard": StandardScaler(), "robust": RobustScaler(), "minmax": MinMaxScaler()}
SPARSE_SCALERS = {
    "standard": StandardScaler(with_mean=False),
    "robust": RobustScaler(with_centering=False),
    "minmax": MaxAbsScaler(),
}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def same(found, expected, tolerance=SAME_SCALING):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


def holed(n=101, seed=1):
    """Return a sparse table: columns of few entries and of many, of both signs."""
    rng, columns = np.random.default_rng(seed), 5
    dense = rng.normal(1.0, 2.0, size=(n, columns))
    dense[:, 1] = abs(dense[:, 1])  # of two fifths of the rows, so that only the upper quartile is not zero
    dense *= rng.random((n, columns)) < [0.1, 0.4, 0.5, 0.7, 0.9]
    return sparse.csr_array(dense)


def of_different_quartiles(rows, kind):
    """Return the columns that are scaled as by scikit-learn: for "robust" not those whose quartiles are one number."""
    if kind != "robust":
        return slice(None)
    low, high = np.quantile(rows.toarray(), (0.25, 0.75), axis=0)
    assert 0 < np.count_nonzero(low < high) < rows.shape[1]
    return low < high


# -- the scaling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_dense_rows_are_scaled_as_by_scikit_learn(kind):
    scaling = Scaling.of(kind, X, None)
    expected = clone(SCALERS[kind]).fit_transform(X)
    same(scaling.apply(X, np.float64), expected)
    same(scaling.undo(expected), X)
    same(scaling.undo(expected, spread=True), expected * scaling.scale)
    same(scaling.undo(expected[:, 1:3], columns=[1, 2]), X[:, 1:3])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("container", [sparse.csr_array, sparse.csr_matrix])
def test_sparse_rows_are_divided_alone(kind, container):
    rows = container(holed())
    scaling = Scaling.of(kind, rows, None)
    assert scaling.center is None
    scaled = scaling.apply(rows, np.float64)
    expected = clone(SPARSE_SCALERS[kind]).fit_transform(rows).toarray()
    differs = of_different_quartiles(rows, kind)
    same(scaled.toarray()[:, differs], expected[:, differs])
    assert scaled.nnz == rows.nnz
    assert scaled.format == "csr"
    assert type(scaled) is type(rows)


def mostly_zeros(random, share, n=401):
    return np.where(random.random(n) < share, random.normal(size=n), 0.0)[:, None]


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e4, 2.0**200])
@pytest.mark.parametrize("share", [0.003, 0.05, 0.2, 0.4])
def test_quartiles_that_are_one_number_keep_no_unit(unit, share):
    column = mostly_zeros(np.random.default_rng(8), share)
    column[17] = 1.5
    expected = Scaling.of("robust", column, None).apply(column, np.float64)
    for form in (np.asarray, sparse.csr_array):
        found = Scaling.of("robust", form(unit * column), None).apply(form(unit * column), np.float64)
        same(found.toarray() if sparse.issparse(found) else found, expected)
    assert 0.2 < expected.std() < 5


def test_where_quartiles_are_one_number_a_normal_share_has_1349_deviations():
    for share in (0.05, 0.2, 0.45):
        column = mostly_zeros(np.random.default_rng(1), share, 100_000)
        scale = Scaling.of("robust", column, None).scale
        np.testing.assert_allclose(scale, 1.349 * column.std(axis=0), rtol=DEVIATION_OF_MANY)


def test_a_corrupt_entry_does_not_decide_where_quartiles_are_one_number():
    column = mostly_zeros(np.random.default_rng(5), 0.1)
    corrupt = column.copy()
    corrupt[3] = -1e9
    for form in (np.asarray, sparse.csr_array):
        clean, found = (Scaling.of("robust", form(rows), None).scale for rows in (column, corrupt))
        np.testing.assert_allclose(found, clean, rtol=0.2)


def test_a_column_of_one_number_but_for_rounding_is_constant():
    column = np.full((30, 1), 0.3)
    column[::2] = 0.1 + 0.2
    assert Scaling.of("robust", column, None).scale == 1


def test_entries_that_stand_twice_in_a_sparse_row_are_added():
    twice = sparse.csr_array(([1.0, 2.0, 3.0, 5.0], [0, 0, 1, 0], [0, 2, 3, 4]), shape=(3, 2))
    once = sparse.csr_array(twice.toarray())
    assert not twice.has_canonical_format
    for kind in KINDS:
        same(Scaling.of(kind, twice, None).scale, Scaling.of(kind, once, None).scale)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [X, holed()], ids=["dense", "sparse"])
@given(seed=st.integers(0, 2**32 - 1))
def test_a_weight_of_two_is_two_rows(kind, rows, seed):
    weight = np.random.default_rng(seed).integers(1, 4, rows.shape[0])
    weighted = Scaling.of(kind, rows, weight)
    repeated = Scaling.of(kind, rows[np.repeat(np.arange(len(weight)), weight)], None)
    same(weighted.scale, repeated.scale)
    if weighted.center is not None:
        same(weighted.center, repeated.center)


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_column_has_scale_one(kind):
    for constant in (0.0, 0.1, -3e5, 1e-300):
        column = np.full((37, 1), constant)
        for rows in (column, sparse.csr_array(column)):
            scaling = Scaling.of(kind, rows, None)
            if kind == "minmax" and sparse.issparse(rows) and constant:
                same(scaling.scale, [abs(constant)])  # the largest absolute entry, as MaxAbsScaler
            else:
                assert scaling.scale == [1.0]


def test_float32_is_kept_and_computed_in_float64():
    column = np.array([[1e4], [1e4 + 1 / 512], [1e4 - 1 / 1024]], np.float32)  # exact in float32
    scaling = Scaling.of("standard", column, None)
    same(scaling.scale, np.std(column.astype(np.float64), axis=0))
    assert scaling.apply(column, np.float32).dtype == np.float32
    assert scaling.undo(column).dtype == np.float32
    model = MLPClassifier((3,), scale_inputs="standard", max_iter=2).fit(X.astype(np.float32), LABELS)
    assert model.predict_proba(X.astype(np.float32)).dtype == model.theta_.dtype == np.float32
    assert model.scaling_.scale.dtype == np.float64


# -- the model -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_model_is_that_of_a_pipeline(kind, solver):
    arguments = {"hidden_layer_sizes": (5,), "solver": solver, "max_iter": 15, "random_state": 0}
    inside = MLPClassifier(**arguments, scale_inputs=kind).fit(X, LABELS)
    outside = make_pipeline(clone(SCALERS[kind]), MLPClassifier(**arguments)).fit(X, LABELS)
    same(inside.theta_, outside[-1].theta_, SCALED_MODEL)
    same(inside.predict_proba(X), outside.predict_proba(X), SCALED_MODEL)
    same(inside.predict_proba(X[:1]), outside.predict_proba(X[:1]), SCALED_MODEL)
    plain = MLPClassifier(**arguments).fit(X, LABELS)
    assert abs(plain.predict_proba(X) - inside.predict_proba(X)).max() > 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_of_sparse_rows_is_that_of_a_pipeline(kind):
    rows, arguments = holed(), {"hidden_layer_sizes": (5,), "max_iter": 10, "random_state": 0}
    rows = rows[:, of_different_quartiles(rows, kind)]
    inside = MLPClassifier(**arguments, scale_inputs=kind).fit(rows, LABELS)
    outside = make_pipeline(clone(SPARSE_SCALERS[kind]), MLPClassifier(**arguments)).fit(rows, LABELS)
    same(inside.predict_proba(rows), outside.predict_proba(rows), SCALED_MODEL)
    same(inside.predict_proba(rows.toarray()), inside.predict_proba(rows), SCALED_MODEL)


@pytest.mark.parametrize("y", [NUMBERS * 1e3 + 5e4, np.column_stack([NUMBERS, X[:, 1]])], ids=["one", "two"])
@pytest.mark.parametrize("loss", ["squared_error", "own"])
def test_a_scaled_target_is_that_of_a_transformed_regressor(y, loss):
    class LogCosh(Loss):
        def value(self, xp, o, y):
            return xp.log(xp.cosh(o - y))

        def derivative(self, xp, o, y):
            return xp.tanh(o - y)

    arguments = {"hidden_layer_sizes": (6,), "max_iter": 20, "random_state": 0, "scale_inputs": "standard"}
    arguments["loss"] = LogCosh() if loss == "own" else loss
    inside = MLPRegressor(**arguments, scale_target=True).fit(X, y)
    outside = TransformedTargetRegressor(MLPRegressor(**arguments), transformer=StandardScaler()).fit(X, y)
    same(inside.theta_, outside.regressor_.theta_, SCALED_MODEL)
    same(inside.predict(X), outside.predict(X), SCALED_MODEL)
    assert inside.predict(X).shape == y.shape


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_fitted_to_the_training_share_alone(kind):
    weight = np.linspace(0.5, 2, 101)
    weight[::7] = 0
    arguments = {"early_stopping": True, "initializer": "zeros", "max_iter": 2, "random_state": 0}
    model = MLPRegressor(scale_inputs=kind, scale_target=True, **arguments).fit(X, NUMBERS, weight)
    kept = weight > 0
    train, _, y, _, w, _ = train_test_split(
        X[kept], NUMBERS[kept], weight[kept], random_state=np.random.RandomState(0), test_size=0.1
    )
    expected = Scaling.of(kind, train, w)
    np.testing.assert_array_equal(model.scaling_.center, expected.center)
    np.testing.assert_array_equal(model.scaling_.scale, expected.scale)
    same(model.target_scaling_.center, [np.average(y, weights=w)])
    assert (model.scaling_.scale != Scaling.of(kind, X[kept], weight[kept]).scale).any()


def test_validation_scores_are_in_the_units_of_the_user():
    y = NUMBERS * 1e3 + 5e4
    arguments = {"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 0, "scale_inputs": "standard"}
    model = MLPRegressor(**arguments, scale_target=True).fit(X, y, X_val=X[:50], y_val=y[:50])
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[:50], y[:50]))


def test_a_warm_start_and_partial_fit_keep_the_first_scaling():
    for go_on in ("fit", "partial_fit"):
        model = regressor(scale_inputs="standard", scale_target=True, warm_start=True).fit(X, NUMBERS)
        first, target = model.scaling_, model.target_scaling_
        getattr(model, go_on)(3 * X + 1, 5 * NUMBERS)
        assert model.scaling_ is first
        assert model.target_scaling_ is target
    fresh = model.set_params(warm_start=False).fit(3 * X + 1, NUMBERS)
    same(fresh.scaling_.scale, 3 * first.scale)
    begun = regressor(scale_inputs="robust").partial_fit(X[:50], NUMBERS[:50])
    np.testing.assert_array_equal(begun.scaling_.scale, Scaling.of("robust", X[:50], None).scale)
    assert begun.partial_fit(X, NUMBERS).scaling_ is begun.scaling_


def test_a_pickle_and_a_clone():
    model = regressor(scale_inputs="minmax", scale_target=True).fit(X, NUMBERS)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    assert clone(model).get_params()["scale_inputs"] == "minmax"
    assert not hasattr(clone(model), "scaling_")


def test_searches_over_scalings():
    grid = {"scale_inputs": [None, *KINDS]}
    search = GridSearchCV(MLPClassifier((4,), max_iter=30, random_state=0), grid, cv=3).fit(X, LABELS)
    assert search.best_params_["scale_inputs"] is not None  # columns of 1e4 and 1e-3
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    scores = cross_validate(
        MLPRegressor(max_iter=2, scale_inputs="robust", scale_target=True), X, NUMBERS, cv=3
    )
    assert np.isfinite(scores["test_score"]).all()


# -- what is refused -----------------------------------------------------------------------------------


def test_unknown_kinds():
    for value in ("standart", True, ["standard"]):
        refused(
            classifier(scale_inputs=value), lambda m: m.fit(X, LABELS), ValueError, "scale_inputs", "'minmax'"
        )
    refused(regressor(scale_target="yes"), lambda m: m.fit(X, NUMBERS), TypeError, "scale_target", "'yes'")


def test_targets_of_a_limited_domain_are_not_scaled():
    for loss in ("poisson", Poisson()):
        refused(
            regressor(loss=loss, scale_target=True),
            lambda m: m.fit(X, abs(NUMBERS)),
            ValueError,
            "scale_target=True",
            "'poisson'",
            "[0, inf)",
            "scale_target=False",
        )


def test_entries_too_large_to_be_squared():
    huge = X.copy()
    huge[3, 2] = -1e200
    for rows in (huge, sparse.csr_array(huge)):
        refused(
            classifier(scale_inputs="standard"),
            lambda m, rows=rows: m.fit(rows, LABELS),
            ValueError,
            "column 2",
            "-1e+200",
        )
    y = NUMBERS.copy()
    y[0] = 1e160
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        regressor(scale_inputs="standard").fit(X.astype(np.float32), NUMBERS)
    refused(
        regressor(scale_target=True), lambda m: m.fit(X, y), ValueError, "scale_target=True", "of y", "1e+160"
    )


def test_entries_that_overflow_when_they_are_scaled():
    model = MLPClassifier((2,), scale_inputs="standard", max_iter=1).fit(X.astype(np.float32) * 1e-9, LABELS)
    far = X.astype(np.float32)
    far[5, 1] = 1e38
    with pytest.raises(ValueError, match=r"overflows float32.*row 5, column 1"):
        model.predict(far)
    rows = sparse.csr_array(holed().astype(np.float32) * 1e-9)
    model.fit(rows, LABELS)
    far = sparse.csr_array((np.float32([1e38]), ([2], [4])), shape=(3, 5))
    with pytest.raises(ValueError, match=r"overflows float32.*row 2, column 4"):
        model.predict(far)


def test_large_entries_that_scaling_brings_into_range_are_taken():
    model = MLPClassifier((2,), scale_inputs="minmax", max_iter=1)
    model.fit((X / abs(X).max() * 1e37).astype(np.float32), LABELS)
    assert np.isfinite(model.predict_proba(X / abs(X).max() * 1e39)).all()  # no float32 before it is scaled


def test_sparse_rows_for_a_model_that_centres():
    model = classifier(scale_inputs="standard").fit(X, LABELS)
    with pytest.raises(ValueError, match=r"X is sparse.*'standard'.*toarray"):
        model.predict(sparse.csr_array(X))


def test_going_on_with_another_scaling():
    for arguments in ({"scale_inputs": "robust"}, {"scale_inputs": None}, {"scale_target": False}):
        for go_on, anew in (("fit", "warm_start=False"), ("partial_fit", "call fit")):
            model = regressor(scale_inputs="standard", scale_target=True, warm_start=True).fit(X, NUMBERS)
            (name, value), *_ = arguments.items()
            refused(
                model.set_params(**arguments),
                lambda m, go_on=go_on: getattr(m, go_on)(X, NUMBERS),
                ValueError,
                f"{name} was",
                f"is now {value!r}",
                anew,
            )


def test_means_variances_and_quantiles_come_back_in_the_units_of_the_user():
    for loss in (GaussianNLL(), Quantiles((0.2, 0.8))):
        arguments = {
            "loss": loss,
            "hidden_layer_sizes": (4,),
            "scale_target": True,
            "random_state": 0,
            "max_iter": 9,
        }
        y = np.column_stack([NUMBERS, X[:, 0]])
        small, large = (MLPRegressor(**arguments).fit(X[:, :1], target) for target in (y, 1e3 * y - 7.0))
        same(large.predict(X[:, :1]), 1e3 * small.predict(X[:, :1]) - 7.0, SCALED_MODEL)
        assert large.score(X[:, :1], 1e3 * y - 7.0) == pytest.approx(small.score(X[:, :1], y))
        if loss == GaussianNLL():
            stds = [model.predict(X[:, :1], return_std=True)[1] for model in (small, large)]
            same(stds[1], 1e3 * stds[0], SCALED_MODEL)
