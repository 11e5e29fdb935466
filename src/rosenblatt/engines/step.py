"""One step of the array engine on one block of theta: limits, decay, optimiser, projections (U1, T6, D1)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ..plan import Plan
from ..regularization import clipped, decayed, non_negative, soft_thresholded

Array = Any
Namespace = Any


class Step:
    """The numbers of one step, and what they do to a block.

    Parameters
    ----------
    plan : Plan
    numbers : dict of str to float
        One row of the settings table, by its columns.
    scales : list of float
        The strengths of the penalties, divided where they are.
    """

    def __init__(self, plan: Plan, numbers: dict[str, float], scales: list[float]) -> None:
        self.plan, self.numbers, self.scales = plan, numbers, scales
        self.factor = 1.0  # what the gradient is multiplied by, so that it is not too long
        optimizer: Any = plan.optimizer
        self.s = SimpleNamespace(rate=numbers["rate"], **{name: numbers[name] for name in optimizer.settings})

    def limited(self, xp: Namespace, gradient: Array) -> Array:
        """Return a block of the mean gradient within its limits (D1)."""
        value = self.numbers.get("clip_value")
        gradient = gradient if value is None else clipped(xp, gradient, value)
        return gradient if self.factor == 1.0 else gradient * self.factor

    def updated(
        self, xp: Namespace, vectors: list[Array], gradient: Array, is_weight: Array, multiplier: Array | None
    ) -> list[Array]:
        """Return a block of theta and of the slots after the step.

        Parameters
        ----------
        xp : namespace
        vectors : list of array of shape (p,)
            Theta, the optimiser's slots and the average, if there is one.
        gradient : array of shape (p,)
            With the penalties' part.
        is_weight : array of shape (p,)
            1 for weights, 0 for biases.
        multiplier : array of shape (p,), or None
            What the step is multiplied by; where it is 0, nothing changes theta.

        Returns
        -------
        list of array of shape (p,)
        """
        before, numbers = vectors[0], self.numbers
        n_slots = len(self.plan.optimizer.slots)
        decay, threshold = numbers.get("decay"), numbers.get("threshold")
        theta = decayed(before, decay * is_weight) if decay else before
        self.s.is_weight = is_weight
        optimizer: Any = self.plan.optimizer
        theta, *slots = optimizer.update(xp, theta, gradient, *vectors[1 : 1 + n_slots], self.s)  # U1
        if multiplier is not None:
            theta = before + multiplier * (theta - before)
        if threshold:
            amount = threshold * is_weight
            theta = soft_thresholded(xp, theta, amount if multiplier is None else amount * multiplier)
        if self.plan.is_non_negative:
            theta = xp.where(is_weight > 0, non_negative(xp, theta), theta)
        if multiplier is not None:
            theta = xp.where(multiplier == 0, before, theta)
        return [theta, *slots, *vectors[1 + n_slots :]]
