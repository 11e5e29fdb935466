"""Losses in the estimators: scikit-learn's optima, several outputs for a target, what each offers and refuses."""

import math
import warnings

import numpy as np
import pytest
from sklearn import linear_model, metrics
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, train_test_split

from rosenblatt import (
    L2,
    Cosine,
    Focal,
    Gamma,
    GaussianNLL,
    LogLoss,
    Loss,
    MLPClassifier,
    MLPRegressor,
    Quantile,
    Quantiles,
    Tweedie,
)
from rosenblatt.estimators.losses import loss_of
from rosenblatt.rules.classification_losses import BinaryFocal, CategoricalFocal
from rosenblatt.rules.losses import CategoricalCrossEntropy
from tests.estimators.refusals import classifier, refused, regressor, table
from tests.marks import needs_native
from tests.tolerances import (
    ENGINES_EPOCHS,
    OPTIMUM_OF_OBJECTIVE,
    REPLAYED,
    SMOOTHED,
)

X, LABELS, NUMBERS = table(n=150)
MULTILABEL = np.column_stack([LABELS > 0, LABELS > 1]).astype(int)
RNG = np.random.default_rng(1)
MEANS = np.exp(0.3 + X @ [0.5, -0.3, 0.2])
AMOUNTS = RNG.gamma(2.0, MEANS / 2)
WEIGHTS = RNG.uniform(0.2, 2.0, len(X))

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


# -- the optima of scikit-learn's linear models --------------------------------------------------------


def power_deviance(power):
    return lambda y, o: metrics.mean_tweedie_deviance(y, o, power=power, sample_weight=WEIGHTS) / 2


GENERALISED = {
    "poisson": (RNG.poisson(MEANS), linear_model.PoissonRegressor, 1, {}),
    "gamma": (AMOUNTS, linear_model.GammaRegressor, 2, {}),
    "tweedie": (AMOUNTS * (RNG.random(len(X)) > 0.3), linear_model.TweedieRegressor, 1.5, {"power": 1.5}),
    "inverse gaussian": (AMOUNTS, linear_model.TweedieRegressor, 3.0, {"power": 3.0, "link": "log"}),
}


@pytest.mark.parametrize("alpha", [0.0, 0.1])
@pytest.mark.parametrize("name", GENERALISED)
def test_no_hidden_layer_is_a_generalised_linear_model(name, alpha):
    y, kind, power, more = GENERALISED[name]
    loss = Tweedie(3.0) if name == "inverse gaussian" else name
    oracle = kind(alpha=alpha, tol=1e-10, max_iter=10000, **more).fit(X, y, WEIGHTS)
    penalty = (L2(alpha),) if alpha else ()  # as theirs, divided by nothing
    model = MLPRegressor(
        loss, (), solver="lbfgs", alpha=0, regularizers=penalty, tol=1e-9, max_iter=5000, random_state=0
    )
    model.fit(X, y, WEIGHTS)

    def objective(predicted, w):
        return power_deviance(power)(y, predicted) + alpha / 2 * (w @ w)

    best = objective(oracle.predict(X), oracle.coef_)
    assert objective(model.predict(X), model.coefs_[0].ravel()) <= best * (1 + OPTIMUM_OF_OBJECTIVE)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_no_hidden_layer_is_quantile_regression(q):
    model = MLPRegressor(
        Quantile(q),
        (),
        alpha=0,
        batch_size="full",
        learning_rate=Cosine(),
        learning_rate_init=0.05,
        max_iter=3000,
        tol=0,
        n_iter_no_change=math.inf,
        random_state=0,
    ).fit(X, NUMBERS)
    oracle = linear_model.QuantileRegressor(quantile=q, alpha=0, solver="highs").fit(X, NUMBERS)
    ours, best = (metrics.mean_pinball_loss(NUMBERS, m.predict(X), alpha=q) for m in (model, oracle))
    assert ours <= best * (1 + OPTIMUM_OF_OBJECTIVE)


# -- every loss trains on both engines ---------------------------------------------------------------

REGRESSION = {
    "mae": NUMBERS,
    "huber": NUMBERS,
    "quantile": NUMBERS,
    "quantiles": NUMBERS,
    "gaussian": NUMBERS,
    "gamma": AMOUNTS,
    "tweedie": AMOUNTS * (AMOUNTS > 0.5),
}


