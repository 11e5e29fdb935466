"""Schedules: what the rate is at a time (O1, T5)."""

import copy
import dataclasses
import itertools
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

from rosenblatt import (
    Adaptive,
    Constant,
    Cosine,
    Exponential,
    InverseScaling,
    InverseTime,
    MLPClassifier,
    MLPRegressor,
    MultiStep,
    OneCycle,
    PerLayer,
    Polynomial,
    ReduceOnPlateau,
    Step,
    Timetable,
    Warmup,
    after,
    ramp,
    until,
)
from rosenblatt.plan import Clock
from rosenblatt.training.schedules import lacks_peak, listens, with_peak
from rosenblatt.training.state import Record
from tests.tolerances import REPLAYED

X, y = load_diabetes(return_X_y=True)
X, y = X[:100] * 20, scale(y[:100])

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def at(step=0, epoch=0, samples=0, horizon=10, progress=0.0):
    return Clock(step, epoch, samples, horizon, progress)


def record(stalled):
    return Record(1, 10, 1.0, 1.0, math.nan, 0.1, 1.0, 0.1, stalled)


@given(st.floats(1e-9, 10), st.floats(0, 2), st.integers(1, 10**6))
def test_inverse_scaling(peak, power, samples):
    rate = InverseScaling(power_t=power, peak=peak)
    assert rate(at()) == peak
    assert math.isclose(rate(at(epoch=1, samples=samples)), peak * (samples + 1) ** -power, rel_tol=REPLAYED)


@given(st.floats(1e-9, 10), st.floats(0, 1))
def test_cosine_falls_from_the_peak_to_the_end(peak, share):
    rate = Cosine(final=peak * share, peak=peak)
    assert rate(at()) == pytest.approx(peak)
    assert rate(at(progress=1.0)) == pytest.approx(peak * share, abs=REPLAYED)
    values = [rate(at(progress=p)) for p in np.linspace(0, 1, 21)]
    assert all(a >= b for a, b in itertools.pairwise(values))


def test_adaptive_divides_when_progress_stalls_until_the_minimum():
    rate = Adaptive(divisor=10.0, minimum=1e-2, peak=0.5)
    assert rate.observe(record(stalled=False)) is rate
    rates = [rate]
    for _ in range(4):
        rates.append(rates[-1].observe(record(stalled=True)))
    np.testing.assert_allclose([one(at()) for one in rates], [0.5, 0.05, 0.005, 0.005, 0.005])


