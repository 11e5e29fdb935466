"""Bad arguments: each message names the argument, the value and what to do, before any work."""

from typing import ClassVar

import numpy as np
import pytest

from rosenblatt import Adam, Constant, Cosine, InverseScaling, Momentum, TimeBudget
from rosenblatt.plan import LBFGS
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.losses import Loss
from rosenblatt.rules.optimizers import Optimizer
from rosenblatt.rules.rectifiers import LeakyReLU
from tests.estimators.refusals import classifier, refused, regressor, table

X, LABELS, NUMBERS = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fit(model):
    model.fit(X, LABELS if hasattr(type(model), "classes_") else NUMBERS)


def assert_refused(argument, value, error, *fragments):
    """Refused by a new estimator and by a fitted one, which then predicts as before."""
    refused(classifier(**{argument: value}), fit, error, argument, *fragments)
    fitted = classifier().fit(X, LABELS)
    predicted = fitted.predict_proba(X)
    refused(fitted.set_params(**{argument: value}), fit, error, argument, *fragments)
    fitted.set_params(**{argument: getattr(classifier(), argument)})
    np.testing.assert_array_equal(fitted.predict_proba(X), predicted)


NUMBERS_OUT_OF_RANGE = [
    ("alpha", -1e-4, "[0, inf)"),
    ("batch_size", 0, "[1, inf) or 'auto' or 'full'"),
    ("batch_size", -3, "[1, inf) or 'auto' or 'full'"),
    ("learning_rate_init", 0, "(0, inf)"),
    ("learning_rate_init", -0.1, "(0, inf)"),
    ("learning_rate_init", float("nan"), "(0, inf)"),
    ("learning_rate_init", float("inf"), "(0, inf)"),
    ("power_t", -1, "[0, inf)"),
    ("max_iter", 0, "[1, inf)"),
    ("max_fun", -1, "[1, inf)"),
    ("tol", -1e-4, "[0, inf)"),
    ("momentum", 1.5, "[0, 1]"),
    ("beta_1", 1.0, "[0, 1)"),
    ("beta_2", -0.1, "[0, 1)"),
    ("epsilon", 0.0, "(0, inf)"),
    ("validation_fraction", 1.0, "[0, 1)"),
    ("n_iter_no_change", 0, "[1, inf) or inf"),
    ("random_state", -1, "[0, 2**32 - 1]"),
    ("random_state", 2**32, "[0, 2**32 - 1]"),
    ("verbose", -1, "not negative"),
]


@pytest.mark.parametrize(("argument", "value", "interval"), NUMBERS_OUT_OF_RANGE)
def test_a_number_outside_its_interval(argument, value, interval):
    assert_refused(argument, value, ValueError, repr(value), interval)


WRONG_KINDS = [
    ("alpha", "small", "number"),
    ("batch_size", 2.5, "whole number"),
    ("batch_size", True, "whole number"),
    ("batch_size", np.array([3]), "whole number"),
    ("batch_size", "all", "'auto' or 'full'"),
    ("max_iter", 2.0, "whole number"),
    ("tol", None, "number"),
    ("learning_rate_init", "fast", "number"),
    ("shuffle", 1, "True or False"),
    ("warm_start", "yes", "True or False"),
    ("early_stopping", None, "True or False"),
    ("nesterovs_momentum", 0, "True or False"),
    ("random_state", "x", "RandomState"),
    ("random_state", 1.5, "RandomState"),
    ("callbacks", 3, "list of Callback"),
    ("callbacks", TimeBudget(1), "put it into a list"),
    ("callbacks", [print], "derive it from Callback"),
    ("callbacks", [TimeBudget], "class TimeBudget; pass an object"),
    ("solver", 3, "Optimizer object"),
    ("solver", Adam, "pass an object, Adam()"),
    ("learning_rate", 0.1, "learning_rate_init"),
    ("learning_rate", Constant, "class Constant"),
    ("activation", None, "Activation object"),
    ("activation", LeakyReLU, "pass an object, LeakyReLU()"),
    ("output_activation", 3, "Activation object"),
    ("loss", 3, "Loss object"),
    ("initializer", 3, "(coefs, intercepts)"),
]


