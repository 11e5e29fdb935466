"""Targets: labels into numbers and back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import LabelBinarizer

from rosenblatt import MLPClassifier
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
