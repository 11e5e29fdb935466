"""Arrays of finite numbers, and what is none."""

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.arrays import finite


@pytest.mark.parametrize("values", [[[1, 2]], np.array([[1, 2]], dtype=object), sparse.csr_matrix([[1, 2]])])
def test_numbers_are_returned_as_they_are(values):
    found = finite("x", values, "(n, k)")
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (None, ValueError, r"x must have shape \(n, k\), got \(\)"),
        ([1, 2], ValueError, r"x must have shape \(n, k\), got \(2,\)"),
        (np.ones((3, 0)), ValueError, r"x must have shape \(n, k\), got \(3, 0\)"),
        ([[1], [1, 2]], ValueError, "x must have rows of one length"),
        ([["1"]], TypeError, "x must hold numbers, got '1'"),
        ([[1j]], TypeError, "x must hold numbers, got 1j"),
        ([[object()]], TypeError, "x must hold numbers: "),
        ([[0, 1], [2, np.nan]], ValueError, r"x must be finite numbers, got nan at \[1, 1\]"),
        ([[0, -np.inf]], ValueError, r"x must be finite numbers, got -inf at \[0, 1\]"),
    ],
)
def test_what_is_refused(values, error, message):
    with pytest.raises(error, match=message):
        finite("x", values, "(n, k)")
