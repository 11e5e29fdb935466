"""The settings table: one row for each step, filled before an epoch runs."""

import math

import numpy as np
import pytest

from rosenblatt import (
    Adam,
    AdamW,
    Constant,
    Cosine,
    Exponential,
    InverseScaling,
    InverseTime,
    MultiStep,
    OneCycle,
    PerLayer,
    Polynomial,
    ReduceOnPlateau,
    RMSprop,
    Step,
    Timetable,
    Warmup,
    after,
    ramp,
    until,
)
from rosenblatt.plan import Clock, Penalty
from rosenblatt.regularizers import MaxNorm, WeightDecay
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.training.settings import Times, may_look_ahead, settings_table, values_of
from tests.tolerances import REPLAYED
from tests.training.problems import plan

START = Clock(step=6, epoch=2, samples=60, horizon=5, progress=0.4)


def test_a_row_has_the_rate_the_strengths_and_the_optimisers_numbers():
    a_plan = plan(
        optimizer=AdamW(), penalties=(Penalty(L2(), 0.5), Penalty(L1(), lambda clock: clock.step / 10))
    )
    table = settings_table(a_plan, Cosine(peak=0.1), START, steps=3)
    assert a_plan.columns == ("rate", "penalty_0", "penalty_1", "step_size", "root_correction")
    assert table.shape == (3, 5)
    progress = 0.4 + np.arange(3) / 15
    np.testing.assert_allclose(table[:, 0], 0.05 * (1 + np.cos(np.pi * progress)), rtol=REPLAYED)
    np.testing.assert_array_equal(table[:, 1], 0.5)
    np.testing.assert_allclose(table[:, 2], [0.6, 0.7, 0.8], rtol=REPLAYED)
    # Bias corrections count from 1 at the optimiser's first step: here steps 7, 8 and 9.
    np.testing.assert_allclose(table[:, 3], table[:, 0] / (1 - 0.9 ** np.arange(7, 10)), rtol=REPLAYED)
    np.testing.assert_allclose(table[:, 4], (1 - 0.999 ** np.arange(7, 10)) ** -0.5, rtol=REPLAYED)


def test_an_optimizer_without_numbers_has_no_columns():
    assert settings_table(plan(optimizer=RMSprop(), penalties=()), Constant(0.1), START, 4).shape == (4, 1)


SCHEDULES = [
    Constant(0.1),
    InverseScaling(power_t=0.7, peak=0.1),
    Step(1, peak=0.1),
    MultiStep(peak=0.1),
    Exponential(peak=0.1),
    Polynomial(power=2.0, peak=0.1),
    InverseTime(decay=0.3, peak=0.1),
    Cosine(peak=0.1, cycles=2, growth=2.0),
    OneCycle(peak=0.1),
    Warmup(epochs=2.5, then=InverseScaling(peak=0.1)),
    Warmup(steps=9, then=lambda clock: 0.1 / (1 + clock.step)),
    PerLayer((1.0, 2.0), then=OneCycle(peak=0.1)),
    after(epochs=4, value=0.1),
    until(epochs=4, value=0.1),
    ramp(0.1, start=2.2, stop=4),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: type(schedule).__name__)
def test_several_epochs_are_the_rows_of_each(schedule):
    a_plan = plan(optimizer=Adam(), penalties=(Penalty(L2(), schedule),))
    whole = settings_table(a_plan, schedule, START, steps=3, epochs=4, samples=30)
    parts, rates = [], []
    for epoch in range(4):
        clock = Clock(6 + 3 * epoch, 2 + epoch, 60 + 30 * epoch, 5, (2 + epoch) / 5)
        parts.append(settings_table(a_plan, schedule, clock, steps=3))
        for step in range(3):  # and each is what the schedule says when it is asked alone
            now = clock._replace(step=clock.step + step, progress=clock.progress + step / 15)
            rates.append(schedule(now))
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    if getattr(schedule, "every", "step") == "epoch":
        rates = np.repeat(rates[::3], 3)
    np.testing.assert_allclose(whole[:, 0], rates, rtol=REPLAYED)
    np.testing.assert_array_equal(whole[:, 0], whole[:, 1])


