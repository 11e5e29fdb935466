"""Objects whose numbers are looked at when they are made."""

import dataclasses
import inspect
import pickle
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import rosenblatt as rb
from rosenblatt.catalogue import _all_rules
from rosenblatt.initializers import Orthogonal, VarianceScaling
from rosenblatt.limits import Limited
from rosenblatt.plan import LBFGS

# Of each class an object, so that what must be given is given.
MADE = [
    rb.Strength(0.1),
    rb.L1(0.1),
    rb.L2(0.1),
    rb.WeightDecay(0.1),
    rb.ProximalL1(0.1),
    rb.MaxNorm(1.0),
    rb.InputNoise(0.1),
    rb.Clip(norm=1.0),
    rb.ActivityL1(0.1),
    rb.KLDivergence(0.1),
    rb.Masking(0.1),
    rb.Gaussian(0.1),
    rb.SaltAndPepper(0.1),
    rb.Multiplicative(0.1),
    rb.Contraction(0.1),
    rb.SWA(),
    rb.EMA(),
    rb.EarlyStopping(),
    rb.Constant(),
    rb.InverseScaling(),
    rb.Adaptive(),
    rb.Step(),
    rb.MultiStep((1, 2)),
    rb.Exponential(),
    rb.Polynomial(),
    rb.InverseTime(),
    rb.Cosine(),
    rb.OneCycle(),
    rb.Warmup(),
    rb.PerLayer((1.0,)),
    rb.ReduceOnPlateau(),
    rb.after(),
    rb.until(),
    rb.ramp(),
    rb.Quantiles(),
    rb.Focal(),
    rb.LogLoss(),
    LBFGS(),
    VarianceScaling(1.0, "in", "normal"),
    Orthogonal(),
    *(rule() for rule in _all_rules().values() if rule.limits and dataclasses.is_dataclass(rule)),
]
PARAMETERS = [(one, name) for one in MADE for name in one.limits]
NO_NUMBERS = [
    "0.5",
    True,
    1 + 0j,
    Fraction(1, 3),
    Decimal("0.5"),
    {},
    {0.5},
    object(),
    np.ones((2, 2)),
    range,
]
NO_NUMBERS += [np.datetime64("2020"), [0.5], (n for n in (1,)), b"1", float("nan"), 10**400, -(10**400)]


def names(pair):
    one, name = pair
    return f"{type(one).__name__}.{name}"


@pytest.mark.parametrize("pair", PARAMETERS, ids=names)
def test_what_is_no_number_is_refused_when_the_object_is_made(pair):
    one, name = pair
    for bad in NO_NUMBERS:
        if name == "qs" and isinstance(bad, list):
            continue  # becomes a tuple
        with pytest.raises((TypeError, ValueError)) as caught:
            dataclasses.replace(one, **{name: bad})
        message = str(caught.value)
        assert f"{type(one).__name__}({name}=...)" in message, (bad, message)
        assert len(message) < 400


@pytest.mark.parametrize("pair", PARAMETERS, ids=names)
def test_none_is_taken_where_it_is_the_default(pair):
    one, name = pair
    field = next(field for field in dataclasses.fields(one) if field.name == name)
    if field.default is None:
        others = {"norm": 1.0, "value": 1.0} if isinstance(one, rb.Clip) else {}
        assert getattr(dataclasses.replace(one, **{**others, name: None}), name) is None
    else:
        with pytest.raises(TypeError, match="None"):
            dataclasses.replace(one, **{name: None})


def test_every_class_with_limits_is_here():
    kinds = {type(one) for one in MADE}
    offered = [getattr(rb, name) for name in dir(rb)]
    for kind in offered:
        if inspect.isclass(kind) and issubclass(kind, Limited) and kind.limits:
            assert kind in kinds, kind


@pytest.mark.parametrize("one", MADE, ids=lambda one: type(one).__name__)
def test_copies_and_pickles_are_equal(one):
    assert deepcopy(one) == one
    assert pickle.loads(pickle.dumps(one)) == one


def test_schedules_stand_for_strengths_and_for_nothing_else():
    schedule = rb.after(epochs=2, value=0.1)
    for made in (rb.L1(schedule), rb.Masking(schedule), rb.KLDivergence(schedule), rb.Contraction(schedule)):
        assert schedule in vars(made).values()
    for make in (
        lambda: rb.KLDivergence(0.1, rho=schedule),
        lambda: rb.SaltAndPepper(0.1, low=schedule),
        lambda: rb.Adam(beta_1=schedule),
        lambda: rb.Step(schedule),
        lambda: rb.L1(rb.Constant),  # the class
    ):
        with pytest.raises(TypeError, match="must be a number in"):
            make()


def test_a_hint_is_added():
    with pytest.raises(
        ValueError, match=r"Tweedie\(power=\.\.\.\) must lie in .*; power 0 is loss='squared_error'"
    ):
        rb.Tweedie(1)
