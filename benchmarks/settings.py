"""How much is measured in a full and in a quick run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Amounts.

    Attributes
    ----------
    full : bool
    rounds : int
        Interleaved rounds of every comparison.
    target : float
        Seconds that one measurement aims at; one step more where a step takes longer.
    dtypes : tuple of str
    threads : tuple of int
    shapes : tuple of str or None
        Names; None for all.
    compiled : tuple of (str, int)
        Dtypes and threads at which compiled PyTorch takes part: compiling one takes ten seconds.
    imports : int
        Fresh processes for each library's start-up.
    scaling_points : int
        Every how manieth point of an axis.
    scaling_peers : tuple of str
    memory_peers : tuple of str
    grid_fits : int
    grid_seconds : float
        At least, for each fit of the grid.
    grid_rounds : int
    """

    full: bool
    rounds: int
    target: float
    dtypes: tuple[str, ...]
    threads: tuple[int, ...]
    shapes: tuple[str, ...] | None
    compiled: tuple[tuple[str, int], ...]
    imports: int
    scaling_points: int
    scaling_peers: tuple[str, ...]
    memory_peers: tuple[str, ...]
    grid_fits: int
    grid_seconds: float
    grid_rounds: int
