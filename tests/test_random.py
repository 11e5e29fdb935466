"""Philox against Random123's known answers, the distributions, and scikit-learn's stream left alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.utils import check_random_state

from rosenblatt import random
from rosenblatt.random import Purpose, philox_seed, random_state_of, seed_of
from rosenblatt.training.order import Orders
from tests.tolerances import P_VALUE

SEEDS = st.integers(0, 2**64 - 1)

# Random123, tests/kat_vectors, "philox4x32 10": counter, key, result
KNOWN_ANSWERS = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def check_known_answers():
    counters = np.array([counter for counter, _, _ in KNOWN_ANSWERS], dtype=np.uint64)
    for row, (_, key, result) in enumerate(KNOWN_ANSWERS):
        assert random.philox(counters, tuple(key))[row].tolist() == result


def test_philox_known_answers():
    check_known_answers()


def philox_by_integers(counter, key):
    """Return a block as the paper writes it, with Python's unbounded integers."""
    c, k = list(counter), list(key)
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * c[0], 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high_1 ^ c[1] ^ k[0], low_1, high_0 ^ c[3] ^ k[1], low_0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


WORD = st.integers(0, 2**32 - 1)


@given(st.lists(WORD, min_size=4, max_size=4), st.tuples(WORD, WORD))
def test_philox_equals_unbounded_integers(counter, key):
    block = random.philox(np.array([counter], dtype=np.uint64), key)
    assert block[0].tolist() == philox_by_integers(counter, key)


@given(SEEDS, st.integers(0, 2**32 - 1), st.sampled_from(list(Purpose)))
def test_words_are_a_pure_function_of_seed_purpose_epoch_and_position(seed, epoch, purpose):
    whole = random.words(seed, purpose, epoch, 9)
    assert np.array_equal(random.words(seed, purpose, epoch, 4), whole[:4])
    assert philox_by_integers([7, 0, epoch, purpose], [seed % 2**32, seed >> 32]) == whole[7].tolist()
    others = [
        random.words(seed ^ 1, purpose, epoch, 9),
        random.words(seed ^ 2**40, purpose, epoch, 9),
        random.words(seed, purpose, epoch ^ 1, 9),
        *(random.words(seed, other, epoch, 9) for other in Purpose if other is not purpose),
    ]
    assert not any((other == whole).any() for other in others)


@given(SEEDS, st.integers(0, 1000), st.integers(1, 500))
def test_drawn_indices_are_below_n_and_are_the_words_scaled(seed, epoch, n):
    drawn = random.drawn_indices(seed, epoch, n)
    assert drawn.dtype == np.int64
    assert drawn.shape == (n,)
    words = random.words(seed, Purpose.SAMPLING, epoch, n)
    assert drawn.tolist() == [(int(w[0]) * 2**32 + int(w[1])) * n >> 64 for w in words]


@pytest.mark.parametrize("n", [7, 100, 1000])
def test_drawn_indices_are_uniform_over_samples_and_positions(n):
    epochs = 40_000 // n
    drawn = np.stack([random.drawn_indices(123, epoch, n) for epoch in range(epochs)])
    counts = np.bincount(drawn.ravel(), minlength=n)
    assert stats.chisquare(counts).pvalue > P_VALUE
    # with replacement: an epoch misses a sample with probability (1 - 1/n)^n
    missed = np.mean([n - len(np.unique(row)) for row in drawn])
    expected = n * (1 - 1 / n) ** n
    assert abs(missed - expected) < 5 * np.sqrt(n / epochs)
    # neighbours are independent: pairs of halves
    pairs = np.histogram2d(drawn[:, :-1].ravel(), drawn[:, 1:].ravel(), bins=2)[0]
    assert stats.chi2_contingency(pairs).pvalue > P_VALUE


