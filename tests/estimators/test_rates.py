"""From the arguments ``learning_rate`` and ``alpha`` to schedules: what is refused, what is handed on."""

import pytest

from rosenblatt import (
    Adaptive,
    Constant,
    Cosine,
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
    ("argument", "value", "fragments"),
    [
        ("learning_rate", Step(0), ("Step(every=...)", "[1, inf)", "0")),
        ("learning_rate", MultiStep((5, -2)), ("MultiStep(milestones=...)", "(0, inf)", "-2")),
        ("learning_rate", MultiStep((5, 2)), ("MultiStep(milestones=...)", "must rise", "(5, 2)")),
        ("learning_rate", Cosine(cycles=2.5), ("Cosine(cycles=...)", "whole number", "2.5")),
        ("learning_rate", ReduceOnPlateau(factor=1.5), ("ReduceOnPlateau(factor=...)", "(0, 1)", "1.5")),
        ("learning_rate", Warmup(epochs=2, steps=5), ("epochs=2 or steps=5", "not both")),
        ("learning_rate", Warmup(then=OneCycle(rise=2)), ("OneCycle(rise=...)", "(0, 1)", "2")),
        ("learning_rate", PerLayer((1.0, -1.0)), ("PerLayer(multipliers=...)", "[0, inf)", "-1.0")),
        ("learning_rate", PerLayer((1.0, 2.0, 3.0)), ("3 multiplier(s) for 2 layer(s)", "hidden layer")),
        ("learning_rate", PerLayer((1, 1), PerLayer((1, 1))), ("PerLayer cannot hold another one",)),
        ("alpha", after(epochs=5, value=-1), ("after(value=...)", "[0, inf)", "-1")),
        ("alpha", ramp(1.0, start=5, stop=4), ("ramp(stop=...)", "later than start=5", "4")),
        ("alpha", Cosine(), ("alpha=Cosine(", "no value to start from", "Cosine(peak=...)")),
        ("alpha", Adaptive(peak=1.0), ("alpha=Adaptive(", "follows the loss")),
        ("alpha", PerLayer((1, 1), Constant(1.0)), ("alpha=PerLayer(", "only learning_rate")),
    ],
    ids=repr,
)
def test_a_schedule_whose_parameters_cannot_be(argument, value, fragments):
    refused(classifier(**{argument: value}), fit, ValueError, *fragments)


@pytest.mark.parametrize("schedule", [MultiStep([3, 4]), PerLayer([1, 1]), PerLayer(2.0)], ids=repr)
def test_numbers_of_a_schedule_that_are_no_tuple(schedule):
    refused(classifier(learning_rate=schedule), fit, TypeError, "must be a tuple", type(schedule).__name__)


def test_a_schedule_within_a_schedule_is_looked_at():
    refused(classifier(learning_rate=Warmup(then=0.1)), fit, TypeError, "Warmup(then=...)", "0.1")
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
