"""From the arguments ``learning_rate`` and ``alpha`` to schedules: what is refused, what is handed on."""

import pytest

from rosenblatt import (
    Adaptive,
    Constant,
    Cosine,
    InverseScaling,
    MultiStep,
    OneCycle,
    PerLayer,
    ReduceOnPlateau,
    Step,
    Warmup,
    after,
    ramp,
)
from tests.estimators.refusals import classifier, refused, table

X, LABELS, NUMBERS = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fit(model):
    return model.fit(X, LABELS)


@pytest.mark.parametrize(
    ("make", "error", "fragments"),
    [
        (lambda: Step(0), ValueError, ("Step(every=...)", "[1, inf)", "0")),
        (lambda: MultiStep((5, -2)), ValueError, ("MultiStep(milestones=...)", "(0, inf)", "-2")),
        (lambda: MultiStep((5, 2)), ValueError, ("MultiStep(milestones=...)", "must rise", "(5, 2)")),
        (lambda: InverseScaling(power_t=2**63), ValueError, ("InverseScaling(power_t=...)", "[0, 10]")),
        (lambda: Cosine(cycles=2.5), ValueError, ("Cosine(cycles=...)", "whole number", "2.5")),
        (lambda: ReduceOnPlateau(factor=1.5), ValueError, ("ReduceOnPlateau(factor=...)", "(0, 1)", "1.5")),
        (lambda: ReduceOnPlateau(factor=None), TypeError, ("ReduceOnPlateau(factor=...)", "(0, 1)", "None")),
        (lambda: Warmup(epochs=2, steps=5), ValueError, ("epochs=2 or steps=5", "not both")),
        (lambda: Warmup(then=OneCycle(rise=2)), ValueError, ("OneCycle(rise=...)", "(0, 1)", "2")),
        (lambda: Warmup(then=0.1), TypeError, ("Warmup(then=...)", "schedule object", "0.1")),
        (lambda: PerLayer((1.0, -1.0)), ValueError, ("PerLayer(multipliers=...)", "[0, inf)", "-1.0")),
        (lambda: PerLayer((1, 1), PerLayer((1, 1))), ValueError, ("PerLayer cannot hold another one",)),
        (lambda: after(epochs=5, value=-1), ValueError, ("after(value=...)", "[0, inf)", "-1")),
        (lambda: ramp(1.0, start=5, stop=4), ValueError, ("ramp(stop=...)", "later than start=5", "4")),
        (lambda: ramp(1.0, stop=10**400), ValueError, ("ramp(stop=...)", "401 digits")),
        (lambda: MultiStep([3, 4]), TypeError, ("MultiStep(milestones=...)", "must be a tuple", "[3, 4]")),
        (lambda: PerLayer([1, 1]), TypeError, ("PerLayer(multipliers=...)", "must be a tuple", "[1, 1]")),
        (lambda: PerLayer(2.0), TypeError, ("PerLayer(multipliers=...)", "must be a tuple", "2.0")),
    ],
)
def test_a_schedule_whose_parameters_cannot_be_is_refused_when_it_is_made(make, error, fragments):
    with pytest.raises(error) as caught:
        make()
    assert all(fragment in str(caught.value) for fragment in fragments), caught.value


@pytest.mark.parametrize(
    ("argument", "value", "fragments"),
    [
        ("learning_rate", PerLayer((1.0, 2.0, 3.0)), ("3 multiplier(s) for 2 layer(s)", "hidden layer")),
        ("alpha", Cosine(), ("alpha=Cosine(", "no value to start from", "Cosine(peak=...)")),
        ("alpha", Adaptive(peak=1.0), ("alpha=Adaptive(", "follows the loss")),
        ("alpha", PerLayer((1, 1), Constant(1.0)), ("alpha=PerLayer(", "only learning_rate")),
    ],
    ids=repr,
)
def test_a_schedule_that_does_not_fit_its_argument(argument, value, fragments):
    refused(classifier(**{argument: value}), fit, ValueError, *fragments)


def test_a_schedule_within_a_schedule_is_looked_at():
    refused(
        classifier(learning_rate=Warmup(then=Constant(0.1)), learning_rate_init=0.2),
        fit,
        ValueError,
        "learning_rate=Warmup(",
        "learning_rate_init=0.2",
    )


def test_multipliers_come_into_the_plan():
    model = fit(classifier(learning_rate=Warmup(then=PerLayer((0.5, 2.0)))))
    assert model.plan_.multipliers == (0.5, 2.0)
    assert fit(classifier()).plan_.multipliers == ()


def test_a_layer_with_multiplier_0_stays():
    model = classifier(learning_rate=PerLayer((0.0, 1.0)), max_iter=1, engine="array", random_state=0)
    first, second = fit(model).coefs_, fit(model.set_params(max_iter=4)).coefs_
    assert (first[0] == second[0]).all()
    assert (first[1] != second[1]).all()
