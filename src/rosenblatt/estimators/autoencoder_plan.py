"""What an autoencoder's arguments mean for its loss and its plan, or why they cannot be meant (A2 to A6)."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import math
import os
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..catalogue import catalogue, named, unknown
from ..contractive import Contraction
from ..corruption import Corruption, Masking, Several, is_ours, strength_of
from ..engines.native import knows
from ..errors import about_parameters
from ..excerpts import short
from ..hidden_layers import layers_of
from ..intervals import is_number, require
from ..network import Network
from ..other_names import instead
from ..plan import LBFGS, Activity, Plan
from ..rules import penalties as rules
from ..rules.activations import Activation, Threshold
from ..rules.losses import Loss
from ..sparsity import ActivityL1, KLDivergence, Sparsity
from ..trial import try_second_derivative
from .autoencoder_arguments import LOSSES
from .parameters import sizes_of
from .rates import check_strength
from .regularization import refuse_schedule_with_lbfgs
from .scaling import Scaling, kind_of

SUITABLE = "'logistic', 'tanh', 'scaled_tanh', 'softsign' or 'hard_tanh'"


@about_parameters
def loss_of_inputs(given: Any) -> Loss:
    """Return the loss between outputs and inputs that ``loss`` stands for.

    Raises
    ------
    ValueError
        If it is unknown, or compares other things.
    """
    if isinstance(given, str) and given not in catalogue(Loss):
        raise ValueError(unknown("loss", given, LOSSES))
    loss = named(Loss, "loss", given, LOSSES)
    decides = loss.name in ("hinge", "squared_hinge", "perceptron")  # of a sign, and not of a value
    if loss.outputs_per_target != 1 or loss.pair == "softmax" or decides:
        raise ValueError(f"loss={given!r} compares no output with its input; take one of {LOSSES}")
    return loss


@about_parameters
def require_tied_sizes(hidden_layer_sizes: Any, what: str = "tied_weights=True") -> None:
    """Raise ValueError unless the sizes are the same from both ends, as tied weights and greedy pairs need."""
    sizes = sizes_of(hidden_layer_sizes)
    if sizes != sizes[::-1]:
        around = (*sizes[: len(sizes) // 2 + 1], *sizes[: len(sizes) // 2][::-1])
        raise ValueError(
            f"{what} needs sizes that are the same from both ends, but hidden_layer_sizes={hidden_layer_sizes!r}; take "
            f"hidden_layer_sizes={around!r}{', or tied_weights=False' if what.startswith('tied') else ''}"
        )


def refuse_outside(loss: Loss, entries: NDArray[Any], scale_inputs: Any) -> None:
    """Raise ValueError for inputs outside [0, 1] where the loss needs them inside and nothing brings them there."""
    if loss.domain != "[0, 1]" or scale_inputs == "minmax":
        return
    if isinstance(scale_inputs, Scaling) and scale_inputs.kind == "minmax":
        refuse_beyond(loss, entries, scale_inputs)
        return
    if scale_inputs is not None:
        raise ValueError(
            f"loss={loss.name!r} needs targets in [0, 1], and scale_inputs={kind_of(scale_inputs)!r} takes X beyond; "
            "set scale_inputs='minmax', or take loss='squared_error'"
        )
    outside = (entries < 0).any(axis=0) | (entries > 1).any(axis=0)
    if outside.any():
        j = int(np.argmax(outside))
        raise ValueError(
            f"loss={loss.name!r} needs targets in [0, 1], but column {j} of X spans {entries[:, j].min():.3g} to "
            f"{entries[:, j].max():.3g}; set scale_inputs='minmax', or take loss='squared_error'"
        )


def refuse_beyond(loss: Loss, entries: NDArray[Any], scaling: Scaling | None) -> None:
    """Raise ValueError for later rows beyond the range to which a scaling was fitted, where the loss needs [0, 1]."""
    if loss.domain != "[0, 1]" or scaling is None:
        return
    scaled = scaling.apply(entries, entries.dtype)
    outside = (scaled < 0) | (scaled > 1)
    if outside.any():
        row, j = map(int, np.argwhere(outside)[0])
        low = 0.0 if scaling.center is None else scaling.center[j]
        raise ValueError(
            f"loss={loss.name!r} needs targets in [0, 1], but column {j} of X holds {entries[row, j]:.3g} in row "
            f"{row}, beyond {low:.3g} to {low + scaling.scale[j]:.3g}, to which scale_inputs='minmax' was fitted; clip "
            "it, fit anew on all rows, or take loss='squared_error'"
        )


# -- what acts while training ------------------------------------------------------------------------


def _is_strength(value: Any) -> bool:
    return is_number(value) or (
        callable(value) and not isinstance(value, type) and not hasattr(value, "corrupt")
    )


def _is_on(strength: Any) -> bool:
    """Return whether a strength is a schedule, or a number other than 0: what is off is as if it were not given."""
    return callable(strength) or strength != 0


def _checked(name: str, value: Any, parameter: str, optimizer: Any) -> None:
    """Check a strength that may be a schedule."""
    if callable(getattr(value, parameter)):
        check_strength(f"{name}: {type(value).__name__}({parameter}=...)", getattr(value, parameter))
        refuse_schedule_with_lbfgs(name, value, optimizer)


def _shares(g: Activation) -> bool:
    """Return whether an output can be a share of the activation's range, and be moved there."""
    return all(math.isfinite(end) for end in g.range) and not isinstance(g, Threshold)


