"""Orders: shuffled passes, cyclic passes, draws with replacement (S1, T3)."""

import itertools

import numpy as np
import pytest
from sklearn.utils import gen_batches, shuffle

from rosenblatt.random import drawn_indices
from rosenblatt.training.order import Orders


def orders(kind, n=10, batch_size=4, seed=0):
    return Orders(kind, n, batch_size, np.random.RandomState(3), seed)


@pytest.mark.parametrize("kind", ["shuffled", "cyclic", "random"])
@pytest.mark.parametrize(("n", "batch_size"), [(10, 4), (8, 4), (5, 1), (5, 5), (1, 1)])
def test_batches_are_scikit_learns(kind, n, batch_size):
    bounds = orders(kind, n, batch_size).epochs(0).bounds
    slices = [slice(int(a), int(b)) for a, b in itertools.pairwise(bounds)]
    assert slices == list(gen_batches(n, batch_size))
    assert orders(kind, n, batch_size).steps == len(slices)


def test_shuffled_passes_are_scikit_learns():
    ours, stream, running = orders("shuffled"), np.random.RandomState(3), np.arange(10)
    for number in range(4):
        running = shuffle(running, random_state=stream)
        np.testing.assert_array_equal(ours.epochs(number).indices, running)


def test_every_pass_has_every_row_once():
    ours = orders("shuffled", n=23)
    passes = [ours.epochs(number).indices for number in range(5)]
    for indices in passes:
        assert sorted(indices) == list(range(23))
    assert len({tuple(indices) for indices in passes}) == 5


def test_cyclic_passes_take_the_rows_as_they_stand():
    ours = orders("cyclic")
    assert ours.epochs(0).indices is None
    assert ours.epochs(7).indices is None


def test_draws_with_replacement_depend_on_seed_and_epoch_alone():
    ours = orders("random", n=50, seed=9)
    later = ours.epochs(3).indices
    np.testing.assert_array_equal(ours.epochs(3).indices, later)
    np.testing.assert_array_equal(drawn_indices(9, 3, 50), later)
    assert len(set(later)) < 50  # 50 draws without any twice: (50!)/50**50, about 1e-21
    assert not np.array_equal(ours.epochs(4).indices, later)
    assert not np.array_equal(orders("random", n=50, seed=10).epochs(3).indices, later)


@pytest.mark.parametrize("kind", ["cyclic", "random"])
def test_only_shuffling_draws_from_the_stream(kind):
    ours = orders(kind)
    ours.epochs(0)
    assert ours.stream.randint(10**6) == np.random.RandomState(3).randint(10**6)


@pytest.mark.parametrize("kind", ["shuffled", "cyclic", "random"])
def test_joined_orders_take_the_same_rows_step_by_step(kind):
    ours = orders(kind)
    parts = [ours.epochs(number) for number in range(3)]
    whole = orders(kind).epochs(0, 3)
    taken = []
    for part in parts:
        indices = np.arange(10) if part.indices is None else part.indices
        taken += [list(indices[a:b]) for a, b in zip(part.bounds[:-1], part.bounds[1:], strict=True)]
    indices = np.arange(30) % 10 if whole.indices is None else whole.indices
    steps = zip(whole.bounds[:-1], whole.bounds[1:], strict=True)
    assert [list(indices[a:b]) for a, b in steps] == taken
