"""Patience counts as scikit-learn does, compares like with like, and knows no units."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt import Constant, Cosine, OneCycle, Warmup, WeightDecay, after, ramp, until
from rosenblatt.plan import Penalty
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.training.patience import Objective, Patience, objectives
from rosenblatt.training.train import Judged, Run, train
from tests.training.problems import plan, run_of

CURVES = st.lists(st.floats(0.0625, 8), min_size=2, max_size=60)


def sklearns(losses, tol):
    """Return what scikit-learn's ``_update_no_improvement_count`` counts after each loss."""
    best, stale, counts = math.inf, 0, []
    for loss in losses:
        stale = stale + 1 if loss > best - tol else 0
        best = min(best, loss)
        counts.append(stale)
    return counts


def counted(losses, tol=0.0, baseline=math.nan):
    run, patience, counts = Run(None, None, None, 1, baseline=baseline), Patience(), []
    for loss in losses:
        patience = patience.after(loss, tol * run.unit(patience.reference))
        counts.append(patience.stale)
    return counts


@given(CURVES, st.sampled_from([0.0, 0.5, 1.5]))
def test_it_counts_as_scikit_learn(losses, tol):
    assert counted(losses, tol) == sklearns(losses, tol)


@given(CURVES, st.sampled_from([1e-4, 0.1, 1.0]), st.sampled_from([2.0**-40, 0.125, 2.0**60]))
def test_a_curve_times_a_constant_counts_alike(losses, tol, unit):
    times = [unit * loss for loss in losses]
    assert counted(losses, tol, 5.0) == counted(times, tol, 5.0 * unit)


def test_on_a_plateau_little_is_much_and_at_the_end_of_a_fall_too():
    plateau = [1.0 - 1e-5 * i for i in range(30)]  # 1e-5 of the variance in an epoch
    assert max(counted(plateau, 1e-4, 1.0)) == 0
    assert max(counted(plateau, 1e-4)) == 29
    tail = [0.02 * 0.9998**i for i in range(30)]  # 2e-4 of what is left
    assert max(counted(tail, 1e-4, 1.0)) == 0
    flat = [0.5 - 1e-6 * i for i in range(30)]
    assert max(counted(flat, 1e-4, 1.0)) == 29


def test_what_renews():
    before = Objective(0.1, (1e-3,))
    assert not before.renews(None)
    assert not Objective(0.1, (1e-3,)).renews(before)
    assert not Objective(0.05, (1e-3 * (1 + 1e-15),)).renews(before)
    assert Objective(0.11, (1e-3,)).renews(before)
    assert Objective(0.1, (2e-3,)).renews(before)
    assert Objective(0.1, (0.0,)).renews(before)


def test_a_decay_is_compared_without_the_rate_that_multiplies_it():
    a_plan = plan(regularizers=(WeightDecay(after(epochs=2, value=0.1)),))
    settings = np.zeros((5, len(a_plan.columns)))
    settings[:, 0] = [0.1, 0.3, 0.3, 0.07, 0.0]
    settings[:, a_plan.columns.index("decay")] = settings[:, 0] * [0.0, 0.0, 0.1, 0.1, 0.1]
    found = objectives(a_plan, settings, steps=1)
    assert [later.differs(before) for before, later in pairwise(found)] == [False, True, False, True]
    assert found[-1] == Objective(0.0, (0.0,))  # without a rate nothing decays


SCHEDULED = {
    "after": (Penalty(L1(), after(epochs=2, value=1.0)),),
    "until": (Penalty(L2(), until(epochs=2, value=1.0)),),
    "ramp": (Penalty(L2(), ramp(1.0, stop=12)),),
}


@pytest.mark.parametrize("penalties", SCHEDULED.values(), ids=SCHEDULED)
@pytest.mark.parametrize("chunk", [1, 4])
def test_a_penalty_that_changes_gives_new_patience(penalties, chunk):
    a_plan = plan(penalties=penalties, rate=Constant(1e-12), tol=1.0, patience=3, max_epochs=60)
    run, state = run_of(a_plan, epochs_per_call=chunk)
    outcome = train(run, state)
    # weights stand still: the epoch that changed is the reference, then four do not improve on it
    assert outcome.reason == "stalled"
    assert outcome.n_iter == (12 if penalties is SCHEDULED["ramp"] else 2) + 1 + 4


@pytest.mark.parametrize("chunk", [1, 4])
def test_while_the_rate_rises_nobody_is_stalled(chunk):
    for rate in (Warmup(epochs=20, then=Constant(1e-12)), OneCycle(rise=0.25, peak=1e-12)):
        a_plan = plan(rate=rate, tol=1.0, patience=3, max_epochs=80)
        run, state = run_of(a_plan, epochs_per_call=chunk)
        outcome = train(run, state)
        assert outcome.reason == "stalled"
        assert 20 + 4 <= outcome.n_iter <= 21 + 4  # the last step of an epoch is not yet at the top
    restarts = plan(rate=Cosine(peak=1e-12, cycles=2), tol=1.0, patience=25, max_epochs=40)
    outcome = train(*run_of(restarts, epochs_per_call=chunk))
    assert outcome.reason == "horizon"
    outcome = train(*run_of(replace(restarts, rate=Cosine(peak=1e-12)), epochs_per_call=chunk))
    assert (outcome.reason, outcome.n_iter) == ("stalled", 1 + 26)


def test_scores_are_counted_anew_too_and_the_best_weights_stay():
    scores = [0.9, *np.linspace(0.5, 0.4, 40)]
    a_plan = plan(penalties=SCHEDULED["until"], patience=8, tol=0.0, max_epochs=40)
    run, state = run_of(a_plan, monitor=lambda theta: Judged(scores[len(state.validation_scores)]))
    outcome = train(run, state)
    assert (outcome.reason, outcome.n_iter) == ("stalled", 2 + 1 + 9)
    assert state.best_score == 0.9
    assert np.isfinite(state.best_theta).all()
