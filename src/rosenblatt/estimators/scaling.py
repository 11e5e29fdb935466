r"""Scaling of inputs and targets inside the estimator (T4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..rules.losses import Loss
from .usual_range import ALIKE, typical_distance

KINDS = ("standard", "robust", "minmax")
LARGEST = 1e150
"""Squares of larger entries overflow."""
BLOCK = 4096
"""Rows that are scaled at a time."""
ENTRIES = 2**18
"""Entries of a sparse matrix that are scaled at a time."""
SMALL = 1_000_000
"""Entries of which a few copies do no harm."""


@dataclass(frozen=True, eq=False)
class Scaling:
    r"""Columns shifted and divided, :math:`x_j \leftarrow (x_j - c_j) / s_j` (T4); undone for targets.

    Everything is computed in float64, whatever the data's dtype. A constant column has scale 1, as in
    scikit-learn.

    LeCun, Bottou, Orr and Mueller, *Efficient BackProp* (1998), section 4.3.

    Parameters
    ----------
    kind : {"standard", "robust", "minmax"}
    center : array of shape (n_columns,), or None
        What is subtracted; None where the data was sparse, which is never centred.
    scale : array of shape (n_columns,)
        What is divided by; positive.

    Examples
    --------
    >>> scaling = Scaling.of("standard", np.array([[1.0], [3.0]]), None)
    >>> scaling.apply(np.array([[5.0]]), np.float64)
    array([[3.]])
    """

    kind: str
    center: NDArray[np.float64] | None
    scale: NDArray[np.float64]

    @classmethod
    def of(cls, kind: str, X: Any, weight: Any) -> Scaling:
        r"""Return the scaling that fits some rows.

        "standard" takes mean and standard deviation, "robust" the median and the distance of the
        quartiles, "minmax" the smallest entry and the range. Means and quantiles are weighted: a row
        of weight 2 counts as two rows. Therefore quantiles are those of the inverted distribution function,
        always one of the entries; scikit-learn's RobustScaler interpolates between two. Where the quartiles are one
        number, as in a column that is mostly zeros, RobustScaler keeps the units of the data; here twice the distance
        from the median counts that is typical of the entries that differ from it, times the root of their share. For
        a symmetric column without such entries that is the distance of the quartiles.

        Sparse rows are divided alone, so that zeros stay zeros: by the standard deviation, by the
        distance of the quartiles (as ``RobustScaler(with_centering=False)``), or for "minmax" by the
        largest absolute entry (as ``MaxAbsScaler``).

        Parameters
        ----------
        kind : {"standard", "robust", "minmax"}
        X : array or CSR matrix of shape (n, n_columns)
            Finite numbers, at least one row.
        weight : array of shape (n,), or None
            Positive.

        Returns
        -------
        Scaling
        """
        weight = np.ones(X.shape[0]) if weight is None else np.asarray(weight, dtype=np.float64)
        if weight.max() > LARGEST:
            weight = weight / weight.max()  # so that sums of weighted squares do not overflow
        if is_sparse(X) and not X.has_canonical_format:
            X = X.copy()
            X.sum_duplicates()
        center, scale = (_SPARSE if is_sparse(X) else _DENSE)[kind](X, weight)
        return cls(kind, center, np.where(scale > 0, scale, 1.0))

    def apply(self, X: Any, dtype: Any, in_place: bool = False) -> Any:
        """Return scaled rows, in another array unless they may be scaled in place.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_columns)
            Samples, one in each row.
        dtype : dtype
            Of what is returned.
        in_place : bool, default=False
            Whether X is nobody else's; then it is written to, if it is of that dtype.

        Returns
        -------
        array or CSR matrix of shape (n, n_columns)
            In scaled units.

        Raises
        ------
        ValueError
            If X is sparse and was dense in ``fit``, or if an entry overflows.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            if is_sparse(X):
                if self.center is not None:
                    raise ValueError(
                        f"X is sparse, but scale_inputs={self.kind!r} was fitted on dense rows and would move "
                        "its zeros; pass X.toarray(), or fit on sparse X, which is scaled without being centred"
                    )
                data = X.data if in_place and X.data.dtype == dtype else np.empty(X.data.shape, dtype)
                for start in range(0, len(data), ENTRIES):
                    part = slice(start, start + ENTRIES)
                    data[part] = X.data[part] / self.scale[X.indices[part]]
                scaled = type(X)((data, X.indices, X.indptr), shape=X.shape)
            else:
                data = scaled = X if in_place and X.dtype == dtype else np.empty(X.shape, dtype)
                for start in range(0, X.shape[0], BLOCK):  # so that no copy of X in float64 is needed
                    rows = slice(start, start + BLOCK)
                    moved = X[rows] if self.center is None else X[rows] - self.center
                    np.divide(moved, self.scale, out=scaled[rows], casting="same_kind")
            plainly_finite = np.isfinite(data.sum())
        if not plainly_finite and not np.isfinite(data).all():
            where = _first_bad(scaled)
            raise ValueError(
                f"X overflows {np.dtype(dtype)} when it is scaled (scale_inputs={self.kind!r}), first in row "
                f"{where[0]}, column {where[1]}; clip the column, or pass X.astype('float64') to fit"
            )
        return scaled

    def undo(self, o: NDArray[Any], spread: bool = False, columns: Any = slice(None)) -> NDArray[Any]:
        r"""Return scaled numbers in the user's units, :math:`o_j s_j + c_j`.

        Parameters
        ----------
        o : array of shape (n, n_columns), or (n, n_chosen)
            Outputs in scaled units.
        spread : bool, default=False
            Whether they are spreads such as standard deviations, which are not shifted: :math:`o_j s_j`.
        columns : slice or array of int
            The columns of the scaling that ``o`` stands for.

        Returns
        -------
        array of the same shape and dtype
            In the units of the user.
        """
        center = 0.0 if spread or self.center is None else self.center[columns]
        return np.asarray(o * self.scale[columns] + center, dtype=o.dtype)


