"""The arguments of every autoencoder: its layers, what it minimises and what restrains it, beside those of training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..contractive import Contraction
from ..corruption import Corruption
from ..plan import Schedule
from ..rules.activations import Activation
from ..rules.losses import Loss
from ..sparsity import Sparsity
from .arguments import NETWORK, OURS, TrainingArguments, activation_argument
from .parameters import anything, argument, boolean, layer_sizes, sizes_of

NARROWEST, WIDEST = 16, 32
"""Nodes of the two layers around the code, for tables of few columns and of many."""


EXAMPLE = "(256, 32, 256) is a code of 32 nodes between two layers, 32 is that code alone"
LOSSES = ("squared_error", "binary_cross_entropy", "mae", "huber")


def odd_layer_sizes(name: str, value: Any) -> None:
    """Check for an odd number of layers, whose middle one is the code."""
    layer_sizes(name, value, example=EXAMPLE)
    sizes = sizes_of(value)
    if len(sizes) % 2 == 0:
        raise ValueError(
            f"{name}={value!r} has {len(sizes)} layers and no middle one; the code is the middle layer, so give "
            f"an odd number of sizes; {EXAMPLE}"
        )


@dataclass(eq=False, repr=False)
class AutoencoderArguments(TrainingArguments):
    """What an autoencoder is told, one line for each argument."""

    hidden_layer_sizes: int | Sequence[int] = argument(
        (256, 32, 256),
        odd_layer_sizes,
        NETWORK,
        "int or sequence of int",
        "Nodes of each hidden layer, an odd number of layers: the middle one is the code (A2). One number is the "
        "code alone.",
    )
    activation: str | Activation | Sequence[str | Activation] = activation_argument()
    code_activation: str | Activation = argument(
        "identity",
        anything,
        NETWORK,
        "str or Activation",
        "Activation of the code (A1). A rectified code can say nothing negative, and nodes of it may die: its error is "
        "larger than that of a linear one of the same width.",
        kw_only=True,
    )
    loss: str | Loss = argument(
        "squared_error",
        anything,
        NETWORK,
        "str or Loss",
        'What is minimised between output and input (A1): "squared_error" (halved), "binary_cross_entropy" for '
        'inputs in [0, 1], "mae", "huber", or an object.',
        kw_only=True,
    )
    sparsity: float | Schedule | Sparsity | Sequence[Sparsity] | None = argument(
        None,
        anything,
        OURS,
        "None, float, schedule, ActivityL1, KLDivergence or a tuple of them",
        "Penalties on the outputs of hidden nodes (A3, A4). A number or schedule is the strength of a penalty on the "
        "code: ``KLDivergence`` (A4) where the code's activation has a bounded range, as logistic and tanh have, else "
        "``ActivityL1`` (A3).",
        kw_only=True,
    )
    corruption: float | Schedule | Corruption | Sequence[Corruption] | None = argument(
        None,
        anything,
        OURS,
        "None, float, schedule, object or tuple of objects",
        "What is done to the inputs while training, for a target that stays clean (A5): ``Masking``, ``Gaussian``, "
        "``SaltAndPepper``, ``Multiplicative`` or an object with ``corrupt(x, random)``; several in a tuple act one "
        "after the other. A number in [0, 1) or a schedule is the rate of ``Masking``. It acts on scaled inputs. "
        "Several, and objects of your own, run on the array engine.",
        kw_only=True,
    )
    contraction: float | Schedule | Contraction | None = argument(
        None,
        anything,
        OURS,
        "None, float, schedule or Contraction",
        "Penalty on the derivatives of the code by the inputs (A6). A number or schedule is its strength; "
        "``Contraction(strength, layers, probes)`` says more.",
        kw_only=True,
    )
    tied_weights: bool = argument(
        False,
        boolean,
        OURS,
        "bool",
        "Whether the decoder's weights are the encoder's, transposed (A1); biases are not. The sizes must be the same "
        "from both ends.",
        kw_only=True,
    )


def automatic_sizes(n_features: int, n_varying: int | None = None) -> tuple[int, int, int]:
    """Return the layers of the default network: a third of the features as the code, between two wider layers.

    Parameters
    ----------
    n_features : int
        At least 1.
    n_varying : int, optional
        Features that are not constant: a code of more than half of these would let nearly everything pass.

    Returns
    -------
    tuple of three int

    Examples
    --------
    >>> automatic_sizes(4), automatic_sizes(30), automatic_sizes(500)
    ((16, 1, 16), (30, 10, 30), (32, 16, 32))
    """
    around = min(max(NARROWEST, n_features), WIDEST)
    code = min(round(n_features / 3), WIDEST // 2, (n_features if n_varying is None else n_varying) // 2)
    return around, max(1, code), around
