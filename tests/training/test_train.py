"""Training: epochs pass, stop, are counted, judged, interrupted; chunks of epochs are the same epochs."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from rosenblatt import (
    SGD,
    Adaptive,
    Callback,
    Constant,
    Cosine,
    DivergenceError,
    InverseScaling,
    PerLayer,
    Polynomial,
    ReduceOnPlateau,
    Step,
    Timetable,
    Warmup,
    after,
)
from rosenblatt.engines.array import taken
from rosenblatt.plan import Clock, Penalty
from rosenblatt.rules.penalties import L2
from rosenblatt.training.settings import settings_table
from rosenblatt.training.state import HISTORY
from rosenblatt.training.train import Judged, train
from tests.tolerances import REPLAYED
from tests.training.problems import GRADIENT_DESCENT, data, plan, run_of


def trained(a_plan, **options):
    run, state = run_of(a_plan, **options)
    return train(run, state), run, state


@pytest.mark.parametrize("kind", ["shuffled", "cyclic", "random"])
def test_training_is_a_fold_of_gradient_and_update(kind):
    outcome, _, state = trained(plan(max_epochs=3), kind=kind, batch=data(weighted=True))
    run, expected = run_of(plan(max_epochs=3), kind=kind, batch=data(weighted=True))
    parameters, losses = expected.parameters, []
    for epoch in range(3):
        order = run.orders.epochs(epoch)
        clock = Clock(4 * epoch, epoch, 30 * epoch, 3, epoch / 3)
        settings, loss = settings_table(run.engine.plan, expected.rate, clock, 4), 0.0
        for step in range(4):
            sums = run.engine.gradient(parameters.theta, taken(run.data, order, step))
            parameters, row = run.engine.update(parameters, sums, settings[step])
            loss += (row.reported / row.weight + row.penalty) * row.rows
        losses.append(loss / 30)
    np.testing.assert_array_equal(state.parameters.theta, parameters.theta)
    np.testing.assert_allclose(state.loss_curve, losses, rtol=REPLAYED)
    assert (outcome.n_iter, outcome.reason) == (3, "horizon")
    assert (state.epoch, state.step, state.samples) == (3, 12, 90)


def test_history_has_one_entry_for_each_epoch():
    outcome, _, state = trained(plan(max_epochs=5, rate=Cosine(peak=0.01)))
    assert tuple(state.history) == HISTORY
    assert {len(values) for values in state.history.values()} == {outcome.n_iter}
    together = np.add(state.history["loss"], state.history["penalty"])
    np.testing.assert_allclose(together, state.loss_curve, rtol=REPLAYED)
    assert all(math.isnan(loss) for loss in state.history["validation_loss"])
    assert all(seconds > 0 for seconds in state.history["seconds"])
    assert all(math.isnan(score) for score in state.history["validation_score"])
    assert state.history["rate"] == sorted(state.history["rate"], reverse=True)


def test_the_gradient_norm_is_that_of_mean_loss_and_penalty():
    _, _, state = trained(plan(batch_size=30, max_epochs=1, **GRADIENT_DESCENT))
    _, start = run_of(plan(batch_size=30, max_epochs=1, **GRADIENT_DESCENT))
    step = start.parameters.theta - state.parameters.theta
    assert state.history["gradient_norm"][0] == pytest.approx(np.linalg.norm(step) / 0.05)


def test_it_stops_when_the_loss_stalls():
    # A rate of nothing improves nothing: the first epoch is the best, then patience + 1 epochs pass.
    outcome, _, state = trained(plan(rate=Constant(1e-300), patience=3, max_epochs=50, order="cyclic"))
    assert (outcome.n_iter, outcome.reason) == (5, "stalled")
    assert state.of_loss.stale == 4
    outcome, *_ = trained(plan(rate=Constant(1e-300), patience=math.inf, max_epochs=20))
    assert (outcome.n_iter, outcome.reason) == (20, "horizon")


def test_an_adaptive_rate_falls_before_it_stops():
    lines = []
    a_plan = plan(
        rate=Adaptive(divisor=10, minimum=1e-2, peak=0.5), tol=10.0, patience=1, max_epochs=50, order="cyclic"
    )
    outcome, _, state = trained(a_plan, say=lines.append)
    assert outcome.reason == "stalled"
    assert (
        state.history["rate"] == [0.5] * 3 + [0.05] * 2 + [0.005] * 2
    )  # the first epoch improves on infinity
    assert sum("Setting learning rate to 0.050000" in line for line in lines) == 1
    assert lines[-1].endswith("Learning rate too small. Stopping.")


def test_a_validation_score_keeps_the_best_weights():
    scores = iter([0.1, 0.5, 0.3, 0.4, 0.2, 0.1, 0.0])
    seen = []

    def monitor(theta):
        seen.append(theta)
        return Judged(next(scores))

    outcome, _, state = trained(plan(patience=2, tol=0.0), monitor=monitor)
    assert (outcome.n_iter, outcome.reason) == (5, "stalled")
    assert state.best_score == 0.5
    assert state.best_theta is seen[1]
    assert state.validation_scores == state.history["validation_score"] == [0.1, 0.5, 0.3, 0.4, 0.2]


# -- several epochs in one call ----------------------------------------------------------------------


def same(one, other):
    """Assert that two trained runs ended alike, the streams of random numbers included."""
    (outcome, run, state), (outcome_2, run_2, state_2) = one, other
    assert outcome == outcome_2
    np.testing.assert_array_equal(state.parameters.theta, state_2.parameters.theta)
    for slot, slot_2 in zip(state.parameters.slots, state_2.parameters.slots, strict=True):
        np.testing.assert_array_equal(slot, slot_2)
    assert (state.epoch, state.step, state.samples) == (state_2.epoch, state_2.step, state_2.samples)
    assert (state.of_loss, state.best_loss) == (state_2.of_loss, state_2.best_loss)
    for name in set(HISTORY) - {"seconds", "validation_score"}:
        assert state.history[name] == state_2.history[name]
    assert len(state_2.history["seconds"]) == outcome.n_iter
    np.testing.assert_array_equal(
        run.orders.stream.randint(10**9, size=5), run_2.orders.stream.randint(10**9, size=5)
    )
    np.testing.assert_array_equal(run.orders.epochs(99).indices, run_2.orders.epochs(99).indices)


@pytest.mark.parametrize("kind", ["shuffled", "random"])
@pytest.mark.parametrize("chunk", [2, 3, 7, 100])
def test_chunks_are_the_same_epochs(kind, chunk):
    a_plan = plan(order=kind)
    whole = trained(a_plan, epochs_per_call=chunk)
    same(trained(a_plan), whole)
    assert whole[1].engine.calls == [4 * min(chunk, 10 - start) for start in range(0, 10, chunk)]


@pytest.mark.parametrize("chunk", range(2, 12))
def test_a_stop_inside_a_chunk_is_settled_by_replay(chunk):
    a_plan = plan(tol=0.02, patience=2, max_epochs=60)
    single, chunked = trained(a_plan), trained(a_plan, epochs_per_call=chunk)
    assert single[0].reason == "stalled"
    assert 5 < single[0].n_iter < 60
    same(single, chunked)
    replayed = single[0].n_iter % chunk
    assert (chunked[1].engine.calls[-1] == 4 * replayed) or replayed == 0


@pytest.mark.parametrize("chunk", [4, 5])
def test_what_listens_after_each_epoch_gets_each_epoch(chunk):
    for listener in ({"monitor": lambda theta: Judged(0.5)}, {"callbacks": [Callback()]}):
        run = trained(plan(), epochs_per_call=chunk, **listener)[1]
        assert run.engine.calls == [4] * len(run.engine.calls)
    for rate in (asked, Warmup(then=asked)):
        run = trained(plan(rate=rate), epochs_per_call=chunk)[1]
        assert run.engine.calls == [4] * 10


def asked(clock):
    """A function of the user's: nobody knows what it looks at."""
    return 0.01


