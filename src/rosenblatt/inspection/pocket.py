"""Few mistakes where none is too few: the perceptron rule with a pocket."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..random import drawn_indices
from .samples import SignedSamples

_ENTRIES_AT_ONCE = 2**22


def fewest_mistakes_found(samples: SignedSamples, passes: int = 20) -> NDArray[np.float64]:
    """Return weights that leave few samples wrong, found by the pocket algorithm with ratchet (Gallant 1990).

    P2 takes samples at random; weights that were right for longer than any before are tried on all samples,
    and kept if they leave fewer wrong. So are the means over a pass. The best possible are not promised:
    finding them is NP-hard.

    Parameters
    ----------
    samples : SignedSamples
        Of norms near 1.
    passes : int, default=20
        How many times as many samples are taken as there are.

    Returns
    -------
    array of shape (columns,)
    """
    w, mean = np.zeros(samples.columns), np.zeros(samples.columns)
    pocket, fewest, run, longest = w, samples.n + 1, 0, 0

    def tried(v: NDArray[np.float64]) -> None:
        nonlocal pocket, fewest
        mistakes = samples.n - int(np.count_nonzero(samples.products(v) > 0))
        if mistakes < fewest:
            pocket, fewest = v.copy(), mistakes

    for number in range(passes):
        order = drawn_indices(0, number, samples.n)
        size = max(1, _ENTRIES_AT_ONCE // samples.columns)
        mean[:] = 0.0
        for start in range(0, samples.n, size):
            for z in samples.dense(order[start : start + size]):
                if z @ w > 0:
                    run += 1
                else:
                    if run > longest:
                        longest = run
                        tried(w)
                    run = 0
                    w = w + z
                mean += w
        tried(w)
        tried(mean)
    return pocket if pocket.any() else np.ones(samples.columns)
