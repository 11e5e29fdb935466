"""Scores of probabilities on rows that lack a class which the model knows."""

import warnings
from itertools import combinations, product

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.metrics import (
    average_precision_score,
    get_scorer,
    get_scorer_names,
    log_loss,
    make_scorer,
    roc_auc_score,
)
from sklearn.utils.fixes import parse_version

from rosenblatt import EarlyStopping, MLPClassifier
from rosenblatt.engines.native import native_module
from rosenblatt.estimators.absent_classes import absent_classes, knowing
from tests.estimators.refusals import refused
from tests.tolerances import SAME_FORMULA

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(60, 4))
RARE = RANDOM.permutation(np.repeat([0, 1, 2], [29, 29, 2]))
LACKING = RARE < 2
SMALL = {"hidden_layer_sizes": (3,), "max_iter": 4, "random_state": 0}
PROBABLE = sorted(
    {"neg_log_loss", "neg_brier_score", "d2_log_loss_score", "d2_brier_score", "top_k_accuracy"}
    & set(get_scorer_names())
    # of several classes it came with scikit-learn 1.7
    - (set() if parse_version(sklearn.__version__) >= parse_version("1.7") else {"neg_brier_score"})
)
RANKED = ["roc_auc_ovr", "roc_auc_ovr_weighted", "roc_auc_ovo", "roc_auc_ovo_weighted", "average_precision"]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Known:
    """A classifier that has been fitted, with the probabilities that it is given."""

    _estimator_type = "classifier"

    def __init__(self, classes, probabilities):
        self.classes_, self.probabilities = np.asarray(classes), probabilities

    def fit(self):
        """Be an estimator to scikit-learn."""

    def predict_proba(self, X):
        return self.probabilities

    def __sklearn_tags__(self):
        return MLPClassifier().__sklearn_tags__()


def drawn(n_classes, n_present, strings=False, n=40, seed=0):
    """Return a classifier, labels that lack the last classes, their numbers, and weights."""
    random = np.random.RandomState(seed)
    classes = np.array(list("abcdef"))[:n_classes] if strings else np.arange(n_classes)
    numbers = random.randint(n_present, size=n)
    return (
        Known(classes, random.dirichlet(np.ones(n_classes), n)),
        classes[numbers],
        numbers,
        random.uniform(0.5, 2, n),
    )


def by_hand(name, p, numbers, weight):
    """Return a score by its definition, of classes that are numbers."""
    right, hot = p[np.arange(len(p)), numbers], np.eye(p.shape[1])[numbers]
    if name == "neg_log_loss":
        return np.average(np.log(right), weights=weight)
    if name == "neg_brier_score":
        return -np.average(((p - hot) ** 2).sum(axis=1), weights=weight)
    if name == "top_k_accuracy":
        return np.average((p > right[:, np.newaxis]).sum(axis=1) < 2, weights=weight)
    shares = np.average(hot, axis=0, weights=weight)[numbers]
    if name == "d2_log_loss_score":
        return 1 - np.average(np.log(right), weights=weight) / np.average(np.log(shares), weights=weight)
    constant = np.average(hot, axis=0, weights=weight)
    errors = [((one - hot) ** 2).sum(axis=1) for one in (p, constant)]
    return 1 - np.average(errors[0], weights=weight) / np.average(errors[1], weights=weight)


def area(scores, positive, weight):
    """Return the weighted share of pairs in the right order: the area under the curve."""
    pairs = [
        (weight[i] * weight[j], (scores[i] > scores[j]) + 0.5 * (scores[i] == scores[j]))
        for i, j in product(np.flatnonzero(positive), np.flatnonzero(~positive))
    ]
    return np.average([ordered for _, ordered in pairs], weights=[size for size, _ in pairs])


@pytest.mark.parametrize("name", PROBABLE)
@pytest.mark.parametrize(("n_classes", "n_present"), [(3, 2), (5, 4), (5, 2)])
def test_metrics_that_take_labels_have_the_value_of_their_definition(name, n_classes, n_present):
    for strings, weighted in product((False, True), (False, True)):
        model, y, numbers, weight = drawn(n_classes, n_present, strings)
        weight = weight if weighted else None
        with pytest.raises(ValueError):  # noqa: PT011 - scikit-learn's messages change
            get_scorer(name)(model, X, y)
        found = knowing(get_scorer(name), model.classes_, y, weight)(model, X, y, sample_weight=weight)
        expected = by_hand(name, model.probabilities, numbers, weight)
        assert found == pytest.approx(expected, rel=SAME_FORMULA, abs=SAME_FORMULA)


