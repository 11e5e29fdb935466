"""The question whether data is linearly separable, by how much, and if not, why not."""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidParameterError
from ..excerpts import short
from ..keywords import hinted
from ..progress import Line
from . import gordan, last_bits
from .certificate import Separability, summary
from .exact_nearest import nearest_in_rationals
from .margins import Margin, margin, novikov_bound
from .metrics import alike, own, spread
from .minimum_norm import Point, minimum_norm_point
from .of_pairs import OfPairs
from .pocket import fewest_mistakes_found
from .problem import Problem, checked
from .samples import SignedSamples, are_positive, is_unit, radius
from .second_opinion import second_opinion

Exact = bool | Literal["auto"]

MOST_PAIRS = 5_000
"""Pairs of classes that are tried unasked: of a hundred classes."""


@hinted
def separability(
    X: Any,
    y: Any,
    *,
    fit_intercept: bool = True,
    exact: Exact = "auto",
    pairs: Exact = "auto",
    verbose: bool = False,
) -> Separability:
    r"""Return whether samples are linearly separable, with a certificate that proves it.

    If they are: the direction of the largest margin :math:`\gamma`, and Novikov's bound on the updates of the
    perceptron rule (P3). If not: a few samples and weights whose combination :math:`\sum_i c_i y_i [1, x_i]` is
    zero, so that no direction can be positive on all of them (Gordan 1873).

    The point of the signed samples' hull that is nearest to the origin answers both: its norm is the margin. An
    active set finds it on a growing subset of the samples (Wolfe 1976; Lawson and Hanson 1974). What floats
    suggest is then proved, or not said.

    Parameters
    ----------
    X : array-like, data frame or sparse matrix of shape (n, d)
        Finite numbers, taken as float64. CSR stays sparse but for the samples in the active set.
    y : array-like of shape (n,)
        Labels of two classes or more.
    fit_intercept : bool, default=True
        Whether the samples are [1, x], as a neuron with a bias sees them, or x.
    exact : bool or "auto", default="auto"
        How a combination is proved zero: in rationals (True), by an enclosure of the solution in floats (False),
        or in rationals up to 100 samples in the combination and by an enclosure above ("auto"). Rationals may
        take half a minute for 500 samples and minutes for 800; an enclosure fails where the system is nearly singular.
    pairs : bool or "auto", default="auto"
        With more than two classes: whether each pair of them is tried too. "auto" does so up to 5,000 pairs, a
        hundred classes, and warns above that.
    verbose : bool, default=False
        With more than two classes: say how far it is. A terminal hears of it anyway, after a second.

    Returns
    -------
    Separability
        The answer, with its proof.

    Raises
    ------
    ValueError, TypeError
        If X or y hold what cannot be asked about: NaN, continuous targets, a single class; or if the margin is
        so small that no float holds it.

    Warns
    -----
    UserWarning
        Where so many pairs of classes are left out.

    Notes
    -----
    The work grows as the columns times the square of the samples in the support: seconds for 10,000 samples of 784
    columns, minutes where thousands of samples are in it.

    References
    ----------
    Novikoff, *On convergence proofs on perceptrons*, 1962. Gordan, *Ueber die Aufloesung linearer Gleichungen
    mit reellen Coefficienten*, 1873. Rump, *Verification methods: rigorous results using floating-point
    arithmetic*, Acta Numerica, 2010.

    Examples
    --------
    >>> corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> print(separability(corners, [0, 0, 0, 1]))
    Linearly separable: 0 and 1 (4 samples, 2 features, with an intercept).
    Along the direction u every sample has y u'[1, x] >= gamma = 0.242535625; no direction gives more.
    3 samples at that margin decide it: 1, 2, 3.
    The largest norm of [1, x] is R = 1.732050808. So the perceptron rule, from w = 0, at any constant rate and
    in any order, makes at most (R / gamma)^2: 51 updates (Novikov 1962).
    >>> print(separability(corners, [0, 1, 1, 0]))
    Not linearly separable: 0 and 1 (4 samples, 2 features, with an intercept).
    These 4 samples, with these weights, prove it: the sum of weight times y [1, x] is zero,
    so no direction can be positive on each.
      sample 0: 1/4
      sample 1: 1/4
      sample 2: 1/4
      sample 3: 1/4
    The weights were solved for in rationals: the sum is zero exactly.
    The fewest mistakes found: 1 of 4 samples.
    """
    if not isinstance(fit_intercept, bool | np.bool_):
        raise InvalidParameterError(f"fit_intercept must be True or False, got {short(fit_intercept)}")
    if not (isinstance(exact, bool | np.bool_) or (isinstance(exact, str) and exact == "auto")):
        raise InvalidParameterError(f"exact must be True, False or 'auto', got {short(exact)}")
    if not (isinstance(pairs, bool | np.bool_) or (isinstance(pairs, str) and pairs == "auto")):
        raise InvalidParameterError(f"pairs must be True, False or 'auto', got {short(pairs)}")
    if not isinstance(verbose, bool | np.bool_ | int):
        raise InvalidParameterError(f"verbose must be True or False, got {short(verbose)}")
    problem, intercept = checked(X, y), bool(fit_intercept)
    if len(problem.classes) == 2:
        return _of_two(problem, intercept, exact)
    return _of_several(problem, intercept, exact, pairs, Line(bool(verbose)))


