"""``coefs_`` and ``intercepts_``: lists of views into theta that also take assignments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


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
            If their number or a shape does not fit.
        """
        places = list(range(len(self)) if places is None else places)
        arrays = [np.array(value) for value in values]  # copies: they may be views of the same theta
        if len(arrays) != len(places):
            raise ValueError(f"{self._name} has {len(places)} arrays, got {len(arrays)}")
        for place, array in zip(places, arrays, strict=True):
            if array.shape != self[place].shape:
                raise ValueError(
                    f"{self._name}[{place}] must have shape {self[place].shape}, got {array.shape}; "
                    "to change the network's sizes, set hidden_layer_sizes and fit again"
                )
        for place, array in zip(places, arrays, strict=True):
            self[place][...] = array

    def __reduce__(self) -> tuple[Any, ...]:
        # a copy is a plain list of arrays of its own: only the estimator's theta is the truth
        return list, ([np.array(view) for view in self],)
