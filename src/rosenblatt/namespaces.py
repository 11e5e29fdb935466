"""The array namespace ``xp`` of an array: the array API's functions, and ``erf`` which it lacks."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import array_api_compat
import numpy as np
from scipy import sparse, special


class ArrayNamespace:
    """The functions of one array library, with ``erf``.

    Parameters
    ----------
    module : module
        A namespace of the array API standard.
    erf : callable
        The error function on arrays of that library.
    """

    def __init__(self, module: ModuleType, erf: Any) -> None:
        self._module = module
        self.erf = erf

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        setattr(self, name, value)  # found once, then an ordinary attribute
        return value


@cache
def _numpy_namespace() -> ArrayNamespace:
    return ArrayNamespace(np, special.erf)  # NumPy 2 follows the standard itself


@cache
def _other_namespace(module: ModuleType) -> ArrayNamespace:
    # PyTorch and CuPy keep erf in different places; both have it.
    home = getattr(module, "special", None)
    erf = getattr(module, "erf", None) or getattr(home, "erf", None)
    return ArrayNamespace(module, erf)


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
