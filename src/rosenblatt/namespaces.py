"""The array namespace ``xp`` of an array: the array API's functions, and three that it lacks."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import array_api_compat
import numpy as np
from scipy import sparse, special


class ArrayNamespace:
    """The functions of one array library, with ``erf``, ``erfcx`` and ``gaussian``.

    Parameters
    ----------
    module : module
        A namespace of the array API standard.
    erf : callable
        The error function on arrays of that library.
    erfcx : callable
        Its complement, scaled: ``exp(x ** 2) * (1 - erf(x))`` without overflow or cancellation.
    """

    sum: Any
    clip: Any

    def __init__(self, module: ModuleType, erf: Any, erfcx: Any) -> None:
        self._module = module
        self.erf = erf
        self.erfcx = erfcx

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        setattr(self, name, value)  # found once, then an ordinary attribute
        return value

    def gaussian(self, x: Any) -> Any:
        """Return ``exp(-x ** 2 / 2)`` to a few units in the last place, however small it is.

        A square that is rounded as a whole would cost as many of them as it is large. So a part of x with
        few bits is taken out, whose square is exact.

        Examples
        --------
        >>> import numpy as np
        >>> print(namespace_of(np.zeros(1)).gaussian(np.array([0.0, 1.0])))
        [1.         0.60653066]
        """
        x = self.clip(self.abs(x), None, 40.0)  # beyond, it is 0 in any precision
        head = self.round(256 * x) / 256
        return self.exp(-0.5 * head * head) * self.exp(-0.5 * (x - head) * (x + head))


def _erfcx(x: Any) -> Any:
    """Return SciPy's erfcx, but in double precision near 0, where it is 8 units in the last place off, by erfc."""
    if np.result_type(x) != np.float64:
        return special.erfcx(x)
    near = np.clip(x, None, 1.0)
    return np.where(x < 1, special.erfc(near) * np.exp(near * near), special.erfcx(x))


def _sum(x: Any, axis: Any = None, **more: Any) -> Any:
    """Return NumPy's sum without what it does around it, which takes longer than the sum of a few rows."""
    return np.add.reduce(x, axis, **more) if type(x) is np.ndarray else np.sum(x, axis, **more)


def _clip(x: Any, *bounds: Any, **more: Any) -> Any:
    """Return what NumPy's clip does; with a lower bound alone it is its maximum."""
    if len(bounds) == 2 and bounds[1] is None is not bounds[0] and not more and type(x) is np.ndarray:
        return np.maximum(x, bounds[0])
    return np.clip(x, *bounds, **more)


@cache
def _numpy_namespace() -> ArrayNamespace:
    xp = ArrayNamespace(np, special.erf, _erfcx)  # NumPy 2 follows the standard itself
    xp.sum, xp.clip = _sum, _clip
    return xp


@cache
def _other_namespace(module: ModuleType) -> ArrayNamespace:
    # PyTorch and CuPy keep these in different places; both have them.
    home = getattr(module, "special", None)
    found = [getattr(module, name, None) or getattr(home, name, None) for name in ("erf", "erfcx")]
    return ArrayNamespace(module, *found)


def namespace_of(array: Any) -> Any:
    """Return the namespace of an array; a sparse matrix counts as NumPy's.

    Parameters
    ----------
    array : array
        A NumPy, SciPy sparse, PyTorch or CuPy array.

    Returns
    -------
    ArrayNamespace

    Raises
    ------
    TypeError
        If the array belongs to no library with an array API.

    Examples
    --------
    >>> import numpy as np
    >>> xp = namespace_of(np.zeros(2))
    >>> xp.erf(np.zeros(2))
    array([0., 0.])
    """
    if isinstance(array, np.ndarray) or sparse.issparse(array):
        return _numpy_namespace()
    return _other_namespace(array_api_compat.array_namespace(array))
