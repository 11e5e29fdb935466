"""How much memory there is, and the refusal of networks that would not fit into it."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def total_memory() -> int | None:
    """Return the bytes that this process may have at most, or None where nothing tells."""
    limits = []
    if hasattr(os, "sysconf"):
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in _CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):  # no such group, or "max"
            continue
    return min(limits, default=None)


def require_memory(sizes: tuple[int, ...], vectors: int, itemsize: int) -> None:
    """Raise before anything is allocated if a network asks for more memory than there is.

    Parameters
    ----------
    sizes : tuple of int
        The numbers of nodes of the layers.
    vectors : int
        How many vectors of the length of theta training keeps at once.
    itemsize : int
        Bytes of a number.

    Raises
    ------
    MemoryError
        With the figures.
    """
    parameters = sum((r + 1) * s for r, s in pairwise(sizes))
    needed, there = parameters * vectors * itemsize, total_memory()
    if there is not None and needed > there:
        raise MemoryError(
            f"hidden_layer_sizes={tuple(sizes[1:-1])} makes {parameters:,} parameters; training them "
            f"takes {needed / 2**30:.1f} GiB and there are {there / 2**30:.1f} GiB. Use smaller layers."
        )
