"""Weights of classes are weights of their samples."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from rosenblatt import MLPClassifier
from tests.estimators.refusals import classifier, refused, table
from tests.tolerances import SAME_MODEL_LBFGS

X, LABELS, _ = table(n=120)
NAMES = np.array(["a", "b", "c"])[LABELS]
BINARY = (LABELS > 1).astype(int)
MULTILABEL = np.column_stack([LABELS > 0, LABELS > 1]).astype(int)
OWN = np.random.default_rng(0).uniform(0.2, 2.0, len(X))

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def model(**arguments):
    return MLPClassifier((4,), max_iter=4, random_state=0, **arguments)


@pytest.mark.parametrize("own", [None, OWN], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    ("y", "class_weight"),
    [
        (NAMES, {"a": 2.0, "b": 0.5, "c": 3.0}),
        (NAMES, {"b": 5}),  # the others weigh 1
        (NAMES, {"a": 0.0}),
        (BINARY, {0: 1.0, 1: 7.0}),
        (BINARY.astype(bool), {True: 7.0}),
        (BINARY.astype(str), {"1": 7.0}),
        (MULTILABEL, [{0: 1.0, 1: 5.0}, {1: 0.5}]),
        (MULTILABEL, "balanced"),
    ],
)
def test_a_class_weight_is_a_weight_of_its_samples(y, class_weight, own):
    labels = (
        y.astype(int) if y.dtype.kind == "U" and "1" in y else y
    )  # scikit-learn takes '1' for the number 1
    numbers = {int(k): v for k, v in class_weight.items()} if labels is not y else class_weight
    weight = compute_sample_weight(numbers, labels) * (1.0 if own is None else own)
    fitted = model(class_weight=class_weight).fit(X, y, own)
    np.testing.assert_array_equal(fitted.theta_, model().fit(X, y, weight).theta_)
    assert not np.array_equal(fitted.theta_, model().fit(X, y, own).theta_)


@pytest.mark.parametrize("y", [BINARY, NAMES])
def test_balanced_counts_samples_by_their_weights(y):
    factors = dict(
        zip(np.unique(y), compute_class_weight("balanced", classes=np.unique(y), y=y), strict=True)
    )
    weight = np.array([factors[label] for label in y])
    balanced = model(class_weight="balanced")
    np.testing.assert_array_equal(clone(balanced).fit(X, y).theta_, model().fit(X, y, weight).theta_)
    twice = np.repeat(np.arange(len(X)), 1 + (OWN > 1))
    repeated = clone(balanced).set_params(solver="lbfgs").fit(X[twice], y[twice])
    weighted = clone(balanced).set_params(solver="lbfgs").fit(X, y, 1.0 + (OWN > 1))
    np.testing.assert_allclose(repeated.theta_, weighted.theta_, rtol=SAME_MODEL_LBFGS, atol=SAME_MODEL_LBFGS)


def test_balanced_knows_nothing_of_rows_without_weight():
    weight = np.where(LABELS == 2, 0.0, 1.0)
    present = LABELS < 2
    fitted = model(class_weight="balanced").fit(X, LABELS, weight)
    factors = compute_class_weight("balanced", classes=np.array([0, 1]), y=LABELS[present])
    np.testing.assert_array_equal(
        fitted.theta_, model().fit(X, LABELS, weight * np.append(factors, 0.0)[LABELS]).theta_
    )


def test_partial_fit_takes_a_dict_always_and_balanced_in_later_calls():
    weights = {"a": 3.0, "c": 0.5}
    ours, plain = model(class_weight=weights), model()
    for part in (slice(0, 40), slice(40, 120)):
        ours.partial_fit(X[part], NAMES[part], classes=["a", "b", "c"])
        plain.partial_fit(X[part], NAMES[part], compute_sample_weight(weights, NAMES)[part], ["a", "b", "c"])
    np.testing.assert_array_equal(ours.theta_, plain.theta_)
    refused(
        classifier(class_weight="balanced"),
        lambda m: m.partial_fit(X, NAMES, classes=["a", "b", "c"]),
        ValueError,
        "class_weight 'balanced' is not supported for partial_fit",
        "compute_class_weight('balanced', classes=classes, y=y)",
    )
    later = ours.set_params(class_weight="balanced").partial_fit(X, NAMES)
    assert np.isfinite(later.theta_).all()


@pytest.mark.parametrize(
    ("y", "class_weight", "error", "fragments"),
    [
        (NAMES, {"d": 1.0}, ValueError, ("class_weight names 'd'", "['a', 'b', 'c']")),
        (NAMES, {"a": -1.0}, ValueError, ("not negative", "-1.0", "'a'")),
        (NAMES, {"a": float("nan")}, ValueError, ("finite", "nan", "'a'")),
        (NAMES, {"a": float("inf")}, ValueError, ("finite", "inf")),
        (NAMES, {"a": "much"}, TypeError, ("numbers", "'much'")),
        (NAMES, {"a": 0, "b": 0, "c": 0}, ValueError, ("leaves no sample a weight",)),
        (NAMES, "balance", ValueError, ("'balanced'", "'balance'")),
        (NAMES, 3, TypeError, ("a dict", "3")),
        (NAMES, [{"a": 1.0}], ValueError, ("is a list", "pass one dict")),
        (MULTILABEL, {0: 1.0, 1: 2.0}, ValueError, ("2 labels that may stand together", "list of dicts")),
        (MULTILABEL, [{1: 2.0}], ValueError, ("2 labels",)),
        (MULTILABEL, [{1: 2.0}, {2: 1.0}], ValueError, ("names 2 for column 1",)),
    ],
)
def test_class_weights_that_cannot_be(y, class_weight, error, fragments):
    refused(classifier(class_weight=class_weight), lambda m: m.fit(X, y), error, *fragments)


@pytest.mark.parametrize("engine", ["auto", "array"])
def test_weights_have_the_dtype_of_the_samples(engine):
    fitted = model(class_weight={"a": 2.0}, engine=engine).fit(X.astype(np.float32), NAMES)
    weight = np.where(NAMES == "a", 2, 1).astype(np.float32)
    np.testing.assert_array_equal(
        fitted.theta_, model(engine=engine).fit(X.astype(np.float32), NAMES, weight).theta_
    )
    assert fitted.theta_.dtype == np.float32
    with pytest.raises(ValueError, match="must be finite"):
        model(class_weight={"a": 1e300}).fit(X.astype(np.float32), NAMES)
