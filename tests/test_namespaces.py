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
