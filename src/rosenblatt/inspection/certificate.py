"""The answer to whether samples are linearly separable, with what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import gordan
from .margins import margin, novikov_bound
from .problem import Problem, checked
from .samples import SignedSamples, are_positive, is_unit, radius
from .words import as_html, as_text, many

Proof = Literal["margins", "rationals", "enclosure", "classes", "none"]

# What a recomputed figure may differ by: both are rounded once, whatever the machine.
_SAME = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class Separability:
    r"""Whether samples are linearly separable, and the proof.

    With :math:`z_i = y_i [1, x_i]` (without the 1 where there is no intercept), y being +1 for the second of two
    classes, either some direction is positive on all z, or a combination of them is zero:

    .. math:: \exists u:\ z_i^\top u > 0 \ \forall i \qquad\text{or}\qquad
              \exists c \ge 0,\ \textstyle\sum_i c_i = 1:\ \sum_i c_i z_i = 0

    and never both (Gordan 1873, often called Farkas's lemma). :meth:`verify` proves it anew.

    Parameters
    ----------
    separable : bool or None
        True or False only with proof; None where neither was proved. With more than two classes: whether each
        is separable from the rest.
    classes : tuple
        The labels; the second of two is +1.
    n_samples, n_features : int
        The shape of X.
    fit_intercept : bool
        Whether the samples are [1, x] or x.
    R : float
        :math:`\max_i \lVert z_i \rVert`.
    gamma : float or None
        Separable: the largest margin, :math:`\min_i z_i^\top u`. With more than two classes the least of theirs.
    gap : float or None
        Separable: by what share of gamma the largest margin could still be above it; next to 0 unless the data
        is so badly scaled that floats do not tell.
    bound : int or None
        Separable: the most updates that the perceptron rule can make (P3),
        :math:`\lfloor (R / \gamma)^2 \rfloor`. With more than two classes the largest of theirs.
    direction : array of shape (d + 1,), or None
        A unit vector u, the bias first; shape (d,) without an intercept. Separable: the one with the largest
        margin. Else: one that leaves ``fewest_mistakes`` samples wrong.
    support : array of int, shape (m,), or None
        Rows of X. Separable: those at the margin that decide it. Not separable: those whose combination is
        zero, at most d + 2 (d + 1 without an intercept).
    weights : array of shape (m,), or None
        The positive :math:`c_i` on the support, summing to 1. Separable: :math:`\sum_i c_i z_i = \gamma u`.
        Not separable: the exact ones, rounded; 5e-324, the least positive float, stands for what is smaller.
    fewest_mistakes : int or None
        0 if separable; else the fewest samples left wrong by a direction that was tried (pocket algorithm,
        Gallant 1990). Fewer may be possible.
    proof : {"margins", "rationals", "enclosure", "classes", "none"}
        How it is proved: every product with the direction is positive; the weights are the solution of a
        linear system, in rationals or enclosed in floats; by the certificates of several classes; not at all.
    one_vs_rest : dict
        With more than two classes: for each label its certificate against all others, for ``(X, y == label)``.
    pairs : dict
        With more than two classes: for each pair of labels its certificate, for the rows that have them,
        ``(X[rows], y[rows])`` with ``rows = np.isin(y, pair)``. None where they were left out.
    """

    separable: bool | None
    classes: tuple[Any, ...]
    n_samples: int
    n_features: int
    fit_intercept: bool
    R: float
    gamma: float | None = None
    gap: float | None = None
    bound: int | None = None
    direction: NDArray[np.float64] | None = None
    support: NDArray[np.intp] | None = None
    weights: NDArray[np.float64] | None = None
    fewest_mistakes: int | None = None
    proof: Proof = "none"
    one_vs_rest: Mapping[Any, Separability] = field(default_factory=dict)
    pairs: Mapping[tuple[Any, Any], Separability] | None = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.direction, self.support, self.weights):
            if isinstance(array, np.ndarray):
                array.setflags(write=False)

    def __repr__(self) -> str:
        figures = [f"separable={self.separable}", f"n_samples={self.n_samples}"]
        if self.separable:
            figures += [f"gamma={self.gamma:.6g}", f"R={self.R:.6g}", f"bound={_short(self.bound)}"]
        elif self.fewest_mistakes is not None:
            figures.append(f"fewest_mistakes={self.fewest_mistakes}")
        return f"Separability({', '.join(figures)})"

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def verify(self, X: Any, y: Any) -> bool:
        r"""Prove the verdict anew, from the data alone.

        Separable: every :math:`z_i^\top u > 0`, by rounding bounds and, where they are not enough, rationals;
        and margin, R, bound and support are recomputed. Not separable: the support's linear system is solved
        anew, in rationals or with an enclosure (Rump 2010), and the weights compared.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Samples, one in each row.
        y : array-like of shape (n,)
            Labels, one for each sample.

        Returns
        -------
        bool
            Whether the certificate holds for these data. False too where the verdict is None: it proves nothing.

        Examples
        --------
        >>> from rosenblatt import separability
        >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
        >>> certificate = separability(X, y)
        >>> certificate.verify(X, y), certificate.verify(X, [0, 1, 1, 1])
        (True, False)
        """
        try:
            return self._holds(checked(X, y))
        except (ArithmeticError, AttributeError, TypeError, ValueError):
            return False  # a field or the data is not even of the right kind

    def _holds(self, problem: Problem) -> bool:
        if (
            self.separable is None
            or not isinstance(self.fit_intercept, bool)
            or (self.n_samples, self.n_features) != problem.X.shape
            or self.classes != problem.classes
        ):
            return False
        if len(self.classes) > 2:
            return self._holds_for_each(problem)
        samples = problem.signed(self.fit_intercept)
        if not _close(self.R, radius(samples), _SAME) or not self._is_well_formed(samples):
            return False
        first = samples.first_of_their_kind()[0]
        if self.one_vs_rest or self.pairs or (first[self.support] != self.support).any():
            return False
        return self._separates(samples) if self.separable else self._meets(samples)

    def _is_well_formed(self, samples: SignedSamples) -> bool:
        """Return whether support, weights and direction are of the right kind: what no proof looks at."""
        u, rows, weights = self.direction, self.support, self.weights
        if u is None or rows is None or weights is None:
            return False
        if u.shape != (samples.columns,) or rows.ndim != 1 or rows.shape != weights.shape or not len(rows):
            return False
        return bool(
            rows.dtype.kind == "i"
            and rows[0] >= 0
            and rows[-1] < samples.n
            and (np.diff(rows) > 0).all()
            and (weights > 0).all()
            and abs(weights.sum() - 1.0) <= _SAME
            and is_unit(u)
        )

    def _separates(self, samples: SignedSamples) -> bool:
        assert self.direction is not None
        assert self.support is not None
        assert self.weights is not None
        if self.gamma is None or self.gap is None or self.proof != "margins" or self.fewest_mistakes != 0:
            return False
        if not are_positive(samples, self.direction).all():
            return False
        found = margin(samples, self.direction, self.support, self.weights)
        return bool(
            _close(self.gamma, found.gamma, _SAME)
            and (self.gap == found.gap or abs(self.gap - found.gap) <= _SAME * (1 + found.gap))
            and found.is_plausible
            and self.bound == novikov_bound(self.R, self.gamma)
        )

    def _meets(self, samples: SignedSamples) -> bool:
        assert self.direction is not None
        assert self.support is not None
        assert self.weights is not None
        if self.gamma is not None or self.gap is not None or self.bound is not None:
            return False
        if self.proof not in ("rationals", "enclosure") or len(self.support) > samples.columns + 1:
            return False
        found = gordan.proved(samples, self.support, self.proof)
        if found is None or not np.array_equal(found.rows, self.support):
            return False
        wrong = samples.n - np.count_nonzero(are_positive(samples, self.direction))
        difference = np.abs(found.weights - self.weights)
        return bool(
            (difference <= 2 * found.error + _SAME * found.weights).all() and self.fewest_mistakes == wrong
        )

    def _holds_for_each(self, problem: Problem) -> bool:
        k = len(self.classes)
        wanted = {(self.classes[i], self.classes[j]): (i, j) for i in range(k) for j in range(i + 1, k)}
        pairs = self.pairs if self.pairs is not None else {}
        if set(self.one_vs_rest) != set(self.classes) or set(pairs) != set(
            wanted if self.pairs is not None else {}
        ):
            return False
        figures = summary(self.one_vs_rest)
        blank = {"direction": None, "support": None, "weights": None}
        if any(getattr(self, name) != value for name, value in {**figures, **blank}.items()):
            return False
        decided = [
            *((self.one_vs_rest[label], problem.against_rest(i)) for i, label in enumerate(self.classes)),
            *((one, problem.pair(*wanted[pair])) for pair, one in pairs.items()),
        ]
        return all(
            one.fit_intercept == self.fit_intercept and (one.separable is None or one._holds(part))
            for one, part in decided
        )


def summary(one_vs_rest: Mapping[Any, Separability]) -> dict[str, Any]:
    """Return what the certificates of several classes, each against the rest, come to together.

    Parameters
    ----------
    one_vs_rest : mapping of label to Separability

    Returns
    -------
    dict
        Fields of :class:`Separability`, by name.
    """
    each = list(one_vs_rest.values())
    verdicts = {one.separable for one in each}
    separable = False if False in verdicts else None if None in verdicts else True
    figures: dict[str, Any] = {"separable": separable, "R": max(one.R for one in each), "proof": "classes"}
    if separable:
        figures["gamma"] = min(one.gamma for one in each if one.gamma is not None)
        figures["gap"] = max(one.gap for one in each if one.gap is not None)
        figures["bound"] = max(one.bound for one in each if one.bound is not None)
        figures["fewest_mistakes"] = 0
    else:
        figures.update(dict.fromkeys(("gamma", "gap", "bound", "fewest_mistakes")))
    return figures


def _short(bound: int | None) -> str:
    return str(bound) if bound is None or bound < 10**15 else many(bound)


def _close(a: float, b: float, tolerance: float) -> bool:
    return abs(a - b) <= tolerance * abs(b)
