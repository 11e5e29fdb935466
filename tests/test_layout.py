"""The places in theta: every entry has one, weights come before biases, and all are views."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.layout import Layout
from tests.marks import needs_torch

SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=7).map(tuple)


@given(SIZES)
def test_every_entry_has_one_place(sizes):
    layout = Layout(sizes)
    theta = np.zeros(layout.n_parameters, dtype=int)
    m = len(sizes) - 1
    for k in range(1, m + 1):
        assert layout.W(theta, k).shape == (sizes[k - 1], sizes[k])
        assert layout.b(theta, k).shape == (sizes[k],)
        layout.W(theta, k)[...] += 1
        layout.b(theta, k)[...] += 100
    assert (theta[: layout.n_weights] == 1).all()
    assert (theta[layout.n_weights :] == 100).all()
    assert layout.weights(theta).sum() == layout.n_weights


@given(SIZES)
def test_the_order_is_scikit_learns_packing(sizes):
    layout = Layout(sizes)
    theta = np.arange(layout.n_parameters)
    layers = range(1, len(sizes))
    packed = [*(layout.W(theta, k).ravel() for k in layers), *(layout.b(theta, k) for k in layers)]
    assert np.array_equal(np.hstack(packed), theta)


@given(SIZES)
def test_all_are_views(sizes):
    layout = Layout(sizes)
    theta = np.zeros(layout.n_parameters)
    for k in range(1, len(sizes)):
        for view in (layout.W(theta, k), layout.b(theta, k), layout.weights(theta)):
            assert np.shares_memory(view, theta)


@needs_torch
def test_tensors_give_views_too():
    import torch

    layout = Layout((2, 3, 1))
    theta = torch.zeros(layout.n_parameters)
    layout.W(theta, 2)[...] = 5.0
    assert theta[6:9].tolist() == [5.0] * 3


@pytest.mark.parametrize("k", [3, 4])
def test_layers_that_are_not_there(k):
    with pytest.raises(IndexError):
        Layout((2, 3, 1)).W(np.zeros(13), k)
