"""The errors and warnings that are the library's own."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class DivergenceError(ValueError):
    """Training produced weights that are not finite.

    The message names the epoch, the step, the learning rate, the first layer that overflowed, the
    likely cause and what to try. No weights are changed on the estimator that raised it.

    Attributes
    ----------
    cause : {"", "weight", "epsilon"}
        What training survives without: the samples' weights, or the optimiser's epsilon; empty if neither.
    rate : float
        The learning rate at which it happened, NaN where there is none.
    """

    cause: str = ""
    rate: float = math.nan


class InvalidParameterError(ValueError, TypeError):
    """A parameter of an estimator, an object or a function cannot be what it was given.

    It is a ValueError and a TypeError at once, as scikit-learn's error of this name is: code that tries parameters
    need not know which of the two a bad one is.
    """


def about_parameters(function: F) -> F:
    """Make errors of values and types in a decorated function InvalidParameterErrors that say the same."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError) as error:
            if type(error) not in (TypeError, ValueError):
                raise  # one of a kind of its own
            raise InvalidParameterError(str(error)).with_traceback(error.__traceback__) from error.__cause__

    return cast(F, called)


class MissingExtraError(ImportError):
    """A package that is needed only for this feature is not installed; the message says how to install it."""

    @classmethod
    def of(cls, what: str, package: str) -> MissingExtraError:
        """Return the error for what needs a package.

        Parameters
        ----------
        what : str
            What cannot be done without it.
        package : str
            Its name for pip.

        Returns
        -------
        MissingExtraError
        """
        return cls(f"{what} needs the package {package!r}, which is not installed: pip install {package}")
