"""How far the entries of columns usually lie from their medians, whatever a few of them are."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import dense

WITHIN = 4.0
"""Deviations from the median up to which an entry is taken as it is. Of normal numbers 1 in 16,000 lies beyond."""
GROSS = 10.0
"""Deviations from the median beyond which an entry says nothing of what is usual."""
TAIL = 0.2
"""The share of entries at each end that decides about no deviation: up to there, corrupt rows do not count."""
OF_NORMAL = {"median": 0.6744897501960817, "drawn in": 0.6419398154859958}
"""What is measured of normal numbers of deviation 1: the median distance from the median, and the deviation where
entries beyond the 20th and 80th percentile are drawn in to these."""
FEW_ROWS, FEW = 3, 0.002
"""Where fewer rows, or a smaller share, differ from the median, they cannot be told from corrupt ones."""
SMALL = 400_000
"""Entries that are looked at at a time."""
ROUNDING = 1e-9
"""Relative: how far rounding brings sums of weights from shares of them."""
ALIKE = 4 * float(np.finfo(np.float64).eps)
"""Relative: entries that are no farther apart are one, told apart by rounding alone."""


@dataclass(frozen=True, eq=False)
class UsualRange:
    r"""Median and robust deviation of each column: entries far out are told by them, and do not move them.

    The deviation :math:`s_j` is the larger of two, each that of normal numbers if the column is normal:

    .. math:: \frac{1}{0.674}\,\sqrt{p_j}\; \mathrm{median}\{|x_j - c_j| : x_j \ne c_j\}, \qquad
        \frac{1}{0.642}\,\mathrm{std}\big(\min(\max(x_j, q_{20}), q_{80})\big)

    with the median :math:`c_j`, the share :math:`p_j` of entries that differ from it, and percentiles q. The first is
    not zero where most entries are equal, as quartiles are; the second sees a fifth of the rows that differ from
    others that differ by next to nothing. Both are multiplied with the column's units.

    Parameters
    ----------
    center : array of shape (n_columns,)
    deviation : array of shape (n_columns,)
        Positive; 1 for columns that are constant but for rounding.
    quartiles : array of shape (n_columns,)
        The distance of the quartiles, not negative; 0 where rounding alone tells them apart.
    varies : array of bool of shape (n_columns,)
        Not constant but for rounding.
    few : array of bool of shape (n_columns,)
        Columns that are constant but for entries so few that corrupt ones may be all of them: fewer than 3 rows, or
        less than 0.2 %. In small tables these are less than a fifth too.

    Examples
    --------
    >>> X = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [8.0, 4.0], [0.0, 5e9]])
    >>> usual = UsualRange.of(X, None)
    >>> usual.center, usual.clipped(X)[:, 1].round(1)
    (array([0., 3.]), array([1. , 2. , 3. , 4. , 8.6]))
    """

    center: NDArray[np.float64]
    deviation: NDArray[np.float64]
    quartiles: NDArray[np.float64]
    varies: NDArray[np.bool_]
    few: NDArray[np.bool_]

    @classmethod
    def of(cls, X: Any, weight: Any) -> UsualRange:
        """Return the usual range of some rows.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_columns)
            Finite numbers, at least one row.
        weight : array of shape (n,), or None
            Not negative, not all 0: 2 is two rows, 0 none.

        Returns
        -------
        UsualRange
        """
        counted: Any = slice(None)
        if weight is not None:
            counted = np.asarray(weight) > 0
            weight = np.asarray(weight, dtype=np.float64)[counted]
            counted = slice(None) if counted.all() else counted
        X = X.tocsc() if hasattr(X, "tocsr") else X
        # columns are looked at a few at a time, so that their copies are small beside X
        count = max(1, min(X.shape[1] // 2, X.shape[0] * X.shape[1] // SMALL))
        parts = [
            cls._of_columns(np.ascontiguousarray(dense(X[:, part[0] : part[-1] + 1]))[counted], weight)
            for part in np.array_split(np.arange(X.shape[1]), count)
        ]
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    @classmethod
    def _of_columns(cls, rows: NDArray[Any], weight: Any) -> UsualRange:
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # a distance may overflow; the entries are refused then
            columns = _Ordered.of(rows.astype(np.float64, copy=False), weight)
            center = columns.reaching(0.5)
            ends = columns.beyond(TAIL), columns.reaching(1 - TAIL)
            deviation = np.maximum(
                typical_distance(rows, center, weight) / OF_NORMAL["median"],
                _deviation_within(rows, center, ends, weight) / OF_NORMAL["drawn in"],
            )
            quartiles = columns.reaching(0.75) - columns.reaching(0.25)
        deviation[np.isnan(deviation)] = np.inf  # where a distance overflowed
        least = ALIKE * np.abs(center)
        varies = deviation > least
        return cls(
            center,
            np.where(varies, deviation, 1.0),
            np.where(quartiles > least, quartiles, 0.0),
            varies,
            _few_differ(rows, center, weight) & np.isfinite(deviation),
        )

    def counting(self, X: Any, weight: Any) -> Any:
        """Return weights of rows of which those are 0 that most entries say are corrupt.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_columns)
        weight : array of shape (n,), or None

        Returns
        -------
        array of shape (n,), or None
            What was given, if no row is corrupt, or fewer than two others count.
        """
        reach, corrupt = np.where(self.few, 1.0, GROSS) * self.deviation, np.empty(X.shape[0], dtype=bool)
        with np.errstate(over="ignore"):
            for rows in blocks_of_rows(X):
                far = np.abs(dense(X[rows]) - self.center) > reach
                corrupt[rows] = 2 * far.sum(axis=1) > far.shape[1]
        counting = np.where(corrupt, 0, 1 if weight is None else weight).astype(X.dtype)
        return counting if corrupt.any() and np.count_nonzero(counting) > 1 else weight

    def beside(self, whole: UsualRange) -> UsualRange:
        """Return this range, where columns that vary in other rows alone have the deviation of these.

        Parameters
        ----------
        whole : UsualRange
            Of rows that this range is of, and of others, corrupt ones.

        Returns
        -------
        UsualRange
        """
        there = whole.varies & ~self.varies & np.isfinite(whole.deviation)
        deviation = np.where(there, whole.deviation, self.deviation)
        return replace(self, deviation=deviation, varies=self.varies | there, few=self.few | there)

    def clipped(self, X: Any) -> Any:
        """Return rows of which entries far out are drawn in to four deviations from the median.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_columns)

        Returns
        -------
        array or CSR matrix of the same shape and dtype
        """
        with np.errstate(over="ignore"):
            reach = WITHIN * self.deviation
            low, high = self.center - reach, self.center + reach
        clipped = np.clip(dense(X), low, high).astype(X.dtype, copy=False)
        return type(X)(clipped) if hasattr(X, "tocsr") else np.ascontiguousarray(clipped)

    def told(self, X: Any) -> Any:
        """Return rows drawn in, with zeros in the columns of which few entries differ: nothing is learned there.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_columns)

        Returns
        -------
        array or CSR matrix of the same shape and dtype
        """
        told = dense(self.clipped(X))
        told[:, self.few] = 0
        return type(X)(told) if hasattr(X, "tocsr") else told

    def distances(self, X: Any) -> NDArray[np.float64]:
        """Return how far entries of the columns of which few differ lie from the median, drawn in; in deviations.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_columns)

        Returns
        -------
        array of shape (n, n_few), from -4 to 4
        """
        with np.errstate(over="ignore"):
            z = (dense(X)[:, self.few] - self.center[self.few]) / self.deviation[self.few]
        return np.asarray(np.clip(z, -WITHIN, WITHIN), dtype=np.float64)

    def says_something(self, X: Any) -> NDArray[np.bool_]:
        """Return which entries are within ten deviations of the median, of shape (n, n_columns)."""
        with np.errstate(over="ignore"):
            return np.asarray(np.abs(dense(X) - self.center) <= GROSS * self.deviation)


def blocks_of_rows(X: Any) -> list[slice]:
    """Return slices that go through the rows, so that what is made of them is small beside X."""
    step = max(1, SMALL // max(1, X.shape[1]))
    return [slice(start, start + step) for start in range(0, X.shape[0], step)]


def _few_differ(X: NDArray[Any], center: NDArray[Any], weight: Any) -> NDArray[np.bool_]:
    """Return in which columns some entries differ from the center, but few, whatever rounding does."""
    with np.errstate(over="ignore"):
        differs = np.abs(X - center) > ALIKE * np.abs(center)  # (n, n_columns)
    rows, share = differs.sum(axis=0), np.average(differs, axis=0, weights=weight)
    return np.asarray((rows > 0) & ((share < FEW) | (rows < FEW_ROWS) & (share < TAIL)))


def typical_distance(X: Any, center: Any, weight: Any) -> NDArray[np.float64]:
    r"""Return :math:`\sqrt{p}` times the median distance from the center, over the share p of entries that differ.

    So it is about two thirds of a deviation for normal numbers, of which a share may stand at the center.

    Parameters
    ----------
    X : array of shape (n, n_columns)
    center : array of shape (n_columns,), or number
    weight : array of shape (n,), or None
        Positive.

    Returns
    -------
    array of shape (n_columns,)
        Zero for columns that are constant but for rounding, and for no others.
    """
    center = np.broadcast_to(center, X.shape[1:])
    weight = None if weight is None or (weight == weight[0]).all() else weight
    return np.array([_typical_of(X[:, j], center[j], weight) for j in range(X.shape[1])])


def _typical_of(column: NDArray[Any], center: float, weight: Any) -> float:
    apart = np.abs(column - np.float64(center))
    differs = apart > ALIKE * abs(center)
    apart = apart[differs]
    if not len(apart):
        return 0.0
    if weight is None:
        middle = (len(apart) - 1) // 2
        return float(np.sqrt(len(apart) / len(column)) * np.partition(apart, middle)[middle])
    order = np.argsort(apart, kind="stable")
    reached = np.cumsum(weight[differs][order])
    middle = int(np.searchsorted(reached, (0.5 - ROUNDING) * reached[-1]))
    return float(np.sqrt(reached[-1] / weight.sum()) * apart[order[middle]])


@dataclass(frozen=True, eq=False)
class _Ordered:
    """Columns in ascending order, each beside the weights up to there.

    Attributes
    ----------
    values : array of shape (n, n_columns)
    reached : array of shape (n, n_columns) or (n, 1)
    total : float
    """

    values: NDArray[np.float64]
    reached: NDArray[np.float64]
    total: float

    @classmethod
    def of(cls, X: NDArray[np.float64], weight: Any) -> _Ordered:
        if weight is None or (weight == weight[0]).all():
            return cls(np.sort(X, axis=0), np.arange(1.0, len(X) + 1)[:, None], float(len(X)))
        order = np.argsort(X, axis=0, kind="stable")
        return cls(np.take_along_axis(X, order, 0), np.cumsum(weight[order], axis=0), float(weight.sum()))

    def reaching(self, share: Any) -> NDArray[np.float64]:
        """Return the first entry of each column up to which a share of the weight lies, or more."""
        return self._taken((self.reached < (share - ROUNDING) * self.total).sum(axis=0))

    def beyond(self, share: float) -> NDArray[np.float64]:
        """Return the first entry of each column up to which more than a share of the weight lies."""
        return self._taken((self.reached <= (share + ROUNDING) * self.total).sum(axis=0))

    def _taken(self, row: Any) -> NDArray[np.float64]:
        row = np.broadcast_to(np.minimum(row, len(self.values) - 1), self.values.shape[1:])
        return np.asarray(self.values[row, np.arange(self.values.shape[1])])


def _deviation_within(X: Any, center: Any, ends: Any, weight: Any) -> NDArray[np.float64]:
    """Return standard deviations where entries beyond two ends are drawn in to these; squares cannot overflow."""
    low, high = ends
    reach = np.maximum(high - center, center - low)
    unit = np.where(reach > 0, reach, 1.0)
    drawn = (np.clip(X, low, high) - center) / unit  # (n, n_columns), in [-1, 1]
    mean = np.average(drawn, axis=0, weights=weight)
    return np.asarray(unit * np.sqrt(np.average((drawn - mean) ** 2, axis=0, weights=weight)))