@pytest.mark.parametrize(("argument", "value", "remedy"), WRONG_KINDS)
def test_a_value_of_the_wrong_kind(argument, value, remedy):
    shown = value[0] if isinstance(value, list) else value
    shown = shown.__name__ if isinstance(shown, type) else repr(shown)
    assert_refused(argument, value, TypeError, shown.strip("<>"), remedy)


@pytest.mark.parametrize("sizes", [-1, 0, (3, 0), [4, -2]])
def test_layer_sizes_that_are_not_positive(sizes):
    shown = sizes if isinstance(sizes, list) else list(np.atleast_1d(sizes))
    assert_refused("hidden_layer_sizes", sizes, ValueError, str([int(size) for size in shown]), "> 0")


@pytest.mark.parametrize("sizes", [2.5, (3, 2.5), "10", None, (True,), [[3]], float("nan")])
def test_layer_sizes_that_are_no_whole_numbers(sizes):
    assert_refused("hidden_layer_sizes", sizes, TypeError, repr(sizes), "(100, 50) is two layers")


@pytest.mark.parametrize(
    ("argument", "value", "meant"),
    [
        ("activation", "rellu", "'relu'"),
        ("output_activation", "logstic", "'logistic'"),
        ("solver", "adamm", "'adam'"),
        ("learning_rate", "adaptiv", "'adaptive'"),
        ("order", "shufled", "'shuffled'"),
        ("loss", "log_los", "'log_loss'"),
        ("initializer", "he", "'he_uniform'"),
        ("engine", "aray", "'array'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_closest(argument, value, meant):
    assert_refused(
        argument, value, ValueError, f"unknown {argument} {value!r}, did you mean {meant}?", "Known:"
    )


def test_the_known_losses_are_those_that_fit_the_target():
    message = refused(regressor(loss="poison"), fit, ValueError, "did you mean 'poisson'?")
    assert "cross_entropy" not in message
    assert "perceptron" not in message
    message = refused(
        classifier(loss="hinges"), fit, ValueError, "did you mean 'hinge'?", "log_loss", "focal"
    )
    assert "poisson" not in message
    assert "quantiles" not in message


@pytest.mark.parametrize(
    ("model", "fragments"),
    [
        (regressor(loss="log_loss"), ("loss='log_loss'", "use MLPClassifier")),
        (regressor(loss="perceptron"), ("loss='perceptron'", "continuous", "'squared_error'")),
        (regressor(loss="binary_cross_entropy"), ("loss='binary_cross_entropy'", "MLPClassifier")),
        (classifier(loss="poisson"), ("loss='poisson'", "multiclass", "loss='log_loss'")),
        (classifier(loss="binary_cross_entropy"), ("loss='binary_cross_entropy'", "loss='log_loss'")),
        (classifier(output_activation="relu"), ("output_activation='relu'", "'softmax'", "'auto'")),
        (regressor(output_activation="softmax"), ("output_activation='softmax'", "squared_error", "'auto'")),
        (
            regressor(loss="poisson", output_activation="identity"),
            ("output_activation='identity'", "'poisson'", "'exp'", "'auto'"),
        ),
        (classifier(activation="softmax"), ("activation='softmax'", "only be an output")),
    ],
)
def test_a_loss_and_an_output_that_do_not_fit(model, fragments):
    refused(model, fit, ValueError, *fragments)


def test_an_unknown_engine_at_prediction():
    fitted = classifier().fit(X, LABELS).set_params(engine="aray")
    with pytest.raises(ValueError, match="unknown engine 'aray', did you mean 'array'"):
        fitted.predict(X)


@pytest.mark.parametrize("activations", [(), ("relu", "tanh"), ["relu"] * 3])
def test_a_wrong_number_of_activations(activations):
    assert_refused("activation", activations, ValueError, len(activations), "1 hidden layer", "one for each")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"solver": Adam(), "beta_1": 0.8}, ("solver=Adam(", "beta_1=0.8")),
        ({"solver": Momentum(0.5), "momentum": 0.5}, ("solver=Momentum(", "momentum=0.5")),
        ({"solver": Adam(), "nesterovs_momentum": False}, ("solver=Adam(", "nesterovs_momentum=False")),
        (
            {"learning_rate": Cosine(peak=0.1), "learning_rate_init": 0.1},
            ("learning_rate=Cosine(", "learning_rate_init=0.1"),
        ),
        (
            {"learning_rate": InverseScaling(power_t=0.2), "power_t": 0.3},
            ("learning_rate=InverseScaling(", "power_t=0.3"),
        ),
        (
            {"learning_rate": lambda clock: 0.01, "learning_rate_init": 0.5},
            ("learning_rate=<function", "learning_rate_init=0.5"),
        ),
        ({"order": "random", "shuffle": False}, ("order='random'", "shuffle=False")),
    ],
)
def test_an_object_together_with_the_argument_that_it_replaces(arguments, names):
    refused(classifier(**arguments), fit, ValueError, *names, "one of the two places")


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: Adam(beta_1=2), ("Adam(beta_1=...)", "[0, 1)", "2")),
        (lambda: Constant(-1), ("Constant(peak=...)", "(0, inf)", "-1")),
        (lambda: LeakyReLU(slope=-0.5), ("LeakyReLU(slope=...)", "(0, inf)", "-0.5")),
    ],
)
def test_a_parameter_of_an_object_outside_its_limits(make, fragments):
    with pytest.raises(ValueError, match=r"\(.*=\.\.\.\) must lie in") as caught:
        make()
    assert all(fragment in str(caught.value) for fragment in fragments)


