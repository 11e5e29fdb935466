"""Targets: labels into numbers and back."""

from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.neural_network
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import LabelBinarizer

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor, Perceptron
from rosenblatt.estimators.targets import Labels, encoding_of, flat, labels_of_first_call
from rosenblatt.network import Network
from rosenblatt.rules.activations import Identity, Logistic, Tanh
from rosenblatt.rules.losses import BinaryCrossEntropy, HalfSquaredError, PerceptronLoss

ENCODINGS = st.sampled_from([(0.0, 1.0), (-1.0, 1.0)])


def numbers(encoded, encoding):
    low, high = encoding
    return np.where(encoded, high, low)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=2, max_size=20), ENCODINGS)
def test_labels_come_back_from_their_numbers(y, encoding):
    y = np.array(y)
    labels = Labels(y)
    encoded = labels.encode(y)
    n_classes = len(np.unique(y))
    assert encoded.dtype == bool
    assert encoded.shape == (len(y), 1 if n_classes <= 2 else n_classes)
    assert labels.kind == ("multiclass" if n_classes > 2 else "binary")
    np.testing.assert_array_equal(labels.decode(numbers(encoded, encoding), encoding), y)
    np.testing.assert_array_equal(labels.classes, np.unique(y))


@given(
    st.lists(st.tuples(*[st.integers(0, 1)] * 3), min_size=2, max_size=12),
    ENCODINGS,
)
def test_multilabel_targets_come_back(rows, encoding):
    y = np.array(rows)
    labels = Labels(y)
    assert labels.kind == "multilabel-indicator"
    np.testing.assert_array_equal(labels.encode(y), y.astype(bool))
    np.testing.assert_array_equal(labels.decode(numbers(labels.encode(y), encoding), encoding), y)


def test_the_middle_of_the_encoding_separates_two_classes():
    labels = Labels(np.array(["no", "yes"]))
    for encoding in ((0.0, 1.0), (-1.0, 1.0)):
        middle = sum(encoding) / 2
        outputs = np.array([[middle - 1e-9], [middle + 1e-9]])
        assert list(labels.decode(outputs, encoding)) == ["no", "yes"]


@pytest.mark.parametrize(
    ("loss", "output", "encoding"),
    [
        (BinaryCrossEntropy(), Logistic(), (0.0, 1.0)),
        (PerceptronLoss(), Logistic(), (-1.0, 1.0)),
        (HalfSquaredError(), Logistic(), (0.0, 1.0)),
        (HalfSquaredError(), Tanh(), (-1.0, 1.0)),
        (HalfSquaredError(), Identity(), (-1.0, 1.0)),
    ],
)
def test_the_encoding_belongs_to_the_loss_or_else_to_the_output(loss, output, encoding):
    assert encoding_of(loss, Network((2, 1), (), output)) == encoding


def test_classes_of_the_first_call_are_all_there_will_be():
    labels = labels_of_first_call(np.array([2, 2]), [3, 1, 2])
    assert list(labels.classes) == [1, 2, 3]
    assert labels.encode(np.array([3])).tolist() == [[False, False, True]]
    multilabel = labels_of_first_call(np.array([[0, 1], [1, 0]]), [0, 1])
    assert multilabel.kind == "multilabel-indicator"


def test_flat():
    y = np.arange(3.0)
    assert flat(y) is y
    two = np.ones((3, 2))
    assert flat(two) is two
    with pytest.warns(UserWarning, match="column-vector"):
        np.testing.assert_array_equal(flat(y[:, None]), y)


def test_sparse_indicators_are_labels_too():
    from scipy import sparse

    generator = np.random.default_rng(0)
    X = generator.normal(size=(60, 4))
    dense = (X @ generator.normal(size=(4, 3)) > 0).astype(int)
    assert 0.2 < dense.mean() < 0.8
    arguments = {"hidden_layer_sizes": (5,), "max_iter": 5, "random_state": 0, "tol": 0.0}
    for early_stopping in (False, True):
        expected = MLPClassifier(**arguments, early_stopping=early_stopping).fit(X, dense)
        model = MLPClassifier(**arguments, early_stopping=early_stopping).fit(X, sparse.csr_matrix(dense))
        np.testing.assert_array_equal(model.theta_, expected.theta_)
        np.testing.assert_array_equal(model.predict(X).toarray(), expected.predict(X))
        assert model.score(X, sparse.csr_matrix(dense)) == expected.score(X, dense)
        assert model.validation_scores_ == expected.validation_scores_


