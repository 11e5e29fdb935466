"""Keyword arguments that nobody knows: the message says which one was meant."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

FEW = 10
"""Arguments that are all named where none is like the one that was given."""

F = TypeVar("F", bound=Callable[..., Any])

# What other libraries call an argument, in small letters, and what it is here: those that a signature has are meant.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("lr", "eta", "step_size", "rate", "learning_rate_value"), ("learning_rate_init", "eta0")
    ),
    **dict.fromkeys(
        ("epochs", "n_epochs", "num_epochs", "nb_epoch", "max_epochs", "n_iter", "iterations"), ("max_iter",)
    ),
    **dict.fromkeys(
        (
            "hidden_layers",
            "hidden_units",
            "hidden_sizes",
            "hidden_size",
            "hidden_dims",
            "n_hidden",
            "neurons",
            "nodes",
        ),
        ("hidden_layer_sizes",),
    ),
    **dict.fromkeys(("layers", "layer_sizes", "units", "architecture"), ("hidden_layer_sizes",)),
    **dict.fromkeys(("optimizer", "optim", "optimiser", "algorithm"), ("solver",)),
    **dict.fromkeys(("criterion", "objective", "loss_function", "loss_fn"), ("loss",)),
    **dict.fromkeys(
        ("weight_decay", "l2", "l2_regularization", "reg", "reg_lambda", "lambda_", "lam"), ("alpha",)
    ),
    **dict.fromkeys(("regularizer", "regularization", "kernel_regularizer"), ("regularizers", "penalty")),
    **dict.fromkeys(("batch", "bs", "minibatch_size"), ("batch_size",)),
    **dict.fromkeys(("patience", "early_stopping_rounds"), ("n_iter_no_change",)),
    **dict.fromkeys(("seed", "rng", "random_seed"), ("random_state",)),
    **dict.fromkeys(("dropout_rate", "drop_rate", "p_dropout"), ("dropout",)),
    **dict.fromkeys(("nonlinearity", "act", "activation_function", "hidden_activation"), ("activation",)),
    **dict.fromkeys(("kernel_initializer", "weight_init", "init", "init_weights"), ("initializer",)),
    **dict.fromkeys(("validation_data", "eval_set", "valid_set", "val_data"), ("X_val",)),
    **dict.fromkeys(("validation_split", "val_split", "test_size"), ("validation_fraction",)),
    **dict.fromkeys(("scheduler", "lr_scheduler", "schedule", "lr_schedule"), ("learning_rate",)),
    **dict.fromkeys(("tolerance", "min_delta"), ("tol",)),
    **dict.fromkeys(("weights", "weight", "sample_weights"), ("sample_weight",)),
    **dict.fromkeys(("class_weights",), ("class_weight",)),
    **dict.fromkeys(("labels",), ("classes",)),
    **dict.fromkeys(("n_components", "code_size", "latent_dim", "encoding_dim"), ("hidden_layer_sizes",)),
    **dict.fromkeys(("noise",), ("corruption", "regularizers")),
    **dict.fromkeys(("normalize", "scale", "scaler", "scaling", "standardize"), ("scale_inputs",)),
}
_SHOWN = {"X_val": "X_val=..., y_val=..."}


class Hinted:
    """A class whose objects refuse unknown keyword arguments with the name that was meant, before they are made."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Return a bare object for ``__init__``."""
        if cls.__init__ is object.__init__ and (args or kwargs):
            raise TypeError(
                f"{cls.__name__}() takes no arguments, got {', '.join([*map(repr, args), *kwargs])}"
            )
        for name in kwargs.keys() - _names_of(cls.__init__):
            if not _takes_all(cls.__init__):
                raise TypeError(
                    f"{cls.__name__}() got an unexpected keyword argument {name!r}{hint(name, cls.__init__)}"
                )
        return super().__new__(cls)


# so that a class without arguments shows none
cast(Any, Hinted.__new__).__signature__ = inspect.Signature(
    [inspect.Parameter("cls", inspect.Parameter.POSITIONAL_ONLY)]
)


def hinted(method: F) -> F:
    """Return a method of an estimator that says, of an unknown keyword argument, which one was meant."""

    @functools.wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except TypeError as error:
            within = error.__traceback__ is not None and error.__traceback__.tb_next is not None
            unknown = kwargs.keys() - _names_of(method)
            if within or not unknown:
                raise
            name, kind = min(unknown), type(self)
            said = _of_constructor(name, kind) or hint(name, method)
            message = f"{kind.__name__}.{method.__name__}() got an unexpected keyword argument {name!r}{said}"
        raise TypeError(message)

    return cast(F, called)


def hint(name: str, function: Any) -> str:
    """Return what is said of an unknown keyword argument of a function, nothing where no other one is like it.

    Examples
    --------
    >>> hint("epochs", lambda max_iter=200: None)
    ', did you mean max_iter=...?'
    """
    there = _names_of(function)
    for one in _ELSEWHERE.get(name.lower(), ()):
        if one in there:
            return f", did you mean {_SHOWN.get(one, f'{one}=...')}?"
    close = difflib.get_close_matches(name.lower(), sorted(there), n=1)
    if close:
        return f", did you mean {close[0]}=...?"
    return f"; there are {', '.join(_in_order(function))}" if 0 < len(there) <= FEW else ""


def _of_constructor(name: str, kind: type) -> str:
    """Return what is said where an argument of ``fit`` is one of the estimator."""
    there = _names_of(kind.__init__)  # type: ignore[misc]
    one = (
        name
        if name in there
        else next((one for one in _ELSEWHERE.get(name.lower(), ()) if one in there), None)
    )
    return "" if one is None else f": it is an argument of the estimator, {kind.__name__}({one}=...)"


def _in_order(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


@functools.cache
def _names_of(function: Any) -> frozenset[str]:
    return frozenset(_in_order(function))


@functools.cache
def _takes_all(function: Any) -> bool:
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds
