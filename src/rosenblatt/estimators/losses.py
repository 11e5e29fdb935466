"""Losses and outputs: from the arguments ``loss`` and ``output_activation``, and the targets they take."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..catalogue import catalogue, checked, is_ours, named, unknown
from ..comparison import different_rows
from ..errors import about_parameters
from ..intervals import lies_in
from ..namespaces import namespace_of
from ..other_names import meant
from ..rules.activations import Activation
from ..rules.classification_losses import Focal, LogLoss, LossFamily
from ..rules.losses import Loss
from ..rules.outputs import RowWise
from ..trial import try_activation, try_loss
from .inputs import has_finite_sum
from .scaling import LARGEST

FAMILIES: dict[str, type[LossFamily]] = {"log_loss": LogLoss, "focal": Focal}
"""Losses whose form the classes choose, by name."""


@about_parameters
def loss_of(value: Any, kind: str) -> Loss:
    """Return the loss for an argument and a kind of target.

    Parameters
    ----------
    value : str, Loss or LossFamily
        "log_loss" and "focal" are the cross-entropy and the focal loss that fit the target.
    kind : {"continuous", "binary", "multiclass", "multilabel-indicator"}

    Raises
    ------
    ValueError
        If the name is unknown or the loss does not fit the target.
    """
    classes = kind != "continuous"
    family = family_of(value)
    if family is not None:
        if not classes:
            raise ValueError(f"loss={value!r} is for classes; use MLPClassifier, or loss='squared_error'")
        return family.categorical() if kind == "multiclass" else family.binary()
    if isinstance(value, str) and value not in catalogue(Loss):
        own, of_classes = (_fitting_losses(one) for one in (kind, "binary"))
        if not meant("loss", value, own) and (intended := meant("loss", value, of_classes)):
            raise ValueError(
                f"loss={value!r} is for classes; use MLPClassifier(loss={intended}), or loss='squared_error'"
            )
        raise ValueError(unknown("loss", value, _fitting_losses(kind)))
    loss = named(Loss, "loss", value, _fitting_losses(kind))
    if not _fits(loss, kind):
        raise ValueError(
            f"loss={value!r} does not fit a {kind} target; use "
            + ("loss='log_loss'" if classes else "loss='squared_error' or 'poisson', or MLPClassifier")
        )
    return loss


@about_parameters
def family_of(value: Any) -> LossFamily | None:
    """Return the family that an argument ``loss`` names or is, None for a single loss."""
    if isinstance(value, str) and value in FAMILIES:
        return FAMILIES[value]()
    return checked(value) if isinstance(value, LossFamily) else None


def gives_probabilities(value: Any) -> bool:
    """Return whether an argument ``loss`` stands for one whose outputs are probabilities."""
    rule = FAMILIES.get(value, catalogue(Loss).get(value)) if isinstance(value, str) else value
    return bool(getattr(rule, "probabilistic", False))


def smoothing_of(value: Any) -> float:
    """Return the share of a label that an argument ``loss`` spreads over the classes."""
    return float(getattr(family_of(value), "smoothing", 0.0))


def _fits(loss: Loss, kind: str) -> bool:
    """Return whether a loss is one of numbers, of two classes or of several, as the target is."""
    if kind == "continuous":
        return loss.encoding is None
    if loss.probabilistic:
        return (loss.pair == "softmax") == (kind == "multiclass")
    return loss.encoding is not None or (lies_in(-1.0, loss.domain) and loss.outputs_per_target == 1)


def _fitting_losses(kind: str) -> list[str]:
    names = [name for name, loss in catalogue(Loss).items() if _fits(loss(), kind)]
    return names if kind == "continuous" else [*FAMILIES, *names]


@about_parameters
def output_of(value: Any, loss: Loss) -> Activation:
    """Return the output activation for an argument; "auto" is the loss's own.

    Raises
    ------
    ValueError
        If the loss is paired with another output.
    """
    if isinstance(value, str) and value == "auto":
        return named(Activation, "output_activation", loss.output)
    output = named(Activation, "output_activation", value)
    if loss.pair and output.name != loss.pair:
        raise ValueError(
            f"output_activation={value!r} does not fit loss {loss.name!r}, whose output is "
            f"{loss.pair!r}; leave output_activation='auto', or take loss='squared_error'"
        )
    if loss.pair and is_ours(loss) and not is_ours(output):
        _refuse_unlike_pair(loss, output)
    if isinstance(output, RowWise) and not loss.pair:
        raise ValueError(
            f"output_activation={value!r} does not fit loss {loss.name!r}: {_ONLY_WITH[output.name]} only; "
            "leave output_activation='auto'"
        )
    return output if isinstance(output, RowWise) else try_activation(output)


def _refuse_unlike_pair(loss: Loss, output: Activation) -> None:
    """Raise ValueError for a user's own output under the name of the one that a loss is paired with, but unlike it."""
    a = np.linspace(-2.0, 2.0, 12).reshape(3, 4)
    xp, usual = namespace_of(a), catalogue(Activation)[loss.pair]()
    with np.errstate(all="ignore"):
        found, wanted = np.asarray(output(xp, a.copy())), np.asarray(usual(xp, a))
    if found.shape != wanted.shape or not np.allclose(found, wanted):
        raise ValueError(
            f"output_activation={output!r} is not the {loss.pair!r} that loss={loss.name!r} is paired with, whose "
            f"value and derivative are those of {loss.pair!r}: it would train another function; leave "
            "output_activation='auto', or take loss='squared_error'"
        )


