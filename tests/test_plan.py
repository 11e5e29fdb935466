"""A plan is frozen data that names the columns of the settings table."""

import dataclasses

import pytest

from rosenblatt.catalogue import catalogue
from rosenblatt.plan import LBFGS, Clock, Penalty, Plan
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD, Optimizer
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.training.settings import settings_table


@pytest.mark.parametrize("name", sorted(catalogue(Optimizer)))
@pytest.mark.parametrize("penalties", [(), (Penalty(L1(), 0.1), Penalty(L2(), 0.2))])
def test_columns_fit_the_settings_table(name, penalties):
    optimizer = catalogue(Optimizer)[name]()
    plan = Plan(HalfSquaredError(), optimizer, rate=None, penalties=penalties)
    strengths = tuple(f"penalty_{i}" for i in range(len(penalties)))
    assert plan.columns == ("rate", *strengths, *optimizer.settings)
    table = settings_table(plan, 0.5, Clock(0, 0, 0, 1, 0.0), 3)
    assert table.shape == (3, len(plan.columns))
    assert (table[:, 0] == 0.5).all()
    for i, penalty in enumerate(penalties):
        assert (table[:, 1 + i] == penalty.strength).all()
    for step in range(3):
        assert tuple(table[step, 1 + len(penalties) :]) == pytest.approx(optimizer.settings_at(step + 1, 0.5))


def test_lbfgs_has_no_settings_of_its_own():
    assert Plan(HalfSquaredError(), LBFGS(), rate=None).columns == ("rate",)


def test_plans_are_frozen_and_compare_by_value():
    plan = Plan(HalfSquaredError(), SGD(), rate=None)
    assert plan == Plan(HalfSquaredError(), SGD(), rate=None)
    assert plan != dataclasses.replace(plan, batch_size=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.batch_size = 3
