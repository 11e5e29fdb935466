"""Inputs: what is converted and how."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from rosenblatt import MLPClassifier
from rosenblatt.diagnosis import explained, is_missing
from rosenblatt.estimators.inputs import as_dtype, as_rows, sample_weights, validated


def test_dtypes():
    model = MLPClassifier()
    for given_dtype, kept in ((np.float32, np.float32), (np.float64, np.float64), (np.float16, np.float64)):
        assert validated(model, np.ones((2, 2), given_dtype)).dtype == kept
    for given_dtype in (np.int8, np.uint64, bool, object, np.longdouble):
        assert validated(model, np.ones((2, 2), given_dtype)).dtype == np.float64
    np.testing.assert_array_equal(validated(model, [["1", "2.5"]]), [[1.0, 2.5]])


def test_rows_can_be_taken():
    assert as_rows(np.asfortranarray(np.ones((3, 2)))).flags.c_contiguous
    for kind in (sparse.csr_matrix, sparse.csc_matrix, sparse.csc_array):
        assert as_rows(kind(np.eye(3))).format == "csr"


def test_nothing_is_copied_that_need_not_be():
    X = np.ones((3, 2))
    assert as_rows(X) is X
    assert as_dtype(X, np.dtype("float64")) is X
    assert as_dtype(X, np.dtype("float32")).dtype == np.float32


@given(
    st.integers(1, 8),
    st.integers(1, 8),
    st.sampled_from([np.nan, np.inf, -np.inf]),
    st.randoms(use_true_random=False),
    st.sampled_from([np.array, sparse.csr_array, sparse.csc_matrix]),
)
def test_the_first_bad_entry_is_found(n, columns, value, random, kind):
    X = np.arange(1.0, n * columns + 1).reshape(n, columns)
    places = [(random.randrange(n), random.randrange(columns)) for _ in range(3)]
    for place in places:
        X[place] = value
    row, column = min(places)
    with pytest.raises(ValueError, match=f"is {value}, in row {row}, column {column};"):
        validated(MLPClassifier(), kind(X))


def test_what_cannot_be_explained_gets_the_name_of_the_argument():
    two = np.ones((2, 2))
    assert explained("X is odd", two, "no_validation", labels=True) is None
    assert explained("something else", two, "no_validation", labels=True) == "X: something else"
    assert explained("something else", two, [1, 2], labels=True) == "y: something else"
    assert explained("something else", [["a"], ["b"]], two, labels=True).startswith(
        "something else. The first such"
    )


def test_rows_that_differ_in_length_are_named():
    ragged = [[1.0, 2.0], [3.0]]
    with pytest.raises(ValueError, match="X has rows that differ in length"):
        validated(MLPClassifier(), ragged)


def test_missing_entries():
    assert all(is_missing(entry) for entry in (None, float("nan"), np.nan, np.float32("nan")))
    assert not any(is_missing(entry) for entry in ("nan", "<NA>", "", 0, False, np.inf))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=9).filter(any))
def test_weights_come_back_in_the_dtype_of_the_data(values):
    for dtype in (np.float64, np.float32):
        if np.any((np.asarray(values, dtype) == 0) & (np.asarray(values) > 0)):
            with pytest.raises(ValueError, match="too small for float32"):
                sample_weights(values, len(values), dtype)
            continue
        weight = sample_weights(values, len(values), dtype)
        assert weight.dtype == dtype
        np.testing.assert_array_equal(weight, np.asarray(values, dtype))


def test_weights_of_one_number_or_none():
    assert sample_weights(None, 3, np.float64) is None
    np.testing.assert_array_equal(sample_weights(2, 3, np.float64), [2, 2, 2])
    with pytest.raises(ValueError, match="sample_weight is 1e-60 in row 0, too small for float32"):
        sample_weights([1e-60, 1e-70], 2, np.float32)  # nothing is left of them in float32
