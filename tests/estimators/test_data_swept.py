"""Every way in refuses what holds no rows of numbers: by the name of the argument, whatever it is."""

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone

import rosenblatt as rb

pytestmark = pytest.mark.filterwarnings("ignore")

N, D = 20, 3
X = np.random.default_rng(0).normal(size=(N, D))
LABELS, NUMBERS = (X[:, 0] > 0).astype(int), X[:, 1]
TARGETS = {rb.MLPClassifier: LABELS, rb.MLPRegressor: NUMBERS, rb.Perceptron: LABELS}
LONGEST = 700


class LazyFrame:
    """As a lazy frame of polars looks from outside."""

    def collect(self):
        raise AssertionError("nobody asked for it")


def huge():
    table = np.full((N, D), 1.0, dtype=object)
    table[2, 1] = 10**400
    return table


BAD = {
    "a huge number": lambda: 10**400,
    "a huge number in a table": huge,
    "a fraction": lambda: Fraction(1, 3),
    "a decimal": lambda: Decimal("0.5"),
    "a dictionary": lambda: {"a": [1] * N},
    "a set": lambda: {1, 2},
    "a generator": lambda: (i for i in range(N)),
    "a name": lambda: "hello",
    "bytes": lambda: b"x",
    "a ragged list": lambda: [[1.0] * D] * (N - 1) + [[1.0]],
    "a lazy frame": LazyFrame,
    "records": lambda: np.zeros(N, [("a", float), ("b", float)]),
    "a table of records": lambda: np.zeros((N, D), [("a", float)]),
    "dates": lambda: np.full((N, D), np.datetime64("2020-01-01")),
    "dates of Python": lambda: [[datetime.date(2020, 1, 1)] * D] * N,
    "spans of time": lambda: np.full(N, np.timedelta64(3, "s")),
    "complex numbers": lambda: X * 1j,
    "an object": object,
    "a function": lambda: len,
    "three axes": lambda: np.zeros((N, D, 2)),
    "no rows": lambda: np.zeros((0, D)),
    "masked entries": lambda: np.ma.masked_array(X, mask=X > 0),
}
METHODS = (
    "predict",
    "predict_proba",
    "decision_function",
    "transform",
    "reconstruct",
    "reconstruction_error",
)
METHODS += ("score_samples", "inverse_transform")


def small(cls):
    sizes = {} if cls is rb.Perceptron else {"hidden_layer_sizes": (3,), "max_iter": 2}
    return cls(**sizes, random_state=0)


def of_estimator(cls):
    """Yield the argument's name and a function that hands something over as that."""
    y = TARGETS.get(cls)
    model = small(cls)
    fitted = clone(model).fit(X, y)
    yield "X", lambda bad: clone(model).fit(bad, y)
    yield "sample_weight", lambda bad: clone(model).fit(X, y, sample_weight=bad)
    for method in METHODS:
        if hasattr(fitted, method):
            yield "X", getattr(fitted, method)
    if hasattr(fitted, "score"):
        yield "X", lambda bad: fitted.score(bad, y)
        yield "sample_weight", lambda bad: fitted.score(X, y, sample_weight=bad)
    if y is not None:
        yield "y", lambda bad: clone(model).fit(X, bad)
        yield "y", lambda bad: fitted.score(X, bad)
    if cls in (rb.MLPClassifier, rb.Perceptron):
        yield "classes", lambda bad: clone(model).partial_fit(X, y, classes=bad)
    if cls in (rb.Perceptron, rb.AutoencoderDetector):
        return
    labels = {} if y is None else {"y_val": y}
    yield "X_val", lambda bad: clone(model).fit(X, y, X_val=bad, **labels)
    yield "sample_weight_val", lambda bad: clone(model).fit(X, y, X_val=X, sample_weight_val=bad, **labels)
    yield "groups", lambda bad: clone(model).set_params(early_stopping=True).fit(X, y, groups=bad)
    yield "X", lambda bad: rb.lr_find(model, bad, y, steps=8)
    if y is not None:
        yield "y_val", lambda bad: clone(model).fit(X, y, X_val=X, y_val=bad)


def of_others():
    """Yield the same for functions and for the perceptron's first weights."""
    yield "X", lambda bad: rb.separability(bad, LABELS)
    yield "y", lambda bad: rb.separability(X, bad)
    yield "coef_init", lambda bad: rb.Perceptron().fit(X, LABELS, coef_init=bad)
    yield "X", lambda bad: rb.greedy_pretrain(small(rb.MLPClassifier), bad, kind="plain", max_iter=2)


def takes(name, what):
    """Return whether something is fine as that argument: a number is a weight for all rows."""
    return name.startswith("sample_weight") and what == "a fraction"


@pytest.mark.parametrize("cls", [*TARGETS, rb.Autoencoder, rb.AutoencoderDetector, None])
def test_what_holds_no_numbers_is_refused_by_name(cls):
    for name, enter in of_others() if cls is None else of_estimator(cls):
        for what, make in BAD.items():
            if takes(name, what):
                continue
            with pytest.raises((TypeError, ValueError)) as caught:
                enter(make())
            assert name in str(caught.value), (name, what)
            assert len(str(caught.value)) < LONGEST, (name, what)


@pytest.mark.parametrize("cls", [rb.MLPRegressor, rb.Perceptron])
def test_weights_that_are_dates_are_refused(cls):
    for dates in (np.full(N, np.datetime64("2020-01-01")), np.full(N, np.timedelta64(1, "D"))):
        with pytest.raises(TypeError, match="sample_weight holds dates or times"):
            small(cls).fit(X, TARGETS[cls], sample_weight=dates)


