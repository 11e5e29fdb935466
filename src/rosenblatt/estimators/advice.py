"""What to say when training fails and the scale of inputs or targets is the likely trouble (T4)."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import dense
from ..errors import DivergenceError
from ..rules.losses import Loss
from .baseline import spread_of
from .scaling import extremes, is_sparse

RATIO = 1e3
"""Columns whose largest entries differ by more than this are trouble; so are all of them beyond..."""
SIZES = (1e-2, 1e2)
"""... these bounds: weights start at a size that fits inputs near 1."""
OFFSET = 8.0
"""Means so many times as long as the deviations, over all columns, hide what inputs say: weights follow the means."""
MANY = 10
"""Rows of which one may be told from the others."""
DENSE = 4_000_000
"""Entries of sparse rows that are looked at one by one."""
ENOUGH = 10_000
"""Rows that are looked at, about: a warning should cost less than an epoch."""


def on_inputs(X: Any, scale_inputs: Any) -> str:
    """Return a sentence that advises to scale the inputs, with a space before it, or an empty string.

    Parameters
    ----------
    X : array or CSR matrix of shape (n, n_features)
        As training got it.
    scale_inputs : str or None
        The estimator's argument; scaled inputs need no advice.

    Returns
    -------
    str
    """
    step = X.shape[0] // ENOUGH
    some = X[::step] if step > 1 else X
    low_of_column, high_of_column = extremes(some)
    sizes = np.maximum(high_of_column, -low_of_column)
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return ""
    low, high = sizes.min(), sizes.max()
    if high > SIZES[1] or (scale_inputs is None and not (high <= RATIO * low and SIZES[0] <= high)):
        usual = _usual_sizes(some)
        if len(usual) and usual.max() <= RATIO * usual.min() and SIZES[0] <= usual.max() <= SIZES[1]:
            return (
                f" A few of your inputs{'' if scale_inputs is None else ', scaled,'} reach {_short(high)}, while "
                f"nearly all stay below {_short(usual.max())} in every column: look at those rows, drop or clip them."
            )
        if scale_inputs is None:
            return (
                f" Your inputs span {_short(low)} to {_short(high)} (the largest entries of columns): "
                "set scale_inputs='standard'."
            )
    return _on_offset(some) if scale_inputs is None else ""


def _on_offset(X: Any) -> str:
    """Return a sentence on inputs that lie far from zero and vary little, with a space before it, or nothing."""
    if _varies_plainly(X):
        return ""
    means = np.asarray(X.mean(axis=0, dtype=np.float64)).ravel()  # (n_features,)
    if is_sparse(X):
        variances = np.asarray(X.astype(np.float64).power(2).mean(axis=0)).ravel() - means**2
    else:
        variances = X.var(axis=0, dtype=np.float64)
    length, spread = float(np.sqrt((means**2).sum())), float(np.sqrt(np.maximum(variances, 0).sum()))
    if not length > OFFSET * spread > 0:
        return ""
    cure = "pass X.toarray() and set" if is_sparse(X) else "set"
    return (
        f" Your inputs lie {length / spread:.0f} times as far from zero as from their means (columns reach a mean of "
        f"{_short(float(np.abs(means).max()))}): {cure} scale_inputs='standard'."
    )


def _varies_plainly(X: Any) -> bool:
    """Return whether a look in X's own precision settles that means are short; deviations take ten times as long."""
    if is_sparse(X):
        return False
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows settles nothing
        means = np.asarray(X.mean(axis=0), dtype=np.float64)  # (n_features,)
        squares = np.einsum("ij,ij->j", X, X).astype(np.float64)  # (n_features,)
        square, total = float((means**2).sum()), float(squares.sum()) / len(X)
        return bool((1 + OFFSET**2) * square < 0.98 * OFFSET**2 * total < math.inf)


TARGETS, FAR = (0.1, 10.0), (1e-2, 1e2)
"""Standard deviations, and means in standard deviations, of targets that training copes with as they are, or may."""