def scaling_for(scale_inputs: Any, X: Any, weight: Any) -> Scaling:
    """Return the scaling that ``scale_inputs`` asks for: fitted to rows by name, or the one that was passed."""
    return scale_inputs if isinstance(scale_inputs, Scaling) else Scaling.of(scale_inputs, X, weight)


def kind_of(scale_inputs: Any) -> Any:
    """Return the name of the scaling that ``scale_inputs`` asks for, or None."""
    return scale_inputs.kind if isinstance(scale_inputs, Scaling) else scale_inputs


def refuse_unscalable(scale_inputs: Any, X: Any) -> None:
    """Raise ValueError for inputs that ``scale_inputs`` cannot scale, before any work is done.

    Parameters
    ----------
    scale_inputs : str, Scaling or None
    X : array or CSR matrix of shape (n, n_columns)
    """
    if isinstance(scale_inputs, Scaling):
        if len(scale_inputs.scale) != X.shape[1]:
            raise ValueError(
                f"scale_inputs was fitted on {len(scale_inputs.scale)} columns and X has {X.shape[1]}; pass rows of "
                "the same kind, or scale_inputs='standard', which is fitted to X"
            )
        if is_sparse(X):
            scale_inputs.apply(X[:1], X.dtype)  # raises where zeros would be moved
    if scale_inputs is not None:
        refuse_large("X", X, f"scale_inputs={kind_of(scale_inputs)!r}")


def is_sparse(X: Any) -> bool:
    """Return whether X is a sparse matrix or array."""
    return bool(sparse.issparse(X))