@about_parameters
def sparsity_of(estimator: Any, network: Network, optimizer: Any) -> tuple[Activity, ...]:
    """Return the penalties on outputs that ``sparsity`` asks for (A3, A4).

    Raises
    ------
    TypeError, ValueError
        For what is no such penalty, layers that there are not, and activations without a share.
    """
    given = estimator.sparsity
    if given is None:
        return ()
    found, several = [], given if isinstance(given, tuple | list) else (given,)
    if sum(map(is_number, several)) > 1:
        raise ValueError(
            f"sparsity holds several numbers without layers, which would all act on the code, got {short(given)}; "
            "pass one, or objects such as ActivityL1(0.1, layers=(1,))"
        )
    for one in several:
        if _is_strength(one):
            if not callable(one):
                require("sparsity", one, "[0, inf)", others=", ActivityL1(...) or KLDivergence(...)")
            one = (KLDivergence if _shares(network.activation(network.m // 2)) else ActivityL1)(one)
        if not isinstance(one, Sparsity):
            raise TypeError(
                "sparsity must be None, a strength, ActivityL1(...), KLDivergence(...) or a tuple of them, got "
                f"{short(given)}{instead('sparsity', one)}"
            )
        _checked("sparsity", one, "strength", optimizer)
        layers = layers_of(f"sparsity: {type(one).__name__}(layers=...)", one.layers, network.m)
        found += _activities(one, layers, network) if _is_on(one.strength) else []
    return tuple(found)


def _activities(one: Any, layers: tuple[int, ...], network: Network) -> list[Activity]:
    if isinstance(one, ActivityL1):
        return [Activity(rules.ActivityL1(), one.strength, layers)]
    found = []
    for k in layers:  # each with the range of its own activation
        g = network.activation(k)
        if not _shares(g):
            argument = "code_activation" if k == network.m // 2 else "activation"
            raise ValueError(
                f"sparsity={one!r} needs outputs that are shares of a range, and {argument}={g.name or g!r} of "
                f"layer {k} has none to be trained to; take {argument}={SUITABLE}, or sparsity=ActivityL1(...)"
            )
        found.append(Activity(rules.KLDivergence(one.rho, *g.range), one.strength, (k,)))
    return found


@about_parameters
def corruption_of(estimator: Any, optimizer: Any, sparse: bool) -> Any:
    """Return the corruption that ``corruption`` asks for, or None (A5).

    Raises
    ------
    TypeError, ValueError
        For what is no corruption, with L-BFGS, and where it would fill a sparse matrix.
    """
    given = estimator.corruption
    if given is None:
        return None
    if isinstance(given, tuple | list):
        return _several(given, optimizer, sparse)
    if _is_strength(given):
        if not callable(given):
            require("corruption", given, "[0, 1)", others=" or an object such as Gaussian(0.3)")
        given = Masking(given)
    if isinstance(given, type) or not (is_ours(given) or callable(getattr(given, "corrupt", None))):
        raise TypeError(
            "corruption must be None, a rate, Masking(...), Gaussian(...), SaltAndPepper(...), Multiplicative(...), an "
            f"object with corrupt(x, random) or a tuple of such, got {short(given)}{instead('corruption', given)}"
        )
    if not _is_on(strength_of(given)):
        return None
    if isinstance(optimizer, LBFGS):
        raise ValueError(
            f"corruption={given!r} is drawn afresh at each step, but L-BFGS minimises one fixed objective; take "
            "another solver, such as solver='adam'"
        )
    if sparse and not takes_sparse(given):
        raise ValueError(
            f"corruption={given!r} would fill a sparse matrix; take Masking(...) without emphasis, which leaves zeros "
            "alone, or pass X.toarray()"
        )
    if not is_ours(given):
        _require_two_arguments(given)
    if isinstance(given, Corruption) and given.strength:
        _checked("corruption", given, given.strength, optimizer)
    return given


def _several(given: Any, optimizer: Any, sparse: bool) -> Any:
    """Return several corruptions in one, those that are off left out."""
    found = []
    for one in given:
        kind = corruption_of(SimpleNamespace(corruption=one), optimizer, sparse)
        if (
            isinstance(kind, Several)
            or getattr(kind, "emphasis", None) is not None
            or callable(strength_of(kind))
        ):
            raise ValueError(
                f"corruption={short(given)} holds {short(one)}: several corruptions are kinds with numbers, without "
                "emphasis and schedules; write a class with corrupt(x, random) for more"
            )
        found += [] if kind is None else [kind]
    if len(found) < 2:
        return found[0] if found else None
    if sparse:
        raise ValueError(
            f"corruption={short(given)} would fill a sparse matrix; take one Masking(...), or pass X.toarray()"
        )
    return Several(tuple(found))


def warn_of_slow_corruption(estimator: Any, network: Network, plan: Plan) -> None:
    """Warn, once a fit, where nothing but a corruption keeps training from the compiled engine."""
    slow = plan.corruption is not None and not is_ours(plan.corruption)
    chosen = os.environ.get("ROSENBLATT_ENGINE") or "auto"
    if (
        slow
        and (estimator.engine, chosen) == ("auto", "auto")
        and knows(network, dataclasses.replace(plan, corruption=None))
    ):
        warnings.warn(
            f"corruption={short(estimator.corruption)} is none of the compiled engine's, so that training runs on the "
            "array engine, several times slower. One of Masking, Gaussian, SaltAndPepper, Multiplicative is as fast as "
            "none; engine='array' says that this is on purpose.",
            UserWarning,
            stacklevel=7,
        )


def _require_two_arguments(corruption: Any) -> None:
    """Raise TypeError for a user's corruption whose ``corrupt`` does not take rows and a generator."""
    with contextlib.suppress(ValueError):  # what is written in C may have no signature
        try:
            inspect.signature(corruption.corrupt).bind(None, None)
        except TypeError as error:
            raise TypeError(
                f"corruption={short(corruption)} must have a method corrupt(x, random): {error}"
            ) from error


def takes_sparse(corruption: Any) -> bool:
    """Return whether ``corruption`` leaves the zeros of a sparse matrix alone."""
    masks = isinstance(corruption, Masking) and corruption.emphasis is None
    return corruption is None or _is_strength(corruption) or masks


@about_parameters
def contraction_of(estimator: Any, network: Network, optimizer: Any) -> Contraction | None:
    """Return the contractive penalty that ``contraction`` asks for, or None (A6).

    Raises
    ------
    TypeError, ValueError
        For what is no such penalty, layers that there are not, and estimates with L-BFGS.
    """
    given = estimator.contraction
    if _is_strength(given):
        if not callable(given):
            require("contraction", given, "[0, inf)", others=" or Contraction(...)")
        given = Contraction(given)
    if given is None:
        return None
    if not isinstance(given, Contraction):
        raise TypeError(f"contraction must be None, a strength or Contraction(...), got {short(given)}")
    _checked("contraction", given, "strength", optimizer)
    layers = layers_of("contraction: Contraction(layers=...)", given.layers, network.m)
    if not _is_on(given.strength):
        return None
    if given.probes is not None and isinstance(optimizer, LBFGS):
        raise ValueError(
            f"contraction={given!r} is an estimate, drawn afresh at each step, but L-BFGS minimises one fixed "
            "objective; leave probes=None, or take another solver"
        )
    given = dataclasses.replace(given, layers=layers)
    given.check(network)
    for i in range(1, max(layers) + 1):
        try_second_derivative(network.activation(i), f"contraction={estimator.contraction!r}")
    return given


def warn_of_copying(estimator: Any, network: Network, plan: Plan) -> None:
    """Warn of a code that is wider than the inputs, if nothing keeps it from copying them (A2)."""
    code, n_features = network.sizes[network.m // 2], network.sizes[0]
    strengths = [penalty.strength for penalty in plan.penalties if not penalty.divided]  # not alpha's
    strengths += [value for column, value in plan.extras.items() if not column.startswith("clip")]
    if code > n_features and not any(map(_is_on, strengths)):
        warnings.warn(
            f"the code has {code} nodes for {n_features} features (hidden_layer_sizes="
            f"{estimator.hidden_layer_sizes!r}): without penalty or noise it can copy its input; make it narrower, or "
            "set sparsity, corruption, contraction, dropout, or a penalty or noise among regularizers",
            stacklevel=7,
        )
