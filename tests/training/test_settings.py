"""The settings table: one row for each step, filled before an epoch runs."""

import math

import numpy as np
import pytest

from rosenblatt import Adam, AdamW, Constant, Cosine, InverseScaling, RMSprop
from rosenblatt.plan import Clock, Penalty
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.training.settings import is_steady, settings_table
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


def test_several_epochs_are_the_rows_of_each():
    a_plan = plan(optimizer=Adam())
    whole = settings_table(a_plan, Constant(0.1), START, steps=3, epochs=4)
    parts = []
    for epoch in range(4):
        clock = START._replace(step=6 + 3 * epoch, epoch=2 + epoch, progress=0.4 + epoch / 5)
        parts.append(settings_table(a_plan, Constant(0.1), clock, steps=3))
    np.testing.assert_array_equal(whole, np.concatenate(parts))


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
        settings_table(plan(penalties=(Penalty(L2(), schedule),)), Constant(0.1), START, steps=3)


def test_numbers_of_numpy_are_numbers():
    table = settings_table(plan(), lambda clock: np.float32(0.5), START, steps=2)
    np.testing.assert_array_equal(table[:, 0], 0.5)


def test_what_is_steady_may_be_taken_in_chunks():
    def strength(clock):
        return 0.1

    assert is_steady(plan(), Constant(0.1))
    assert not is_steady(plan(), InverseScaling(peak=0.1))
    assert not is_steady(plan(), lambda clock: 0.1)
    assert not is_steady(plan(penalties=(Penalty(L2(), strength),)), Constant(0.1))
