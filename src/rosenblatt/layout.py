r"""Where :math:`w_{ij}^k` and :math:`b_j^k` lie in the flat vector theta."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

Array = Any


class Layout:
    r"""The places of weights and biases in theta: all :math:`W^1 \ldots W^m`, then all :math:`b^1 \ldots b^m`.

    Weights come first so that a penalty, which spares the biases, acts on one slice; the order is
    also that in which scikit-learn packs its parameters for L-BFGS.

    Parameters
    ----------
    sizes : tuple of int
        The numbers of nodes of the layers, input first.
    tied : bool, default=False
        Whether layer :math:`m + 1 - k` takes the transpose of :math:`W^k`, for k up to m/2: its weights then
        have no place of their own.

    Examples
    --------
    >>> import numpy as np
    >>> layout = Layout((2, 3, 1))
    >>> theta = np.arange(13.0)
    >>> layout.W(theta, 2)
    array([[6.],
           [7.],
           [8.]])
    >>> layout.b(theta, 1)
    array([ 9., 10., 11.])
    >>> tied = Layout((3, 2, 3), tied=True)
    >>> np.array_equal(tied.W(theta, 2), tied.W(theta, 1).T), tied.n_parameters
    (True, 11)
    """

    def __init__(self, sizes: tuple[int, ...], tied: bool = False) -> None:
        self.sizes, self.tied = sizes, tied
        self._weights: list[tuple[slice, tuple[int, int]]] = []  # with the shape
        self._biases: list[slice] = []
        start = 0
        for r_before, r in list(pairwise(sizes))[: self.n_matrices]:
            self._weights.append((slice(start, start + r_before * r), (r_before, r)))
            start += r_before * r
        self.n_weights = start
        for r in sizes[1:]:
            self._biases.append(slice(start, start + r))
            start += r
        self.n_parameters = start

    @property
    def n_matrices(self) -> int:
        """Number of weight matrices with places of their own: those of the layers 1, 2, and so on."""
        return (len(self.sizes) - 1) // (2 if self.tied else 1)

    def has_own_weights(self, k: int) -> bool:
        """Return whether the weights into layer ``k`` have a place of their own, and are not another's, turned."""
        return k <= self.n_matrices

    def W(self, theta: Array, k: int) -> Array:
        """Return the weights into layer ``k`` (1 to m), a view of shape (r_{k-1}, r_k), turned if they are tied."""
        if self.tied and not self.has_own_weights(k):
            return self.W(theta, len(self.sizes) - k).T
        place, shape = self._weights[k - 1]
        return theta[place].reshape(shape)

    def b(self, theta: Array, k: int) -> Array:
        """Return the biases of layer ``k`` (1 to m), a view of shape (r_k,)."""
        return theta[self._biases[k - 1]]

    def weights(self, theta: Array) -> Array:
        """Return all weights and no biases, a view of shape (n_weights,)."""
        return theta[: self.n_weights]
