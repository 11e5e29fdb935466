"""Linear systems solved exactly: lifted from residues modulo a prime, so that no digit is ever lost."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Primes below 2^31: a product of two residues fits into int64.
_PRIMES = (2147483647, 2147483629, 2147483587)
# Bits of a piece: with a residue, and 4,096 of them in a sum, 63 bits.
_PIECE = 20


def integer_rows(A: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the rows of a matrix of floats, each times the power of two that makes it whole.

    Parameters
    ----------
    A : array of shape (rows, columns)

    Returns
    -------
    array of int, shape (rows, columns)
    """
    whole = np.empty(A.shape, dtype=object)
    for i, row in enumerate(A.tolist()):
        ratios = [entry.as_integer_ratio() for entry in row]
        common = max((denominator for _, denominator in ratios), default=1)
        whole[i] = [numerator * (common // denominator) for numerator, denominator in ratios]
    return whole


def independent_rows(A: NDArray[np.object_], most: int) -> NDArray[np.intp]:
    """Return the first rows of a matrix that are linearly independent, by elimination modulo a prime.

    Parameters
    ----------
    A : array of int, shape (rows, columns)
    most : int
        How many are enough.

    Returns
    -------
    array of int, shape (rank,) or (most,)
        In ascending order. What is independent modulo a prime is independent; a row may be missed.

    Examples
    --------
    >>> independent_rows(np.array([[1, 2], [2, 4], [0, 3]], dtype=object), 2).tolist()
    [0, 2]
    """
    prime = _PRIMES[0]
    left = (A % prime).astype(np.int64)
    chosen: list[int] = []
    for k in range(len(left)):
        pivots = np.flatnonzero(left[k])
        if len(pivots) == 0 or len(chosen) == most:
            continue
        chosen.append(k)
        row = left[k] * pow(int(left[k, pivots[0]]), -1, prime) % prime
        left[k + 1 :] = (left[k + 1 :] - left[k + 1 :, pivots[:1]] * row) % prime
    return np.array(chosen, dtype=np.intp)


def solution(A: NDArray[np.object_], b: NDArray[np.object_]) -> tuple[list[int], int] | None:
    """Solve a square system of integers in rationals (Dixon 1982), or return None where it is singular.

    With the inverse C of A modulo a prime p, the digits of the solution in base p come one by one:
    ``digit = C r mod p``, ``r <- (r - A digit) / p``, from r = b. Once there are enough, the fractions are
    read off; and whether they solve the system is then tried in integers, so that nothing is taken on trust.

    Parameters
    ----------
    A : array of int, shape (m, m)
    b : array of int, shape (m,)

    Returns
    -------
    (list of int, int), or None
        Numerators, and their common denominator, which is positive.

    Examples
    --------
    >>> A, b = np.array([[2, 1], [1, 3]], dtype=object), np.array([1, 0], dtype=object)
    >>> solution(A, b)
    ([3, -1], 5)
    """
    for prime in _PRIMES:
        inverse = _inverse((A % prime).astype(np.int64), prime)
        if inverse is not None:
            return _lifted(A, b, inverse, prime)
    return None  # a determinant that three primes divide is taken for zero: no proof, then


def _inverse(A: NDArray[np.int64], prime: int) -> NDArray[np.int64] | None:
    m = len(A)
    tableau = np.concatenate([A, np.eye(m, dtype=np.int64)], axis=1)
    for k in range(m):
        pivots = np.flatnonzero(tableau[k:, k])
        if len(pivots) == 0:
            return None
        tableau[[k, k + pivots[0]]] = tableau[[k + pivots[0], k]]
        tableau[k] = tableau[k] * pow(int(tableau[k, k]), -1, prime) % prime
        factors = tableau[:, k].copy()
        factors[k] = 0
        tableau = (tableau - factors[:, None] * tableau[k] % prime) % prime
    return tableau[:, m:]


def _lifted(
    A: NDArray[np.object_], b: NDArray[np.object_], inverse: NDArray[np.int64], prime: int
) -> tuple[list[int], int] | None:
    residual, x, power = b.copy(), np.zeros(len(b), dtype=object), 1
    attempt, limit = 4, _enough_digits(A, b, prime)
    pieces = _pieces(A)
    for step in range(1, limit + 1):
        digit = (inverse * (residual % prime).astype(np.int64) % prime).sum(axis=1) % prime
        x, power = x + power * digit.astype(object), power * prime
        product = sum((piece @ digit).astype(object) << shift for shift, piece in pieces)
        residual = (residual - product) // prime
        if step in (attempt, limit):
            attempt *= 2
            fractions = _fractions(x.tolist(), power)
            if fractions is not None and _solves(A, b, *fractions):
                return fractions
    return None


def _pieces(A: NDArray[np.object_]) -> list[tuple[int, NDArray[np.int64]]]:
    """Return A as a sum of small matrices times powers of two, so that products with digits fit into int64."""
    signs, rest = np.where(A < 0, -1, 1), abs(A)
    pieces: list[tuple[int, NDArray[np.int64]]] = []
    while rest.any():
        small = (rest % 2**_PIECE).astype(np.int64)
        pieces.append((_PIECE * len(pieces), signs * small))
        rest = rest >> _PIECE
    return pieces


def _enough_digits(A: NDArray[np.object_], b: NDArray[np.object_], prime: int) -> int:
    """Return how many digits Cramer's rule and Hadamard's bound ask for at most."""
    largest = max(int(abs(A).max(initial=1)), int(abs(b).max(initial=1)))
    bits = len(b) * (largest.bit_length() + len(b).bit_length())
    return 2 * (2 * bits + 2) // prime.bit_length() + 4


def _fractions(x: list[int], modulus: int) -> tuple[list[int], int] | None:
    """Return numerators and their common denominator, each of half the modulus's length, or None."""
    bound, denominator = isqrt(modulus // 2), 1
    for residue in x:
        pair = _fraction(residue * denominator % modulus, modulus, bound)
        if pair is None:
            return None
        denominator *= pair[1]
        if denominator > bound:
            return None
    numerators = [residue * denominator % modulus for residue in x]
    return [value - modulus if value > modulus // 2 else value for value in numerators], denominator


def _fraction(residue: int, modulus: int, bound: int) -> tuple[int, int] | None:
    """Return the fraction that is ``residue`` modulo ``modulus``, by Euclid's algorithm stopped half-way."""
    r, before, s, s_before = residue, modulus, 1, 0
    while r > bound:
        quotient = before // r
        before, r = r, before - quotient * r
        s_before, s = s, s_before - quotient * s
    return (r, s) if 0 < s <= bound else (-r, -s) if 0 < -s <= bound else None


def _solves(A: NDArray[np.object_], b: NDArray[np.object_], numerators: list[int], denominator: int) -> bool:
    x: Any = np.array(numerators, dtype=object)
    return bool((A @ x == denominator * b).all())
