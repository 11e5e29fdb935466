r"""Resilient propagation: only the signs of the gradient count, each weight has a step of its own (U1).

Both follow the gradient of all samples: a sign that flips because the batch is another one would
shrink every step. A batch is therefore the whole set with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .by_name import by_name
from .optimizers import RATE, Optimizer
from .rule import Array, Namespace


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class Rprop(Optimizer):
    r"""Rprop-: a step grows while the gradient keeps its sign and shrinks when it changes (U1).

    .. math:: \Delta \leftarrow \begin{cases} \min(\eta^+ \Delta, \Delta_{\max}) & g\,g' > 0 \\
        \max(\eta^- \Delta, \Delta_{\min}) & g\,g' < 0 \end{cases}, \qquad
        \theta \leftarrow \theta - \Delta \operatorname{sign}(g)

    with g the gradient and g' the one before. Riedmiller and Braun, *A direct adaptive method for
    faster backpropagation learning: the RPROP algorithm* (1993), without going back, the variant that
    Igel and Hüsken (2000) call Rprop-. The learning rate is the size of the first steps; a schedule
    has no effect after them.

    Parameters
    ----------
    increase : float in (1, inf), default=1.2
        Factor of a step whose gradient kept its sign.
    decrease : float in (0, 1), default=0.5
        Factor of a step whose gradient changed its sign.
    min_step : float in (0, inf), default=1e-6
        The smallest step.
    max_step : float in (0, inf), default=50.0
        The largest step.

    Examples
    --------
    >>> Rprop(max_step=1.0)
    Rprop(increase=1.2, decrease=0.5, min_step=1e-06, max_step=1.0)
    """

    increase: float = 1.2
    decrease: float = 0.5
    min_step: float = 1e-6
    max_step: float = 50.0
    name: ClassVar[str] = "rprop"
    slots: ClassVar[tuple[str, ...]] = ("before", "step")
    full_batch: ClassVar[bool] = True
    limits: ClassVar = {
        "increase": "(1, inf)",
        "decrease": "(0, 1)",
        "min_step": "(0, inf)",
        "max_step": "(0, inf)",
    }

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, before: Array, step: Array, s: Any
    ) -> tuple[Array, ...]:
        step = resized(self, xp, gradient, before, step, s.rate)
        return theta - step * xp.sign(gradient), gradient, step


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class IRprop(Rprop):
    r"""Rprop without backtracking: as :class:`Rprop`, but where the sign changed a weight waits for one step (U1).

    .. math:: g\,g' < 0 \;\Rightarrow\; g \leftarrow 0

    before the step and the memory. Igel and Hüsken, *Improving the Rprop learning algorithm* (2000):
    it is the variant to take. The learning rate is the size of the first steps; a schedule has no
    effect after them.

    Parameters
    ----------
    increase : float in (1, inf), default=1.2
        Factor of a step whose gradient kept its sign.
    decrease : float in (0, 1), default=0.5
        Factor of a step whose gradient changed its sign.
    min_step : float in (0, inf), default=1e-6
        The smallest step.
    max_step : float in (0, inf), default=50.0
        The largest step.

    Examples
    --------
    >>> IRprop().full_batch
    True
    """

    name: ClassVar[str] = "irprop"

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, before: Array, step: Array, s: Any
    ) -> tuple[Array, ...]:
        step = resized(self, xp, gradient, before, step, s.rate)
        gradient = xp.where(xp.sign(gradient) * xp.sign(before) < 0, 0.0, gradient)
        return theta - step * xp.sign(gradient), gradient, step


def resized(rule: Rprop, xp: Namespace, gradient: Array, before: Array, step: Array, first: Any) -> Array:
    """Return the size of each step after a look at two gradients; it is ``first`` at the first."""
    step = xp.where(step == 0, first, step)
    grown = xp.clip(step * rule.increase, None, rule.max_step)
    shrunk = xp.clip(step * rule.decrease, rule.min_step, None)
    agreement = xp.sign(gradient) * xp.sign(before)  # signs: a product of gradients may underflow
    return xp.where(agreement > 0, grown, xp.where(agreement < 0, shrunk, step))