@pytest.mark.parametrize("stream", [1, 2, 7])
def test_uniform_and_normal_numbers(stream):
    u = random.uniform(42, Purpose.INITIALIZATION, stream, 20_000)
    assert ((u > 0) & (u < 1)).all()
    assert len(np.unique(u)) == len(u)
    assert stats.kstest(u, "uniform").pvalue > P_VALUE
    z = random.normal(42, Purpose.INITIALIZATION, stream, 20_000)
    assert stats.kstest(z, "norm").pvalue > P_VALUE
    assert abs(np.corrcoef(z[:-1], z[1:])[0, 1]) < 5 / np.sqrt(len(z))
    other = random.normal(42, Purpose.INITIALIZATION, stream + 1, 20_000)
    assert abs(np.corrcoef(z, other)[0, 1]) < 5 / np.sqrt(len(z))


def test_uniform_numbers_never_are_0_or_1():
    words = np.array([[0] * 4, [0xFFFFFFFF] * 4], dtype=np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random, "words", lambda *_: words)
        u = random.uniform(0, Purpose.INITIALIZATION, 0, 2)
        assert 0 < u[0] < u[1] < 1
        assert np.isfinite(random.normal(0, Purpose.INITIALIZATION, 0, 2)).all()


def states(stream):
    return [np.asarray(part).tobytes() for part in stream.get_state()]


@given(st.integers(0, 2**32 - 1))
def test_a_seed_does_not_advance_the_stream(seed):
    stream = np.random.RandomState(seed)
    before = states(stream)
    first = random.seed_of(stream)
    assert 0 <= first < 2**64
    assert random.seed_of(stream) == first
    assert states(stream) == before
    stream.random_sample()
    assert random.seed_of(stream) != first
    assert random.seed_of(np.random.RandomState(seed + 1 if seed < 2**32 - 1 else 0)) != first


def test_draws_with_replacement_leave_the_stream_untouched():
    stream = np.random.RandomState(0)
    before = states(stream)
    for kind in ("random", "cyclic"):
        orders = Orders(kind, 10, 3, stream, random.seed_of(stream))
        orders.epochs(0)
        assert states(stream) == before
    Orders("shuffled", 10, 3, stream, 0).epochs(0)
    assert states(stream) != before


def test_the_stream_of_an_argument_is_scikit_learns():
    for argument in (0, 17, None):
        assert states(random.random_state_of(argument)) == states(check_random_state(argument))
    own = np.random.RandomState(3)
    assert random.random_state_of(own) is own
    with pytest.raises(ValueError, match="cannot be used to seed"):
        random.random_state_of("seven")


def test_a_generator_is_shared():
    generator, twin = np.random.default_rng(5), np.random.default_rng(5)
    stream = random.random_state_of(generator)
    assert isinstance(stream, np.random.RandomState)
    before = random.seed_of(stream)
    stream.random_sample(3)
    assert random.seed_of(stream) != before
    assert generator.bit_generator.state != twin.bit_generator.state


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.PCG64, np.random.Philox, np.random.SFC64])
def test_seeds_of_any_bit_generator(bits):
    one, two = (random.random_state_of(np.random.Generator(bits(seed))) for seed in (1, 2))
    assert random.seed_of(one) != random.seed_of(two)
    assert random.seed_of(one) == random.seed_of(random.random_state_of(np.random.Generator(bits(1))))


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**32 - 1, np.int32(7), np.uint64(8)])
def test_a_stream_begins_as_scikit_learns(seed):
    stream, theirs = random_state_of(seed), np.random.RandomState(seed)
    assert stream.randint(2**31, size=5).tolist() == theirs.randint(2**31, size=5).tolist()
    assert philox_seed(seed, random_state_of(seed)) == seed_of(np.random.RandomState(seed))


def test_seeds_for_philox_do_not_repeat_where_none_was_asked_for():
    stream = random_state_of(None)
    assert philox_seed(None, stream) != philox_seed(None, stream)
    assert philox_seed(np.random.RandomState(3), np.random.RandomState(3)) == seed_of(
        np.random.RandomState(3)
    )
