"""The scores of validation rows are scikit-learn's numbers, with ties, weights, several targets and rare classes."""

import warnings

import numpy as np
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer
from sklearn.utils.fixes import parse_version

from rosenblatt import Autoencoder, EarlyStopping, MLPClassifier, MLPRegressor
from rosenblatt.estimators import early_stopping
from rosenblatt.estimators.scores import OF_NUMBERS, of_classes, of_numbers
from tests.tolerances import SAME_SCORE

seeds = st.integers(0, 2**32 - 1)


class Known(ClassifierMixin, BaseEstimator):
    """A classifier that says the probabilities it was given."""

    def __init__(self, p=None):
        self.p, self.classes_ = p, np.arange(p.shape[1])

    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        return self.p

    def predict(self, X):
        # of two equal halves the first, as the library's classifiers
        return (self.p[:, 1] > 0.5).astype(int) if self.p.shape[1] == 2 else self.p.argmax(axis=1)


class Numbers(RegressorMixin, BaseEstimator):
    """A regressor that says the numbers it was given."""

    def __init__(self, values=None):
        self.values = values

    def fit(self, X, y):
        return self

    def predict(self, X):
        return self.values


def theirs(name, model, y, weight):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_scorer(name)(
            model, np.zeros((len(y), 1)), y, **({} if weight is None else {"sample_weight": weight})
        )


def weights_of(r, n, weighted):
    return np.where(r.random(n) < 0.2, 0.0, r.exponential(size=n)) + (np.arange(n) < 4) if weighted else None


@given(seed=seeds, n_classes=st.integers(2, 5), rounded=st.booleans(), weighted=st.booleans())
def test_of_classes(seed, n_classes, rounded, weighted):
    r = np.random.default_rng(seed)
    n = int(r.integers(2 * n_classes, 60))
    y = r.permutation(np.arange(n) % n_classes)
    p = r.dirichlet(np.full(n_classes, 0.5), size=n)
    if rounded:  # ties, zeros and ones
        p = np.round(p, 1)
        p[:, -1] = 1 - p[:, :-1].sum(axis=1)
        p = np.clip(p, 0, 1)
        p /= p.sum(axis=1, keepdims=True)
    weight = weights_of(r, n, weighted)
    if weight is not None:
        weight[: 2 * n_classes] += 0.1
    two = n_classes == 2
    encoded, o = (y[:, None] == 1, p[:, 1:]) if two else (y[:, None] == np.arange(n_classes), p)
    p = np.concatenate([1 - o, o], axis=1) if two else p
    names = ["accuracy", "balanced_accuracy", "neg_log_loss"]
    names += ["roc_auc", "neg_brier_score"] if two else ["roc_auc_ovr", "top_k_accuracy"]
    names += (
        ["neg_brier_score"] if not two and parse_version(sklearn.__version__) >= parse_version("1.7") else []
    )
    for name in names:
        own = of_classes(name, "binary" if two else "multiclass", (0.0, 1.0), True)
        assert own(o, encoded, weight) == pytest.approx(
            theirs(name, Known(p), y, weight), abs=SAME_SCORE, rel=SAME_SCORE
        ), name


@given(seed=seeds, targets=st.integers(1, 3), weighted=st.booleans(), constant=st.booleans())
def test_of_numbers(seed, targets, weighted, constant):
    r = np.random.default_rng(seed)
    n = int(r.integers(2, 40))
    y, predicted = r.normal(size=(n, targets)) * 10.0 ** r.integers(-3, 4), r.normal(size=(n, targets))
    if constant:
        y[:, 0] = 3.0
        predicted[:, 0] = 3.0 + (r.random() < 0.5)
    weight = weights_of(r, n, weighted)
    for name in OF_NUMBERS:
        expected = theirs(name, Numbers(predicted), y, weight)
        assert of_numbers(name)(predicted, y, weight) == pytest.approx(
            expected, abs=SAME_SCORE, rel=SAME_SCORE
        ), name


def test_one_row_has_no_r2():
    assert np.isnan(of_numbers("r2")(np.ones((1, 1)), np.ones((1, 1)), None))


def test_a_class_that_is_not_there_is_no_trouble():
    o = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1]])
    encoded = np.array([[True, False, False], [False, True, False], [True, False, False]])
    expected = {
        "neg_log_loss": np.log([0.7, 0.6, 0.2]).mean(),
        "neg_brier_score": -np.mean([0.09 + 0.04 + 0.01, 0.09 + 0.16 + 0.01, 0.64 + 0.49 + 0.01]),
        "roc_auc_ovr": 0.5,  # of the two classes: 1/2 and 1/2
        "top_k_accuracy": 1.0,
        "balanced_accuracy": 0.75,
        "accuracy": 2 / 3,
    }
    for name, value in expected.items():
        assert of_classes(name, "multiclass", (0.0, 1.0), True)(o, encoded, None) == pytest.approx(value), (
            name
        )
    assert np.isnan(of_classes("roc_auc", "binary", (0.0, 1.0), True)(o[:, :1], np.ones((3, 1), bool), None))