EVERY = (*TARGETS, rb.Autoencoder, rb.AutoencoderDetector)


def half_a_matrix():
    matrix = sparse.coo_array(X)
    matrix.coords = matrix.coords[:1]
    return matrix


ROWS = {
    "sets": lambda: [{1, 2}] * N,
    "dictionaries": lambda: [{"a": 1}] * N,
    "generators": lambda: [(i for i in range(D)) for _ in range(N)],
    "names": lambda: ["abc"] * N,
    "a series": lambda: pd.Series(np.arange(float(N))),
    "complex numbers": lambda: X * 1j,
    "huge numbers": lambda: [10**400] * N,
    "coordinates without columns": half_a_matrix,
}


@pytest.mark.parametrize("cls", [*EVERY, None])
def test_rows_that_are_no_rows_of_numbers_are_said_to_be_of_X(cls):
    for what, make in ROWS.items():
        with pytest.raises((TypeError, ValueError), match=r"\bX\b") as caught:
            rb.separability(make(), LABELS) if cls is None else small(cls).fit(make(), TARGETS.get(cls))
        assert len(str(caught.value)) < LONGEST, what


@pytest.mark.parametrize("cls", TARGETS)
@pytest.mark.parametrize("y", [3, 3.5, []])
def test_targets_of_no_rows_are_said_to_be_those_of_y(cls, y):
    with pytest.raises((TypeError, ValueError), match=r"y (must hold one target|is empty)"):
        small(cls).fit(X, y)


@pytest.mark.parametrize(
    "y", [float("nan"), float("inf"), [10**400] * N, [{1}] * N, [[1], [1, 2]]], ids=lambda y: str(y)[:12]
)
def test_labels_of_separability_are_named(y):
    with pytest.raises((TypeError, ValueError), match=r"\by\b") as caught:
        rb.separability(X, y)
    assert len(str(caught.value)) < LONGEST


@pytest.mark.parametrize("loss", ["squared_error", "gaussian", "poisson"])
@pytest.mark.parametrize("row", [0, 12])
def test_a_target_that_is_too_large_for_the_loss_is_named(loss, row):
    y = np.ones(N)
    y[row] = 1e308
    with pytest.raises(ValueError, match=rf"y is 1e\+308 in row {row}, too large for loss='{loss}'"):
        small(rb.MLPRegressor).set_params(loss=loss).fit(X, y)


def test_targets_of_autoencoders_are_named():
    for bad in (10**400, huge(), [10**400] * N, "z" * 9000):
        with pytest.raises((TypeError, ValueError), match="target") as caught:
            small(rb.Autoencoder).fit(X, target=bad)
        assert len(str(caught.value)) < LONGEST


@pytest.mark.parametrize("cls", EVERY)
@pytest.mark.parametrize(("weight", "size"), [(1e-300, "small"), (1e300, "large")])
def test_weights_that_the_dtype_of_X_cannot_hold_are_named_as_they_were_given(cls, weight, size):
    weights = np.ones(N)
    weights[2] = weight
    with pytest.raises(ValueError, match=r"sample_weight .*float32.*by one number") as caught:
        small(cls).fit(X.astype(np.float32), TARGETS.get(cls), sample_weight=weights)
    assert f"{weight!r} in row 2, too {size} for" in str(caught.value)
    small(cls).fit(X, TARGETS.get(cls), sample_weight=weights / 1e200 if weight > 1 else weights)


@pytest.mark.parametrize("cls", [rb.MLPClassifier, rb.Perceptron])
@pytest.mark.parametrize("weight", [1e-300, 1e300])
def test_weights_of_classes_that_the_dtype_of_X_cannot_hold_are_refused(cls, weight):
    model = small(cls).set_params(class_weight={0: weight})
    with pytest.raises(ValueError, match=r"class_weight .*float32"):
        model.fit(X.astype(np.float32), LABELS)


def test_products_of_weights_that_are_too_small_are_refused():
    model = small(rb.MLPClassifier).set_params(class_weight={0: 1e-300})
    with pytest.raises(
        ValueError, match=r"sample_weight 1e-300 times class_weight 1e-300 in row \d+ is too small"
    ):
        model.fit(X, LABELS, sample_weight=np.full(N, 1e-300))


def test_weights_of_validation_rows_that_the_dtype_of_X_cannot_hold_are_refused():
    rows = X.astype(np.float32)
    with pytest.raises(ValueError, match="sample_weight_val is 1e-300 in row 0, too small for float32"):
        small(rb.MLPClassifier).fit(
            rows, LABELS, X_val=rows, y_val=LABELS, sample_weight_val=np.full(N, 1e-300)
        )


@pytest.mark.parametrize("cls", [rb.MLPClassifier, rb.MLPRegressor, rb.Perceptron])
def test_spans_of_time_in_lists_and_tables_of_objects_are_no_numbers(cls):
    span = np.timedelta64(3, "s")
    table = np.full((N, D), 1.0, dtype=object)
    table[2, 1] = span
    for rows in (table, table.tolist()):
        with pytest.raises(TypeError, match="X holds dates or times"):
            small(cls).fit(rows, TARGETS[cls])
    with pytest.raises(TypeError, match="y holds dates or times"):
        small(cls).fit(X, [span] * N)
    with pytest.raises((TypeError, ValueError), match="sample_weight"):
        small(cls).fit(X, TARGETS[cls], sample_weight=span)
