"""What the steps of an epoch come to: its losses, its penalties, its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engines.engine import Engine, Row
from ..network import Network
from ..rules.losses import HalfSquaredError, Loss


def means_of_epochs(engine: Engine, table: NDArray[np.float64], epochs: int) -> dict[str, list[float]]:
    """Return the means over the steps of each epoch, weighted with their rows as scikit-learn does.

    Parameters
    ----------
    engine : Engine
    table : array of shape (epochs * steps, len(Row._fields))
    epochs : int

    Returns
    -------
    dict of str to list of float
        The loss with the penalties of weights, as ``loss_curve_`` has it; the loss alone; all penalties; the objective
        that was followed; the norm of the gradient.
    """
    plan, network = engine.plan, engine.network
    rows = dict(zip(Row._fields, table.reshape(epochs, -1, len(Row._fields)).transpose(2, 0, 1), strict=True))
    share = rows["rows"] / rows["rows"].sum(axis=1, keepdims=True)  # (epochs, steps)
    with np.errstate(all="ignore"):  # a diverging run reports NaN here and says so elsewhere
        own = rows["penalty"]
        if plan.is_penalized_inside:  # what is followed holds these penalties, what is reported does not
            own = (
                own
                + (rows["loss"] - followed_to_reported(plan.loss, network) * rows["reported"])
                / rows["weight"]
            )
        return {
            "loss": (share * (rows["reported"] / rows["weight"] + rows["penalty"])).sum(axis=1).tolist(),
            "loss_alone": (share * (rows["reported"] / rows["weight"])).sum(axis=1).tolist(),
            "penalty": (share * own).sum(axis=1).tolist(),
            "objective": (share * (rows["loss"] / rows["weight"] + rows["penalty"])).sum(axis=1).tolist(),
            "gradient_norm": np.sqrt(rows["gradient_square"].mean(axis=1)).tolist(),
        }


def followed_to_reported(loss: Loss, network: Network) -> float:
    """Return how many times the reported loss is the followed one: scikit-learn reports squares by output."""
    return float(network.sizes[-1]) if isinstance(loss, HalfSquaredError) else 1.0
