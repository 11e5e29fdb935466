"""Rules by name: every class once, messages with the closest name, plain data and back."""

import json
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given

from rosenblatt.catalogue import build, catalogue, checked, describe, named, unknown
from rosenblatt.rules.activations import Activation, Tanh
from rosenblatt.rules.losses import Loss
from rosenblatt.rules.optimizers import Adam, Optimizer
from rosenblatt.rules.penalties import ActivityPenalty, WeightPenalty
from rosenblatt.rules.rectifiers import ELU, LeakyReLU
from rosenblatt.rules.rule import Rule
from tests.strategies import rules

KINDS = (Activation, Loss, WeightPenalty, ActivityPenalty, Optimizer)
NAMES = [(kind, name) for kind in KINDS for name in catalogue(kind)]


def subclasses(kind):
    for rule in kind.__subclasses__():
        yield rule
        yield from subclasses(rule)


def test_every_class_of_the_library_has_one_name_and_one_kind():
    written = {r for r in subclasses(Rule) if r.__module__.startswith("rosenblatt.rules.") and r.name}
    found = [rule for kind in KINDS for rule in catalogue(kind).values()]
    assert len(found) == len(set(found))
    assert set(found) == written
    assert set(catalogue(Rule).values()) == written


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_a_name_stands_for_an_object(kind, name):
    rule = named(kind, "thing", name)
    assert type(rule) is catalogue(kind)[name]
    assert rule.name == name
    assert named(kind, "thing", rule) is rule


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_plain_data_and_back(kind, name):
    rule = catalogue(kind)[name]()
    assert build(kind, json.loads(json.dumps(describe(rule)))) == rule


@given(rules(catalogue(Rule)))
def test_plain_data_keeps_parameters(rule):
    data = describe(rule)
    assert data.pop("name") == rule.name
    assert data == vars(rule)
    kind = next(kind for kind in KINDS if isinstance(rule, kind))
    assert build(kind, describe(rule)) == rule


def test_an_unknown_name_is_told_with_the_closest():
    with pytest.raises(ValueError, match=r"^unknown activation 'rellu', did you mean 'relu'\? Known: '"):
        named(Activation, "activation", "rellu")
    with pytest.raises(ValueError, match=r"^unknown loss 'zzz'\. Known: "):
        named(Loss, "loss", "zzz")
    assert unknown("thing", 3, ["a", "b"]) == "unknown thing 3. Known: 'a', 'b'."


def test_a_rule_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="unknown loss 'tanh'"):
        named(Loss, "loss", "tanh")
    with pytest.raises(TypeError, match=r"loss must be a name or a Loss object, got Tanh\(\)"):
        named(Loss, "loss", Tanh())
    with pytest.raises(
        TypeError,
        match=r"activation must be a name or an Activation object, got the class Tanh; pass an object, Tanh\(\)",
    ):
        named(Activation, "activation", Tanh)
    with pytest.raises(TypeError, match="activation must be a name or an Activation object, got None"):
        named(Activation, "activation", None)


def test_limits():
    assert checked(LeakyReLU(0.5)) == LeakyReLU(0.5)
    for wrong, message in (
        (lambda: LeakyReLU(0.0), r"LeakyReLU\(slope=\.\.\.\) must lie in \(0, inf\), got 0\.0"),
        (lambda: ELU(float("nan")), r"ELU\(alpha=\.\.\.\) must lie in \(0, inf\), got nan"),
        (lambda: Adam(beta_1=1.0), r"Adam\(beta_1=\.\.\.\) must lie in \[0, 1\), got 1\.0"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()


def test_a_users_rule_needs_no_registration_and_has_no_plain_data():
    @dataclass(frozen=True)
    class Mine(Activation):
        name: ClassVar[str] = "tanh"  # even under a known name

    mine = Mine()
    assert named(Activation, "activation", mine) is mine
    assert catalogue(Activation)["tanh"] is Tanh
    with pytest.raises(ValueError, match="is not a rule of the library, so plain data cannot stand for it"):
        describe(mine)
