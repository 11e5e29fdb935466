"""Shuffled orders are NumPy's own, draw by draw, whichever code makes them."""

from __future__ import annotations

import numpy as np
import pytest

from rosenblatt.engines.native import native_module
from rosenblatt.engines.shuffling import shuffled_by_numpy, shuffled_orders

needs_native = pytest.mark.skipif(native_module() is None, reason="the native engine is not installed")


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.PCG64])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 64, 100, 1023, 1024, 1025, 20_000])
def test_the_draws_and_the_place_in_the_stream_are_those_of_numpy(n, bits):
    ours, theirs = np.random.RandomState(bits(n)), np.random.RandomState(bits(n))
    running = np.random.RandomState(1).permutation(n)
    np.testing.assert_array_equal(shuffled_orders(ours, running, 4), shuffled_by_numpy(theirs, running, 4))
    assert ours.randint(2**31) == theirs.randint(2**31)


def test_a_row_is_the_row_before_it_shuffled():
    stream, running = np.random.RandomState(5), np.arange(50)
    for row in shuffled_orders(np.random.RandomState(5), running, 3):
        drawn = np.arange(50)
        stream.shuffle(drawn)
        running = running[drawn]
        np.testing.assert_array_equal(row, running)


def test_without_the_native_engine_numpy_shuffles(monkeypatch):
    monkeypatch.setattr("rosenblatt.engines.shuffling.native_module", lambda: None)
    expected = shuffled_by_numpy(np.random.RandomState(3), np.arange(9), 2)
    np.testing.assert_array_equal(shuffled_orders(np.random.RandomState(3), np.arange(9), 2), expected)


@needs_native
@pytest.mark.parametrize(
    ("running", "orders"),
    [
        (np.arange(4), np.empty((2, 5), dtype=np.int64)),
        (np.arange(4, dtype=np.int32), np.empty((2, 4), dtype=np.int64)),
        (np.arange(4.0), np.empty((2, 4), dtype=np.int64)),
        (np.arange(8)[::2], np.empty((2, 4), dtype=np.int64)),
        (np.arange(4), np.empty((4, 2), dtype=np.int64).T),
        (np.arange(4), np.empty(4, dtype=np.int64)),
    ],
    ids=["width", "integer", "float", "strided", "turned", "flat"],
)
def test_the_binding_refuses_what_is_not_an_order(running, orders):
    capsule = np.random.MT19937(0).capsule
    with pytest.raises((TypeError, ValueError)):
        native_module().shuffled_orders(capsule, running, orders)


@needs_native
def test_the_binding_refuses_another_capsule_and_overlapping_memory():
    orders = np.zeros((2, 4), dtype=np.int64)
    with pytest.raises(TypeError):
        native_module().shuffled_orders(np.arange(3), np.arange(4), orders)
    with pytest.raises(ValueError, match="overlap"):
        native_module().shuffled_orders(np.random.MT19937(0).capsule, orders[1], orders)
