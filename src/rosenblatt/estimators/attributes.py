"""Fitted attributes that a user may set: numbers that would only give NaN or nonsense are refused."""

from __future__ import annotations

import math
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..diagnosis import refuse_unlike_data
from ..excerpts import short
from ..intervals import is_number
from ..sparse_structure import require_sound

_OUTSIDE: WeakValueDictionary[int, NDArray[Any]] = WeakValueDictionary()
"""Weights that somebody outside may hold, by their identity: shallow copies of an estimator share them."""
_SOUND: WeakValueDictionary[int, NDArray[Any]] = WeakValueDictionary()
"""Weights that were found finite, and that nobody outside holds."""
_HUGE: WeakValueDictionary[int, NDArray[Any]] = WeakValueDictionary()
"""Weights that were found finite, and so large that sums of outputs may not be."""


class Kept:
    """A fitted attribute whose values are looked at when they are set: the base class.

    It lies among the object's variables under its own name, so that copies and pickles know nothing of this.
    """

    name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, estimator: Any, owner: type | None = None) -> Any:
        if estimator is None:
            return self
        try:
            return vars(estimator)[self.name]
        except KeyError:
            kind = type(estimator).__name__
            raise AttributeError(
                f"{kind!r} object has no attribute {self.name!r}; fit gives it one"
            ) from None

    def __set__(self, estimator: Any, value: Any) -> None:
        vars(estimator)[self.name] = self.checked(estimator, value)

    def __delete__(self, estimator: Any) -> None:
        if vars(estimator).pop(self.name, None) is None:
            raise AttributeError(self.name)

    def checked(self, estimator: Any, value: Any) -> Any:
        """Return the value as it is kept, or raise TypeError or ValueError."""
        raise NotImplementedError


class Theta(Kept):
    """All weights and biases in one vector of the network's length and dtype.

    Whoever was given the vector, or gave it, may write into it at any time. Then it has to be looked at before each
    prediction, which takes about as long as the prediction of one row; else once is enough.
    """

    def __get__(self, estimator: Any, owner: type | None = None) -> Any:
        value = super().__get__(estimator, owner)
        if estimator is not None and self.name == "theta_":
            _OUTSIDE[id(value)] = value
            _SOUND.pop(id(value), None)
        return value

    def __set__(self, estimator: Any, value: Any) -> None:
        super().__set__(estimator, value)
        if self.name == "theta_":
            theta = vars(estimator)[self.name]
            _OUTSIDE[id(theta)] = theta

    def checked(self, estimator: Any, value: Any) -> Any:
        """Return the vector without gaps between its entries."""
        network = vars(estimator).get("network_")
        if network is None:
            raise ValueError(
                f"{self.name} cannot be set before fit, which makes the network that it belongs to"
            )
        old = vars(estimator).get("theta_")
        wanted = np.dtype(np.float64 if old is None else old.dtype)
        must = f"{self.name} must be an array of shape ({network.n_parameters},) and dtype {wanted}"
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{must}, got {short(value)}")
        refuse_unlike_data(value, self.name)
        if value.shape != (network.n_parameters,) or value.dtype != wanted:
            kind = ValueError if value.dtype.kind in "biuf" else TypeError
            hint = "to change the network's sizes, set hidden_layer_sizes and fit again"
            if value.shape == (network.n_parameters,):
                hint = f"pass theta.astype({str(wanted)!r})"
            raise kind(f"{must}, got shape {value.shape} and dtype {value.dtype}; {hint}")
        _require_finite(self.name, value)
        return np.ascontiguousarray(value)