def test_a_users_class_that_looks_at_nothing_is_looked_at_in_fit():
    class Slope(Activation):
        limits: ClassVar = {"slope": "(0, inf)"}

        def __init__(self, slope):
            self.slope = slope

    refused(classifier(activation=Slope(-0.5)), fit, ValueError, "Slope(slope=...)", "(0, inf)", "-0.5")


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_time_budget_that_is_not_positive(seconds):
    with pytest.raises(ValueError, match=r"TimeBudget\(seconds=...\).*\(0, inf\)"):
        TimeBudget(seconds)


def test_a_schedule_that_cannot_be_called_with_a_clock():
    for argument in ("learning_rate", "alpha"):
        assert_refused(argument, lambda: 0.1, TypeError, "one argument, the Clock")


def test_a_schedule_that_returns_nonsense_is_named_with_its_step():
    def rate(clock):
        return float("nan") if clock.step == 3 else 0.1

    model = classifier(learning_rate=rate, batch_size=30, max_iter=9)
    with pytest.raises(ValueError, match=r"learning_rate must be .* returned nan at step 4 \(epoch 2\)"):
        fit(model)
    assert not hasattr(model, "theta_")
    model = classifier(alpha=lambda clock: -1.0 if clock.epoch else 0.1)
    with pytest.raises(ValueError, match=r"alpha.* not negative.* -1.0 at step 2 \(epoch 2\)"):
        fit(model)
    with pytest.raises(ValueError, match=r"learning_rate must be a finite number.* returned None at step 1"):
        fit(classifier(learning_rate=lambda clock: None))


def test_schedules_that_lbfgs_has_no_use_for():
    refused(classifier(solver="lbfgs", alpha=lambda clock: 0.1), fit, ValueError, "alpha=", "pass a number")
    refused(classifier(solver="lbfgs", learning_rate=Cosine()), fit, ValueError, "learning_rate=Cosine(")


