"""R1 and D1: what need not be kept, and why training is hard."""

import numpy as np
import pytest

from rosenblatt import MLPClassifier, Network
from rosenblatt.backpropagation import forward
from rosenblatt.catalogue import catalogue
from rosenblatt.engines.engine import Batch
from rosenblatt.initializers import initializer_of
from rosenblatt.layout import Layout
from rosenblatt.namespaces import namespace_of
from rosenblatt.rules.activations import Activation, Identity, Logistic
from rosenblatt.rules.losses import BinaryCrossEntropy, HalfSquaredError
from tests.lecture.problems import engine_of

HIDDEN = {name: rule() for name, rule in catalogue(Activation).items() if not rule.row_wise}


def cache_of(rule, loss):
    output = Logistic() if loss.pair else Identity()
    network = Network((3, 4, 5, 1), (rule, rule), output)
    layout = Layout(network.sizes)
    theta = np.random.default_rng(0).normal(size=layout.n_parameters)
    return forward(namespace_of(theta), network, layout, theta, np.ones((2, 3)), loss)


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("loss", [HalfSquaredError(), BinaryCrossEntropy()])
def test_r1_pre_activations_are_kept_only_where_a_derivative_needs_them(name, loss):
    rule = HIDDEN[name]
    cache = cache_of(rule, loss)
    kept = [a is not None for a in cache.a]
    hidden = rule.derivative_of == "a"
    assert kept == [False, hidden, hidden, bool(loss.pair)]


def test_r1_most_rules_of_the_library_need_the_output_alone():
    needy = {name for name, rule in HIDDEN.items() if rule.derivative_of == "a"}
    assert needy == {"silu", "gelu", "mish"}  # none of the three is monotone: o does not determine a


def test_r1_keeping_only_the_output_saves_at_most_half():
    def numbers(cache):
        return sum(array.size for array in cache.o[1:]) + sum(a.size for a in cache.a if a is not None)

    lean = numbers(cache_of(HIDDEN["logistic"], HalfSquaredError()))
    full = numbers(cache_of(HIDDEN["silu"], HalfSquaredError()))
    assert lean < full <= 2 * lean


def norms_of_gradients(hidden, initializer, depth, scale=1.0):
    """Return the norm of dL/dW of each layer of a deep network at its start."""
    sizes = (10, *[20] * depth, 1)
    engine = engine_of(sizes, [hidden] * depth)
    theta = np.empty(engine.layout.n_parameters)
    activations = [hidden] * depth + [Identity()]
    stream = np.random.RandomState(0)
    initializer_of(initializer).fill(theta, engine.network, activations, stream, seed=0)
    generator = np.random.default_rng(1)
    X, y = generator.normal(size=(50, 10)), generator.normal(size=(50, 1))
    gradient = engine.gradient(scale * theta, Batch(X, y)).gradient
    return [np.linalg.norm(engine.layout.W(gradient, k)) for k in range(1, depth + 2)]


def test_d1_gradients_of_the_first_layers_vanish_with_depth():
    shares = []
    for depth in (1, 4, 8):
        norms = norms_of_gradients(Logistic(), "auto", depth)
        shares.append(norms[0] / norms[-1])
    assert shares[0] > 100 * shares[1] > 10_000 * shares[2]


def test_d1_gradients_of_the_first_layers_explode_with_large_weights():
    norms = norms_of_gradients(Identity(), "auto", 8, scale=3.0)
    calm = norms_of_gradients(Identity(), "auto", 8)
    assert norms[0] > 1000 * calm[0]


def test_d1_t1_initialisation_and_activation_decide_whether_they_vanish():
    relu = norms_of_gradients(HIDDEN["relu"], "he_normal", 8)
    logistic = norms_of_gradients(Logistic(), "auto", 8)
    assert relu[0] / relu[-1] > 0.1
    assert logistic[0] / logistic[-1] < 1e-4


def test_d1_a_saturated_node_passes_next_to_nothing_back():
    for rule in (HIDDEN["logistic"], HIDDEN["tanh"]):
        o = rule(np, np.array([0.0, 20.0, -20.0]))
        slope = rule.derivative(np, o)
        assert slope[0] >= 0.25
        assert (slope[1:] < 1e-8).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_d1_l2_on_the_weights_keeps_nodes_from_saturating():
    generator = np.random.default_rng(2)
    X = generator.normal(size=(80, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)

    def saturation(alpha):
        model = MLPClassifier(
            (6,), activation="logistic", solver="lbfgs", alpha=alpha, random_state=0, max_iter=300
        )
        model.fit(X, y)
        o = Logistic()(np, X @ model.coefs_[0] + model.intercepts_[0])
        return np.mean((o < 0.01) | (o > 0.99)), np.abs(model.coefs_[0]).max()

    free, penalised = saturation(0.0), saturation(0.1)
    assert free[0] > 2 * penalised[0]
    assert free[1] > 2 * penalised[1]