def extremes(X: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and the largest entry of each column, each of shape (n_columns,).

    Parameters
    ----------
    X : array or CSR matrix of shape (n, n_columns)

    Returns
    -------
    tuple of two arrays
    """
    low, high = X.min(axis=0), X.max(axis=0)
    if is_sparse(X):
        low, high = low.toarray().ravel(), high.toarray().ravel()
    return low.astype(np.float64), high.astype(np.float64)


def refuse_large(name: str, X: Any, argument: str, given: Any = None) -> None:
    """Raise ValueError for entries whose squares overflow, before any work is done.

    Parameters
    ----------
    name : str
        What X is called.
    X : array or CSR matrix of shape (n, n_columns)
    argument : str
        What asks for the scaling, for the message.
    given : array or CSR matrix of shape (n, n_columns), optional
        The rows as the caller passed them, for the message, where X was made of them.
    """
    entries = X.data if is_sparse(X) else X
    if max(float(entries.max(initial=0.0)), -float(entries.min(initial=0.0))) > LARGEST:
        low, high = extremes(X)
        column = int(np.argmax(np.maximum(high, -low)))
        low, high = (low, high) if given is None else extremes(given)
        raise ValueError(
            f"{argument} cannot take entries of more than {LARGEST:g} in size, as in column {column} of {name} "
            f"({low[column]:.3g} to {high[column]:.3g}); divide that column, or drop such rows"
        )


def refuse_limited(loss: Loss) -> None:
    """Raise ValueError for a loss whose targets may not be scaled, since some would leave its domain."""
    if loss.domain != "(-inf, inf)":
        cure = " and divide y by its mean (predictions are to be multiplied by it)"
        cure = cure if loss.domain.endswith("inf)") else ""
        raise ValueError(
            f"scale_target=True gives targets of both signs, but loss={loss.name!r} needs them in {loss.domain}; set "
            f"scale_target=False{cure}, or take loss='squared_error'"
        )


def _standard(X: Any, weight: NDArray[np.float64]) -> tuple[Any, Any]:
    if X.size <= SMALL:
        mean = np.average(X, axis=0, weights=weight).astype(np.float64)
        variance = np.average((X - mean) ** 2, axis=0, weights=weight)
    else:
        mean = _average_by_blocks(X, weight, lambda rows: rows)
        variance = _average_by_blocks(X, weight, lambda rows: (rows - mean) ** 2)
    return mean, _deviation(mean, variance, len(X))


def _average_by_blocks(X: Any, weight: NDArray[np.float64], of_rows: Any) -> NDArray[np.float64]:
    """Return what ``np.average(of_rows(X), axis=0, weights=weight)`` is, to the last bit, without copies of X.

    NumPy adds the rows of more than one column one after the other: so does this, each block to the sum before it.
    """
    total = np.zeros((1, X.shape[1]))
    for start in range(0, len(X), BLOCK):
        rows = slice(start, start + BLOCK)
        terms = np.multiply(of_rows(X[rows]), weight[rows, np.newaxis], dtype=np.float64)
        total = np.concatenate([total, terms]).sum(axis=0, keepdims=True)
    return np.asarray(total[0] / weight[:, np.newaxis].sum(axis=0))


def _deviation(mean: Any, variance: Any, n: int) -> Any:
    """Return standard deviations, 0 where rounding alone makes a column vary (as in scikit-learn)."""
    eps = np.finfo(np.float64).eps
    return np.where(variance <= n * eps * variance + (n * mean * eps) ** 2, 0.0, np.sqrt(variance))


def _robust(X: Any, weight: NDArray[np.float64]) -> tuple[Any, Any]:
    low, median, high = _quartiles(X, weight)
    distance = high - low
    equal = distance <= ALIKE * np.abs(median)
    if equal.any():
        distance[equal] = 2 * typical_distance(X[:, equal], median[equal], weight)
    return median, distance


def _quartiles(X: Any, weight: NDArray[np.float64]) -> Any:
    quarters = (0.25, 0.5, 0.75)
    if (weight == weight[0]).all():  # NumPy is quicker where all are equal
        return np.quantile(X, quarters, axis=0, method="inverted_cdf").astype(np.float64)
    return np.quantile(X, quarters, axis=0, method="inverted_cdf", weights=weight).astype(np.float64)


def _minmax(X: Any, weight: NDArray[np.float64]) -> tuple[Any, Any]:  # noqa: ARG001 - one signature for all
    low, high = extremes(X)
    return low, high - low


def _standard_sparse(X: Any, weight: NDArray[np.float64]) -> tuple[None, Any]:
    total, width = weight.sum(), X.shape[1]

    def summed(terms: Any) -> NDArray[np.float64]:
        """Return the sums of columns, in the order of the rows; of some rows at a time, so that X is not copied."""
        sums = np.zeros(width)
        for start in range(0, X.shape[0], BLOCK):
            part = slice(X.indptr[start], X.indptr[min(start + BLOCK, X.shape[0])])
            counts = np.diff(X.indptr[start : start + BLOCK + 1])
            columns = X.indices[part]
            masses = np.repeat(weight[start : start + BLOCK], counts)
            np.add.at(sums, columns, masses * terms(X.data[part].astype(np.float64), columns))
        return sums

    mean = summed(lambda data, _: data) / total
    inside = summed(lambda data, columns: (data - mean[columns]) ** 2)
    # rounding may leave a little less than nothing
    zeros = np.maximum(total - summed(lambda data, _: np.ones(len(data))), 0.0)
    return None, _deviation(mean, (inside + zeros * mean**2) / total, X.shape[0])


def _robust_sparse(X: Any, weight: NDArray[np.float64]) -> tuple[None, Any]:
    columns, total = X.tocsc(copy=True), weight.sum()
    columns.eliminate_zeros()
    distance = np.zeros(X.shape[1])
    for j in range(X.shape[1]):
        here = slice(columns.indptr[j], columns.indptr[j + 1])
        rows, entries = columns.indices[here], columns.data[here, None].astype(np.float64)
        share = weight[rows].sum() / total
        if 4 * share >= 1:
            column = np.zeros((X.shape[0], 1))
            column[rows] = entries
            distance[j] = _robust(column, weight)[1].item()
        elif len(rows):  # both quartiles are zeros, and so is the median
            distance[j] = 2 * np.sqrt(share) * typical_distance(entries, 0.0, weight[rows]).item()
    return None, distance


def _minmax_sparse(X: Any, weight: NDArray[np.float64]) -> tuple[None, Any]:  # noqa: ARG001 - as above
    low, high = extremes(X)
    return None, np.maximum(high, -low)


_DENSE = {"standard": _standard, "robust": _robust, "minmax": _minmax}
_SPARSE = {"standard": _standard_sparse, "robust": _robust_sparse, "minmax": _minmax_sparse}


def _first_bad(X: Any) -> tuple[int, int]:
    if not is_sparse(X):
        row, column = np.argwhere(~np.isfinite(X))[0]
        return int(row), int(column)
    place = int(np.flatnonzero(~np.isfinite(X.data))[0])
    return int(np.searchsorted(X.indptr, place, side="right") - 1), int(X.indices[place])
