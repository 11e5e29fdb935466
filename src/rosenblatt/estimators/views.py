"""``coefs_`` and ``intercepts_``: lists of views into theta that also take assignments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..diagnosis import refuse_unlike_data
from ..excerpts import short


class ParameterViews(list[Any]):
    """A list of views into theta; putting an array into a place writes it into theta.

    Parameters
    ----------
    name : str
        The attribute's name, for messages.
    views : iterable of array
        Views of theta.

    Examples
    --------
    >>> theta = np.zeros(3)
    >>> views = ParameterViews("intercepts_", [theta[:1], theta[1:]])
    >>> views[1] = [2.0, 3.0]
    >>> theta
    array([0., 2., 3.])
    """

    def __init__(self, name: str, views: Iterable[Any]) -> None:
        super().__init__(views)
        self._name = name

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self.assign(value, range(len(self))[index])
        else:
            self.assign([value], [range(len(self))[index]])

    def assign(self, values: Any, places: Iterable[int] | None = None) -> None:
        """Write arrays into theta, all or none of them.

        Raises
        ------
        ValueError
            If their number or a shape does not fit, a number is not finite, or two tied ones differ.
        TypeError
            If they hold no real numbers.
        """
        places = list(range(len(self)) if places is None else places)
        if isinstance(values, str | bytes | dict | set) or not hasattr(values, "__iter__"):
            raise TypeError(f"{self._name} must be a list of {len(places)} arrays, got {short(values)}")
        given = list(values)
        if len(given) != len(places):
            raise ValueError(f"{self._name} has {len(places)} arrays, got {len(given)}")
        arrays = [self._checked(place, value) for place, value in zip(places, given, strict=True)]
        before = [np.array(self[place]) for place in places]
        for place, array in zip(places, arrays, strict=True):
            self[place][...] = array
        for place, array in zip(places, arrays, strict=True):
            if np.array_equal(self[place], array):
                continue
            for other, old in zip(places, before, strict=True):
                self[other][...] = old
            raise ValueError(
                f"{self._name}[{place}] is the transpose of another one, since the weights are tied, but other numbers "
                "were given for the two; give the same, or one of them"
            )

    def _checked(self, place: int, value: Any) -> Any:
        """Return a copy, as the view's dtype, of an array that may take the place of a view."""
        name, wanted = f"{self._name}[{place}]", self[place]
        if np.ma.isMaskedArray(value):
            refuse_unlike_data(value, name)
        try:
            array = np.array(value)  # a copy: it may be a view of the same theta
        except ValueError as error:
            raise ValueError(f"{name} must have shape {wanted.shape}, got rows of several lengths") from error
        if array.shape != wanted.shape:
            raise ValueError(
                f"{name} must have shape {wanted.shape}, got {array.shape}; "
                "to change the network's sizes, set hidden_layer_sizes and fit again"
            )
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{name} must hold numbers, got dtype {array.dtype}")
        with np.errstate(over="ignore"):
            array = array.astype(wanted.dtype)
        if not np.isfinite(array).all():
            bad = array[~np.isfinite(array)][0]
            raise ValueError(f"{name} must hold finite numbers of dtype {wanted.dtype}, got {bad}")
        return array

    def __reduce__(self) -> tuple[Any, ...]:
        # a copy is a plain list of arrays of its own: only the estimator's theta is the truth
        return list, ([np.array(view) for view in self],)
