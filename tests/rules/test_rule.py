"""Rules are equal by class and parameters, hash so, and show them."""

import dataclasses

import pytest

from rosenblatt.catalogue import catalogue
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.rectifiers import ELU, LeakyReLU
from rosenblatt.rules.rule import Rule

NAMES = sorted(catalogue(Rule))


class Mine(Activation):
    def __init__(self, slope):
        self.slope = slope


class Yours(Mine):
    pass


@pytest.mark.parametrize("name", NAMES)
def test_equal_objects_hash_equally_and_show_their_class(name):
    rule = catalogue(Rule)[name]
    assert rule() == rule()
    assert hash(rule()) == hash(rule())
    assert repr(rule()).startswith(rule.__name__ + "(")


@pytest.mark.parametrize("name", NAMES)
def test_rules_are_frozen_and_every_limit_names_a_parameter(name):
    rule = catalogue(Rule)[name]()
    fields = {field.name for field in dataclasses.fields(rule)}
    assert set(rule.limits) <= fields
    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.anything = 1


def test_parameters_tell_rules_apart():
    assert LeakyReLU(0.1) != LeakyReLU(0.2)
    assert LeakyReLU(0.1) == LeakyReLU(0.1)
    assert LeakyReLU(1.0) != ELU(1.0)


def test_a_rule_of_a_users_own_class_compares_by_value():
    assert Mine(1) == Mine(1)
    assert Mine(1) != Mine(2)
    assert Mine(1) != Yours(1)
    assert hash(Mine(1)) == hash(Mine(1))
    assert repr(Mine(2)) == "Mine(slope=2)"