def test_what_needs_probabilities_is_left_to_scikit_learn_where_there_are_none():
    assert of_classes("neg_log_loss", "binary", (-1.0, 1.0), False) is None
    assert of_classes("roc_auc", "multiclass", (0.0, 1.0), True) is None
    assert of_classes("f1", "binary", (0.0, 1.0), True) is None
    assert of_classes("neg_log_loss", "multilabel-indicator", (0.0, 1.0), True) is None
    assert of_numbers("max_error") is None


r = np.random.default_rng(0)
X = r.normal(size=(120, 5))
FITS = [
    (
        MLPClassifier,
        {},
        (X[:, 0] > 0).astype(int),
        ["accuracy", "neg_log_loss", "roc_auc", "neg_brier_score"],
    ),
    (
        MLPClassifier,
        {},
        np.array(list("abc"))[np.digitize(X[:, 0], [-0.5, 0.5])],
        ["balanced_accuracy", "neg_log_loss"],
    ),
    (MLPClassifier, {"loss": "hinge"}, (X[:, 0] > 0).astype(int), ["accuracy", "roc_auc"]),
    (MLPClassifier, {}, X[:, :2] > 0, ["accuracy"]),
    (MLPRegressor, {}, X[:, 0] * 50, ["r2", "neg_mean_absolute_error"]),
    (
        MLPRegressor,
        {"scale_target": True, "scale_inputs": "standard"},
        X[:, :2] * 9,
        ["neg_root_mean_squared_error"],
    ),
    (MLPRegressor, {"loss": "gaussian"}, X[:, 0], ["neg_mean_squared_error"]),
]


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize(
    ("kind", "arguments", "y", "names"), FITS, ids=lambda value: getattr(value, "__name__", None)
)
def test_fits_are_judged_as_by_scikit_learns_scorers(monkeypatch, kind, arguments, y, names, engine):
    weight = r.exponential(size=40)
    arguments = {"hidden_layer_sizes": (5,), "max_iter": 4, "random_state": 0, "engine": engine, **arguments}
    fitted = []
    for ours in (True, False):
        if not ours:  # called as a user's own callable would be
            monkeypatch.setattr(
                early_stopping.ByName,
                "name",
                property(lambda self: "", lambda self, value: None),
                raising=False,
            )
        model = kind(early_stopping=EarlyStopping(names), **arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X[:80], y[:80], X_val=X[80:], y_val=y[80:], sample_weight_val=weight)
        fitted.append(model)
    for name in names:
        np.testing.assert_allclose(
            fitted[0].history_[name], fitted[1].history_[name], rtol=SAME_SCORE, atol=SAME_SCORE
        )


def test_an_autoencoder_is_judged_by_a_score_of_numbers():
    stop = EarlyStopping(["r2", "neg_mean_absolute_error"])
    model = Autoencoder((3,), early_stopping=stop, max_iter=3, random_state=0, scale_inputs="standard")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X[:80] * 9, X_val=X[80:] * 9)
    assert np.isfinite(model.history_["r2"]).all()
    errors = np.abs(model.reconstruct(X[80:] * 9) - X[80:] * 9)
    best = int(np.argmax(model.history_["r2"]))
    assert model.history_["neg_mean_absolute_error"][best] == pytest.approx(-errors.mean())


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.5])
def test_rows_are_set_aside_as_scikit_learn_does(classes, fraction):
    from sklearn.model_selection import train_test_split

    y = np.digitize(r.normal(size=103), [-1.0, 1.0][: classes - 1])
    model = MLPClassifier((3,), early_stopping=True, validation_fraction=fraction, max_iter=1, random_state=5)
    from rosenblatt.estimators.targets import Labels
    from rosenblatt.estimators.validation import rehearsed_split, split_rows

    labels = Labels(y)
    model._labels = labels
    found = split_rows(model, labels.encode(y), None, np.random.RandomState(5))
    expected = train_test_split(
        np.arange(103),
        test_size=fraction,
        random_state=np.random.RandomState(5),
        stratify=y[:, None] if classes == 2 else None,
    )
    for ours, their in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, their)
    assert rehearsed_split(model, labels.encode(y), None)[0] == len(expected[0])
