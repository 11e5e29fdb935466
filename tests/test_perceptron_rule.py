"""The perceptron's page: the lecture's known values, Novikov's theorem, and the variants by their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt import perceptron_rule as rule
from tests.perceptron_problems import AND, GATES, OR, XOR, separated
from tests.tolerances import SUMMATION


@pytest.mark.parametrize(
    ("y", "updates", "epochs", "final"), [(AND, 18, 9, (-4, 3, 2)), (OR, 9, 6, (-1, 2, 2))], ids=["AND", "OR"]
)
def test_logic_gates(y, updates, epochs, final):
    path = rule.run(GATES, y, [range(4)] * 100)
    w, b = path.weights[-1]
    assert (len(path.rows), len(path.curve), (b, *w)) == (updates, epochs, final)
    assert path.curve[-1] == 0 < path.curve[-2]


def test_xor_never_ends():
    path = rule.run(GATES, XOR, [range(4)] * 200)
    assert len(path.curve) == 200
    assert min(path.curve) > 0


def test_the_border_is_a_mistake():
    assert rule.is_mistake(-1, 0.0)
    assert rule.is_mistake(+1, 0.0)
    assert rule.loss(+1, 0.0) == rule.loss(+1, 2.0) == 0
    assert rule.loss(-1, 2.0) == 2


@given(problem=separated(), order=st.permutations(range(8)), nu=st.floats(1e-3, 1e3))
def test_novikov(problem, order, nu):
    order = [i % len(problem.y) for i in order] + list(range(len(problem.y)))
    path = rule.run(problem.X, problem.y, [order] * 10_000, nu)
    assert path.curve[-1] == 0
    assert len(path.rows) <= problem.bound


@given(problem=separated(), factor=st.sampled_from([2.0**-30, 0.25, 2.0**40]))
def test_the_rate_and_the_scale_of_x_with_it_change_no_decision(problem, factor):
    orders = [range(len(problem.y))] * 10_000
    path, other = rule.run(problem.X, problem.y, orders), rule.run(problem.X, problem.y, orders, nu=factor)
    assert path.rows == other.rows
    assert np.array_equal(other.weights[-1][0], factor * path.weights[-1][0])


def test_the_mean_is_of_w_after_every_sample():
    path, w, b, kept = rule.run(GATES, AND, [range(4)] * 100), np.zeros(2), 0.0, []
    for _ in path.curve:
        for x, y in zip(GATES, AND, strict=True):
            if rule.is_mistake(y, rule.pre_activation(w, b, x)):
                w, b = rule.updated(w, b, 1.0, y, x)
            kept.append([*w, b])
    mean, bias = rule.averaged(path.weights, path.survived)
    assert sum(path.survived) == len(kept)
    np.testing.assert_allclose([*mean, bias], np.mean(kept, axis=0), rtol=SUMMATION)


def test_votes_count_by_how_long_they_stayed():
    assert np.array_equal(rule.vote(np.array([[1.0, -3.0, 0.0], [2.0, 5.0, 1.0]]), [1, 2, 1]), [-0.25, 1.0])


def test_the_pocket_holds_what_it_says():
    random = np.random.default_rng(3)
    X = random.normal(size=(30, 2))
    y = np.where(X[:, 0] + 0.7 * random.normal(size=30) > 0, 1.0, -1.0)
    path = rule.run(X, y, random.permuted(np.tile(np.arange(30), (40, 1)), axis=1))
    assert path.curve[-1] > 0
    assert path.pocket.wrong == rule.mistakes(path.pocket.w, path.pocket.b, X, y) < 15
    assert path.pocket.run > 3


def test_a_pocket_takes_what_is_better_and_nothing_else():
    good = (np.array([3.0, 2.0]), -4.0)
    pocket = rule.Pocket(np.zeros(2), 0.0, wrong=4, run=3)
    pocket.offer(*good, 3, GATES, AND)
    assert pocket.wrong == 4  # not right for longer
    pocket.offer(np.zeros(2), 0.0, 9, GATES, AND)
    assert pocket.run == 3  # no fewer mistakes
    pocket.offer(*good, 4, GATES, AND)
    assert (pocket.wrong, pocket.run, pocket.w is good[0]) == (0, 4, True)
