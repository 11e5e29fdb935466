"""Planted faults: each is put into the code, and the check that the tests run must fail.

A check that passes whatever the code does proves nothing. Every fault here replaces one function of
the library for the time of one check; every check passes without it.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from rosenblatt import backpropagation, initializers, perceptron_rule, random
from rosenblatt.engines import array
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.layout import Layout
from rosenblatt.network import Network
from rosenblatt.plan import Penalty
from rosenblatt.rules import activations, classification_losses, losses, optimizers, penalties, rectifiers
from rosenblatt.rules import regression_losses as numbers
from rosenblatt.rules.activations import Logistic, Tanh
from rosenblatt.rules.losses import BinaryCrossEntropy, CategoricalCrossEntropy, HalfSquaredError
from rosenblatt.rules.outputs import Softmax
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.rules.rectifiers import SiLU
from rosenblatt.training.order import Orders
from tests import network_checks, rule_checks
from tests.marks import needs_torch
from tests.perceptron_problems import AND, GATES
from tests.strategies import elementwise, made
from tests.test_initializers import check_standard
from tests.test_random import check_known_answers

HIDDEN = (Tanh(), SiLU())
BOTH = (Penalty(L1(), 0.1), Penalty(L2(), 0.3, divided=True))


def case(loss=None, output=None, penalty=BOTH, weighted=True):
    network = Network((3, 4, 5, 2), HIDDEN, output or Tanh())
    return made(network, loss or HalfSquaredError(), penalty, n=6, seed=5, weighted=weighted)


def differences():
    """The check without PyTorch: tanh and SiLU bend enough."""
    assert network_checks.check_differences(case(penalty=BOTH[1:]), seed=1, length=2.0)


def autograd():
    network_checks.check_autograd(case())


def cross_entropy():
    network_checks.check_autograd(case(CategoricalCrossEntropy(), Softmax()))


def mean():
    network_checks.check_mean_of_samples(case())


def repetitions():
    network_checks.check_weights_are_repetitions(case())


def biases():
    network_checks.check_biases_spared(case())


def fold():
    network_checks.check_fold(case(), optimizers.Adam())


def purity():
    network_checks.check_purity(case(), optimizers.Momentum())


def logistic_weights():
    check_standard("logistic")


def optimizer(rule):
    def check():
        network_checks.check_optimizer(rule, seed=3)

    check.__name__ = f"steps of {rule.name}"
    return check


def shuffled():
    """A shuffled epoch is what scikit-learn's stream makes of the running order."""
    orders, stream = Orders("shuffled", 9, 4, np.random.RandomState(2), 0), np.random.RandomState(2)
    running = np.arange(9)
    for epoch in range(3):
        drawn = np.arange(9)
        stream.shuffle(drawn)
        running = running[drawn]
        assert np.array_equal(orders.epochs(epoch).indices, running)


def gates():
    """AND takes the perceptron 18 updates."""
    path = perceptron_rule.run(GATES, AND, [range(4)] * 50)
    assert (len(path.rows), len(path.curve)) == (18, 9)


def pocket():
    """What is no better stays out of the pocket."""
    kept = perceptron_rule.Pocket(np.array([3.0, 2.0]), -4.0, wrong=0)
    kept.offer(np.zeros(2), 0.0, 9, GATES, AND)
    assert kept.wrong == 0


def of_rule(check, rule, *arguments):
    def checked():
        check(rule, *arguments)

    checked.__name__ = f"{check.__name__} of {rule.name}"
    return checked


derivative, bend = rule_checks.check_derivative, rule_checks.check_second_derivative


def changed(function, change):
    """Return the function with its result changed."""
    return lambda *arguments, **named: change(function(*arguments, **named))


def adam(correct=True, inside=False):
    """Return Adam's update and settings with a fault."""

    def settings_at(self, step, rate):
        return (rate,)

    def update(self, xp, theta, gradient, m, v, s):
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        return theta - s.step_size * m / xp.sqrt(v + self.epsilon), m, v

    return update if inside else settings_at


PINBALL_SLOPE = numbers.pinball_slope


def focal_with_a_constant_factor(self, xp, a, y):
    log_o, rest = classification_losses.shares(xp, a)
    c = -y * rest**self.gamma
    return c - xp.exp(log_o) * xp.sum(c, axis=1, keepdims=True)


def momentum_without_decay(self, xp, theta, gradient, velocity, s):
    velocity = velocity - s.rate * gradient
    return theta + velocity, velocity


def momentum_decayed_twice(self, xp, theta, gradient, velocity, s):
    velocity = self.momentum * velocity - (1 - self.momentum) * s.rate * gradient
    return theta + velocity, velocity


def adamw_on_everything(self, xp, theta, gradient, m, v, s):
    everywhere = SimpleNamespace(**{**vars(s), "is_weight": np.ones_like(theta)})
    return ADAMW_UPDATE(self, xp, theta, gradient, m, v, everywhere)


def backward_with_outputs_alone(xp, network, layout, theta, cache, delta, gradient, *penalties):
    outputs = SimpleNamespace(o=cache.o, a=cache.o, dropped={})  # o where SiLU needs a
    return BACKWARD(xp, network, layout, theta, outputs, delta, gradient, *penalties)


