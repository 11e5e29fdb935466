"""Random numbers: scikit-learn's stream where it draws, counter-based ones everywhere else.

What scikit-learn draws (initial weights, shuffles, the validation split) comes from the
``RandomState`` that the user passed, in scikit-learn's order. What it does not draw comes from
Philox 4x32-10, a pure function of (seed, purpose, epoch, position): nothing is advanced by it, so
switching such a thing on or off leaves the stream untouched.

Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3* (2011).
"""

from __future__ import annotations

import hashlib
import secrets
from enum import IntEnum
from functools import lru_cache
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


class Purpose(IntEnum):
    """What random numbers are for: each purpose has a stream of its own."""

    SAMPLING = 1
    INITIALIZATION = 2
    DROPOUT = 3
    INPUT_NOISE = 4
    CORRUPTION = 5
    PROBES = 6


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Return the Philox 4x32-10 blocks of some counters.

    Parameters
    ----------
    counter : array of uint64, shape (n, 4)
        Four 32-bit words each.
    key : tuple of two int
        Two 32-bit words.

    Returns
    -------
    array of uint64, shape (n, 4)
        Four random 32-bit words for each counter.

    Examples
    --------
    >>> import numpy as np
    >>> [hex(word) for word in philox(np.zeros((1, 4), dtype=np.uint64), (0, 0))[0]]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    c0, c1, c2, c3 = (counter[:, i].astype(np.uint64) for i in range(4))
    k0, k1 = key
    for _ in range(10):
        product_0 = c0 * np.uint64(_MULTIPLIERS[0])
        product_1 = c2 * np.uint64(_MULTIPLIERS[1])
        c0, c1, c2, c3 = (
            (product_1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            product_1 & _MASK,
            (product_0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            product_0 & _MASK,
        )
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1)


def words(seed: int, purpose: Purpose, epoch: int, n: int) -> Words:
    """Return ``n`` blocks of four 32-bit words for one purpose and epoch, shape (n, 4).

    The counter is (position low, position high, epoch, purpose), the key is the seed.
    """
    position = np.arange(n, dtype=np.uint64)
    counter = np.empty((n, 4), dtype=np.uint64)
    counter[:, 0] = position & _MASK
    counter[:, 1] = position >> _SHIFT
    counter[:, 2] = epoch & 0xFFFFFFFF
    counter[:, 3] = int(purpose)
    return philox(counter, (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF))


def drawn_indices(seed: int, epoch: int, n: int) -> NDArray[np.int64]:
    """Return ``n`` indices below ``n``, uniform with replacement (S1).

    Parameters
    ----------
    seed : int
        64 bits.
    epoch : int
        Each epoch has its own draws.
    n : int
        At most 2**32.

    Returns
    -------
    array of int64, shape (n,)
    """
    w = words(seed, Purpose.SAMPLING, epoch, n)
    # floor(u * n / 2**64) from two 32-bit halves: the bias is below n / 2**64
    scale = np.uint64(n)
    return ((w[:, 0] * scale + ((w[:, 1] * scale) >> _SHIFT)) >> _SHIFT).astype(np.int64)


def uniform(seed: int, purpose: Purpose, stream: int, n: int) -> NDArray[np.float64]:
    """Return ``n`` numbers in (0, 1) with 52 random bits each, shape (n,)."""
    w = words(seed, purpose, stream, n)
    # with 53 bits the half would be rounded away, and the largest number be 1
    bits = ((w[:, 0] << _SHIFT) | w[:, 1]) >> np.uint64(12)
    return np.asarray((bits.astype(np.float64) + 0.5) * 2.0**-52)


def normal(seed: int, purpose: Purpose, stream: int, n: int) -> NDArray[np.float64]:
    """Return ``n`` standard normal numbers, shape (n,), by the inverse of the distribution."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniform(seed, purpose, stream, n)))


def generator(seed: int, purpose: Purpose, epoch: int, position: int) -> np.random.Generator:
    """Return a NumPy Generator for a user's own noise: a pure function of the place."""
    return np.random.Generator(np.random.Philox(counter=[0, position, epoch, int(purpose)], key=seed))


def random_state_of(random_state: Any) -> np.random.RandomState:
    """Return scikit-learn's stream for a ``random_state`` argument.

    Parameters
    ----------
    random_state : int, RandomState, Generator or None
        None is NumPy's global stream, as in scikit-learn. A Generator is drawn from, too: its
        bit generator is shared.

    Returns
    -------
    RandomState
    """
    from sklearn.utils import check_random_state

    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.bit_generator)
    if is_seed(random_state):
        return _begun_by(int(random_state))
    state: np.random.RandomState = check_random_state(random_state)
    return state


def is_seed(random_state: Any) -> bool:
    """Return whether an argument is a whole number that begins a stream."""
    return isinstance(random_state, Integral) and 0 <= int(random_state) < 2**32


def _begun_by(seed: int) -> np.random.RandomState:
    """Return ``RandomState(seed)``, which asks the system for entropy first and throws it away: that takes longest."""
    stream = np.random.RandomState(np.random.MT19937(_NO_ENTROPY))
    stream.seed(seed)
    return stream


_NO_ENTROPY = np.random.SeedSequence(0)


def philox_seed(random_state: Any, stream: np.random.RandomState) -> int:
    """Return a 64-bit seed for Philox for an argument ``random_state`` and the stream that it stands for.

    None asks for another model each time, and its stream, NumPy's own, may not have moved between two of them.
    """
    if random_state is None:
        return fresh_seed()
    if is_seed(random_state):
        return _seed_of_number(int(random_state))
    return seed_of(stream)


@lru_cache(maxsize=1024)
def _seed_of_number(seed: int) -> int:
    return seed_of(_begun_by(seed))


def second_draws(seeds: Any, low: int, high: int) -> list[int]:
    """Return the second whole number below ``high`` of the stream that each seed begins.

    The first is drawn from ``low`` on. One stream is seeded again and again: making one costs far more.
    """
    stream, draws = np.random.RandomState(0), []
    for seed in seeds:
        stream.seed(int(seed))
        stream.randint(low, high)
        draws.append(int(stream.randint(high)))
    return draws


def seed_of(random_state: np.random.RandomState) -> int:
    """Return a 64-bit seed for Philox: a digest of the stream's state, which is not advanced."""
    digest = hashlib.sha256()

    def feed(value: Any) -> None:
        if isinstance(value, dict):
            for key in sorted(value):
                digest.update(key.encode())
                feed(value[key])
        else:
            digest.update(np.asarray(value).tobytes() if not isinstance(value, int) else str(value).encode())

    feed(random_state.get_state(legacy=False))
    return int.from_bytes(digest.digest()[:8], "little")


def fresh_seed() -> int:
    """Return a 64-bit seed for Philox from the system's entropy: another one at each call."""
    return secrets.randbits(64)
