"""The softmax: probabilities of rows, stable, with the Jacobian that makes delta = o - y."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.rules.outputs import Softmax
from tests.marks import needs_torch
from tests.oracles import DUALS
from tests.rule_checks import close, variable_column
from tests.strategies import SEEDS, np_namespace
from tests.tolerances import DERIVATIVE, SAME_FORMULA


def logits(seed, n=5, r=4):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, r)) * 10.0 ** random.uniform(-3, 3, (n, 1))


@given(SEEDS)
def test_rows_are_probabilities_and_a_shift_changes_nothing(seed):
    a = np.round(logits(seed), 3)
    o = Softmax()(np_namespace(), a)
    close(o.sum(axis=1), np.ones(5), SAME_FORMULA)
    assert ((o >= 0) & (o <= 1)).all()
    close(Softmax()(np_namespace(), a + 4096.0), o, 1e-11)  # 4096 costs twelve of 52 bits


@given(SEEDS, st.integers(0, 3))
def test_jacobian_by_dual_numbers(seed, column):
    a = logits(seed)
    o = Softmax()(np_namespace(), a)
    by_duals = Softmax()(DUALS, variable_column(a, column)).first
    close(by_duals, o * (np.eye(4)[column] - o[:, [column]]), DERIVATIVE)


@needs_torch
@given(SEEDS)
def test_equals_torch(seed):
    import torch

    a = logits(seed)
    close(Softmax()(np_namespace(), a), torch.softmax(torch.tensor(a), dim=1).numpy(), SAME_FORMULA)


@pytest.mark.parametrize("size", [1000.0, 1e308])
def test_large_logits_do_not_overflow(size):
    a = np.array([[size, -size, 0.0], [-size, -size, -size]])
    # 1e308 - (-1e308) is infinite, and its exponential is 0 as it should be
    with np.errstate(over="ignore"):
        o = Softmax()(np_namespace(), a)
    close(o, [[1, 0, 0], [1 / 3] * 3], SAME_FORMULA)


def test_nan_stays_in_its_row():
    o = Softmax()(np_namespace(), np.array([[np.nan, 1.0], [2.0, 1.0]]))
    assert np.isnan(o[0]).all()
    assert np.isfinite(o[1]).all()
