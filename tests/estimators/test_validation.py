"""Validation sets: the one that is passed, groups, what is refused."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.metrics import accuracy_score, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import DivergenceError, EarlyStopping, MLPClassifier, MLPRegressor
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.estimators.validation import split_rows
from tests.estimators.refusals import classifier, position, refused, regressor, table

X, LABELS, NUMBERS = table(n=120)
X_VAL, LABELS_VAL, NUMBERS_VAL = table(n=60, seed=7)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def validated(**more):
    return {"X_val": X_VAL, "y_val": LABELS_VAL, **more}


def training_rows(monkeypatch):
    """Return a list that fills with what the array engine is given to train on."""
    seen, whole = [], ArrayEngine.epochs

    def epochs(self, state, data, order, settings):
        seen.append(data)
        return whole(self, state, data, order, settings)

    monkeypatch.setattr(ArrayEngine, "epochs", epochs)
    return seen


# -- the set that is passed ----------------------------------------------------------------------------


@pytest.mark.parametrize("scaled", [{}, {"scale_inputs": "standard"}])
def test_without_early_stopping_scores_are_recorded_and_nothing_else(scaled):
    arguments = {"hidden_layer_sizes": (5,), "max_iter": 60, "tol": 1e-2, "random_state": 0, **scaled}
    watched = MLPClassifier(**arguments).fit(X, LABELS, **validated())
    alone = MLPClassifier(**arguments).fit(X, LABELS)
    np.testing.assert_array_equal(watched.theta_, alone.theta_)
    assert watched.n_iter_ == alone.n_iter_ < 60  # the training loss stopped both
    assert watched.best_loss_ == alone.best_loss_
    assert watched.best_validation_score_ is None
    assert len(watched.validation_scores_) == watched.n_iter_
    assert watched.validation_scores_[-1] == watched.score(X_VAL, LABELS_VAL)
    np.testing.assert_array_equal(watched.history_["validation_score"], watched.validation_scores_)
    assert alone.validation_scores_ is None


def test_where_scores_are_only_watched_a_divergence_is_an_error():
    model = regressor(solver="sgd", learning_rate_init=1e300, batch_size=20)
    model.set_params(random_state=0)  # the weights are drawn by then
    refused(model, lambda m: m.fit(X, NUMBERS, X_val=X_VAL, y_val=NUMBERS_VAL), DivergenceError, "epoch 1")


@pytest.mark.parametrize("early_stopping", [True, EarlyStopping(patience=4)], ids=str)
def test_with_early_stopping_it_takes_the_place_of_the_split(early_stopping, monkeypatch):
    seen = training_rows(monkeypatch)
    stream = np.random.RandomState(0)
    model = MLPClassifier(
        (5,), early_stopping=early_stopping, learning_rate_init=0.1, max_iter=60, engine="array"
    )
    model.set_params(random_state=stream, initializer="zeros", order="cyclic").fit(X, LABELS, **validated())
    np.testing.assert_array_equal(seen[0].X, X)
    assert position(stream) == position(np.random.RandomState(0))  # nothing was split
    best = int(np.argmax(model.validation_scores_))
    patience = getattr(early_stopping, "patience", 10)
    assert model.n_iter_ == best + 1 + patience + 1 < 60
    assert model.best_validation_score_ == model.validation_scores_[best] == model.score(X_VAL, LABELS_VAL)


@pytest.mark.parametrize("name", ["labels", "strings", "multilabel", "numbers", "two numbers"])
@pytest.mark.parametrize(
    "container", [np.asarray, sparse.csr_array, sparse.csc_matrix], ids=lambda c: c.__name__
)
def test_every_kind_of_target_and_input(name, container):
    both, multilabel = (LABELS, LABELS_VAL), [np.eye(3, dtype=int)[y] for y in (LABELS, LABELS_VAL)]
    targets = {
        "labels": both,
        "strings": [np.array(["a", "b", "c"])[y] for y in both],
        "multilabel": multilabel,
        "numbers": (NUMBERS, NUMBERS_VAL),
        "two numbers": [np.column_stack([y, -y]) for y in (NUMBERS, NUMBERS_VAL)],
    }
    y, y_val = targets[name]
    regresses = "numbers" in name
    stop = EarlyStopping(scoring="r2" if regresses else "accuracy")
    model = (MLPRegressor if regresses else MLPClassifier)(
        hidden_layer_sizes=(4,), max_iter=4, early_stopping=stop
    )
    model.set_params(random_state=0, scale_inputs="standard")
    model.fit(container(X), y, X_val=container(X_VAL), y_val=y_val)
    score = model.set_params(early_stopping=True).fit(container(X), y, X_val=container(X_VAL), y_val=y_val)
    np.testing.assert_allclose(model.validation_scores_, score.validation_scores_)
    assert model.best_validation_score_ == pytest.approx(model.score(container(X_VAL), y_val))


def test_weights_of_validation_rows():
    weight = np.random.default_rng(0).uniform(0, 3, 60)
    model = classifier().fit(X, LABELS, **validated(sample_weight_val=weight))
    assert model.validation_scores_[-1] == accuracy_score(
        LABELS_VAL, model.predict(X_VAL), sample_weight=weight
    )
    numbers = regressor().fit(X, NUMBERS, X_val=X_VAL, y_val=NUMBERS_VAL, sample_weight_val=weight)
    expected = r2_score(NUMBERS_VAL, numbers.predict(X_VAL), sample_weight=weight)
    assert numbers.validation_scores_[-1] == pytest.approx(expected)
    stop = EarlyStopping(scoring=["accuracy", "balanced_accuracy"])
    scored = classifier(early_stopping=stop).fit(X, LABELS, **validated(sample_weight_val=weight))
    np.testing.assert_allclose(scored.validation_scores_, model.validation_scores_)


def test_data_frames_keep_their_columns():
    names = ["p", "q", "r"]
    frame, frame_val = pd.DataFrame(X, columns=names), pd.DataFrame(X_VAL, columns=names)
    stop = EarlyStopping(scoring="neg_log_loss")
    model = classifier(early_stopping=stop).fit(frame, LABELS, X_val=frame_val, y_val=pd.Series(LABELS_VAL))
    assert model.best_validation_score_ < 0
    swapped = frame_val[["q", "p", "r"]]
    for early_stopping in (False, stop):
        refused(
            classifier(early_stopping=early_stopping),
            lambda m: m.fit(frame, LABELS, X_val=swapped, y_val=LABELS_VAL),
            ValueError,
            "X_val",
            "feature names should match",
            "same order",
        )


# -- partial_fit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("early_stopping", [False, True, EarlyStopping(scoring="neg_log_loss")], ids=str)
def test_partial_fit_records_and_goes_on(early_stopping):
    model = MLPClassifier((5,), learning_rate_init=1.0, random_state=0, early_stopping=early_stopping)
    noise = np.random.default_rng(0).permutation(LABELS)  # the more it learns of this, the worse it scores
    thetas, scores = [], []
    for _ in range(15):
        model.partial_fit(X, noise, classes=[0, 1, 2], **validated())
        thetas.append(model.theta_.copy())
        scores.append(model.validation_scores_[-1])
    reference = MLPClassifier((5,), learning_rate_init=1.0, random_state=0)
    for _ in range(15):
        reference.partial_fit(X, noise, classes=[0, 1, 2])
    np.testing.assert_array_equal(model.theta_, reference.theta_)  # the newest, whatever it scored
    assert model.validation_scores_ == scores
    assert {len(column) for column in model.history_.values()} == {15}
    best = int(np.argmax(scores))
    assert best < 14
    assert hasattr(model, "best_theta_") == bool(early_stopping)
    if early_stopping:
        assert model.best_validation_score_ == scores[best]
        np.testing.assert_array_equal(model.best_theta_, thetas[best])
        model.theta_ = model.best_theta_
        if early_stopping is True:
            assert model.score(X_VAL, LABELS_VAL) == scores[best]
        assert not hasattr(model.fit(X, noise), "best_theta_")


def test_partial_fit_of_a_regressor_keeps_finite_weights():
    model = regressor(early_stopping=True, solver="sgd", batch_size=20).partial_fit(
        X, NUMBERS, X_val=X_VAL, y_val=NUMBERS_VAL
    )
    before = model.theta_
    model.set_params(learning_rate_init=1e300)
    model._state.rate = None
    with pytest.warns(RuntimeWarning, match="overflowed"):
        model.partial_fit(X, NUMBERS, X_val=X_VAL, y_val=NUMBERS_VAL)
    np.testing.assert_array_equal(model.theta_, before)


# -- groups --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.3, 1 / 3, 0.5])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_no_group_is_on_both_sides_and_classes_are_stratified(fraction, n_classes):
    groups = np.repeat(np.random.default_rng(3).permutation(60), 2)
    y = np.repeat([0] * 12 + [n_classes - 1] * 12 + [1] * 36, 2)  # whole groups are of one class
    model = classifier(validation_fraction=fraction).fit(X, y)
    for seed in range(10):  # chance alone would not hit them all
        train, aside = split_rows(model, model._labels.encode(y), groups, seed)
        assert not set(groups[train]) & set(groups[aside])
        np.testing.assert_array_equal(np.sort(np.r_[train, aside]), np.arange(120))
        assert len(aside) == pytest.approx(120 * fraction, abs=3)
        folds = Fraction(fraction).limit_denominator(20).numerator  # each may hold a group too many
        for label in range(n_classes):
            assert abs(np.mean(y[aside] == label) - np.mean(y == label)) <= folds * 2 / len(aside) + 1e-9


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("n_groups", [4, 40])
def test_groups_are_used_in_fit_and_leave_the_stream_alone(cls, n_groups, monkeypatch):
    seen = training_rows(monkeypatch)
    groups = np.array([f"group {i % n_groups}" for i in range(120)])
    stream = np.random.RandomState(0)
    marked = X.copy()
    marked[:, 0] = np.arange(120)
    model = cls(
        hidden_layer_sizes=(3,), max_iter=2, early_stopping=True, validation_fraction=0.25, engine="array"
    )
    model.set_params(random_state=stream, initializer="zeros", order="cyclic")
    weight = np.where(np.arange(120) == 7, 0.0, 1.0)
    model.fit(marked, LABELS, weight, groups=groups)
    trained = seen[0].X[:, 0].astype(int)
    assert 7 not in trained
    aside = np.setdiff1d(np.arange(120), [*trained, 7])
    assert 20 <= len(aside) <= 40
    assert not set(groups[trained]) & set(groups[aside])
    assert position(stream) == position(np.random.RandomState(0))
    assert model.plan_.batch_size == len(trained)


# -- metadata routing ----------------------------------------------------------------------------------


def test_a_pipeline_transforms_the_validation_set():
    with sklearn.config_context(enable_metadata_routing=True):
        model = MLPClassifier((4,), max_iter=5, random_state=0).set_fit_request(X_val=True, y_val=True)
        chain = make_pipeline(StandardScaler(), model, transform_input=["X_val"])
        chain.fit(X * 100 + 5, LABELS, X_val=X_VAL * 100 + 5, y_val=LABELS_VAL)
    scaler = StandardScaler().fit(X * 100 + 5)
    direct = MLPClassifier((4,), max_iter=5, random_state=0).fit(
        scaler.transform(X * 100 + 5), LABELS, X_val=scaler.transform(X_VAL * 100 + 5), y_val=LABELS_VAL
    )
    assert chain[-1].validation_scores_ == direct.validation_scores_
    np.testing.assert_array_equal(chain[-1].theta_, direct.theta_)


def test_groups_and_weights_are_routed():
    groups, weight = np.arange(120) // 4, np.linspace(0.5, 2, 120)
    with sklearn.config_context(enable_metadata_routing=True):
        model = MLPClassifier((4,), max_iter=3, random_state=0, early_stopping=EarlyStopping("accuracy"))
        model.set_fit_request(groups=True, sample_weight=True)
        chain = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), model)
        chain.fit(X, LABELS, groups=groups, sample_weight=weight)
        direct = MLPClassifier((4,), max_iter=3, random_state=0, early_stopping=EarlyStopping("accuracy"))
        direct.fit(StandardScaler().fit_transform(X), LABELS, weight, groups=groups)
    np.testing.assert_array_equal(chain[-1].theta_, direct.theta_)


# -- what is refused -----------------------------------------------------------------------------------

TABLE = {"X_val": X_VAL, "y_val": LABELS_VAL}
NAN = X_VAL.copy()
NAN[3, 1] = np.nan
REFUSED = [
    ({"X_val": X_VAL}, ["X_val was passed without y_val"]),
    ({"y_val": LABELS_VAL}, ["y_val was passed without X_val"]),
    ({"sample_weight_val": np.ones(60)}, ["sample_weight_val was passed without X_val"]),
    ({**TABLE, "X_val": X_VAL[:, :2]}, ["X_val", "2 features", "expecting 3"]),
    ({**TABLE, "X_val": NAN}, ["X_val", "nan", "row 3, column 1"]),
    ({**TABLE, "y_val": LABELS_VAL[:50]}, ["X_val", "60 rows and y has 50"]),
    ({**TABLE, "y_val": LABELS_VAL + 1}, ["y_val", "label 3", "[0, 1, 2]"]),
    ({**TABLE, "y_val": LABELS_VAL.astype(str)}, ["y_val", "label '0'"]),
    ({**TABLE, "y_val": NUMBERS_VAL}, ["y_val", "must hold labels"]),
    ({**TABLE, "y_val": np.eye(3, dtype=int)[LABELS_VAL]}, ["y_val"]),
    (
        {**TABLE, "sample_weight_val": np.ones(59)},
        ["sample_weight_val.shape == (59,), expected (60,)", "X_val"],
    ),
    ({**TABLE, "sample_weight_val": -np.ones(60)}, ["sample_weight_val must not be negative"]),
    ({**TABLE, "X_val": X_VAL[:1], "y_val": LABELS_VAL[:1]}, ["X_val", "2 rows"]),
    ({**TABLE, "groups": np.arange(120)}, ["groups and X_val"]),
    ({"groups": np.arange(120)}, ["groups", "early_stopping=False"]),
]


@pytest.mark.parametrize(
    ("more", "fragments"), REFUSED, ids=lambda value: str(value[0])[:40] if isinstance(value, list) else ""
)
def test_validation_data_that_cannot_be_used(more, fragments):
    refused(classifier(), lambda m: m.fit(X, LABELS, **more), ValueError, *fragments)


def test_validation_targets_of_another_number():
    two = np.column_stack([NUMBERS_VAL, NUMBERS_VAL])
    refused(
        regressor(),
        lambda m: m.fit(X, NUMBERS, X_val=X_VAL, y_val=two),
        ValueError,
        "y_val has 2 output(s) and y has 1",
    )


@pytest.mark.parametrize(
    ("groups", "fragment"),
    [
        (np.arange(119), "(120,)"),
        (np.ones((120, 1)), "(120, 1)"),
        (np.where(np.arange(120) == 4, np.nan, 1.0), "nan in row 4"),
        (np.array([None, *range(119)], dtype=object), "None in row 0"),
        (np.zeros(120), "two groups or more"),
    ],
    ids=str,
)
def test_groups_that_cannot_be_used(groups, fragment):
    refused(classifier(early_stopping=True), lambda m: m.fit(X, LABELS, groups=groups), ValueError, fragment)


def test_l_bfgs_takes_no_epochs():
    for more, arguments, name in (
        (TABLE, {}, "X_val"),
        ({}, {"early_stopping": EarlyStopping()}, "early_stopping=EarlyStopping("),
        ({"groups": np.arange(120)}, {"early_stopping": True}, "groups"),
    ):
        refused(
            classifier(solver="lbfgs", **arguments),
            lambda m, more=more: m.fit(X, LABELS, **more),
            ValueError,
            name,
            "L-BFGS",
        )
    classifier(solver="lbfgs", early_stopping=True).fit(X, LABELS)  # as in scikit-learn


def test_partial_fit_needs_a_validation_set_of_its_own():
    for early_stopping in (True, EarlyStopping()):
        refused(
            classifier(early_stopping=early_stopping),
            lambda m: m.partial_fit(X, LABELS, classes=[0, 1, 2]),
            ValueError,
            "early_stopping=False",
            "X_val",
        )


def test_validation_targets_lie_where_the_loss_takes_them():
    model = MLPRegressor("gamma", (3,), max_iter=3, early_stopping=True)
    with pytest.raises(
        ValueError, match=r"y_val: loss='gamma' needs targets in \(0, inf\), got y=-1.0 in row 0"
    ):
        model.fit(X, np.ones(len(X)), X_val=X, y_val=-np.ones(len(X)))