def error_term_without_slope(xp, g, o, delta_next, W_next):
    return delta_next @ W_next.T


def b1_without_slope(xp, loss, g_o, a, o, y):
    return loss.derivative(xp, o, y)


def b1_of_the_other_sign(xp, loss, g_o, a, o, y):
    return -B1(xp, loss, g_o, a, o, y)


def update_in_place(self, state, sums, settings, into=None):
    after, row = UPDATE(self, state, sums, settings, into)
    state.theta[...] = after.theta
    return after, row


def one_row_too_many(data, order, step, *_):
    start, stop = order.bounds[step], order.bounds[step + 1] + 1
    rows = order.indices[start:stop]
    return data._replace(X=data.X[rows], y=data.y[rows], weight=data.weight[rows])


def gradient_with_rows_for_weight(self, theta, batch, into=None):
    sums = GRADIENT(self, theta, batch, into)
    sums.weight = float(sums.rows)
    return sums


def mean_taken_twice(self, theta, sums, strengths):
    value, gradient = OBJECTIVE(self, theta, sums, strengths)
    return value, gradient / sums.weight


def delta_without_weights(self, cache, batch):
    return DELTA(self, cache, batch._replace(weight=None))


def philox_of_nine_rounds(counter, key):
    later = tuple((k + w) & 0xFFFFFFFF for k, w in zip(key, (0x9E3779B9, 0xBB67AE85), strict=True))
    return PHILOX(counter, later)


def softmax_over_samples(self, xp, a):
    e = xp.exp(a - xp.max(a, axis=0, keepdims=True))
    return e / xp.sum(e, axis=0, keepdims=True)


def glorot_for_logistic(self, theta, network, given, stream, seed):
    return STANDARD(self, theta, network, [Tanh()] * network.m, stream, seed)


B1, BACKWARD, F1 = backpropagation.output_error_term, backpropagation.backward, backpropagation.pre_activation
B2, B3 = backpropagation.error_term, backpropagation.gradient_sums
UPDATE, GRADIENT = ArrayEngine.update, ArrayEngine.gradient
OBJECTIVE, DELTA = ArrayEngine.objective, ArrayEngine.delta
ADAMW_UPDATE, PHILOX, STANDARD = optimizers.AdamW.update, random.philox, initializers.Standard.fill

