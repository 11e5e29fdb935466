"""Who is told that training was cut off by max_iter, and who is not: a schedule that ended, an error that settled."""

import doctest
import warnings

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import (
    Adaptive,
    Autoencoder,
    Constant,
    ContractiveAutoencoder,
    Cosine,
    DenoisingAutoencoder,
    Exponential,
    InverseTime,
    MLPClassifier,
    MLPRegressor,
    MultiStep,
    OneCycle,
    PerLayer,
    Polynomial,
    ReduceOnPlateau,
    SparseAutoencoder,
    Step,
    Timetable,
    Warmup,
)
from rosenblatt.estimators.horizon import has_settled, was_meant_to_end
from tests.architecture.sources import ROOT

X, y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
PIXELS = load_digits().data[:400] / 16
ENGINES = ("native", "array")
CUT_OFF = "Maximum iterations"


class Falling(Timetable):
    def at(self, clock):
        return 0.1 * (1 - np.asarray(clock.progress))


class Declared(Timetable):
    ends = True

    def at(self, clock):
        return 0.1 * (1 - 0.5 * np.asarray(clock.progress))


ENDING = [
    Cosine(),
    Cosine(cycles=2),
    Cosine(final=0.005),
    OneCycle(),
    Polynomial(),
    Polynomial(final=0.005),
    Step(),
    MultiStep(),
    Exponential(),
    Exponential(decay=0.8),
    InverseTime(),
    Warmup(epochs=2, then=Cosine()),
    PerLayer((0.5, 1.0), then=Cosine()),
    Falling(),
    Declared(),
    lambda clock: 0.1 * (1 - clock.progress),
]
CUT = [
    "constant",
    Constant(),
    Adaptive(),
    ReduceOnPlateau(),
    Exponential(decay=0.99),
    Step(50),
    MultiStep((1000,)),
    InverseTime(decay=0.01),
    Warmup(epochs=2),
    PerLayer((0.5, 1.0)),
    lambda clock: 0.1,
]


def heard(model, *data, **more):
    """Return the messages of the ConvergenceWarnings of a fit; others are errors."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(*data, **more)
    assert all(one.category is ConvergenceWarning for one in caught)
    assert all(one.filename == __file__ for one in caught) or type(model).__module__.startswith("sklearn")
    return [str(one.message) for one in caught]


def twenty_epochs(schedule):
    """Return arguments; a schedule that has a peak waits for it."""
    waits = isinstance(schedule, str) or hasattr(schedule, "peak")
    rate = {"learning_rate_init": 0.05} if waits else {}
    return {"learning_rate": schedule, "max_iter": 20, "random_state": 0, **rate}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("schedule", ENDING)
def test_a_schedule_that_led_up_to_the_horizon_has_ended(schedule, engine):
    assert heard(MLPClassifier((10,), engine=engine, **twenty_epochs(schedule)), X, y) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("schedule", CUT)
def test_one_that_did_not_was_cut_off(schedule, engine):
    (said,) = heard(MLPClassifier((10,), engine=engine, **twenty_epochs(schedule)), X, y)
    assert CUT_OFF in said


@pytest.mark.parametrize(
    "options",
    [{}, {"solver": "sgd", "learning_rate": "invscaling"}, {"solver": "sgd", "learning_rate": "adaptive"}],
)
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_scikit_learns_own_settings_warn_as_there(kind, options):
    ours = {"MLPClassifier": MLPClassifier, "MLPRegressor": MLPRegressor}[kind]
    options = {"max_iter": 30, "learning_rate_init": 0.01, "random_state": 0, **options}
    said = [CUT_OFF in " ".join(heard(cls(**options), X, y)) for cls in (ours, getattr(neural_network, kind))]
    assert said == [True, True]


def test_early_stopping_and_later_fits_of_a_warm_start_end_with_the_schedule():
    settings = {"learning_rate": Cosine(peak=0.05), "max_iter": 20, "random_state": 0}
    assert heard(MLPClassifier((10,), early_stopping=True, n_iter_no_change=20, **settings), X, y) == []
    model = MLPClassifier((10,), warm_start=True, **settings)
    assert heard(model, X, y) + heard(model, X, y) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_who_learned_nothing_hears_so_whatever_the_schedule(engine):
    model = MLPClassifier(
        (10,), learning_rate=OneCycle(peak=1e-7), max_iter=20, random_state=0, engine=engine
    )
    (said,) = heard(model, X, y)
    assert said.startswith("Nothing was learned")
    (said,) = heard(model.set_params(learning_rate=Cosine(peak=1000.0)), X, y)
    assert "rose" in said


def test_inputs_of_odd_scale_are_spoken_of_where_little_was_learned():
    settings = {"learning_rate": OneCycle(peak=1e-3), "max_iter": 20, "random_state": 0}
    said = " ".join(heard(MLPClassifier((10,), **settings), X * [1e5, 1, 1, 1e-3], y))
    assert "scale_inputs='standard'" in said


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "kind", [Autoencoder, SparseAutoencoder, DenoisingAutoencoder, ContractiveAutoencoder]
)
def test_an_autoencoder_whose_error_has_settled_was_not_cut_off(kind, engine):
    def coder(epochs):
        return kind(
            (4,),
            learning_rate_init=0.01,
            max_iter=epochs,
            n_iter_no_change=10**6,
            random_state=0,
            engine=engine,
        )

    assert heard(coder(500), PIXELS) == []
    assert any(CUT_OFF in one for one in heard(coder(15), PIXELS))


def test_the_error_of_validation_rows_settles_alike():
    model = Autoencoder(
        4, learning_rate_init=0.01, max_iter=600, n_iter_no_change=10**6, early_stopping=True, random_state=0
    )
    assert heard(model, PIXELS) == []
    assert any(CUT_OFF in one for one in heard(model.set_params(max_iter=15), PIXELS))


@pytest.mark.parametrize("factor", [1e-6, 1.0, 1e6])
def test_settled_is_relative_to_what_was_gained_and_to_what_is_left(factor):
    class Known:
        baseline = 10.0 * factor

        @staticmethod
        def unit(reference):
            return min(Known.baseline - reference, reference)

    flat, falling = [factor] * 40, list(factor * np.geomspace(9.0, 1.0, 40))
    assert has_settled(flat, Known)
    assert not has_settled(falling, Known)
    assert not has_settled(falling[::-1], Known)  # it rises
    assert not has_settled(
        [9.999 * factor] * 39 + [9.99 * factor], Known
    )  # no gain to speak of, and it moves
    assert not has_settled(flat[:19], Known)  # too few to say
    assert not has_settled([np.nan] * 40, Known)
    Known.baseline = np.nan
    assert not has_settled(flat, Known)


def test_a_rate_of_ones_own_ends_where_it_has_fallen():
    assert was_meant_to_end(None, [1.0, 0.5, 0.1])
    assert not was_meant_to_end(None, [1.0, 0.5, 0.11])
    assert not was_meant_to_end(None, [1.0])
    assert not was_meant_to_end(None, [])


def test_the_readmes_own_fits_warn_of_nothing():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for example in doctest.DocTestParser().get_examples(text):
            code = compile(example.source, f"README.md:{example.lineno}", "single")
            exec(code, names)