@pytest.mark.parametrize("weighted", [False, True])
def test_areas_are_means_over_the_classes_that_there_are(weighted):
    model, y, numbers, weight = drawn(5, 3)
    counts = weight if weighted else np.ones(len(y))
    p, present = model.probabilities, range(3)
    given = {"sample_weight": weight} if weighted else {}
    areas = [area(p[:, k], numbers == k, counts) for k in present]
    shares = [counts[numbers == k].sum() for k in present]

    def found(name):
        return knowing(get_scorer(name), model.classes_, y, given.get("sample_weight"))(model, X, y, **given)

    assert found("roc_auc_ovr") == pytest.approx(np.mean(areas))
    assert found("roc_auc_ovr_weighted") == pytest.approx(np.average(areas, weights=shares))
    precisions = [average_precision_score(numbers == k, p[:, k], **given) for k in present]
    assert found("average_precision") == pytest.approx(np.mean(precisions))
    if weighted:
        return  # one against one takes no weights
    pairs = []
    for a, b in combinations(present, 2):
        rows = (numbers == a) | (numbers == b)
        both = [area(p[rows, k], numbers[rows] == k, counts[rows]) for k in (a, b)]
        pairs.append((np.mean(both), rows.sum()))
    assert found("roc_auc_ovo") == pytest.approx(np.mean([one for one, _ in pairs]))
    weighted_mean = np.average([one for one, _ in pairs], weights=[n for _, n in pairs])
    assert found("roc_auc_ovo_weighted") == pytest.approx(weighted_mean)


def test_rows_that_have_all_classes_are_scored_by_the_very_scorer():
    model, y, _, weight = drawn(4, 4)
    for name in [*PROBABLE, *RANKED, "accuracy", "f1_macro"]:
        scorer = get_scorer(name)
        assert knowing(scorer, model.classes_, y, weight) is scorer
    _, lacking, _, _ = drawn(4, 3)
    for scorer in (
        get_scorer("balanced_accuracy"),
        len,
        make_scorer(log_loss, response_method="predict_proba", labels=[0, 1, 2, 3]),
    ):
        assert knowing(scorer, model.classes_, lacking, None) is scorer
    scorer = get_scorer("r2")
    assert knowing(scorer, None, X[:, 0], None) is scorer