def on_divergence(estimator: Any, X: Any, y: Any, loss: Loss, error: DivergenceError) -> str:
    """Return sentences that name the cause of a divergence, or what to try, with a space before them.

    Parameters
    ----------
    estimator : estimator
    X, y : arrays
        As training got them.
    loss : Loss
    error : DivergenceError
        It knows the cause, if it is one of numbers that do not belong to the data.
    """
    if error.cause == "weight":
        return (
            " Without sample_weight and class_weight it does not happen: their sizes are the cause; divide them by "
            "their mean."
        )
    if error.cause == "epsilon":
        return " With the usual epsilon it does not happen: it is too small a divisor; leave epsilon=1e-8."
    found = on_targets(estimator, y, loss) + on_inputs(X, estimator.scale_inputs)
    if math.isnan(error.rate):
        return found or " Try solver='adam'."
    return (
        f"{found} {'Or try' if found else 'Try'} a smaller rate (learning_rate_init={error.rate / 10:.1g})."
    )


def _usual_sizes(X: Any) -> NDArray[np.float64]:
    """Return what all but one in a hundred entries of each column stay below, of few rows all but one.

    Columns where that is 0 are left out; nothing is said of very few rows, or of sparse ones that are very many.
    """
    n = X.shape[0]
    if n < MANY or (is_sparse(X) and n * X.shape[1] > DENSE):
        return np.empty(0)
    entries = np.abs(dense(X))
    sizes = np.quantile(entries, min(0.99, (n - 2) / (n - 1)), axis=0)  # (n_features,)
    return np.asarray(sizes[sizes > 0], dtype=np.float64)


def on_targets(estimator: Any, y: Any, loss: Loss, bounds: tuple[float, float] = TARGETS) -> str:
    """Return a sentence that advises to scale the targets, with a space before it, or an empty string.

    Parameters
    ----------
    estimator : estimator
        One that has ``scale_target``, or an autoencoder; else nothing is said.
    y : array of shape (n, r_m)
        As training got it.
    loss : Loss
    bounds : tuple of two float
        Standard deviations that need no advice.
    """
    of_inputs = estimator._target_is_input and estimator.scale_inputs is None
    if not of_inputs and getattr(estimator, "scale_target", True):
        return ""
    means, deviations = spread_of(y)
    if not of_inputs and loss.domain != Loss.domain:
        return _on_positive(means, bounds) if loss.domain.endswith("inf)") else ""
    with np.errstate(all="ignore"):
        # a column of one number may be large, too
        sizes = np.where(deviations > 0, deviations, np.maximum(1.0, np.abs(means)))
        far = np.abs(np.log10(sizes))
    worst = int(np.argmax(far))
    mean, deviation = means[worst], deviations[worst]
    if of_inputs:
        deviation = deviations.max() if (y != y[0]).any() else 0.0  # not what rounding makes of it
        usual = deviation or float(np.abs(means).max())  # of one row again and again, its own size counts
        if bounds[0] <= usual <= bounds[1] or not usual:
            return ""
        kind = "standard" if loss.domain == Loss.domain else "minmax"
        if not deviation:
            small = f"divide X by {usual:.3g}" if usual < bounds[0] else f"set scale_inputs={kind!r}"
            return f" All rows of X are the same, {usual:.3g} in size: {small}."
        return (
            f" Columns of X have standard deviations of {deviation:.3g} at most: set scale_inputs={kind!r}."
        )
    usual = deviation or 1.0  # of one number, its own size counts
    if bounds[0] <= usual <= bounds[1] and abs(mean) <= bounds[1] * usual:
        return ""
    return f" Targets have mean {mean:.3g} and standard deviation {deviation:.3g}: set scale_target=True."


def _on_positive(means: NDArray[np.float64], bounds: tuple[float, float]) -> str:
    """Return a sentence on targets whose logarithm an output must reach, far from where it begins."""
    with np.errstate(divide="ignore"):
        mean = float(means[int(np.argmax(np.abs(np.log10(means))))])
    if bounds[0] <= mean <= bounds[1] or not mean:
        return ""
    return f" Targets have mean {mean:.3g}: divide y by it, and multiply predictions by it."


def _short(number: float) -> str:
    return re.sub(r"e([+-])0*", lambda sign: "e-" if sign[1] == "-" else "e", f"{number:.2g}")
