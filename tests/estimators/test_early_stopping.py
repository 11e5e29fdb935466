"""EarlyStopping: any scorer, several at once, patience, the best weights, what is refused."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.metrics import get_scorer, log_loss, make_scorer, max_error, roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import EarlyStopping, MLPClassifier, MLPRegressor
from rosenblatt.estimators.early_stopping import record_scores, scorers_of
from rosenblatt.training.column import Column
from rosenblatt.training.state import HISTORY
from tests.estimators.refusals import classifier, refused, regressor, table

X, LABELS, NUMBERS = table(n=120)
X_VAL, LABELS_VAL, NUMBERS_VAL = table(n=60, seed=7)
SETS = {"X_val": X_VAL, "y_val": LABELS_VAL}
WILD = {"hidden_layer_sizes": (5,), "learning_rate_init": 0.5, "max_iter": 80, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Keep:
    """A scorer that keeps the weights it saw, and gives the scores it was told."""

    __name__ = "told"

    def __init__(self, scores):
        self.scores, self.thetas, self.calls = scores, [], 0

    def __call__(self, estimator, X, y):
        if not hasattr(estimator, "n_features_in_"):
            raise AssertionError
        self.calls += 1
        if self.calls == 1:  # the trial before training
            return 0.0
        self.thetas.append(estimator.theta_.copy())
        return self.scores[self.calls - 2]


# -- scores --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scoring", ["neg_log_loss", "f1_macro", "roc_auc_ovr", "top_k_accuracy", "balanced_accuracy"]
)
def test_the_best_weights_by_any_scorer_are_put_back(scoring):
    if scoring == "top_k_accuracy":
        scoring = make_scorer(lambda y, p: -log_loss(y, p, labels=[0, 1, 2]), response_method="predict_proba")
    model = MLPClassifier(**WILD, early_stopping=EarlyStopping(scoring)).fit(X, LABELS, **SETS)
    assert model.n_iter_ < 80
    best = int(np.argmax(model.validation_scores_)) + 1
    assert best < model.n_iter_
    reference = MLPClassifier(**{**WILD, "max_iter": best}).fit(X, LABELS)
    np.testing.assert_array_equal(model.theta_, reference.theta_)
    assert model.best_validation_score_ == get_scorer(scoring)(model, X_VAL, LABELS_VAL)


def test_the_estimators_own_score_is_scikit_learns():
    for cls, y in ((MLPClassifier, LABELS), (MLPRegressor, NUMBERS)):
        plain = cls(**WILD, early_stopping=True).fit(X, y)
        given = cls(**WILD, early_stopping=EarlyStopping(patience=10, min_delta=1e-4)).fit(X, y)
        named = cls(**WILD, early_stopping=EarlyStopping("accuracy" if y is LABELS else "r2")).fit(X, y)
        np.testing.assert_array_equal(given.theta_, plain.theta_)
        np.testing.assert_allclose(named.theta_, plain.theta_)
        assert given.validation_scores_ == plain.validation_scores_


@pytest.mark.parametrize(
    "scoring", [["neg_log_loss", "accuracy"], {"loss of mine": "neg_log_loss", "share": "accuracy"}]
)
def test_the_first_of_several_decides_and_all_are_recorded(scoring):
    model = MLPClassifier(**WILD, early_stopping=EarlyStopping(scoring)).fit(X, LABELS, **SETS)
    alone = MLPClassifier(**WILD, early_stopping=EarlyStopping("neg_log_loss")).fit(X, LABELS, **SETS)
    watched = MLPClassifier(**{**WILD, "max_iter": model.n_iter_}).fit(X, LABELS, **SETS)
    np.testing.assert_array_equal(model.theta_, alone.theta_)
    first, second = scoring
    np.testing.assert_array_equal(model.history_[first], model.validation_scores_)
    np.testing.assert_array_equal(model.history_[first], alone.history_["neg_log_loss"])
    np.testing.assert_array_equal(model.history_[second], watched.validation_scores_)


def test_the_split_is_scikit_learns_and_its_labels_the_users():
    names = np.array(["no", "yes"])[(LABELS > 0).astype(int)]
    seen = []

    def own(estimator, X, y):
        seen.append((X, y))
        return roc_auc_score(y == "yes", estimator.predict_proba(X)[:, 1])

    stop = EarlyStopping([own, "roc_auc"])
    scaled = {"initializer": "zeros", "scale_inputs": "standard", "max_iter": 3, "random_state": 0}
    model = MLPClassifier(early_stopping=stop, **scaled).fit(X, names)
    _, X_aside, _, y_aside = train_test_split(
        X, names, random_state=np.random.RandomState(0), test_size=0.1, stratify=names
    )
    np.testing.assert_array_equal(seen[-1][0], X_aside)  # not scaled: as the user sees it
    np.testing.assert_array_equal(seen[-1][1], y_aside)
    np.testing.assert_allclose(model.history_["own"], model.history_["roc_auc"])


def test_a_scorer_of_numbers_gets_them_in_the_units_of_the_user():
    stop = EarlyStopping({"worst": make_scorer(max_error, greater_is_better=False)})
    arguments = {"scale_inputs": "standard", "scale_target": True, "max_iter": 4, "random_state": 0}
    weight = np.linspace(1, 2, 60)  # which max_error does not take
    sets = {"X_val": X_VAL, "y_val": 1e4 * NUMBERS_VAL, "sample_weight_val": weight}
    model = MLPRegressor(**arguments, early_stopping=stop).fit(X, 1e4 * NUMBERS, **sets)
    expected = -max_error(1e4 * NUMBERS_VAL, model.predict(X_VAL))
    assert model.best_validation_score_ == expected
    assert model.history_["worst"].max() == expected


def test_patience_and_min_delta_count_as_scikit_learn_counts():
    for scores, patience, stops_at, best in (
        ([1, 2, 2, 2, 2, 2, 2], 2, 5, 2),
        ([1, 1.05, 1.1, 1.15, 1.2, 1.3], 3, 5, 5),  # each is better, but by less than min_delta
        ([1, 2, 1, 3, 1, 4, 1, 5], 2, 8, 8),
    ):
        told = Keep([*scores, *[scores[-1]] * 5])
        stop = EarlyStopping(told, patience=patience, min_delta=0.5)
        model = regressor(max_iter=len(scores), early_stopping=stop).fit(
            X, NUMBERS, X_val=X_VAL, y_val=NUMBERS_VAL
        )
        assert model.n_iter_ == stops_at
        np.testing.assert_array_equal(model.theta_, told.thetas[best - 1])


def test_infinite_patience_never_stops():
    stop = EarlyStopping("accuracy", patience=np.inf)
    assert MLPClassifier(**WILD, early_stopping=stop).fit(X, LABELS).n_iter_ == 80


# -- NaN -----------------------------------------------------------------------------------------------


def test_a_score_of_nan_is_never_the_best_and_is_said_once():
    told = Keep([1.0, 2.0, *[np.nan] * 20])
    stop = EarlyStopping(told, patience=3)
    with pytest.warns(RuntimeWarning, match="scoring='told' gave NaN in epoch 3") as caught:
        model = regressor(max_iter=20, early_stopping=stop).fit(X, NUMBERS)
    assert len([one for one in caught if issubclass(one.category, RuntimeWarning)]) == 1
    assert model.n_iter_ == 2 + 3 + 1
    assert model.best_validation_score_ == 2.0
    np.testing.assert_array_equal(model.theta_, told.thetas[1])


def test_nothing_but_nan_keeps_the_last_weights():
    told = Keep([np.nan] * 20)
    with pytest.warns(RuntimeWarning, match="NaN in epoch 1"):
        model = regressor(max_iter=9, early_stopping=EarlyStopping(told, patience=4)).fit(X, NUMBERS)
    assert model.n_iter_ == 5
    np.testing.assert_array_equal(model.theta_, told.thetas[-1])


def test_weights_that_overflow_score_nan():
    stop = EarlyStopping("neg_mean_squared_error", patience=3)
    model = MLPRegressor(
        **{**WILD, "learning_rate_init": 1e300, "solver": "sgd"}, batch_size=20, early_stopping=stop
    )
    with pytest.warns(RuntimeWarning, match="overflowed"):
        model.fit(X, NUMBERS)
    assert np.isnan(model.validation_scores_[-1])
    assert np.isfinite(model.theta_).all()


# -- history -------------------------------------------------------------------------------------------


def test_history_is_ready_for_a_data_frame_whatever_came_before():
    model = MLPClassifier((3,), max_iter=3, warm_start=True, random_state=0).fit(X, LABELS)
    model.set_params(early_stopping=EarlyStopping(["accuracy", "f1_macro"])).fit(X, LABELS)
    model.partial_fit(X, LABELS, **SETS)
    model.set_params(early_stopping=False).partial_fit(X, LABELS)
    model.set_params(solver="lbfgs").fit(X, LABELS)
    frame = pd.DataFrame(model.history_)
    assert len(frame) == 3 + 3 + 1 + 1 + model.n_iter_
    assert list(frame.columns[: len(HISTORY)]) == list(HISTORY)
    np.testing.assert_array_equal(
        frame["f1_macro"].notna(), [False] * 3 + [True] * 4 + [False] * (1 + model.n_iter_)
    )
    np.testing.assert_array_equal(frame["accuracy"], frame["validation_score"])


def test_scores_of_an_epoch_that_was_interrupted_are_left_out():
    history = {"loss": Column([1.0, 2.0, 3.0]), "old": Column([0.5])}
    record_scores(history, {"new": [7.0, 8.0, 9.0]}, before=1)
    np.testing.assert_equal(
        {name: list(column) for name, column in history.items()},
        {"loss": [1.0, 2.0, 3.0], "old": [0.5, np.nan, np.nan], "new": [np.nan, 7.0, 8.0]},
    )


def test_another_score_begins_anew_in_a_warm_start():
    model = MLPClassifier((3,), max_iter=3, warm_start=True, random_state=0, early_stopping=True).fit(
        X, LABELS
    )
    assert model.best_validation_score_ > 0
    model.set_params(early_stopping=EarlyStopping("neg_log_loss")).fit(X, LABELS)
    assert model.best_validation_score_ == max(model.history_["neg_log_loss"][3:]) < 0


# -- scikit-learn's manners ----------------------------------------------------------------------------


def test_it_can_be_copied_compared_and_shown():
    stop = EarlyStopping(scoring=["accuracy"], patience=3)
    assert clone(MLPClassifier(early_stopping=stop)).early_stopping == stop
    assert repr(stop) == "EarlyStopping(scoring=['accuracy'], patience=3, min_delta=0.0001)"
    assert pickle.loads(pickle.dumps(stop)) == stop
    model = MLPClassifier(**{**WILD, "max_iter": 3}, early_stopping=stop).fit(X, LABELS)
    assert len(pickle.dumps(model)) < 20_000
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))


def test_searches_over_objects():
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - it switches the next import on
    from sklearn.model_selection import HalvingRandomSearchCV

    stops = [EarlyStopping("neg_log_loss", patience=3), EarlyStopping({"share": "accuracy"}), True, False]
    base = MLPClassifier((3,), max_iter=8, learning_rate_init=0.05, random_state=0)
    grid = GridSearchCV(base, {"early_stopping": stops, "scale_inputs": [None, "robust"]}, cv=2).fit(
        X, LABELS
    )
    assert len(grid.cv_results_["params"]) == 8
    assert np.isfinite(grid.cv_results_["mean_test_score"]).all()
    space = {
        "early_stopping": stops,
        "scale_inputs": [None, "standard"],
        "alpha": stats.loguniform(1e-5, 1e-1),
    }
    halving = HalvingRandomSearchCV(base, space, random_state=0, cv=2, min_resources=40).fit(X, LABELS)
    assert halving.best_score_ > 0.4
    chain = make_pipeline(StandardScaler(), base.set_params(early_stopping=stops[0]))
    assert cross_validate(chain, X, LABELS, cv=3)["test_score"].min() > 0.4


# -- what is refused -----------------------------------------------------------------------------------


def fit(model):
    model.fit(X, LABELS if isinstance(model, MLPClassifier) else NUMBERS)


@pytest.mark.parametrize("name", ["tol", "n_iter_no_change"])
def test_what_it_replaces_may_not_be_given_too(name):
    model = classifier(early_stopping=EarlyStopping(), **{name: 3})
    refused(model, fit, ValueError, "early_stopping=EarlyStopping(", name, f"{name}=3")


@pytest.mark.parametrize(
    ("make", "error", "fragments"),
    [
        (lambda: EarlyStopping, TypeError, ["early_stopping", "EarlyStopping()"]),
        (lambda: "accuracy", TypeError, ["early_stopping", "True or False", "EarlyStopping"]),
        (lambda: EarlyStopping(patience=0), ValueError, ["EarlyStopping(patience=...)", "[1, inf]"]),
        (lambda: EarlyStopping(patience=2.5), ValueError, ["patience", "whole number", "2.5"]),
        (lambda: EarlyStopping(patience=None), TypeError, ["patience", "None"]),
        (lambda: EarlyStopping(min_delta=-1), ValueError, ["min_delta", "[0, inf)"]),
        (lambda: EarlyStopping(min_delta=float("nan")), ValueError, ["min_delta", "nan"]),
        (lambda: EarlyStopping("acuracy"), ValueError, ["scoring", "'acuracy'", "did you mean 'accuracy'"]),
        (lambda: EarlyStopping(7), TypeError, ["scoring", "got 7"]),
        (lambda: EarlyStopping([7]), TypeError, ["scoring", "7"]),
        (lambda: EarlyStopping([]), ValueError, ["scoring", "no scorer"]),
        (lambda: EarlyStopping({}), ValueError, ["scoring", "no scorer"]),
        (lambda: EarlyStopping({"a": dict}), TypeError, ["scoring", "callable"]),
        (lambda: EarlyStopping({"rate": "accuracy"}), ValueError, ["'rate'", "history_"]),
        (lambda: EarlyStopping([make_scorer(max_error)]), TypeError, ["no name", "dict"]),
        (
            lambda: EarlyStopping("neg_mean_poisson_deviance"),
            ValueError,
            ["neg_mean_poisson_deviance", "cannot score"],
        ),
        (lambda: EarlyStopping(lambda e, X, y: [1.0]), ValueError, ["one number", "[1.0]"]),
    ],
    ids=lambda value: re.sub("0x[0-9a-f]+", "", str(value)),
)
def test_what_is_no_early_stopping(make, error, fragments):
    with pytest.raises(error) as caught:
        fit(classifier(early_stopping=make()))
    assert all(fragment in str(caught.value) for fragment in fragments), caught.value


def test_probabilities_that_the_loss_does_not_give():
    for sets in ({}, SETS):
        refused(
            classifier(loss="squared_error", early_stopping=EarlyStopping(["accuracy", "neg_log_loss"])),
            lambda m, sets=sets: m.fit(X, LABELS, **sets),
            ValueError,
            "scoring='neg_log_loss' needs probabilities",
            "loss='squared_error'",
            "loss='log_loss'",
        )
    # two classes: decisions are enough for a ranking
    stop = EarlyStopping("roc_auc")
    model = classifier(loss="squared_error", early_stopping=stop).fit(X, LABELS > 0)
    assert model.best_validation_score_ >= 0


def test_an_error_in_the_middle_of_training_is_the_scorers():
    told = Keep([1.0])
    with pytest.raises(IndexError):
        regressor(max_iter=5, early_stopping=EarlyStopping(told)).fit(X, NUMBERS)


def test_no_scorers_without_an_object():
    assert scorers_of(True) == scorers_of(False) == scorers_of(EarlyStopping()) == {}


def test_nothing_is_said_when_all_is_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MLPClassifier(**WILD, early_stopping=EarlyStopping("accuracy", patience=2)).fit(
            pd.DataFrame(X, columns=list("abc")), LABELS
        )
