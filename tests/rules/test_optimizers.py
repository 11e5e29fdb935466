"""Every optimiser of the catalogue: against PyTorch where it has it, and what all must hold."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given

from rosenblatt.catalogue import catalogue
from rosenblatt.rules.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer
from tests import network_checks
from tests.marks import needs_torch
from tests.rule_checks import close, numbers_of
from tests.strategies import SEEDS, np_namespace, optimizers
from tests.tolerances import OPTIMIZERS

NAMES = sorted(catalogue(Optimizer))
IN_TORCH = ("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop")


@needs_torch
@given(optimizer=optimizers().filter(lambda rule: rule.name in IN_TORCH), seed=SEEDS)
def test_steps_equal_torch(optimizer, seed):
    network_checks.check_optimizer(optimizer, seed)


@needs_torch
@pytest.mark.parametrize("name", IN_TORCH)
def test_defaults_equal_torch(name):
    network_checks.check_optimizer(catalogue(Optimizer)[name](), seed=7, steps=25)


def drawn(optimizer, seed, dtype="float64", p=6):
    """Return theta, gradient, slots and s."""
    random = np.random.default_rng(seed)
    theta, gradient = random.normal(size=(2, p)).astype(dtype)
    slots = tuple(np.abs(random.normal(size=p)).astype(dtype) for _ in optimizer.slots)
    is_weight = (np.arange(p) < p // 2).astype(dtype)
    return theta, gradient, slots, SimpleNamespace(is_weight=is_weight, **numbers_of(optimizer, 3, 0.01))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(optimizer=optimizers(), seed=SEEDS)
def test_an_update_keeps_shapes_and_dtype_and_changes_no_input(dtype, optimizer, seed):
    theta, gradient, slots, s = drawn(optimizer, seed, dtype)
    kept = [array.tobytes() for array in (theta, gradient, *slots)]
    new = optimizer.update(np_namespace(), theta, gradient, *slots, s)
    assert [array.tobytes() for array in (theta, gradient, *slots)] == kept
    assert len(new) == 1 + len(optimizer.slots)
    for array in new:
        assert array.dtype == dtype
        assert array.shape == theta.shape


@given(optimizer=optimizers(), seed=SEEDS)
def test_updates_are_elementwise(optimizer, seed):
    theta, gradient, slots, s = drawn(optimizer, seed)
    whole = optimizer.update(np_namespace(), theta, gradient, *slots, s)
    for entry in range(len(theta)):
        one = slice(entry, entry + 1)
        s_one = SimpleNamespace(**{**vars(s), "is_weight": s.is_weight[one]})
        single = optimizer.update(
            np_namespace(), theta[one], gradient[one], *(slot[one] for slot in slots), s_one
        )
        for array, of_one in zip(whole, single, strict=True):
            assert array[entry] == of_one[0]


@given(optimizer=optimizers(), seed=SEEDS)
def test_the_first_step_goes_downhill(optimizer, seed):
    theta, gradient, _, s = drawn(optimizer, seed)
    s = SimpleNamespace(is_weight=0.0 * s.is_weight, **numbers_of(optimizer, 1, 0.01))
    slots = (np.zeros_like(theta) for _ in optimizer.slots)
    step = optimizer.update(np_namespace(), theta, gradient, *slots, s)[0] - theta
    assert (step * gradient < 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_settings_of_many_steps_equal_those_of_each(name):
    optimizer = catalogue(Optimizer)[name]()
    steps, rates = np.arange(1.0, 6.0), np.linspace(0.1, 0.5, 5)
    together = optimizer.settings_at(steps, rates)
    assert len(together) == len(optimizer.settings)
    for i in range(5):
        each = optimizer.settings_at(int(steps[i]), float(rates[i]))
        close([column[i] for column in together], each, OPTIMIZERS)


@pytest.mark.parametrize("name", NAMES)
def test_every_slot_is_an_argument_of_update(name):
    rule = catalogue(Optimizer)[name]
    arguments = list(inspect.signature(rule.update).parameters)
    assert arguments == ["self", "xp", "theta", "gradient", *rule.slots, "s"]


def test_no_momentum_is_gradient_descent():
    for rule in (Momentum(0.0), Nesterov(0.0)):
        theta, gradient, slots, s = drawn(rule, 5)
        ours = rule.update(np_namespace(), theta, gradient, *slots, s)[0]
        close(ours, SGD().update(np_namespace(), theta, gradient, s)[0], OPTIMIZERS)


def test_adam_takes_the_rate_as_its_first_step_whatever_the_gradient():
    gradients = np.array([[1e-3, -1.0, 1e3, -1e-2, 1.0, 5.0, 1.0, -1.0]])
    theta = np.zeros(8)
    moved = network_checks.stepped(Adam(epsilon=1e-30), gradients, theta, rate=0.1)[0]
    close(moved, -0.1 * np.sign(gradients[0]), OPTIMIZERS)


def test_decay_spares_the_biases():
    n_weights = network_checks.OPTIMIZER_NETWORK.n_weights
    theta = np.ones(network_checks.OPTIMIZER_NETWORK.n_parameters)
    moved = network_checks.stepped(AdamW(weight_decay=0.5), np.zeros((1, theta.size)), theta, rate=0.1)[0]
    close(moved[:n_weights], np.full(n_weights, 0.95), OPTIMIZERS)
    assert (moved[n_weights:] == 1.0).all()


def test_the_base_class_says_what_is_missing():
    class Half(Optimizer):
        pass

    assert Half().settings_at(1, 0.1) == ()
    with pytest.raises(TypeError, match=r"Half must define update\("):
        Half().update(np, 1.0, 1.0, None)
