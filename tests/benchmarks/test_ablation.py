"""A small version of what the ablation claims: two seeds each of the quick experiments."""

import numpy as np
import pytest

from benchmarks.ablation import tips
from benchmarks.ablation.__main__ import draw, table
from benchmarks.ablation.statistics import half_width, shown

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def last(outcome, name):
    return outcome.curves[name][1][:, -1]


def test_cross_entropy_leaves_a_saturated_start_and_squares_do_not():
    outcome = tips.cross_entropy_against_squares(2)
    assert (last(outcome, "log_loss") > 85).all()
    assert (last(outcome, "squared_error") < 80).all()


def test_a_falling_rate_comes_nearer_to_the_optimum():
    outcome = tips.falling_against_constant(2)
    assert (last(outcome, "1/t") < last(outcome, "constant rate") / 100).all()


def test_shuffling_is_ahead_in_the_first_epochs():
    outcome = tips.shuffled_against_sorted(2)
    early = {name: values[:, 3] for name, (_, values) in outcome.curves.items()}
    assert (early["shuffled"] > early["sorted by class"] + 10).all()


def test_standardising_saves_epochs_and_is_drawn(tmp_path):
    outcome = tips.standardised_against_raw(2)
    _, raw = outcome.curves["raw"]
    _, standardised = outcome.curves["standardised inside"]
    assert (np.argmax(standardised <= 0.1, axis=1) < 10).all()
    assert (raw[:, 4] > standardised[:, 4]).all()
    draw(outcome, tmp_path / "T4.png")
    assert (tmp_path / "T4.png").stat().st_size > 5_000
    assert table({"T4": {"rows": outcome.rows}}).count("\n| T4 |") == len(outcome.rows)


def test_an_interval_is_the_t_interval():
    assert half_width([1.0, 2.0, 3.0]) == pytest.approx(4.302652729911275 / 3**0.5)
    assert half_width([5.0]) == 0
    assert shown([1.0, 2.0, 3.0], " %") == "2 % ± 2.5"
