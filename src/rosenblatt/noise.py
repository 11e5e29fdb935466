r"""Noise while training: dropout, Gaussian noise, corruption, as pure functions of the place (T6, T7, A5).

A number depends on the seed, the epoch, the position of the sample in the epoch's order, the layer and the
unit, and on nothing else: so any engine, any number of threads and any cut into batches draws the same.
A block of Philox is named by the words (block of units, position, epoch, purpose and layer).
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from .arrays import rectangular
from .corruption import Gaussian, Masking, Multiplicative, SaltAndPepper, Several
from .random import Purpose, Words, generator, philox

Array = Any
SIXTEEN = 1 << 16


class Noise(NamedTuple):
    """Where the noise of a batch is drawn, and how much of it.

    Attributes
    ----------
    seed : int
        64 bits.
    epoch : int
    position : int
        Of the batch's first sample in the order of its epoch.
    dropout : tuple of float
        A rate for each layer 0 to m - 1, or empty.
    standard_deviation : float
        Of the noise on the inputs.
    corruption : Corruption, an object with ``corrupt(x, random)``, or None
        With a number for its strength, which is not 0.
    """

    seed: int
    epoch: int
    position: int
    dropout: tuple[float, ...] = ()
    standard_deviation: float = 0.0
    corruption: Any = None


def blocks(noise: Noise, purpose: Purpose, layer: int, rows: Any, columns: Any) -> Words:
    """Return the Philox blocks for some rows of a batch and blocks of units, shape (n, 4).

    Parameters
    ----------
    noise : Noise
    purpose : Purpose
    layer : int
    rows, columns : array of int, shape (n,)
        Numbers of the rows in the batch, and of the blocks of units.

    Returns
    -------
    array of uint64, shape (n, 4)
    """
    counter = np.empty((len(rows), 4), dtype=np.uint64)
    counter[:, 0] = columns
    counter[:, 1] = (noise.position + np.asarray(rows, dtype=np.int64)) & 0xFFFFFFFF
    counter[:, 2] = noise.epoch & 0xFFFFFFFF
    counter[:, 3] = int(purpose) | layer << 8
    return philox(counter, (noise.seed & 0xFFFFFFFF, noise.seed >> 32 & 0xFFFFFFFF))


def threshold_of(rate: float) -> int:
    """Return a dropout rate in units of 2**-16, in which it is drawn: at least one in 65,536 stays."""
    return min(round(rate * SIXTEEN), SIXTEEN - 1)


def _halves(words: Words) -> NDArray[np.uint64]:
    """Return the eight 16-bit halves of each block, low half first, shape (n, 8)."""
    return np.stack([words & np.uint64(0xFFFF), words >> np.uint64(16)], axis=2).reshape(len(words), 8)


def _factors(drawn: NDArray[np.uint64], rate: float) -> NDArray[np.float64]:
    """Return 0 where the 16 bits fall below the rate, else what keeps the mean (T7)."""
    threshold = threshold_of(rate)
    return np.where(drawn < threshold, 0.0, SIXTEEN / (SIXTEEN - threshold))


def _all_halves(noise: Noise, purpose: Purpose, layer: int, n: int, size: int) -> NDArray[np.uint64]:
    """Return 16 bits for each unit of a batch, shape (n, size): the half ``j % 8`` of block ``j // 8``."""
    per_row = -(-size // 8)
    rows, columns = np.divmod(np.arange(n * per_row), per_row)
    return _halves(blocks(noise, purpose, layer, rows, columns)).reshape(n, -1)[:, :size]


def _some_halves(noise: Noise, purpose: Purpose, rows: Any, columns: Any) -> NDArray[np.uint64]:
    """Return 16 bits for single inputs, shape (n,)."""
    columns = np.asarray(columns)
    words = blocks(noise, purpose, 0, rows, columns // 8)
    halves: NDArray[np.uint64] = _halves(words)[np.arange(len(words)), columns % 8]
    return halves


def dropout_mask(noise: Noise, layer: int, n: int, size: int) -> NDArray[np.float64]:
    r"""Return what the outputs of a layer are multiplied by: 0 with probability p, else 1/(1 - p) (T7).

    Unit j reads 16 bits, the half ``j % 8`` of block ``j // 8``; p is rounded to them.

    Parameters
    ----------
    noise : Noise
    layer : int
        0 (the inputs) to m - 1.
    n, size : int
        Samples of the batch, units of the layer.

    Returns
    -------
    array of shape (n, size)

    Examples
    --------
    >>> mask = dropout_mask(Noise(seed=1, epoch=0, position=0, dropout=(0.5,)), 0, 200, 50)
    >>> sorted(float(value) for value in set(mask.ravel()))
    [0.0, 2.0]
    >>> bool(abs(mask.mean() - 1) < 0.05)
    True
    """
    return _factors(_all_halves(noise, Purpose.DROPOUT, layer, n, size), noise.dropout[layer])


def dropout_of_entries(noise: Noise, rows: Any, columns: Any) -> NDArray[np.float64]:
    """Return the factors of single inputs, those that a sparse matrix stores, shape (n,) (T7)."""
    return _factors(_some_halves(noise, Purpose.DROPOUT, rows, columns), noise.dropout[0])


def standard_normal(words: NDArray[Any]) -> NDArray[np.float64]:
    r"""Return standard normal numbers for 32-bit words: :math:`\Phi^{-1}` to seven digits.

    The word stands for the middle of its interval of length :math:`2^{-32}`. Wichura, *Algorithm AS 241*
    (1988), PPND7: two ratios of polynomials; the third is for probabilities that 32 bits cannot reach.

    Parameters
    ----------
    words : array of uint64
        Below 2**32.

    Returns
    -------
    array of float64
    """
    nearest_end = np.minimum(words, words ^ np.uint64(0xFFFFFFFF))
    p = (nearest_end.astype(np.float64) + 0.5) * 2.0**-32  # in (0, 1/2)
    q = 0.5 - p
    r = 0.180625 - q * q
    middle = q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
    middle = middle / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    t = np.sqrt(-np.log(p)) - 1.6
    tail = ((0.17023821103 * t + 1.3067284816) * t + 2.7568153900) * t + 1.4234372777
    tail = tail / ((0.12021132975 * t + 0.73700164250) * t + 1.0)
    size = np.where(q <= 0.425, middle, tail)
    return np.asarray(np.where(words < np.uint64(1 << 31), -size, size))


def input_noise(noise: Noise, n: int, size: int) -> NDArray[np.float64]:
    """Return the noise that is added to a batch's inputs (T6), shape (n, size).

    Input j reads word ``j % 4`` of block ``j // 4``.
    """
    return noise.standard_deviation * _normals(noise, Purpose.INPUT_NOISE, n, size)


def _normals(noise: Noise, purpose: Purpose, n: int, size: int) -> NDArray[np.float64]:
    per_row = -(-size // 4)
    rows, columns = np.divmod(np.arange(n * per_row), per_row)
    words = blocks(noise, purpose, 0, rows, columns).reshape(n, -1)[:, :size]
    return standard_normal(words)


def random_signs(noise: Noise, layer: int, rows: slice, probes: int, size: int) -> NDArray[np.float64]:
    r"""Return the probes of an estimated contraction (A6): -1 or 1, as likely, shape (rows, probes, size).

    Unit j of probe p reads bit ``j % 32`` of word ``j // 32 % 4`` of block ``p * blocks + j // 128``.

    Parameters
    ----------
    noise : Noise
    layer : int
        1 to m - 1.
    rows : slice
        Of the batch, with both ends.
    probes, size : int
        Vectors for each sample, units of the layer.

    Returns
    -------
    array of shape (n, probes, size)

    Examples
    --------
    >>> signs = random_signs(Noise(seed=1, epoch=0, position=0), 1, slice(0, 50), 3, 200)
    >>> signs.shape, sorted(set(signs.ravel().tolist())), bool(abs(signs.mean()) < 0.05)
    ((50, 3, 200), [-1.0, 1.0], True)
    """
    n, per_row = rows.stop - rows.start, probes * -(-size // 128)
    numbers, columns = np.divmod(np.arange(n * per_row), per_row)
    words = blocks(noise, Purpose.PROBES, layer, rows.start + numbers, columns)  # (n * per_row, 4)
    bits = words[:, :, None] >> np.arange(32, dtype=np.uint64) & np.uint64(1)
    return np.where(bits.reshape(n, probes, -1)[:, :, :size] == 0, 1.0, -1.0)


def corrupted(noise: Noise, X: Any) -> tuple[Any, Any]:
    r"""Return a batch's inputs after corruption, and which entries were chosen for it (A5).

    Entry j of a row reads 16 bits, the half ``j % 8`` of block ``j // 8``, or the word ``j % 4`` of block
    ``j // 4`` for a normal number. Of the entries that are salted and peppered, even bits make low, odd high.

    Parameters
    ----------
    noise : Noise
        With a corruption.
    X : array of shape (n, size)

    Returns
    -------
    X : array of shape (n, size)
    chosen : array of bool, shape (n, size)
    """
    kind, (n, size) = noise.corruption, X.shape  # of numbers: schedules were asked
    if isinstance(kind, Several):
        return _one_after_the_other(noise, X)
    if isinstance(kind, (Gaussian, Multiplicative)):
        drawn = cast(float, kind.standard_deviation) * _normals(noise, Purpose.CORRUPTION, n, size)
        after = X + drawn if isinstance(kind, Gaussian) else X * (1 + drawn)
        after = after if kind.clip is None else np.clip(after, *kind.clip)
        return after, np.ones((n, size), dtype=bool)
    if isinstance(kind, (Masking, SaltAndPepper)):
        halves = _all_halves(noise, Purpose.CORRUPTION, 0, n, size)
        chosen = halves < threshold_of(cast(float, kind.rate))
        if isinstance(kind, Masking):
            return np.where(chosen, 0.0, X), chosen
        return np.where(chosen, np.where(halves % 2 == 0, kind.low, kind.high), X), chosen
    return _corrupted_by_user(noise, X)


def _one_after_the_other(noise: Noise, X: Any) -> tuple[Any, Any]:
    """Return what several corruptions make of a batch, the i-th with a seed of its own, and which entries any chose."""
    chosen = np.zeros(X.shape, dtype=bool)
    for i, kind in enumerate(noise.corruption.kinds):
        seed = (noise.seed + i * _APART) % 2**64
        X, more = corrupted(noise._replace(corruption=kind, seed=seed), X)
        chosen |= more
    return X, chosen


_APART = 0x9E3779B97F4A7C15
"""Odd, and its bits are as good as random: seeds so far apart give streams that have nothing in common."""


def _corrupted_by_user(noise: Noise, X: Any) -> tuple[Any, Any]:
    """Return what a user's own ``corrupt(x, random)`` makes of a copy, and where that differs."""
    random = generator(noise.seed, Purpose.CORRUPTION, noise.epoch, noise.position)
    returned = noise.corruption.corrupt(np.array(X), random)
    must = f"corruption: {noise.corruption!r}.corrupt(x, random) must return"
    after = rectangular(f"{must} numbers of shape {X.shape}: they", returned)
    if after.shape != X.shape or after.dtype.kind not in "fiu":
        raise ValueError(f"{must} numbers of shape {X.shape}, got {after.dtype} of shape {after.shape}")
    with np.errstate(over="ignore"):  # too large for float32 is infinite there
        after = after.astype(X.dtype)
    bad = np.argwhere(~np.isfinite(after))
    if len(bad):
        row, column = bad[0].tolist()
        raise ValueError(
            f"{must} finite numbers, got {after[row, column]} for {X[row, column]:.6g} in row {row}, column {column} "
            "of a batch; mend the method, or bound what it returns"
        )
    return after, after != X


def kept_entries(noise: Noise, rows: Any, columns: Any) -> NDArray[np.float64]:
    """Return the factors 0 or 1 of single inputs, those that a sparse matrix stores, under masking (A5)."""
    drawn = _some_halves(noise, Purpose.CORRUPTION, rows, columns)
    return np.where(drawn < threshold_of(noise.corruption.rate), 0.0, 1.0)