def test_a_row_of_weight_0_is_no_row():
    assert absent_classes(np.arange(3), RARE, None) == []
    assert absent_classes(np.arange(3), RARE, LACKING * 1.0) == [2]
    assert absent_classes(None, RARE, None) == absent_classes(np.arange(2), np.eye(2), None) == []
    model, y, numbers, weight = drawn(4, 4)
    weight = weight * (numbers < 3)
    scorer = knowing(get_scorer("roc_auc_ovr"), model.classes_, y, weight)
    rows = weight > 0
    fewer = Known(model.classes_, model.probabilities[rows])
    alone = knowing(get_scorer("roc_auc_ovr"), model.classes_, y[rows], weight[rows])
    expected = alone(fewer, X, y[rows], sample_weight=weight[rows])
    assert scorer(model, X, y, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize("name", [*RANKED, *(name for name in PROBABLE if name.startswith("d2"))])
def test_one_class_alone_cannot_be_compared(name):
    model, y, _, _ = drawn(3, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(knowing(get_scorer(name), model.classes_, y, None)(model, X, y))


def test_labels_that_no_row_has_or_that_all_have_are_left_out_of_an_area():
    indicators = RANDOM.randint(2, size=(40, 4))
    indicators[:, 1], indicators[:, 3] = 0, 1
    p = RANDOM.uniform(size=(40, 4))
    expected = np.mean([roc_auc_score(indicators[:, k], p[:, k]) for k in (0, 2)])
    for name, labels in product(["roc_auc", "roc_auc_ovr"], [indicators, sparse.csr_array(indicators)]):
        scorer = knowing(get_scorer(name), np.arange(4), labels, None)
        assert scorer(Known(range(4), p), X, labels) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_sparse_indicators_are_scored_as_dense_ones(name):
    indicators = RANDOM.randint(2, size=(60, 3))
    models = [MLPClassifier(**SMALL, early_stopping=EarlyStopping(name)) for _ in range(2)]
    dense, thin = models[0].fit(X, indicators), models[1].fit(X, sparse.csr_matrix(indicators))
    np.testing.assert_array_equal(dense.history_[name], thin.history_[name])


@pytest.mark.parametrize("name", ["neg_log_loss", "neg_brier_score", "roc_auc_ovr", "top_k_accuracy"])
def test_no_seed_fails_where_the_share_that_is_set_aside_lacks_the_rare_class(name):
    lacked = 0
    for seed in range(8):
        model = MLPClassifier(**{**SMALL, "random_state": seed}, early_stopping=EarlyStopping(name)).fit(
            X, RARE
        )
        assert np.isfinite(model.history_[name]).all()
        watch = Lacks()
        model.set_params(early_stopping=EarlyStopping({"lacks": watch})).fit(X, RARE)
        lacked += watch.lacked
    assert lacked > 0


class Lacks:
    """A scorer that looks whether all classes are there."""

    lacked = False

    def __call__(self, estimator, X, y):
        self.lacked = len(np.unique(y)) < len(estimator.classes_)
        return 0.0


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize(
    "labels", [RARE, np.array(["few", "more", "rare"])[RARE]], ids=["numbers", "strings"]
)
def test_an_x_val_that_lacks_a_class_is_scored_with_the_classes_of_the_model(engine, labels):
    if engine == "native" and native_module() is None:
        pytest.skip("without the compiled engine")
    passed = {"X_val": X[LACKING], "y_val": labels[LACKING]}
    names = [*PROBABLE, *RANKED, "accuracy"]
    model = MLPClassifier(**SMALL, engine=engine, early_stopping=EarlyStopping(names, patience=9))
    model.fit(X, labels, **passed)
    p = model.predict_proba(X[LACKING])
    assert model.best_validation_score_ == model.history_[names[0]].max()
    at = int(np.argmax(model.history_[names[0]]))
    for name in PROBABLE:
        assert model.history_[name][at] == pytest.approx(by_hand(name, p, RARE[LACKING], None))
    parts = MLPClassifier(**SMALL, engine=engine, early_stopping=EarlyStopping("neg_log_loss"))
    parts.partial_fit(X, labels, classes=np.unique(labels), **passed)
    expected = -log_loss(labels[LACKING], parts.predict_proba(X[LACKING]), labels=parts.classes_)
    assert parts.history_["neg_log_loss"][-1] == pytest.approx(expected)


@pytest.mark.parametrize("name", ["neg_log_loss", "neg_brier_score"])
def test_one_of_two_classes_is_enough_for_a_loss(name):
    y = (RARE > 0).astype(int)
    stop = EarlyStopping(name, patience=9)
    model = MLPClassifier(**SMALL, early_stopping=stop).fit(X, y, X_val=X[y == 0], y_val=y[y == 0])
    p = model.predict_proba(X[y == 0])[:, 1]
    expected = {"neg_log_loss": np.mean(np.log(1 - p)), "neg_brier_score": -np.mean(p**2)}[name]
    assert model.best_validation_score_ == pytest.approx(expected)


def test_a_metric_of_ones_own_that_fails_is_told_which_class_is_lacking():
    def own(estimator, X, y):
        return -log_loss(y, estimator.predict_proba(X))

    refused(
        MLPClassifier(**SMALL, early_stopping=EarlyStopping(own)),
        lambda m: m.fit(X, RARE, X_val=X[LACKING], y_val=RARE[LACKING]),
        ValueError,
        "scoring='own'",
        "no row of class 2",
        "labels=estimator.classes_",
    )

    def every_seed():
        for seed in range(8):  # where the rehearsal's rows have all classes, training is where it fails
            MLPClassifier(**{**SMALL, "random_state": seed}, early_stopping=EarlyStopping(own)).fit(X, RARE)

    with pytest.raises(ValueError, match=r"early_stopping: scoring='own'.*no row of class"):
        every_seed()


def test_a_ranking_of_several_classes_names_the_scorers_that_there_are():
    refused(
        MLPClassifier(**SMALL, early_stopping=EarlyStopping("roc_auc")),
        lambda m: m.fit(X, RARE),
        ValueError,
        "scoring='roc_auc'",
        "roc_auc_ovr",
    )


def test_a_scorer_that_takes_no_weights_goes_without():
    weight = RANDOM.uniform(1, 2, len(X))
    stop = EarlyStopping("roc_auc_ovo", patience=9)
    passed = {"X_val": X, "y_val": RARE, "sample_weight_val": weight}
    model = MLPClassifier(**SMALL, early_stopping=stop).fit(X, RARE, **passed)
    expected = roc_auc_score(RARE, model.predict_proba(X), multi_class="ovo")
    assert model.best_validation_score_ == pytest.approx(expected)