_ONLY_WITH = {
    "softmax": "it goes with loss='log_loss' and several classes",
    "mean_variance": "it goes with loss='gaussian'",
}


def _refuse_huge(loss: Loss, y: Any, rows: Any) -> None:
    """Raise ValueError, naming the row, for a target so large that the library's own loss of it overflows."""
    if not is_ours(loss) or not y.size:
        return
    if max(float(y.max()), -float(y.min())) <= LARGEST:  # no copy is made to see it
        return
    row, column = np.unravel_index(int(np.argmax(np.abs(y))), y.shape)
    one = np.asarray(y[row : row + 1], dtype=np.float64)
    if abs(one[0, column]) <= LARGEST:
        return
    try:
        try_loss(loss, np.full(one.shape, 0.5), one)
    except ValueError as error:
        raise ValueError(
            f"y is {one[0, column]:.3g} in row {rows[row]}, too large for loss={loss.name!r}; divide y by one number, "
            "or drop such rows"
        ) from error


def check_targets(loss: Loss, y: Any, rows: Any, output: Activation | None = None) -> None:
    """Raise ValueError if a target lies outside what the loss takes, or the loss fails on targets.

    Parameters
    ----------
    loss : Loss
    y : array of shape (n, r_m)
    rows : array of int, shape (n,)
        The numbers of the rows as the user counts them.
    output : Activation, optional
        The output activation; where it is known, a user's own loss is compared with differences.
    """
    if not has_finite_sum(y) and not np.isfinite(y).all():
        row, column = np.argwhere(~np.isfinite(y))[0]
        raise ValueError(
            f"y must hold finite numbers of {y.dtype}, got {y[row, column]} in row {rows[row]}; "
            "drop such rows, or scale the targets"
        )
    low, hint = y.min(initial=np.inf), loss.hints.get("y", "")
    high = y.max(initial=-np.inf)
    for value in (low, high):
        if not lies_in(float(value), loss.domain):
            row = int(rows[np.argwhere(y == value)[0][0]])
            raise ValueError(
                f"loss={loss.name!r} needs targets in {loss.domain}, got y={value} in row {row}; drop such "
                f"rows, or take loss='squared_error'{f' ({hint})' if hint else ''}"
            )
    _refuse_huge(loss, y, rows)
    if not is_ours(loss):
        few = np.asarray(different_rows(y), dtype=np.float64)
        try_loss(loss, np.full(few.shape, 0.5), few, output)