def _of_several(
    problem: Problem, fit_intercept: bool, exact: Exact, pairs: Exact, line: Line
) -> Separability:
    classes, k = problem.classes, len(problem.classes)
    one_vs_rest: dict[Any, Separability] = {}
    of_pairs: dict[tuple[Any, Any], Separability] = {}
    tries_pairs = _are_wanted(pairs, k)
    wanted = list(combinations(range(k), 2)) if tries_pairs else []
    try:
        for i in range(k):
            line.tell(f"class {i + 1:,} of {k:,} against the rest", False)
            one_vs_rest[classes[i]] = _of_two(problem.against_rest(i), fit_intercept, exact)
        for place, (i, j) in enumerate(wanted):
            line.tell(f"pair {place + 1:,} of {len(wanted):,}", False)
            of_pairs[classes[i], classes[j]] = _of_two(problem.pair(i, j), fit_intercept, exact)
    finally:
        line.tell(f"{len(one_vs_rest):,} classes against the rest, {len(of_pairs):,} pairs", True)
    n, d = problem.X.shape
    return Separability(
        classes=classes,
        n_samples=n,
        n_features=d,
        fit_intercept=fit_intercept,
        one_vs_rest=one_vs_rest,
        pairs=OfPairs(of_pairs.items()) if tries_pairs else None,
        **summary(one_vs_rest),
    )


def _are_wanted(pairs: Exact, k: int) -> bool:
    """Return whether all pairs are asked about; say so where they are too many and nobody has decided."""
    count = k * (k - 1) // 2
    if pairs != "auto":
        return bool(pairs)
    if count > MOST_PAIRS:
        warnings.warn(
            f"y holds {k:,} classes, which make {count:,} pairs: these are left out, and each class is tried "
            "against the rest. pairs=True tries all of them, pairs=False none, and either says no more.",
            UserWarning,
            stacklevel=5,
        )
    return count <= MOST_PAIRS


def _of_two(problem: Problem, fit_intercept: bool, exact: Exact) -> Separability:
    samples = problem.signed(fit_intercept)
    n, d = problem.X.shape
    common: dict[str, Any] = {
        "classes": problem.classes,
        "n_samples": n,
        "n_features": d,
        "fit_intercept": fit_intercept,
        "R": radius(samples),
    }
    same, opposite = samples.first_of_their_kind()
    found = _contradiction(samples, opposite) or _searched(samples, same, exact)
    if isinstance(found, _Separating):
        gamma = found.margin.gamma
        if gamma == 0:
            raise ValueError(
                f"{problem.classes[0]!r} and {problem.classes[1]!r} are linearly separable by a margin below 5e-324, "
                "which no float holds; multiply X by a large number, such as 2.0**500"
            )
        answer = Separability(
            separable=True,
            gamma=gamma,
            gap=found.margin.gap,
            bound=novikov_bound(common["R"], gamma),
            direction=found.direction,
            support=found.rows,
            weights=found.weights,
            fewest_mistakes=0,
            proof="margins",
            **common,
        )
        if answer._is_well_formed(samples):
            return answer
        found = None  # what verify would not prove is not said
    direction, mistakes = _least_wrong(samples)
    rest: dict[str, Any] = {"direction": direction, "fewest_mistakes": mistakes, **common}
    if found is None:
        return Separability(separable=None, **rest)
    answer = Separability(
        separable=False, support=found.rows, weights=found.weights, proof=found.method, **rest
    )
    return answer if answer._is_well_formed(samples) else Separability(separable=None, **rest)


# A gap above it says that floats did not find the largest margin.
_TIGHT = 1e-6
_NO_WEIGHT = 1e-12
# A margin below it may be one that no float holds.
_VANISHING = 2.0**-1060


class _Separating(NamedTuple):
    direction: NDArray[np.float64]
    rows: NDArray[np.intp]
    weights: NDArray[np.float64]
    margin: Margin


def _contradiction(samples: SignedSamples, opposite: NDArray[np.intp]) -> gordan.Combination | None:
    """Return the shortest proofs: a sample that is zero, or the same x with opposite labels."""
    if samples.one is None:
        with np.errstate(over="ignore"):
            empty = np.flatnonzero(samples.sizes(np.ones(samples.columns)) == 0)
        if len(empty):
            return gordan.proved(samples, empty[:1], "rationals")
    twins = np.flatnonzero(opposite >= 0)
    if len(twins):
        return gordan.proved(samples, np.sort([opposite[twins[0]], twins[0]]), "rationals")
    return None