def over(schedule, horizon=12, steps=5):
    """Return a schedule's values at all steps until the horizon, asked one by one."""
    return np.array(
        [schedule(at(i, i // steps, 10 * i, horizon, i / (steps * horizon))) for i in range(steps * horizon)]
    )


def test_steps():
    epochs = np.arange(60) // 5
    np.testing.assert_allclose(over(Step(5, factor=0.5, peak=0.4)), 0.4 * 0.5 ** (epochs // 5))
    np.testing.assert_allclose(over(Step(peak=0.4)), over(Step(4, peak=0.4)))  # a third of the horizon
    np.testing.assert_allclose(over(MultiStep((4, 8), peak=0.4)), over(Step(4, peak=0.4)))
    np.testing.assert_allclose(over(MultiStep(peak=0.4)), over(MultiStep((6, 9), peak=0.4)))


@given(st.floats(0.01, 1), st.floats(0, 3), st.floats(0.1, 3))
def test_what_falls_falls_as_its_formula(decay, c, power):
    t = np.arange(60) / 5  # epochs
    np.testing.assert_allclose(over(Exponential(decay=decay, peak=0.4)), 0.4 * decay**t, rtol=REPLAYED)
    np.testing.assert_allclose(over(InverseTime(decay=c, peak=0.4)), 0.4 / (1 + c * t), rtol=REPLAYED)
    line = 0.1 + 0.3 * (1 - t / 12) ** power
    np.testing.assert_allclose(over(Polynomial(power=power, final=0.1, peak=0.4)), line, rtol=REPLAYED)


@pytest.mark.parametrize(
    ("schedule", "end"),
    [
        (Exponential(peak=0.4), 0.004),
        (InverseTime(peak=0.4), 0.04),
        (Polynomial(peak=0.4), 0.0),
        (Cosine(final=0.01, peak=0.4, cycles=4), 0.01),
        (OneCycle(peak=0.4), 0.4 / 25e4),
        (Step(peak=0.4), 0.0004),
        (MultiStep(peak=0.4), 0.004),
    ],
    ids=repr,
)
def test_where_a_schedule_ends(schedule, end):
    assert schedule(at(100, 12, 1000, 12, 1.0)) == pytest.approx(end, rel=REPLAYED, abs=REPLAYED)
    beyond = schedule(at(150, 18, 1500, 12, 1.5))  # partial_fit may go on behind the horizon
    assert 0 <= beyond <= end + REPLAYED


def test_a_cosine_begins_anew():
    values = over(Cosine(peak=0.4, cycles=2))
    np.testing.assert_allclose(values[:30], values[30:], rtol=REPLAYED)
    np.testing.assert_allclose(values[:30], over(Cosine(peak=0.4), horizon=6), rtol=REPLAYED)
    # lengths 1, 2, 4 of a horizon of 7
    values = over(Cosine(peak=0.4, cycles=3, growth=2.0), horizon=7)
    starts = np.flatnonzero(np.isclose(values, 0.4))
    assert starts.tolist() == [0, 5, 15]
    np.testing.assert_allclose(values[15:], over(Cosine(peak=0.4), horizon=4), rtol=REPLAYED)


def test_a_cosine_is_pytorchs():
    torch = pytest.importorskip("torch")
    weight = [torch.nn.Parameter(torch.zeros(1))]
    optimizer = torch.optim.SGD(weight, lr=0.4)
    theirs = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2, eta_min=0.01)
    expected = []
    for i in range(70):
        theirs.step(i / 5)
        expected.append(optimizer.param_groups[0]["lr"])
    np.testing.assert_allclose(
        over(Cosine(final=0.01, peak=0.4, cycles=3, growth=2.0), horizon=14), expected, rtol=REPLAYED
    )


@given(st.floats(0.05, 0.95), st.floats(1.1, 100))
def test_one_cycle_rises_and_falls(rise, divisor):
    values = over(OneCycle(rise=rise, divisor=divisor, peak=0.4))
    top = int(np.argmax(values))
    assert values[0] == pytest.approx(0.4 / divisor)
    assert abs(top - rise * 60) <= 1
    assert (np.diff(values[: top + 1]) >= -REPLAYED).all()
    assert (np.diff(values[top:]) <= REPLAYED).all()


def test_warmup_rises_to_what_is_within():
    inner = over(Cosine(peak=0.4))
    share = 0.2 + 0.8 * np.minimum(1, np.arange(60) / 10)
    np.testing.assert_allclose(over(Warmup(epochs=2, start=0.2, then=Cosine(peak=0.4))), share * inner)
    np.testing.assert_allclose(over(Warmup(steps=10, start=0.2, then=Cosine(peak=0.4))), share * inner)
    default = over(Warmup(then=Constant(0.4)), horizon=40)  # a twentieth of the horizon: 2 epochs
    np.testing.assert_allclose(default, 0.4 * (0.1 + 0.9 * np.minimum(1, np.arange(200) / 10)))


def test_a_plateau():
    def heard(rate, losses):
        seen = []
        for judged in losses:
            rate = rate.observe(dataclasses.replace(record(False), judged=judged))
            seen.append(rate.peak)
        return seen

    rate = ReduceOnPlateau(factor=0.5, patience=1, min_delta=0.1, minimum=0.3, peak=1.0)
    assert heard(rate, [9, 8, 7.95, 7.95, 7, 7, 7, 7, 7]) == [1, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3]
    assert ReduceOnPlateau(minimum=0.2, patience=0, peak=0.2).observe(record(False)).peak == 0.2
    assert heard(ReduceOnPlateau(patience=0, peak=1e-7), [1, 1, 1])[-1] == 1e-7  # it never rises
    with pytest.raises(ValueError, match=r"ReduceOnPlateau\(minimum=1.0\) is larger than the rate 0.2"):
        ReduceOnPlateau(minimum=1.0, peak=0.2)
    with pytest.raises(ValueError, match=r"is larger than the rate 0\.001"):
        MLPClassifier(learning_rate=ReduceOnPlateau(minimum=0.01)).fit([[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize("milestones", [(0.5, 0.75), (0.5,), (0.9, 5)])
def test_milestones_are_epochs_and_no_shares(milestones):
    with pytest.raises(
        ValueError, match=r"MultiStep\(milestones=...\) counts epochs, .*multiply them by max_iter"
    ):
        MultiStep(milestones)
    assert MultiStep((1, 2.5)).milestones == (1, 2.5)


def test_a_plateau_counts_in_the_units_of_what_is_judged_and_anew_where_that_changes():
    rate = ReduceOnPlateau(factor=0.5, patience=1, min_delta=0.1, minimum=0.1, peak=1.0)
    falls = [9.0, 8.95, 8.9, 8.85]  # less than 0.1, and more than a tenth of 0.1

    def heard(**said):
        now = rate
        for judged in falls:
            now = now.observe(dataclasses.replace(record(False), judged=judged, **said))
        return now.peak

    assert (heard(), heard(unit=0.1), heard(renewed=True)) == (0.5, 1.0, 1.0)


def test_a_plateau_is_pytorchs():
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.7, patience=2, threshold=0.05, threshold_mode="abs"
    )
    ours = ReduceOnPlateau(factor=0.7, patience=2, min_delta=0.05, peak=1.0)
    for loss in np.random.RandomState(0).exponential(size=60):
        theirs.step(loss)
        ours = ours.observe(dataclasses.replace(record(False), judged=loss))
        assert ours.peak == pytest.approx(optimizer.param_groups[0]["lr"])
    assert ours.peak < 0.1


def test_a_layers_multipliers_are_reached_through_a_warmup():
    rate = Warmup(then=PerLayer((2.0, 1.0), then=Cosine()))
    assert rate.multipliers == (2.0, 1.0)
    assert lacks_peak(rate)
    assert with_peak(rate, 0.3) == Warmup(then=PerLayer((2.0, 1.0), then=Cosine(peak=0.3)))
    assert Warmup().multipliers == ()


def test_what_is_within_is_heard():
    rate = Warmup(then=Adaptive(peak=0.5))
    assert listens(rate)
    assert rate.observe(record(stalled=True)) == Warmup(then=Adaptive(peak=0.1))
    assert rate.observe(record(stalled=False)) is rate
    assert not listens(Warmup(then=Cosine(peak=0.1)))
    assert Warmup(then=Cosine(peak=0.1)).observe(record(stalled=True)) == Warmup(then=Cosine(peak=0.1))


def test_strengths_are_switched_on_and_off():
    epochs, t = np.arange(60) // 5, np.arange(60) / 5
    np.testing.assert_array_equal(over(after(epochs=5, value=0.3)), 0.3 * (epochs >= 5))
    np.testing.assert_array_equal(over(until(epochs=5, value=0.3)), 0.3 * (epochs < 5))
    np.testing.assert_allclose(over(ramp(0.3)), 0.3 * t / 12, rtol=REPLAYED)
    np.testing.assert_allclose(
        over(ramp(0.1, initial=0.5, start=2, stop=4)), np.interp(t, [2, 4], [0.5, 0.1])
    )
    assert repr(after(epochs=5, value=1e-3)) == "after(epochs=5, value=0.001)"


@pytest.mark.parametrize("kind", [Cosine, Polynomial])
def test_what_falls_never_rises(kind):
    refused = pytest.raises(
        ValueError, match=rf"{kind.__name__}\(final=0.01\) .* peak 0.001, .* rise; .*peak=0.01"
    )
    with refused:
        kind(final=0.01, peak=0.001)
    with refused:
        with_peak(Warmup(then=PerLayer((1.0, 1.0), kind(final=0.01))), 0.001)
    with refused:
        MLPRegressor(learning_rate=kind(final=0.01)).fit(X, y)
    level = MLPRegressor(learning_rate=kind(final=0.01), learning_rate_init=0.01, max_iter=3).fit(X, y)
    np.testing.assert_allclose(level.history_["rate"], 0.01)


@pytest.mark.parametrize("kind", [after, until])
def test_a_strength_is_not_taken_for_epochs(kind):
    with pytest.raises(ValueError, match=rf"{kind.__name__}\(epochs=0.001\) .*value=0.001"):
        kind(1e-3)
    assert (kind(0).epochs, kind(1, 0.5).value) == (0, 0.5)


LACKING = [
    Constant(),
    InverseScaling(),
    Adaptive(),
    Cosine(),
    Step(),
    MultiStep(),
    Exponential(),
    Polynomial(),
    InverseTime(),
    OneCycle(),
    ReduceOnPlateau(),
]


@pytest.mark.parametrize("schedule", LACKING, ids=repr)
def test_every_schedule_works_without_arguments(schedule):
    for rate in (schedule, Warmup(then=schedule), PerLayer((1.0, 1.0), then=schedule)):
        seen = rates(learning_rate=rate, solver="adam", learning_rate_init=0.02)
        assert 0 < seen.max() <= 0.02
        again = pickle.loads(pickle.dumps(rate))
        assert again == rate == copy.deepcopy(rate)
        assert hash(again) == hash(rate)


@pytest.mark.parametrize("schedule", LACKING, ids=repr)
def test_a_schedule_without_a_peak_says_so(schedule):
    with pytest.raises(ValueError, match=rf"{type(schedule).__name__} has no peak: pass .*\(peak=...\)"):
        schedule(at())
    first = 0.01 if isinstance(schedule, OneCycle) else 0.25
    assert dataclasses.replace(schedule, peak=0.25)(at()) == first


def rates(**arguments):
    """Return the rate of the last step of each epoch, as ``history_`` tells it."""
    defaults = {
        "hidden_layer_sizes": (3,),
        "solver": "sgd",
        "random_state": 0,
        "max_iter": 6,
        "batch_size": 25,
    }
    model = MLPRegressor(**{**defaults, **arguments}).fit(X, y)
    assert len(model.history_["rate"]) == model.n_iter_
    return model.history_["rate"]


def test_an_estimator_fills_in_learning_rate_init():
    np.testing.assert_allclose(rates(learning_rate_init=0.02), 0.02)
    np.testing.assert_allclose(rates(learning_rate=Constant(), learning_rate_init=0.02), 0.02)
    np.testing.assert_allclose(rates(learning_rate=Constant(0.03)), 0.03)


def test_names_and_objects_are_the_same():
    for name, schedule in (("invscaling", InverseScaling(power_t=0.3)), ("adaptive", Adaptive())):
        by_name = rates(learning_rate=name, power_t=0.3, n_iter_no_change=1, tol=0.05, max_iter=30)
        by_object = rates(learning_rate=schedule, n_iter_no_change=1, tol=0.05, max_iter=30)
        np.testing.assert_array_equal(by_name, by_object)
        assert by_name[-1] < by_name[0]


def test_names_act_with_objects_of_gradient_descent_but_not_with_adam():
    from rosenblatt import SGD, Momentum

    expected = rates(learning_rate="invscaling")
    for solver in (SGD(), Momentum()):
        np.testing.assert_array_equal(rates(solver=solver, learning_rate="invscaling"), expected)
    np.testing.assert_allclose(rates(solver="adam", learning_rate="invscaling"), 0.001)  # as scikit-learn


@pytest.mark.parametrize("solver", ["sgd", "adam", "adamw", "rmsprop"])
def test_a_plain_callable_is_asked_before_every_step(solver):
    asked = []

    def rate(clock):
        asked.append(clock)
        return 0.001 / (1 + clock.step)

    seen = rates(solver=solver, learning_rate=rate)
    assert [clock.step for clock in asked] == list(range(24))
    assert [clock.epoch for clock in asked] == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5] * 4
    assert {clock.horizon for clock in asked} == {6}
    assert [clock.samples for clock in asked[::4]] == [0, 100, 200, 300, 400, 500]
    np.testing.assert_allclose([clock.progress for clock in asked], np.arange(24) / 24, atol=REPLAYED)
    np.testing.assert_allclose(seen, 0.001 / np.arange(4, 25, 4))


def test_a_lambda_that_stays_is_a_constant_rate():
    plain = MLPRegressor(hidden_layer_sizes=(3,), learning_rate_init=0.01, random_state=0, max_iter=5).fit(
        X, y
    )
    rule = MLPRegressor(
        hidden_layer_sizes=(3,), learning_rate=lambda clock: 0.01, random_state=0, max_iter=5
    ).fit(X, y)
    np.testing.assert_array_equal(plain.theta_, rule.theta_)


def test_cosine_reaches_its_end_at_the_horizon():
    seen = rates(learning_rate=Cosine(), learning_rate_init=0.1, solver="adam")
    steps = np.arange(3, 24, 4) / 24  # the last step of each epoch
    np.testing.assert_allclose(seen, 0.05 * (1 + np.cos(np.pi * steps)))


def test_alpha_as_a_schedule():
    def fitted(alpha, epochs):
        model = MLPRegressor(
            hidden_layer_sizes=(3,), alpha=alpha, max_iter=epochs, random_state=0, batch_size=25
        )
        return model.fit(X, y)

    np.testing.assert_array_equal(fitted(lambda clock: 0.7, 4).theta_, fitted(0.7, 4).theta_)
    # T6: switched on after a couple of epochs
    late = fitted(after(epochs=2, value=50.0), 4)
    np.testing.assert_array_equal(late.theta_, fitted(lambda clock: 50.0 * (clock.epoch >= 2), 4).theta_)
    np.testing.assert_array_equal(fitted(after(epochs=2, value=50.0), 2).theta_, fitted(0.0, 2).theta_)
    assert not np.array_equal(late.theta_, fitted(0.0, 4).theta_)
    together = late.history_["loss"] + late.history_["penalty"]  # at its strength of the time
    np.testing.assert_allclose(late.history_["objective"], together, rtol=REPLAYED)
    np.testing.assert_allclose(late.loss_curve_, together, rtol=REPLAYED)
    assert (late.history_["penalty"][:2] == 0).all()
    assert (late.history_["penalty"][2:] > 0).all()


def test_a_base_class_of_ones_own():
    with pytest.raises(TypeError, match=r"Timetable must define at\(self, clock\)"):
        Timetable()(at())