FORESEEABLE = [
    Cosine(peak=0.05, cycles=3),
    Step(3, peak=0.05),
    Warmup(epochs=3, then=PerLayer((1.0, 0.5), then=InverseScaling(peak=0.05))),
    InverseScaling(power_t=0.9, peak=0.05),
]


@pytest.mark.parametrize("rate", FORESEEABLE, ids=lambda rate: type(rate).__name__)
def test_rates_that_can_be_foreseen_take_whole_chunks(rate):
    a_plan = plan(rate=rate, penalties=(Penalty(L2(), after(epochs=4, value=0.1)),))
    single = trained(a_plan)
    whole = trained(a_plan, epochs_per_call=7)
    same(single, whole)
    assert whole[1].engine.calls == [28, 12]
    assert len(set(single[2].history["rate"])) > 2
    same(
        trained(replace(a_plan, patience=1, tol=1.0)),
        trained(replace(a_plan, patience=1, tol=1.0), epochs_per_call=5),
    )


@pytest.mark.parametrize("chunk", [2, 5, 9])
@pytest.mark.parametrize("wrap", [lambda rate: rate, lambda rate: Warmup(epochs=3, then=rate)])
def test_a_change_inside_a_chunk_is_settled_by_replay(chunk, wrap):
    plateau = ReduceOnPlateau(factor=0.3, patience=1, min_delta=0.01, minimum=0.01, peak=0.2)
    for rate in (plateau, Adaptive(minimum=0.01, peak=0.2)):
        a_plan = plan(rate=wrap(rate), tol=0.01, patience=2, max_epochs=40)
        single, chunked = trained(a_plan), trained(a_plan, epochs_per_call=chunk)
        assert single[0].reason == "stalled"
        assert single[2].history["rate"][-1] <= 0.01
        same(single, chunked)
        assert single[2].rate == chunked[2].rate
        assert len(chunked[1].engine.calls) < single[0].n_iter


