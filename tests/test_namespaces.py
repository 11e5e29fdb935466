"""The namespace of an array: the standard's functions, and erf."""

import math

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.namespaces import namespace_of
from tests.marks import needs_torch
from tests.rule_checks import close
from tests.tolerances import SAME_FORMULA

POINTS = [-3.0, -0.5, 0.0, 1e-8, 2.0]
ERF = [math.erf(x) for x in POINTS]


def test_numpy():
    xp = namespace_of(np.zeros(1))
    close(xp.erf(np.array(POINTS)), ERF, SAME_FORMULA)
    assert xp.where is xp.where
    assert xp.exp(np.zeros(1)) == 1
    assert namespace_of(np.zeros((2, 2), dtype=np.float32)) is xp


def test_a_sparse_matrix_counts_as_numpys():
    for matrix in (sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array):
        assert namespace_of(matrix(np.eye(2))) is namespace_of(np.eye(2))


@needs_torch
def test_torch():
    import torch

    xp = namespace_of(torch.zeros(1))
    close(xp.erf(torch.tensor(POINTS, dtype=torch.float64)).numpy(), ERF, SAME_FORMULA)
    assert xp.max(torch.eye(2), axis=1, keepdims=True).shape == (2, 1)
    assert namespace_of(torch.ones(3)) is xp


def test_what_it_lacks_is_an_error():
    with pytest.raises(AttributeError):
        _ = namespace_of(np.zeros(1)).no_such_function


@pytest.mark.parametrize("wrong", [[1.0, 2.0], 3.0, "text", None])
def test_no_array(wrong):
    with pytest.raises(TypeError):
        namespace_of(wrong)


@pytest.mark.parametrize(
    "x", [np.array([[-0.0, -1.5, np.nan]]), np.arange(6, dtype=np.uint8).reshape(2, 3), 2.0]
)
def test_sum_and_clip_are_numpys(x):
    xp = namespace_of(np.zeros(1))
    for arguments in ({}, {"axis": -1}, {"axis": -1, "keepdims": True}, {"dtype": np.float32}):
        if np.ndim(x) or "axis" not in arguments:
            np.testing.assert_array_equal(xp.sum(x, **arguments), np.sum(x, **arguments))
            assert xp.sum(x, **arguments).dtype == np.sum(x, **arguments).dtype
    for bounds in ((0, None), (None, 1), (0, 1)):
        np.testing.assert_array_equal(xp.clip(x, *bounds), np.clip(x, *bounds))
        assert xp.clip(x, *bounds).dtype == np.clip(x, *bounds).dtype
    np.testing.assert_array_equal(xp.clip(x, a_min=0, a_max=1), np.clip(x, 0, 1))