def test_partial_fit_is_for_stochastic_solvers_and_single_epochs():
    for solver in ("lbfgs", LBFGS()):
        with pytest.raises(AttributeError) as caught:
            _ = classifier(solver=solver).partial_fit
        assert "lbfgs is not stochastic" in str(caught.value.__cause__)
    model = classifier(early_stopping=True)
    refused(model, lambda m: m.partial_fit(X, LABELS, classes=[0, 1, 2]), ValueError, "early_stopping=False")


# -- rules that do not work --------------------------------------------------------------------------


class FlatRule(Activation):
    def __call__(self, xp, a):
        return xp.sum(a, axis=1)

    def derivative(self, xp, o):
        return o


class NotANumber(Activation):
    def __call__(self, xp, a):
        return xp.log(a)

    def derivative(self, xp, o):
        return o


class ScalarDerivative(Activation):
    def __call__(self, xp, a):
        return a

    def derivative(self, xp, o):
        return 1.0


class NoDerivative(Activation):
    def __call__(self, xp, a):
        return a


class Raising(NoDerivative):
    def derivative(self, xp, o):
        return o[0, 0, 0]


@pytest.mark.parametrize("argument", ["activation", "output_activation"])
@pytest.mark.parametrize(
    ("rule", "error", "fragments"),
    [
        (FlatRule(), ValueError, ("FlatRule().__call__", "shape", "(5,)")),
        (NotANumber(), ValueError, ("NotANumber().__call__", "NaN or infinity")),
        (ScalarDerivative(), ValueError, ("ScalarDerivative().derivative", "shape", "()")),
        (NoDerivative(), TypeError, ("NoDerivative must define derivative(self, xp, o)",)),
    ],
)
def test_an_activation_that_does_not_work(argument, rule, error, fragments):
    refused(regressor(**{argument: rule}), fit, error, *fragments)


def test_an_error_inside_a_rule_says_which_rule_was_tried():
    with pytest.raises(IndexError) as caught:
        fit(regressor(activation=Raising()))
    assert any("Raising().derivative was tried" in note for note in caught.value.__notes__)


class SummedLoss(Loss):
    def value(self, xp, o, y):
        return xp.sum((o - y) ** 2)

    def derivative(self, xp, o, y):
        return o - y


class NaNLoss(Loss):
    def value(self, xp, o, y):
        return (o - y) ** 2

    def derivative(self, xp, o, y):
        return xp.log(o - y - 100)


@pytest.mark.parametrize("model", [regressor, classifier])
def test_a_loss_that_does_not_work(model):
    refused(model(loss=SummedLoss()), fit, ValueError, "SummedLoss().value", "shape", "()")
    refused(model(loss=NaNLoss()), fit, ValueError, "NaNLoss().derivative", "NaN or infinity")
    refused(model(loss=Loss()), fit, TypeError, "Loss must define value(self, xp, o, y)")


class BareArray(Optimizer):
    def update(self, xp, theta, gradient, s):
        return theta - s.rate * gradient


class WrongShape(Optimizer):
    slots = ("v",)

    def update(self, xp, theta, gradient, v, s):
        return theta, xp.sum(v)


class NaNStep(Optimizer):
    def update(self, xp, theta, gradient, s):
        return (theta + xp.log(gradient),)


class NoSettings(NaNStep):
    settings = ("step_size",)


@pytest.mark.parametrize(
    ("solver", "error", "fragments"),
    [
        (BareArray(), ValueError, ("BareArray().update", "tuple", "ndarray")),
        (WrongShape(), ValueError, ("WrongShape().update", "shape", "()")),
        (NaNStep(), ValueError, ("NaNStep().update", "NaN or infinity")),
        (NoSettings(), ValueError, ("NoSettings().settings_at", "step_size")),
        (Optimizer(), TypeError, ("Optimizer must define update",)),
    ],
)
def test_an_optimizer_that_does_not_work(solver, error, fragments):
    refused(regressor(solver=solver), fit, error, *fragments)