@pytest.mark.parametrize("encoding", [(0.0, 1.0), (-1.0, 1.0)])
@pytest.mark.parametrize(
    "y",
    [
        [0, 1, 1],
        ["a", "b", "a"],
        [True, False, True],
        [3, 3, 3],
        [0, 2, 5],
        ["x", "z", "y"],
        [[0, 1, 1], [1, 0, 1]],
    ],
)
def test_labels_are_those_of_scikit_learns_binarizer(y, encoding):
    labels, binarizer = Labels(np.array(y)), LabelBinarizer().fit(np.array(y))
    columns = labels.encode(np.array(y)).shape[1]
    o = np.random.default_rng(0).normal(size=(50, columns))
    o[:9] = np.repeat([0.0, 0.5, 1.0], 3)[:, np.newaxis]  # in the middle, and equal columns
    low, high = encoding
    scaled = (o - low) / (high - low)
    expected = binarizer.inverse_transform(scaled.ravel() if columns == 1 else scaled)
    found = labels.decode(o, encoding)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "y", [[0, 1, 1], ["a", "b", "a"], [True, False, True], [3, 3], [-5, 7, 7, 2], ["x", "z", "yy"]]
)
def test_plain_labels_are_encoded_as_by_scikit_learns_binarizer(y):
    y = np.array(y)
    expected = LabelBinarizer().fit(y).transform(y).astype(bool)
    found = Labels(y).encode(y)
    assert found.dtype == bool
    np.testing.assert_array_equal(found, expected)
    for same in (pd.Series(y), y.tolist()):
        np.testing.assert_array_equal(Labels(y).encode(same), expected)


X_OF_LABELS = np.random.RandomState(0).normal(size=(60, 3))
CODES = (X_OF_LABELS[:, 0] > 0).astype(int)
STRINGS = np.array(["no", "yes"])[CODES]
CLASSIFIERS = pytest.mark.parametrize(
    "make", [lambda: MLPClassifier((3,), max_iter=3, random_state=0), Perceptron], ids=["MLP", "Perceptron"]
)


@CLASSIFIERS
@pytest.mark.parametrize("kind", [bool, np.int64, np.float64])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_objects_that_are_numbers_are_those_numbers_at_every_entrance(make, kind):
    y = CODES.astype(kind)
    objects = np.array(y.tolist(), dtype=object)
    plain, model = make().fit(X_OF_LABELS, y), make().fit(X_OF_LABELS, objects)
    np.testing.assert_array_equal(model.predict(X_OF_LABELS), plain.predict(X_OF_LABELS))
    assert model.classes_.dtype == model.predict(X_OF_LABELS).dtype == kind
    expected = plain.score(X_OF_LABELS, y)
    for labels in (objects, pd.Series(objects), pd.DataFrame({"y": objects}), objects[:, np.newaxis]):
        assert model.score(X_OF_LABELS, labels) == plain.score(X_OF_LABELS, objects) == expected
    parts = make().partial_fit(X_OF_LABELS, objects, classes=np.unique(objects))
    parts.partial_fit(X_OF_LABELS, y, classes=np.unique(y)).partial_fit(X_OF_LABELS, pd.Series(objects))
    assert parts.classes_.dtype == kind
    assert cross_val_score(make(), X_OF_LABELS, objects, error_score="raise").shape == (5,)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_objects_are_numbers_in_validation_sets_several_labels_and_proofs():
    objects = CODES.astype(object)
    passed = {"X_val": X_OF_LABELS, "y_val": objects}
    model = MLPClassifier((3,), max_iter=3, random_state=0).fit(X_OF_LABELS, CODES, **passed)
    assert model.validation_scores_[-1] == model.score(X_OF_LABELS, CODES)
    several = np.stack([CODES, 1 - CODES], axis=1)
    model.fit(X_OF_LABELS, several.astype(object))
    assert model.score(X_OF_LABELS, several.astype(object)) == model.score(X_OF_LABELS, several)
    proved = Perceptron(certify=True).fit(X_OF_LABELS, objects)
    assert proved.certificate_.verify(X_OF_LABELS, objects)


