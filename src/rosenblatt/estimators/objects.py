"""Arguments that are objects: what to say when somebody sets a parameter of one from outside."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..catalogue import catalogue
from ..keywords import Hinted, hint, told
from ..rules.activations import Activation
from ..rules.losses import Loss
from ..rules.optimizers import Optimizer
from ..training import schedules
from .losses import FAMILIES


class ObjectArguments(Hinted):
    """An estimator some of whose arguments are frozen objects, such as ``solver=Adam()``."""

    def set_params(self, **params: Any) -> Any:
        """Set arguments, as scikit-learn's estimators do.

        Parameters
        ----------
        **params
            Values by name.

        Returns
        -------
        self
            The estimator itself.

        Raises
        ------
        ValueError
            If a name is unknown, or is that of a parameter of an object: objects are frozen, and
            replaced as a whole.
        """
        own = {field.name for field in dataclasses.fields(self)}  # type: ignore[arg-type]
        for name, value in params.items():
            argument, _, parameter = name.partition("__")
            if parameter and argument in own:
                raise ValueError(_refusal(argument, getattr(self, argument), parameter, value))
            if parameter in own:
                raise ValueError(
                    f"Invalid parameter {argument!r} for estimator {self}: {argument}__ goes to a step of a pipeline; "
                    f"here it is {parameter}={value!r}"
                )
            if not parameter and not hasattr(self, name) and (meant := hint(name, type(self).__init__)):
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}{meant}")
        return super().set_params(**params)  # type: ignore[misc]


def _refusal(argument: str, current: Any, parameter: str, value: Any) -> str:
    """Return what to say, with the object to pass instead where one can be told."""
    head = f"{argument} is not an estimator, so {argument}__{parameter} cannot be set"
    if isinstance(current, str):
        kind = _kinds().get(argument, {}).get(current)
        current = kind() if kind is not None else current
    if not dataclasses.is_dataclass(current) or isinstance(current, type):
        return f"{head}; pass an object of which it is a parameter, {argument}=...({parameter}={value!r})"
    names = [field.name for field in dataclasses.fields(current)]
    if parameter not in names:
        shown: Any = type(current)
        has = told(parameter, shown.__init__).strip(",; ") or (
            f"it has {', '.join(names)}" if names else "it has none"
        )
        return f"{head}, and {shown.__name__} has no parameter {parameter!r}; {has}"
    return f"{head}; pass an object, {argument}={_shown(current, parameter, value)}"


def _shown(rule: Any, parameter: str, value: Any) -> str:
    """Return the text of an object with one parameter changed, without what stands at its default."""
    changed = {field.name: getattr(rule, field.name) for field in dataclasses.fields(rule)} | {
        parameter: value
    }
    defaults = {field.name: field.default for field in dataclasses.fields(rule)}
    told = [f"{name}={one!r}" for name, one in changed.items() if name == parameter or one != defaults[name]]
    return f"{type(rule).__name__}({', '.join(told)})"


def _kinds() -> dict[str, dict[str, Any]]:
    """Return for each argument the classes that its names stand for."""
    activations = catalogue(Activation)
    rates = {
        "constant": schedules.Constant,
        "invscaling": schedules.InverseScaling,
        "adaptive": schedules.Adaptive,
    }
    return {
        "solver": {**catalogue(Optimizer)},
        "loss": {**catalogue(Loss), **FAMILIES},
        "activation": {**activations},
        "output_activation": {**activations},
        "learning_rate": rates,
    }