def finite_theta(estimator: Any) -> NDArray[Any]:
    """Return ``theta_``, or raise ValueError if something was written into it that is not finite.

    Outputs need not show it: a rectifier hides NaN, and labels are made of any numbers.
    """
    theta: NDArray[Any] = vars(estimator)["theta_"]
    if _SOUND.get(id(theta)) is theta:
        return theta
    with np.errstate(all="ignore"):  # an infinite sum is an answer
        is_moderate = math.isfinite(theta.dot(theta))
    if is_moderate:
        _HUGE.pop(id(theta), None)
    else:
        bad = np.flatnonzero(~np.isfinite(theta))
        if len(bad):
            raise ValueError(
                f"theta_ must hold finite numbers, got {theta[bad[0]]} at {bad[0]}; write others into it "
                "(or into coefs_ and intercepts_, its views), or fit again"
            )
        _HUGE[id(theta)] = theta
    if _OUTSIDE.get(id(theta)) is not theta:
        _SOUND[id(theta)] = theta
    return theta


def is_huge(theta: NDArray[Any]) -> bool:
    """Return whether ``finite_theta`` found the weights so large that sums of outputs may overflow."""
    return _HUGE.get(id(theta)) is theta


def is_known_outside(theta: NDArray[Any]) -> bool:
    """Return whether somebody outside may have written into the weights."""
    return _OUTSIDE.get(id(theta)) is theta


class Coefficients(Kept):
    """Weights or biases of a perceptron, one row or number for each class that has its own."""

    def __init__(self, per_feature: bool) -> None:
        self.per_feature = per_feature

    def checked(self, estimator: Any, value: Any) -> Any:
        """Return the array, or the sparse matrix that ``sparsify`` made, in the dtype of the model."""
        classes = vars(estimator).get("classes_")
        if classes is None:
            raise ValueError(
                f"{self.name} cannot be set before fit; to begin with weights, pass fit(coef_init=...)"
            )
        n = 1 if len(classes) == 2 else len(classes)
        shape = (n, estimator.n_features_in_) if self.per_feature else (n,)
        must = f"{self.name} must hold finite numbers in an array of shape {shape}"
        if self.per_feature and sparse.issparse(value):
            require_sound(self.name, value)
            matrix: Any = value
            entries = matrix.tocsr().data
        elif isinstance(value, np.ndarray):
            refuse_unlike_data(value, self.name)
            entries = value
        else:
            raise TypeError(f"{must}, got {short(value)}")
        if entries.dtype.kind not in "biuf":
            raise TypeError(f"{must}, got dtype {entries.dtype}")
        if tuple(value.shape) != shape:
            raise ValueError(f"{must}, got shape {tuple(value.shape)}")
        _require_finite(self.name, entries)
        old = vars(estimator).get(self.name)
        return value if old is None else self._converted(value, entries, old.dtype)

    def _converted(self, value: Any, entries: NDArray[Any], dtype: np.dtype[Any]) -> Any:
        """Return the values in a dtype that holds them exactly, or raise ValueError."""
        if entries.dtype == dtype:
            return value if sparse.issparse(value) else np.asarray(value)
        with np.errstate(over="ignore", invalid="ignore"):
            same = entries.astype(dtype).astype(entries.dtype) == entries
        if not same.all():
            raise ValueError(
                f"{self.name} must hold numbers of dtype {dtype}, the model's, got {entries[~same][0]} of dtype "
                f"{entries.dtype}, which it would round; pass value.astype({str(dtype)!r})"
            )
        matrix: Any = value
        return matrix.astype(dtype) if sparse.issparse(value) else np.asarray(value, dtype)


class Threshold(Kept):
    """A number that scores are compared with; it may be infinite, but not NaN."""

    def checked(self, estimator: Any, value: Any) -> Any:  # noqa: ARG002 - one signature for all
        """Return the number."""
        if not is_number(value):
            raise TypeError(f"{self.name} must be a number, got {short(value)}")
        try:
            number = float(value)
        except OverflowError:
            raise ValueError(
                f"{self.name} must be a number that a float can hold, got {short(value)}; pass infinity instead"
            ) from None
        if math.isnan(number):
            raise ValueError(f"{self.name} must be a number, got nan: every row would be usual")
        return number


def _require_finite(name: str, array: Any) -> None:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(bad[0].tolist())
        where = place[0] if len(place) == 1 else list(place)
        raise ValueError(
            f"{name} must hold finite numbers, got {array[place]} at {where}; nothing was changed"
        )