@CLASSIFIERS
@pytest.mark.parametrize(
    "strings",
    [
        STRINGS.astype(object),
        STRINGS.tolist(),
        pd.Series(STRINGS.astype(object)),
        pd.Series(STRINGS, dtype="string"),
        pd.Series(STRINGS),
        pd.Series(STRINGS, dtype="category"),
        STRINGS.astype(">U3"),
        pl.Series(STRINGS),
        pl.Series(STRINGS, dtype=pl.Categorical),
        pl.Series(STRINGS, dtype=pl.Enum(["no", "yes"])),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_strings_of_every_kind_give_classes_of_one_dtype_as_scikit_learns(make, strings):
    theirs = sklearn.neural_network.MLPClassifier((3,), max_iter=1).fit(X_OF_LABELS, strings)
    model = make().fit(X_OF_LABELS, strings)
    assert (
        model.classes_.dtype == theirs.classes_.dtype == model.predict(X_OF_LABELS).dtype == np.dtype("<U3")
    )
    assert model.score(X_OF_LABELS, strings) == model.score(X_OF_LABELS, STRINGS)
    parts = make().partial_fit(X_OF_LABELS, strings, classes=pd.unique(pd.Series(STRINGS.astype(object))))
    assert parts.classes_.tolist() == ["no", "yes"]
    assert parts.classes_.dtype == np.dtype("<U3")


def objects_of(entries):
    """Return an array of objects, one for each entry."""
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


@CLASSIFIERS
@pytest.mark.parametrize(
    ("convert", "cure"),
    [
        (Decimal, "astype(int)"),
        (Fraction, "astype(int)"),
        (lambda code: b"yes" if code else b"no", "astype(int)"),
        (lambda code: (code,), "astype(int)"),
        (lambda code: "yes" if code else 0, "astype(str)"),
        (lambda code: "yes" if code else None, "drop such rows first"),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_other_objects_are_refused_in_one_short_sentence(make, convert, cure):
    objects = objects_of([convert(code) for code in CODES.tolist()])
    known = make().fit(X_OF_LABELS, CODES)
    entrances = {
        "y": [
            lambda: make().fit(X_OF_LABELS, objects),
            lambda: make().partial_fit(X_OF_LABELS, objects, classes=[0, 1]),
            lambda: known.score(X_OF_LABELS, objects),
        ],
        "classes": [lambda: make().partial_fit(X_OF_LABELS, CODES, classes=objects)],
    }
    if isinstance(known, MLPClassifier):
        entrances["y"].append(lambda: known.fit(X_OF_LABELS, CODES, X_val=X_OF_LABELS, y_val=objects))
    for name, calls in entrances.items():
        for call in calls:
            with pytest.raises(ValueError, match=f"{name} must hold labels") as caught:
                call()
            assert cure in str(caught.value)
            assert len(str(caught.value)) < 200


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_numbers_of_regressors_may_be_a_series_of_polars():
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=3, random_state=0)
    series = pl.Series(X_OF_LABELS[:, 0])
    assert model.fit(X_OF_LABELS, series).score(X_OF_LABELS, series) == model.score(
        X_OF_LABELS, X_OF_LABELS[:, 0]
    )


@CLASSIFIERS
@pytest.mark.parametrize("kind", [">i8", ">f8", ">i2"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_labels_of_another_order_of_bytes_are_plain_ones(make, kind):
    y = CODES.astype(kind)
    for model in (make().fit(X_OF_LABELS, y), make().partial_fit(X_OF_LABELS, y, classes=np.unique(y))):
        assert model.classes_.dtype.isnative
        assert model.predict(X_OF_LABELS).dtype == np.dtype(kind).newbyteorder("=")
        assert model.score(X_OF_LABELS, y) == model.score(X_OF_LABELS, CODES)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_numbers_of_regressors_and_autoencoders_may_be_objects_too():
    numbers = np.round(10 * X_OF_LABELS).astype(int)
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=3, random_state=0)
    scores = [model.fit(X_OF_LABELS, y).score(X_OF_LABELS, y) for y in (numbers, numbers.astype(object))]
    assert scores[0] == scores[1]
    coder = Autoencoder(2, max_iter=3, random_state=0)
    scores = [
        coder.fit(X_OF_LABELS, target=y).score(X_OF_LABELS, target=y)
        for y in (numbers, numbers.astype(object))
    ]
    assert scores[0] == scores[1]


@pytest.mark.parametrize("values", [(-1, 1), (0, 2), (-1.0, 1.0), (5, 5)])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_columns_of_labels_hold_0_and_1(values, container):
    """Others would all be learned as 1, in silence."""
    X = np.random.default_rng(0).normal(size=(40, 3))
    y = container(np.where(X[:, :2] > 0, values[1], values[0]))
    for fit in (MLPClassifier(max_iter=2).fit, partial(MLPClassifier().partial_fit, classes=[0, 1])):
        with pytest.raises(
            ValueError, match=r"y has 2 columns, which must hold 0 and 1 alone \(multilabel\)"
        ):
            fit(X, y)
    ones = container((X[:, :2] > 0).astype(int))
    with pytest.raises(ValueError, match="must hold 0 and 1 alone"):
        MLPClassifier(max_iter=2).fit(X, ones, X_val=X, y_val=y)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.int64, ">i4", "U", "U9"])
@pytest.mark.parametrize("n_classes", [1, 2, 3, 20, 21, 40])
def test_classes_and_kind_are_the_binarizers(dtype, n_classes):
    y = (7 * np.arange(60) % n_classes).astype(dtype)
    labels, expected = Labels(y), LabelBinarizer().fit(y)
    np.testing.assert_array_equal(labels.classes, expected.classes_)
    assert labels.classes.dtype == expected.classes_.dtype
    assert labels.kind == expected.y_type_
    assert labels.encode(y.tolist()).tolist() == expected.transform(y).astype(bool).tolist()
    o = np.random.default_rng(0).uniform(size=(30, 1 if len(labels.classes) <= 2 else len(labels.classes)))
    np.testing.assert_array_equal(labels.decode(o, (0.0, 1.0)), expected.inverse_transform(o, threshold=0.5))