# what is wrong: (where, name, what stands there then), the checks that must fail
FAULTS = {
    "B2, sign": (
        (backpropagation, "error_term", changed(B2, lambda delta: -delta)),
        [autograd, differences],
    ),
    "B2, g' missing": ((backpropagation, "error_term", error_term_without_slope), [autograd, differences]),
    "B2, o where a is needed": (
        (array, "backward", backward_with_outputs_alone),
        [autograd, differences],
    ),
    "B1, g_o' missing": ((array, "output_error_term", b1_without_slope), [autograd, differences]),
    "B1, sign": ((array, "output_error_term", b1_of_the_other_sign), [autograd, cross_entropy]),
    "B3, biases missing": (
        (backpropagation, "gradient_sums", changed(B3, lambda sums: (sums[0], 0 * sums[1]))),
        [autograd, differences],
    ),
    "B3, mean instead of sum": (
        (
            backpropagation,
            "gradient_sums",
            lambda xp, o, delta: tuple(g / len(delta) for g in B3(xp, o, delta)),
        ),
        [autograd, differences, mean],
    ),
    "F1, bias missing": ((backpropagation, "pre_activation", lambda o, W, b: o @ W), [autograd, differences]),
    "C1, mean taken twice": ((ArrayEngine, "objective", mean_taken_twice), [autograd, differences, mean]),
    "C1, divided by rows, not weights": (
        (ArrayEngine, "gradient", gradient_with_rows_for_weight),
        [autograd, mean, repetitions],
    ),
    "weights of samples forgotten in B1": (
        (ArrayEngine, "delta", delta_without_weights),
        [autograd, differences, mean, repetitions],
    ),
    "penalties on biases": ((Layout, "weights", lambda self, theta: theta), [autograd, biases]),
    "L1, sign missing": (
        (penalties.L1, "derivative", lambda self, xp, w: xp.ones_like(w)),
        [autograd, biases, of_rule(rule_checks.check_penalty, L1())],
    ),
    "L2, twice": (
        (penalties.L2, "derivative", lambda self, xp, w: 2 * w),
        [autograd, differences, of_rule(rule_checks.check_penalty, L2())],
    ),
    "momentum, no decay": (
        (optimizers.Momentum, "update", momentum_without_decay),
        [optimizer(optimizers.Momentum())],
    ),
    "momentum, gradient decayed": (
        (optimizers.Momentum, "update", momentum_decayed_twice),
        [optimizer(optimizers.Momentum())],
    ),
    "Nesterov without looking ahead": (
        (optimizers.Nesterov, "update", optimizers.Momentum.update),
        [optimizer(optimizers.Nesterov())],
    ),
    "Adam, no bias correction": ((optimizers.Adam, "settings_at", adam()), [optimizer(optimizers.Adam())]),
    "Adam, epsilon inside the root": (
        (optimizers.Adam, "update", adam(inside=True)),
        [optimizer(optimizers.Adam())],
    ),
    "AdamW, decay of biases": (
        (optimizers.AdamW, "update", adamw_on_everything),
        [optimizer(optimizers.AdamW())],
    ),
    "update in place": ((ArrayEngine, "update", update_in_place), [purity]),
    "a step takes a row too many": ((array, "taken", one_row_too_many), [fold]),
    "shuffling off": ((Orders, "epochs", lambda self, *_: SimpleNamespace(indices=self.running)), [shuffled]),
    "logistic as printed, 1 / (1 + exp(a))": (
        (activations.Logistic, "__call__", lambda self, xp, a: activations.logistic(xp, -a)),
        [of_rule(derivative, Logistic()), of_rule(rule_checks.check_value, Logistic())],
    ),
    "softmax over samples": ((Softmax, "__call__", softmax_over_samples), [cross_entropy]),
    "relu repairs NaN": (
        (rectifiers.ReLU, "__call__", lambda self, xp, a: xp.where(a > 0, a, 0.0)),
        [of_rule(rule_checks.check_nan, rectifiers.ReLU())],
    ),
    "cross-entropy by the logarithm of the output": (
        (
            losses.BinaryCrossEntropy,
            "value",
            lambda self, xp, a, y: -y * xp.log(1 / (1 + xp.exp(-a))) - (1 - y) * xp.log(1 / (1 + xp.exp(a))),
        ),
        [of_rule(rule_checks.check_loss_extremes, BinaryCrossEntropy())],
    ),
    "squared error without its half": (
        (losses.HalfSquaredError, "value", lambda self, xp, o, y: (o - y) ** 2),
        [
            autograd,
            differences,
            of_rule(rule_checks.check_loss_derivative, HalfSquaredError(), 1),
            of_rule(rule_checks.check_output_error_term, HalfSquaredError(), 1),
        ],
    ),
    "pinball, the sides exchanged": (
        (numbers, "pinball_slope", lambda xp, q, o, y: PINBALL_SLOPE(xp, 1 - q, o, y)),
        [
            of_rule(rule_checks.check_loss_derivative, rule, 1)
            for rule in (numbers.Quantile(0.9), numbers.Quantiles())
        ],
    ),
    "gamma, o - y for an error term": (
        (numbers.Gamma, "derivative", lambda self, xp, o, y: o - y),
        [
            of_rule(rule_checks.check_loss_derivative, numbers.Gamma(), 1),
            of_rule(rule_checks.check_reported_derivative, numbers.Gamma(), 1),
        ],
    ),
    "variance for its logarithm": (
        (numbers.GaussianNLL, "value", lambda self, xp, a, y: self.reported(xp, a * a, y)),
        [of_rule(rule_checks.check_loss_derivative, numbers.GaussianNLL(), 1)],
    ),
    "focal loss, its factor taken for a constant": (
        (classification_losses.CategoricalFocal, "derivative", focal_with_a_constant_factor),
        [of_rule(rule_checks.check_output_error_term, classification_losses.CategoricalFocal(), 1)],
    ),
    "P2, sign": (
        (perceptron_rule, "updated", lambda w, b, nu, y, x: (w - nu * y * x, b - nu * y)),
        [gates],
    ),
    "P2, bias missing": ((perceptron_rule, "updated", lambda w, b, nu, y, x: (w + nu * y * x, b)), [gates]),
    "P2, the border is right": ((perceptron_rule, "is_mistake", lambda y, a: y * a < 0), [gates]),
    "pocket without its ratchet": ((perceptron_rule, "mistakes", lambda w, b, X, y: -1), [pocket]),
    "Philox, nine rounds": ((random, "philox", philox_of_nine_rounds), [check_known_answers]),
    "initial bound of logistic layers": (
        (initializers.Standard, "fill", glorot_for_logistic),
        [logistic_weights],
    ),
}
for _name, _rule in elementwise().items():
    # 1e-9 at every point: a thousand times what the checks allow
    for _method, _check in (("derivative", derivative), ("second_derivative", bend)):
        FAULTS[f"{_method} of {_name}, off by 1e-9"] = (
            (_rule, _method, changed(getattr(_rule, _method), lambda slope: slope + 1e-9)),
            [of_rule(_check, _rule())],
        )

BY_TORCH = ("autograd", "cross_entropy", "steps of", "check_value")
PAIRS = [
    pytest.param(fault, check, marks=needs_torch if check.__name__.startswith(BY_TORCH) else ())
    for fault, (_, checks) in FAULTS.items()
    for check in checks
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("fault", "check"), PAIRS, ids=lambda value: getattr(value, "__name__", value))
def test_a_fault_is_caught(fault, check, monkeypatch):
    check()  # as it stands it passes
    owner, name, faulty = FAULTS[fault][0]
    monkeypatch.setattr(owner, name, faulty)
    with pytest.raises(AssertionError):
        check()