@needs_native
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("name", REGRESSION)
def test_both_engines_train_a_regressor(name, columns, dtype):
    y = np.column_stack([REGRESSION[name]] * columns).squeeze()
    model = MLPRegressor(name, (6,), "tanh", max_iter=4, learning_rate_init=0.01, random_state=0)
    models = [
        clone(model).set_params(engine=engine).fit(X.astype(dtype), y) for engine in ("native", "array")
    ]
    tolerance = 10 * ENGINES_EPOCHS[dtype]
    np.testing.assert_allclose(models[0].theta_, models[1].theta_, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(models[0].loss_curve_, models[1].loss_curve_, rtol=tolerance)
    assert models[0].predict(X.astype(dtype)).dtype == dtype
    assert models[0].loss_curve_[-1] < models[0].loss_curve_[0]


@needs_native
@pytest.mark.parametrize("y", [LABELS > 0, LABELS, MULTILABEL], ids=["two", "three", "multilabel"])
@pytest.mark.parametrize("loss", ["focal", "hinge", "squared_hinge", LogLoss(0.1), Focal(0.5)], ids=str)
def test_both_engines_train_a_classifier(loss, y):
    model = MLPClassifier((8,), "tanh", loss=loss, learning_rate_init=0.05, batch_size=50, random_state=0)
    model.set_params(max_iter=30, n_iter_no_change=math.inf)
    native, array = (clone(model).set_params(engine=engine).fit(X, y) for engine in ("native", "array"))
    assert (native.engine_, array.engine_) == ("native", "array")
    np.testing.assert_allclose(native.loss_curve_, array.loss_curve_, rtol=ENGINES_EPOCHS["float64"])
    assert native.score(X, y) > 0.85


@pytest.mark.parametrize("loss", ["focal", "hinge", LogLoss(0.1)], ids=str)
def test_early_stopping_sees_labels_as_they_are(loss):
    model = MLPClassifier(
        (8,), loss=loss, early_stopping=True, learning_rate_init=0.02, max_iter=30, random_state=0
    )
    model.set_params(initializer="glorot_uniform").fit(X, LABELS)
    _, held_out, _, wanted = train_test_split(X, LABELS, random_state=np.random.RandomState(0), test_size=0.1)
    assert model.best_validation_score_ == model.score(held_out, wanted) > 0.5


def test_a_users_own_loss_of_six_lines():
    class LogCosh(Loss):
        def value(self, xp, o, y):
            return xp.log(xp.cosh(o - y))

        def derivative(self, xp, o, y):
            return xp.tanh(o - y)

    model = MLPRegressor(loss=LogCosh(), hidden_layer_sizes=(8,), solver="lbfgs", random_state=0).fit(
        X, NUMBERS
    )
    assert model.engine_ == "array"
    assert model.score(X, NUMBERS) > 0.9
    refused(
        regressor(loss=LogCosh),
        lambda m: m.fit(X, NUMBERS),
        TypeError,
        "class LogCosh; pass an object, LogCosh()",
    )


# -- several outputs for a target ----------------------------------------------------------------------


def test_quantiles_are_predicted_side_by_side_and_hold_their_shares():
    y = NUMBERS + (1 + X[:, 0] ** 2) * RNG.normal(size=len(X))
    qs = (0.1, 0.5, 0.9)
    model = MLPRegressor(Quantiles(qs), (), solver="lbfgs", max_iter=2000, alpha=0, random_state=0).fit(X, y)
    predicted = model.predict(X)
    assert predicted.shape == (150, 3)
    np.testing.assert_allclose(
        (y[:, None] <= predicted).mean(axis=0), qs, atol=0.03
    )  # a fit meets a few exactly
    scores = [metrics.d2_pinball_score(y, predicted[:, k], alpha=q) for k, q in enumerate(qs)]
    np.testing.assert_allclose(model.score(X, y), np.mean(scores), rtol=REPLAYED)
    np.testing.assert_allclose(
        model.score(X, y, WEIGHTS),
        np.mean(
            [
                metrics.d2_pinball_score(y, predicted[:, k], alpha=q, sample_weight=WEIGHTS)
                for k, q in enumerate(qs)
            ]
        ),
        rtol=REPLAYED,
    )


def test_a_score_needs_a_target_for_each_row():
    model = MLPRegressor("quantiles", (), max_iter=1).fit(X, NUMBERS)
    with pytest.raises(
        ValueError, match=r"y must have a target for each of the 150 rows of X, got shape \(5,\)"
    ):
        model.score(X, NUMBERS[:5])


def test_outputs_of_several_targets_stand_target_by_target():
    both = np.column_stack([NUMBERS, 100 + X[:, 0]])
    model = MLPRegressor(Quantiles((0.2, 0.8)), (), solver="lbfgs", max_iter=2000, random_state=0).fit(
        X, both
    )
    predicted = model.predict(X)
    assert predicted.shape == (150, 2, 2)
    assert model.network_.sizes == (3, 4)
    assert (predicted[:, 1] > 90).all()
    assert abs(predicted[:, 0]).max() < 90
    assert model.score(X, both) > 0.5
    gaussian = MLPRegressor("gaussian", (), solver="lbfgs", max_iter=2000, random_state=0).fit(
        X, both - [0, 100]
    )
    mean, std = gaussian.predict(X, return_std=True)
    assert mean.shape == std.shape == (150, 2)
    assert metrics.r2_score(both - [0, 100], mean) == gaussian.score(X, both - [0, 100])


def test_the_gaussian_learns_mean_and_spread():
    spread = np.exp(X[:, 1] / 2)
    y = 2 * X[:, 0] + spread * RNG.normal(size=len(X))
    model = MLPRegressor(
        "gaussian", (), solver="lbfgs", alpha=0, tol=1e-8, max_iter=3000, random_state=0
    ).fit(X, y)
    mean, std = model.predict(X, return_std=True)
    np.testing.assert_array_equal(mean, model.predict(X))
    assert np.corrcoef(np.log(std), X[:, 1])[0, 1] > 0.9
    assert (
        abs(np.mean(((y - mean) / std) ** 2) - 1) < 0.01
    )  # at the optimum of the log-variance's bias exactly 1
    np.testing.assert_allclose(model.loss_, -_log_density(y, mean, std).mean(), rtol=REPLAYED)
    assert model.score(X, y) == metrics.r2_score(y, mean)


def _log_density(y, mean, std):
    return -0.5 * ((y - mean) / std) ** 2 - np.log(std) - 0.5 * np.log(2 * np.pi)


def test_standard_deviations_of_another_loss_are_refused():
    model = regressor().fit(X, NUMBERS)
    with pytest.raises(ValueError, match=r"return_std=True needs loss='gaussian'.* has loss='squared_error'"):
        model.predict(X, return_std=True)


@pytest.mark.parametrize("loss", ["quantiles", "gaussian", "quantile"])
def test_early_stopping_scores_as_score_does(loss):
    model = MLPRegressor(
        loss, (6,), early_stopping=True, max_iter=60, learning_rate_init=0.02, random_state=0
    )
    model.set_params(initializer="glorot_uniform")  # so that the split is the stream's first draw
    model.set_params(n_iter_no_change=math.inf).fit(X, NUMBERS)
    _, held_out, _, wanted = train_test_split(
        X, NUMBERS, random_state=np.random.RandomState(0), test_size=0.1
    )
    np.testing.assert_allclose(model.best_validation_score_, model.score(held_out, wanted), rtol=REPLAYED)
    assert model.best_validation_score_ > model.validation_scores_[0]


def test_partial_fit_and_warm_start_go_on_with_several_outputs():
    model = MLPRegressor(Quantiles((0.3, 0.7)), (5,), max_iter=3, warm_start=True, random_state=0).fit(
        X, NUMBERS
    )
    first = model.loss_
    assert model.fit(X, NUMBERS).loss_ < first
    second = model.loss_
    assert model.partial_fit(X, NUMBERS).loss_ < second
    changed = model.set_params(loss=Quantiles((0.3, 0.5, 0.7)))
    refused(
        changed, lambda m: m.fit(X, NUMBERS), ValueError, "warm_start cannot go on", "(3, 5, 2)", "(3, 5, 3)"
    )


# -- smoothed labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("y", "n_classes"), [(LABELS > 0, 2), (LABELS, 3), (MULTILABEL, 2)])
def test_smoothing_moves_the_targets_of_training_alone(y, n_classes):
    s = 0.3
    arguments = {
        "hidden_layer_sizes": (),
        "solver": "lbfgs",
        "alpha": 0.0,
        "tol": 1e-9,
        "max_iter": 5000,
        "random_state": 0,
    }
    model = MLPClassifier(**arguments, loss=LogLoss(s)).fit(X, y)
    # the mean of the probabilities is that of the targets, at the optimum of the biases
    encoded = (
        np.column_stack([y == c for c in range(3)]) if n_classes == 3 else np.asarray(y).reshape(len(y), -1)
    )
    probabilities = model.predict_proba(X)
    probabilities = probabilities[:, [1]] if encoded.shape[1] == 1 else probabilities
    wanted = encoded.mean(axis=0) * (1 - s) + s / n_classes
    np.testing.assert_allclose(probabilities.mean(axis=0), wanted, atol=SMOOTHED)
    assert set(np.unique(model.predict(X))) == set(np.unique(y))
    plain = MLPClassifier(**arguments | {"solver": "adam", "max_iter": 5}).fit(X, y)
    none = MLPClassifier(**arguments | {"solver": "adam", "max_iter": 5}, loss=LogLoss()).fit(X, y)
    np.testing.assert_array_equal(plain.theta_, none.theta_)


# -- what fits, what is offered ------------------------------------------------------------------------


def test_focal_is_the_form_that_fits():
    assert loss_of("focal", "binary") == loss_of(Focal(), "multilabel-indicator") == BinaryFocal()
    assert loss_of(Focal(0.5), "multiclass") == CategoricalFocal(0.5)
    assert loss_of(LogLoss(0.1), "multiclass") == CategoricalCrossEntropy()
    assert loss_of(Quantiles([0.1, 0.9]), "continuous") == Quantiles((0.1, 0.9))


@pytest.mark.parametrize("loss", ["focal", Focal(1.0), LogLoss(0.1), "binary_focal"], ids=str)
def test_losses_with_probabilities_offer_them_before_and_after(loss):
    model = MLPClassifier((3,), loss=loss, max_iter=2, random_state=0)
    for one in (clone(model), model.fit(X, LABELS > 0)):
        assert hasattr(one, "predict_proba")
        assert not hasattr(one, "decision_function")
    assert ((model.predict_proba(X) >= 0) & (model.predict_proba(X) <= 1)).all()


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_hinges_offer_decisions(loss):
    model = MLPClassifier((3,), loss=loss, max_iter=2, random_state=0)
    for one in (clone(model), model.fit(X, LABELS)):
        assert hasattr(one, "decision_function")
        assert not hasattr(one, "predict_proba")
    assert model.decision_function(X).shape == (150, 3)
    assert model._encoding == (-1.0, 1.0)


def test_a_grid_search_over_loss_objects():
    grid = {"loss": ["mae", Quantile(0.4), Quantiles((0.4, 0.6)), GaussianNLL(), "huber"]}
    search = GridSearchCV(MLPRegressor(hidden_layer_sizes=(4,), max_iter=4, random_state=0), grid, cv=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, NUMBERS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert "Quantile(q=0.4)" in repr(search)


@pytest.mark.parametrize(
    ("model", "fragments"),
    [
        (regressor(loss="focal"), ("loss='focal' is for classes", "MLPClassifier")),
        (regressor(loss=LogLoss(0.1)), ("loss=LogLoss(smoothing=0.1) is for classes",)),
        (regressor(loss="hinge"), ("loss='hinge'", "continuous")),
        (
            regressor(output_activation="mean_variance"),
            ("output_activation='mean_variance'", "loss='gaussian'"),
        ),
        (
            regressor(loss="gaussian", output_activation="identity"),
            ("output_activation='identity'", "'mean_variance'"),
        ),
        (regressor(activation="mean_variance"), ("activation='mean_variance'", "only be an output")),
        (classifier(loss="quantiles"), ("loss='quantiles'", "multiclass", "log_loss")),
        (classifier(loss="gaussian"), ("loss='gaussian'", "multiclass")),
        (classifier(loss="gamma"), ("loss='gamma'", "multiclass")),
    ],
)
def test_a_loss_that_does_not_fit_or_cannot_be(model, fragments):
    y = LABELS if isinstance(model, MLPClassifier) else NUMBERS
    refused(model, lambda m: m.fit(X, y), ValueError, *fragments)


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: Tweedie(1.0), r"Tweedie\(power=...\).*'poisson'"),
        (lambda: Quantiles((0.9, 0.1)), r"Quantiles\(qs=...\).*\(0.9, 0.1\)"),
        (lambda: Focal(-1.0), r"Focal\(gamma=...\).*-1.0"),
        (lambda: LogLoss(float("nan")), r"LogLoss\(smoothing=...\).*nan"),
    ],
)
def test_a_loss_of_impossible_numbers_is_refused_when_made(make, fragments):
    with pytest.raises(ValueError, match=fragments):
        make()


@pytest.mark.parametrize(
    ("loss", "bad", "hint"),
    [
        (Gamma(), 0.0, "'poisson' and 'tweedie' take zeros"),
        ("gamma", -1.0, "'squared_error'"),
        ("tweedie", -0.5, "[0, inf)"),
        (Tweedie(3.0), 0.0, "a power between 1 and 2 takes zeros"),
    ],
)
def test_targets_outside_the_domain_name_their_row(loss, bad, hint):
    y = AMOUNTS.copy()
    y[17] = bad
    refused(regressor(loss=loss), lambda m: m.fit(X, y), ValueError, "row 17", f"y={bad}", hint)