def _searched(
    samples: SignedSamples, same: NDArray[np.intp], exact: Exact
) -> _Separating | gordan.Combination | None:
    """Return a proof of either kind, or None: from the samples as they are, then with their columns alike."""
    directions: list[NDArray[np.float64]] = []
    sums: list[tuple[NDArray[np.intp], NDArray[np.float64]]] = []
    point: Point | None = None
    # own again: from where alike ended, which lies nearer than any start that floats find by themselves
    for coordinates in (own, alike, own, spread):
        if coordinates is spread and directions:
            break
        view = coordinates(samples)
        if view is None or (point is not None and coordinates is own and not directions):
            continue
        found = minimum_norm_point(view.samples, point if directions else None)
        rows, direction = same[found.rows], found.direction
        if direction is None:
            point = found
            met = _proved(samples, rows, found.weights, exact)
            if met is not None:
                return met
            continue
        if not (np.isfinite(direction).all() and np.isfinite(found.weights).all()):
            continue  # these coordinates are beyond floats
        point = found
        directions.append(view.back(direction))
        sums.append((rows, found.weights))
        best = _separating(samples, directions, sums)
        if best is not None and best.margin.gap < _TIGHT:
            return best
    best = _polished(samples, sums, _separating(samples, directions, sums))
    return best or _asked(samples, same, exact)


def _polished(
    samples: SignedSamples, sums: list[tuple[NDArray[np.intp], NDArray[np.float64]]], best: _Separating | None
) -> _Separating | None:
    """Return the better of what was found, and of what the same samples say in rationals."""
    tried = {tuple(np.unique(rows).tolist()) for rows, _ in sums}
    for each in sorted(tried):
        rows = np.array(each, dtype=np.intp)
        nearest = nearest_in_rationals(samples, rows)
        if nearest is None:
            continue
        every = list(sums)
        if (nearest.weights >= 0).all():
            every.append((rows, nearest.weights))
        other = _separating(samples, [nearest.direction], every)
        if other is not None and (best is None or other.margin.gamma > best.margin.gamma):
            best = other
    return best


def _separating(
    samples: SignedSamples,
    directions: list[NDArray[np.float64]],
    sums: list[tuple[NDArray[np.intp], NDArray[np.float64]]],
) -> _Separating | None:
    """Return the best of some directions that are proved to separate, with the sum that leaves least open."""
    proved = [u for u in directions if is_unit(u) and are_positive(samples, u).all()]
    if not proved:
        rounded = [last_bits.settled(samples, u) for u in directions if is_unit(u)]
        proved = [u for u in rounded if u is not None]
    found = []
    for u in proved:
        for each in sums:
            rows, weights = _sorted(*each)
            found.append(_Separating(u, rows, weights, margin(samples, u, rows, weights)))
    # a product that is positive but vanishes says nothing of a margin that floats could hold
    found = [
        one
        for one in found
        if one.margin.is_plausible and (one.margin.gamma > 0 or one.margin.most < _VANISHING)
    ]
    return max(found, key=lambda one: (one.margin.gamma, -one.margin.gap), default=None)


def _sorted(
    rows: NDArray[np.intp], weights: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return rows in ascending order, each once, without those whose weight is 0."""
    kept, places = np.unique(rows[weights > 0], return_inverse=True)
    summed = np.bincount(places.ravel(), weights[weights > 0])
    return kept.astype(np.intp, copy=False), np.asarray(summed)


def _proved(
    samples: SignedSamples, rows: NDArray[np.intp], weights: NDArray[np.float64], exact: Exact
) -> gordan.Combination | None:
    """Return a proof that a combination of these samples is zero, or None."""
    rows, weights = _sorted(rows, weights)
    heavy = rows[weights > _NO_WEIGHT]
    # a weight that must be zero (a column that one sample alone has) comes out as rounding
    for chosen in (heavy, rows) if len(heavy) < len(rows) else (rows,):
        in_floats = len(chosen) > gordan.RATIONAL_ROWS if exact == "auto" else not exact
        method: gordan.Method = "enclosure" if in_floats else "rationals"
        found = gordan.proved(samples, chosen, method)
        if found is not None and len(found.rows) < len(chosen):
            found = gordan.proved(samples, found.rows, method)  # as verify will
        if found is not None:
            return found
    return None


def _asked(
    samples: SignedSamples, same: NDArray[np.intp], exact: Exact
) -> _Separating | gordan.Combination | None:
    """Return a proof of what a linear program suggests, or None."""
    view = alike(samples)
    opinion = second_opinion(view.samples)
    if opinion is None:
        return None
    if len(opinion.rows):
        met = _proved(samples, same[opinion.rows], opinion.weights, exact)
        if met is not None:
            return met
    if not opinion.direction.any():
        return None
    nearest = np.argsort(samples.products(view.back(opinion.direction)))[:1]
    return _separating(samples, [view.back(opinion.direction)], [(same[nearest], np.ones(1))])


def _least_wrong(samples: SignedSamples) -> tuple[NDArray[np.float64], int]:
    """Return a unit vector that leaves few samples wrong, and how many."""
    view = alike(samples)
    u = view.back(fewest_mistakes_found(view.samples))
    return u, samples.n - int(np.count_nonzero(are_positive(samples, u)))
