"""What a network is: its layers' sizes and activations. Frozen data that computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from .catalogue import build, describe
from .errors import InvalidParameterError
from .excerpts import short
from .intervals import is_whole
from .rules.activations import Activation


@dataclass(frozen=True)
class Network:
    r"""A feed-forward network of layers :math:`k = 0 \ldots m` (F1, F2).

    Parameters
    ----------
    sizes : tuple of int
        The numbers of nodes :math:`r_0, \ldots, r_m`, input first, at least two of them.
    activations : tuple of Activation
        One for each hidden layer :math:`1 \ldots m - 1`: the lecture's :math:`g`.
    output : Activation
        The lecture's :math:`g_o`.
    tied : bool, default=False
        Whether layer :math:`m + 1 - k` takes the transpose of :math:`W^k`, for k up to m/2 (A1): one array,
        to which the gradients of both uses are added and on which penalties act once. Biases are not tied.

    Raises
    ------
    ValueError
        If a size is not positive, the number of activations does not fit, or weights are to be tied where
        the sizes are not the same from both ends or m is odd.

    Examples
    --------
    >>> from rosenblatt.rules.activations import Logistic, Tanh
    >>> network = Network((2, 3, 1), (Tanh(),), Logistic())
    >>> network.n_parameters
    13
    >>> Network.from_dict(network.to_dict()) == network
    True
    """

    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    output: Activation
    tied: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.sizes, tuple) or not all(map(is_whole, self.sizes)):
            raise InvalidParameterError(
                f"sizes must be a tuple of whole numbers of nodes, got {short(self.sizes)}"
            )
        rules = (*self.activations, self.output) if isinstance(self.activations, tuple) else (None,)
        if not all(isinstance(rule, Activation) for rule in rules):
            raise InvalidParameterError(
                "activations must be a tuple of Activation objects, one for each hidden layer, and output one, got "
                f"{short(self.activations)} and {short(self.output)}"
            )
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise InvalidParameterError(
                f"sizes must be at least two positive numbers of nodes, got {self.sizes}"
            )
        if len(self.activations) != len(self.sizes) - 2:
            raise InvalidParameterError(
                f"{len(self.sizes) - 2} hidden layers need as many activations, got {len(self.activations)}"
            )
        if self.tied and (self.m % 2 or self.sizes != self.sizes[::-1]):
            raise InvalidParameterError(
                f"tied weights need sizes that are the same from both ends around one code, got {self.sizes}"
            )

    @cached_property
    def m(self) -> int:
        """Number of the output layer: the layers with weights are 1 to m."""
        return len(self.sizes) - 1

    @property
    def n_weights(self) -> int:
        """Number of weights, biases not counted."""
        return sum(r * s for r, s in pairwise(self.sizes)) // (2 if self.tied else 1)

    @property
    def n_parameters(self) -> int:
        """Length of theta: weights and biases."""
        return self.n_weights + sum(self.sizes[1:])

    def activation(self, k: int) -> Activation:
        """Return the activation of a layer.

        Parameters
        ----------
        k : int
            1 to m.

        Returns
        -------
        Activation
            Of that layer.
        """
        return self._all_activations[k - 1]

    @cached_property
    def _all_activations(self) -> tuple[Activation, ...]:
        return (*self.activations, self.output)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON.

        Returns
        -------
        dict
            Sizes, activations, the output, and whether weights are tied.
        """
        return {
            "sizes": list(self.sizes),
            "activations": [describe(g) for g in self.activations],
            "output": describe(self.output),
            **({"tied": True} if self.tied else {}),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Network:
        """Return the network that ``to_dict`` described.

        Parameters
        ----------
        data : dict
            What ``to_dict`` returned.

        Returns
        -------
        Network
        """
        return cls(
            tuple(data["sizes"]),
            tuple(build(Activation, g) for g in data["activations"]),
            build(Activation, data["output"]),
            data.get("tied", False),
        )
