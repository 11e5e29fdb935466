"""Say so where a few entries far out decide about a scaling, which then leaves all other rows next to each other."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .scaling import Scaling, is_sparse
from .usual_range import UsualRange

SQUEEZED = {"standard": 0.04, "minmax": 0.002}
"""Scaled: usual deviations below these are small beside those of other columns. A log-normal column (of the exponent 2)
is well above the one and little above the other, one -999 among a thousand normal numbers below both."""
RATIO = 1e3
"""Usual deviations: what lies farther out outweighs all other rows in units of quartiles, too."""
FEW = 5
"""Fewer rows tell no unit of a column: of two, every eighteenth pair is less than a tenth of a deviation apart."""
ENOUGH = 1000
"""Rows that are looked at, about: a warning should cost less than an epoch."""


def warn_of_squeezed(name: str, X: Any, scaling: Scaling | None, may_be_robust: bool) -> bool:
    """Warn if a scaling by mean and deviation, or by the range, squeezes the usual entries of a column; return whether.

    Parameters
    ----------
    name : str
        What X is called, in the message.
    X : array or CSR matrix of shape (n, n_columns)
        The rows that the scaling was fitted to, as they came. Sparse ones are not looked at.
    scaling : Scaling or None
    may_be_robust : bool
        Whether ``scale_inputs="robust"`` would help, where the entries are not too far out.
    """
    if scaling is None or scaling.kind not in SQUEEZED or is_sparse(X):
        return False
    some = X[:: max(1, len(X) // ENOUGH)]
    usual = UsualRange.of(some, None).deviation
    squeezed = (usual < SQUEEZED[scaling.kind] * scaling.scale) & (some.min(axis=0) < some.max(axis=0))
    if not squeezed.any():
        return False
    column = int(np.argmin(np.where(squeezed, usual / scaling.scale, np.inf)))
    center = np.median(some[:, column])
    row = int(np.argmax(np.abs(X[:, column] - center)))
    apart = usual[column] / scaling.scale[column]
    near = may_be_robust and abs(X[row, column] - center) <= RATIO * usual[column]
    warnings.warn(
        f"column {column} of {name} holds {X[row, column]:.3g}, while it is usually about {usual[column]:.2g} from "
        f"{center:.3g}: scaled, usual entries are some {apart:.1g} apart, and little can be learned from them. "
        f"Drop such rows, or {'set scale_inputs=' + repr('robust') if near else 'clip them'}.",
        stacklevel=6,
    )
    return True


def warn_of_few(estimator: Any, n: int) -> None:
    """Warn of a first batch of very few rows, to which a scaling is fitted that is then kept.

    Parameters
    ----------
    estimator : estimator
    n : int
        Rows of the batch.
    """
    kind, own = estimator.scale_inputs, estimator._target_is_input
    told = [f"scale_inputs={kind!r}"] * (kind is not None and not isinstance(kind, Scaling))
    told += ["scale_target=True"] * (estimator._scales_target and not own)
    if n >= FEW or not told:
        return
    wholes = (
        "scale_inputs=Scaling.of('standard', X, None) with X of many rows, or " if kind is not None else ""
    )
    warnings.warn(
        f"{' and '.join(told)} {'is' if len(told) == 1 else 'are'} fitted to the first batch alone and kept, and {n} "
        f"row{'s' * (n > 1)} cannot tell the units of a column. Begin with a batch of some hundred rows, or pass "
        f"{wholes}numbers that are scaled already.",
        stacklevel=7,
    )
