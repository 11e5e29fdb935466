"""Parameters that go by name: what is said of a number without one."""

import copy
import dataclasses
import inspect
import pickle
import re

import pytest

from rosenblatt import (
    Adagrad,
    Adam,
    AdamW,
    Adaptive,
    AMSGrad,
    Cosine,
    Exponential,
    InverseScaling,
    InverseTime,
    IRprop,
    KLDivergence,
    Lion,
    MultiStep,
    NAdam,
    OneCycle,
    Polynomial,
    ReduceOnPlateau,
    RMSprop,
    Rprop,
    Step,
    Warmup,
    ramp,
)

RATES = [Adaptive, Cosine, Exponential, InverseScaling, InverseTime, OneCycle, Polynomial, ReduceOnPlateau]
OPTIMIZERS = [Adagrad, Adam, AdamW, AMSGrad, IRprop, Lion, NAdam, RMSprop, Rprop]


@pytest.mark.parametrize("kind", RATES)
def test_a_rate_without_a_name_is_refused(kind):
    says = rf"{kind.__name__}\(0.01\) does not say what 0.01 is: .*peak=.*learning_rate_init"
    with pytest.raises(TypeError, match=says):
        kind(0.01)
    assert kind(peak=0.01).peak == 0.01


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_rate_is_no_parameter_of_an_optimizer(kind):
    with pytest.raises(TypeError, match=rf"{kind.__name__}\(0.001\) does not say .*learning_rate_init"):
        kind(0.001)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Step(5, 0.1), "Step(5, 0.1) does not say what 0.1 is: name it, factor=... or peak=...;"),
        (lambda: MultiStep((1, 2), 0.5), "MultiStep((1, 2), 0.5) does not say what 0.5 is"),
        (lambda: ramp(0, 1e-3), "ramp(0, 0.001) does not say what 0.001 is: name it, initial=..."),
        (lambda: Warmup(5), "Warmup(5) does not say what 5 is: name it, epochs=... or steps=..."),
        (lambda: KLDivergence(0.05, 3.0), "the first number is the strength"),
        (lambda: ReduceOnPlateau(0.1), "minimum=... or peak=...; the rate"),  # not what it remembers
    ],
)
def test_what_has_no_name(make, says):
    with pytest.raises(TypeError, match=re.escape(says)):
        make()


@pytest.mark.parametrize("kind", [*RATES, *OPTIMIZERS, Step, Warmup, ramp])
def test_the_class_is_as_ever(kind):
    made = kind()
    assert list(inspect.signature(kind).parameters) == [one.name for one in dataclasses.fields(kind)]
    assert copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == dataclasses.replace(made) == made
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        kind(nonsense=1)