def test_nonsense_behind_a_stall_is_never_reached():
    class Running(Timetable):
        def at(self, clock):
            return np.where(np.asarray(clock.epoch) < 6, 1e-300, np.nan)

    early = plan(rate=Running(), patience=2, order="cyclic")
    same(trained(early), trained(early, epochs_per_call=10))
    assert trained(early, epochs_per_call=10)[0].reason == "stalled"
    with pytest.raises(ValueError, match=r"returned nan at step 25 \(epoch 7\)"):
        trained(plan(rate=Running(), patience=20), epochs_per_call=10)


def test_a_later_call_goes_on_in_time():
    # partial_fit takes one epoch a call: the horizon is the plan's
    run, state = run_of(plan(rate=Polynomial(peak=0.1)), n_epochs=1)
    for _ in range(11):
        train(run, state)
    np.testing.assert_allclose(state.history["rate"], np.maximum(0.1 * (1 - (np.arange(11) + 0.75) / 10), 0))


def test_a_plateau_lowers_the_rate_until_the_smallest():
    lines = []
    rate = ReduceOnPlateau(patience=1, min_delta=100.0, minimum=0.01, peak=0.5)
    a_plan = plan(rate=rate, tol=100.0, patience=3, max_epochs=50, order="cyclic")
    outcome, _, state = trained(a_plan, say=lines.append)
    assert outcome.reason == "stalled"
    # the first epoch improves on infinity; each fall starts the other patience anew
    assert state.history["rate"] == [0.5] * 3 + [0.05] * 2 + [0.01] * 4
    assert lines[-1].endswith("Learning rate too small. Stopping.")


def test_a_chunk_that_diverges_tells_the_epoch():
    messages = []
    for chunk in (1, 6, 50):
        # Each step multiplies the weights by about -999: they overflow after some hundred steps.
        growing = {"optimizer": SGD(), "rate": Constant(1.0), "penalties": (Penalty(L2(), 1000.0),)}
        a_plan = plan(**growing, max_epochs=50, patience=math.inf)
        with pytest.raises(DivergenceError) as caught:
            trained(a_plan, epochs_per_call=chunk)
        messages.append(str(caught.value))
    assert len(set(messages)) == 1
    assert int(re.search(r"epoch (\d+), step", messages[0])[1]) > 12


# -- Ctrl-C ------------------------------------------------------------------------------------------


class Interrupt(Callback):
    def on_epoch_end(self, record):
        if record.epoch == 3:
            raise KeyboardInterrupt


def interrupted_engine(run, at_call):
    """Let the engine's third call be interrupted."""
    whole, calls = run.engine.epochs, []

    def epochs(*arguments):
        calls.append(arguments)
        result = whole(*arguments)
        if len(calls) == at_call:
            raise KeyboardInterrupt
        return result

    run.engine.epochs = epochs


@pytest.mark.parametrize("where", ["callback", "engine", "monitor"])
def test_ctrl_c_keeps_the_last_whole_epoch(where):
    options = {}
    if where == "callback":
        options["callbacks"] = [Interrupt()]
    elif where == "monitor":
        scores = []

        def monitor(theta):
            scores.append(theta)
            if len(scores) == 3:
                raise KeyboardInterrupt
            return Judged(0.5)

        options["monitor"] = monitor
    run, state = run_of(plan(), **options)
    if where == "engine":
        interrupted_engine(run, at_call=3)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        outcome = train(run, state)
    whole = 3 if where == "callback" else 2
    assert (outcome.n_iter, outcome.reason) == (whole, "interrupted")
    assert state.interrupted
    expected = trained(plan(), n_epochs=whole)[2]
    np.testing.assert_array_equal(state.parameters.theta, expected.parameters.theta)
    assert state.loss_curve == expected.loss_curve
    assert {len(values) for values in state.history.values()} == {whole}
    assert (state.epoch, state.step, state.samples) == (whole, 4 * whole, 30 * whole)


def test_ctrl_c_in_a_replay_leaves_whole_chunks():
    a_plan = plan(tol=0.02, patience=2, max_epochs=60)
    n_iter = trained(a_plan)[0].n_iter
    chunk = n_iter - 2  # the stop falls into the second chunk, whose replay is the third call
    run, state = run_of(a_plan, epochs_per_call=chunk)
    interrupted_engine(run, at_call=3)
    with pytest.warns(UserWarning, match="interrupted"):
        outcome = train(run, state)
    assert outcome.n_iter == state.epoch == len(state.loss_curve) == chunk
    np.testing.assert_array_equal(state.parameters.theta, trained(a_plan, n_epochs=chunk)[2].parameters.theta)