def test_nonsense_in_a_later_epoch_shortens_the_table():
    class Late(Timetable):
        def at(self, clock):
            return np.where(np.asarray(clock.step) < 13, 0.1, -1.0)

    assert len(settings_table(plan(), Late(), START, steps=3, epochs=4)) == 6
    assert len(settings_table(plan(), lambda clock: 0.1 * (clock.step < 9) or None, START, 3, epochs=4)) == 3
    with pytest.raises(ValueError, match=r"learning_rate must be .* returned -1.0 at step 14 \(epoch 3\)"):
        settings_table(plan(), Late(), START._replace(step=13), steps=3, epochs=4)


def nan(clock):
    return math.nan


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"penalties": (Penalty(L2(), nan, divided=True),)},
            "^alpha, the strength of a penalty, must be a fin",
        ),
        (
            {"penalties": (Penalty(L1(), nan),)},
            r"^L1\(strength=...\) in regularizers must be a finite number",
        ),
        ({"regularizers": (WeightDecay(nan),)}, r"^WeightDecay\(strength=...\) in regularizers must be"),
        (
            {"regularizers": (MaxNorm(until(2, 1.0)),)},
            r"^MaxNorm\(limit=...\) in reg.* must lie in \(0, inf\), .* 0.0",
        ),
        (
            {"dropout": (0.0, ramp(2.0, initial=1.0))},
            r"^dropout of layer 1 must lie in \[0, 1\), .* 1.4 at step 7",
        ),
    ],
)
def test_nonsense_is_named_as_the_user_wrote_it(changes, message):
    with pytest.raises(ValueError, match=message):
        settings_table(plan(**changes), Constant(0.1), START, steps=3, epochs=2)


def test_a_schedule_of_epochs_is_asked_once():
    asked = []

    class Counting:
        every = "epoch"

        def __call__(self, clock):
            asked.append(clock)
            return 0.25

    table = settings_table(plan(), Counting(), START, steps=7)
    assert asked == [START]
    assert set(table[:, 0]) == {0.25}


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -0.1, None, "fast", [0.1, 0.2], 1j])
def test_nonsense_is_named_with_its_step(nonsense):
    def schedule(clock):
        return nonsense if clock.step == 8 else 0.1

    with pytest.raises(ValueError, match=r"learning_rate must be .* at step 9 \(epoch 3\)") as caught:
        settings_table(plan(), schedule, START, steps=3)
    assert repr(nonsense) in str(caught.value)
    with pytest.raises(ValueError, match=r"alpha.* at step 9 \(epoch 3\)"):
        settings_table(plan(penalties=(Penalty(L2(), schedule, divided=True),)), Constant(0.1), START, 3)


def test_numbers_of_numpy_are_numbers():
    table = settings_table(plan(), lambda clock: np.float32(0.5), START, steps=2)
    np.testing.assert_array_equal(table[:, 0], 0.5)


def test_what_is_not_known_may_not_be_asked_ahead():
    assert may_look_ahead(plan(), Constant(0.1))
    assert may_look_ahead(plan(), InverseScaling(peak=0.1))
    assert may_look_ahead(plan(penalties=(Penalty(L2(), after()),)), Warmup(then=Cosine(peak=0.1)))
    assert may_look_ahead(plan(), Warmup(then=ReduceOnPlateau(peak=0.1)))
    assert not may_look_ahead(plan(), lambda clock: 0.1)
    assert not may_look_ahead(plan(), PerLayer((1.0,), then=lambda clock: 0.1))
    assert not may_look_ahead(plan(penalties=(Penalty(L2(), lambda clock: 0.1),)), Constant(0.1))
    assert not may_look_ahead(plan(dropout=(0.0, lambda clock: 0.1)), Constant(0.1))


def test_a_schedule_that_raises_is_named():
    with pytest.raises(ZeroDivisionError) as caught:
        values_of(
            "alpha", "[0, inf)", lambda clock: 1 / (1 - clock.epoch), Times(Clock(0, 0, 0, 3, 0.0), 2, 3)
        )
    assert caught.value.__notes__ == ["while the schedule of alpha was asked for step 3 (epoch 2)"]
