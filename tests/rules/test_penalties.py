"""Weight penalties: derivatives by dual numbers, and what they are by hand."""

import numpy as np
import pytest

from rosenblatt.catalogue import catalogue
from rosenblatt.rules.penalties import L1, L2, ActivityL1, KLDivergence, WeightPenalty
from tests import rule_checks
from tests.strategies import np_namespace

NAMES = sorted(catalogue(WeightPenalty))


@pytest.mark.parametrize("name", NAMES)
def test_derivative_equals_dual_numbers(name):
    rule_checks.check_penalty(catalogue(WeightPenalty)[name]())


@pytest.mark.parametrize("rule", [ActivityL1(), KLDivergence(0.5, -9.0, 9.0)], ids=str)
def test_derivative_of_a_penalty_on_outputs_equals_dual_numbers(rule):
    """A3, A4: of outputs, and of means within a range around 0 of which half is aimed at."""
    rule_checks.check_penalty(rule, np.linspace(-8.0, 8.0, 33))


def test_by_hand():
    w = np.array([-3.0, 0.0, 2.0])
    xp = np_namespace()
    assert L1().value(xp, w).tolist() == [3.0, 0.0, 2.0]
    assert L1().derivative(xp, w).tolist() == [-1.0, 0.0, 1.0]
    assert L2().value(xp, w).tolist() == [4.5, 0.0, 2.0]
    assert L2().derivative(xp, w).tolist() == [-3.0, 0.0, 2.0]


def test_the_base_class_says_what_is_missing():
    class Half(WeightPenalty):
        pass

    for method in ("value", "derivative"):
        with pytest.raises(TypeError, match=rf"Half must define {method}\("):
            getattr(Half(), method)(np, 1.0)
