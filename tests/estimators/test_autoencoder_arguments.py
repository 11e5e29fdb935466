"""What autoencoders are asked: penalties, noise, tied weights; refusals by their message; going on from a fit."""

import pickle

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.preprocessing import MinMaxScaler

from rosenblatt import (
    ActivityL1,
    Adaptive,
    Autoencoder,
    Contraction,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    Gaussian,
    KLDivergence,
    Masking,
    Multiplicative,
    SaltAndPepper,
    SparseAutoencoder,
    after,
    ramp,
)
from rosenblatt.plan import Activity
from rosenblatt.rules import penalties
from rosenblatt.training.state import TrainingState
from tests import tolerances

X = MinMaxScaler().fit_transform(load_iris().data)
SHORT = {"max_iter": 3, "random_state": 0}
MIXTURE = {
    "code_activation": "logistic",
    "activation": "tanh",
    "hidden_layer_sizes": (6, 3, 6),
    "sparsity": (KLDivergence(0.1, layers="hidden"), ActivityL1(0.01, layers=(1,))),
    "corruption": Masking(0.2, emphasis=(2.0, 0.5)),
    "contraction": Contraction(0.05, layers="encoder"),
    "tied_weights": True,
    **SHORT,
}

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore:the code has"
)


def shared(model):
    """Return a model's rules for hidden outputs with strength and layers."""
    return [(one.rule, one.strength, one.layers) for one in model.plan_.activities]


def test_words_become_numbers_of_layers():
    model = Autoencoder(**MIXTURE).fit(X)
    half = {"low": -1.0, "high": 1.0}
    assert shared(model) == [
        (penalties.KLDivergence(0.05, **half), 0.1, (1,)),
        (penalties.KLDivergence(0.05), 0.1, (2,)),
        (penalties.KLDivergence(0.05, **half), 0.1, (3,)),
        (penalties.ActivityL1(), 0.01, (1,)),
    ]
    assert model.plan_.contraction == Contraction(0.05, layers=(1, 2))
    assert isinstance(model.plan_.activities[0], Activity)
    assert isinstance(model._state, TrainingState)


@pytest.mark.parametrize(
    ("code", "rule"),
    [("logistic", penalties.KLDivergence(0.05)), ("tanh", penalties.KLDivergence(0.05, -1.0, 1.0))]
    + [(name, penalties.ActivityL1()) for name in ("relu", "identity", "threshold")],
)
def test_a_number_is_a_strength_of_what_the_code_can_bear(code, rule):
    model = Autoencoder(2, code_activation=code, sparsity=0.2, corruption=0.1, **SHORT).fit(X)
    assert shared(model) == [(rule, 0.2, (1,))]
    assert model.plan_.corruption == Masking(0.1)
    assert model.plan_.contraction is None
    contracted = Autoencoder(2, contraction=0.3, **SHORT).fit(X)
    assert contracted.plan_.contraction == Contraction(0.3, layers=(1,))


def test_what_is_off_leaves_no_trace():
    plain = Autoencoder((6, 2, 6), **SHORT).fit(X)
    off = Autoencoder((6, 2, 6), sparsity=0, corruption=0.0, contraction=0, **SHORT).fit(X)
    np.testing.assert_array_equal(plain.theta_, off.theta_)
    assert off.plan_ == plain.plan_
    assert off.engine_ == plain.engine_


@pytest.mark.parametrize("name", ["logistic", "tanh", "scaled_tanh", "softsign", "hard_tanh"])
def test_nodes_start_at_their_share(name):
    nothing = Autoencoder(3, code_activation=name, sparsity=KLDivergence(0.1, rho=0.2), max_iter=1, tol=0)
    model = clone(nothing).set_params(solver="sgd", learning_rate_init=1e-300).fit(X)
    g = model.network_.activation(1)
    low, high = g.range
    share = (g(np, model.intercepts_[0]) - low) / (high - low)
    np.testing.assert_allclose(share, 0.2, rtol=tolerances.SUMMATION)
    given = (list(model.coefs_), [np.ones(3), np.zeros(4)])
    np.testing.assert_array_equal(model.set_params(initializer=given).fit(X).intercepts_[0], 1.0)


def test_the_mean_output_nears_rho():
    model = SparseAutoencoder(20, learning_rate_init=0.03, max_iter=150, tol=0, random_state=0).fit(X)
    assert 0.04 < model.transform(X).mean() < 0.06
    free = model.set_params(sparsity=None).fit(X)
    assert free.transform(X).mean() > 0.2


@pytest.mark.parametrize(
    "corruption", [Gaussian(0.2), SaltAndPepper(0.2), Multiplicative(0.3), Masking(ramp(0.3)), after(1, 0.2)]
)
def test_noise_and_a_strength_that_grows_change_the_weights(corruption):
    noisy = Autoencoder(2, corruption=corruption, **SHORT).fit(X)
    assert not np.array_equal(noisy.theta_, Autoencoder(2, **SHORT).fit(X).theta_)
    np.testing.assert_array_equal(noisy.theta_, clone(noisy).fit(X).theta_)
    assert np.isfinite(noisy.theta_).all()


def test_noise_of_ones_own():
    class Zeros:
        def corrupt(self, x, random):
            return np.zeros_like(x)

    blind = Autoencoder(2, corruption=Zeros(), learning_rate_init=0.03, max_iter=300, n_iter_no_change=300)
    model = blind.set_params(random_state=0).fit(X)
    np.testing.assert_allclose(
        model.inverse_transform(model.transform(0 * X[:1]))[0], X.mean(axis=0), atol=0.03
    )


# -- tied weights --------------------------------------------------------------------------------------


def test_tied_decoders_are_transposed_views():
    model = Autoencoder((5, 2, 5), tied_weights=True, scale_inputs="standard", **SHORT).fit(X)
    assert [W.shape for W in model.coefs_] == [(4, 5), (5, 2), (2, 5), (5, 4)]
    for W, other in zip(model.coefs_[:2], model.coefs_[:1:-1], strict=True):
        assert np.shares_memory(W, model.theta_)
        assert np.shares_memory(other, W)
        np.testing.assert_array_equal(W, other.T)
    codes = model.transform(X)
    np.testing.assert_allclose(
        model.inverse_transform(codes), model.reconstruct(X), rtol=tolerances.SUMMATION
    )


def test_engines_of_a_part_are_kept():
    model = Autoencoder(2, **SHORT).fit(X)
    assert model._predictor(0, 1) is model._predictor(0, 1)
    before = model._predictor(0, 1)
    assert model.set_params(activation="logistic").fit(X)._predictor(0, 1) is not before


# -- going on ------------------------------------------------------------------------------------------


def test_going_on_with_all_of_it():
    model = Autoencoder(**MIXTURE)
    model.partial_fit(X, X_val=X[:30]).partial_fit(X)
    assert len(model.history_["validation_score"]) == 2
    assert np.isfinite(model.history_["validation_score"][0])
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.partial_fit(X).theta_, model.partial_fit(X).theta_)
    np.testing.assert_array_equal(again.transform(X), model.transform(X))
    once = Autoencoder(**MIXTURE, warm_start=True).fit(X)
    theta, seen = once.theta_.copy(), once.t_
    assert not np.array_equal(once.fit(X).theta_, theta)
    assert once.t_ == 2 * seen
    with pytest.raises(ValueError, match="partial_fit cannot go on: tied_weights was True and is now False"):
        model.set_params(tied_weights=False).partial_fit(X)


def test_later_rows_beyond_the_range_are_named():
    model = Autoencoder(2, loss="binary_cross_entropy", scale_inputs="minmax", **SHORT).partial_fit(X)
    later = X.copy()
    later[7, 2] = 1.5
    with pytest.raises(ValueError, match=r"column 2 of X holds 1.5 in row 7, beyond 0 to 1, to which"):
        model.partial_fit(later)
    model.partial_fit(X)


def test_groups_stay_together():
    groups = np.repeat(np.arange(10), 15)
    model = Autoencoder(2, early_stopping=True, **SHORT).fit(X, groups=groups)
    assert len(model.validation_scores_) == 3
    with pytest.raises(ValueError, match="groups must have shape"):
        model.fit(X, groups=groups[:3])


def test_scaled_once():
    model = Autoencoder((5, 2, 5), scale_inputs="standard", max_iter=20, random_state=0).fit(X)
    by_hand = (X - X.mean(axis=0)) / X.std(axis=0)
    plain = Autoencoder((5, 2, 5), max_iter=20, random_state=0).fit(by_hand)
    np.testing.assert_allclose(model.theta_, plain.theta_, rtol=tolerances.SCALED_MODEL)


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sparsity": KLDivergence(0.1)}, ValueError, "code_activation='identity' of layer 1 has none"),
        (
            {"hidden_layer_sizes": (5, 2, 5), "sparsity": KLDivergence(0.1, layers=(3,))},
            ValueError,
            "activation='relu' of layer 3 has none.*'logistic', 'tanh'",
        ),
        (
            {"code_activation": "threshold", "sparsity": KLDivergence(0.1)},
            ValueError,
            "'threshold' of layer 1 has none to be trained to",
        ),
        ({"sparsity": ActivityL1(0.1, layers=(2,))}, ValueError, "numbers of hidden layers, 1 to 1, got 2"),
        ({"sparsity": "kl"}, TypeError, "sparsity must be None, a strength"),
        ({"sparsity": KLDivergence}, TypeError, "sparsity must be None, a strength"),
        ({"sparsity": -1.0}, ValueError, r"sparsity must lie in \[0, inf\)"),
        ({"sparsity": ActivityL1(Adaptive())}, ValueError, "sparsity: ActivityL1"),
        ({"corruption": 1.0}, ValueError, r"corruption must lie in \[0, 1\)"),
        ({"corruption": "noise"}, TypeError, "corruption must be None, a rate"),
        ({"corruption": Masking}, TypeError, "corruption must be None, a rate"),
        ({"contraction": float("nan")}, ValueError, "contraction must lie in"),
        ({"contraction": True}, TypeError, "contraction must be None, a strength"),
        (
            {"contraction": Contraction(0.1, layers=(4,))},
            ValueError,
            "numbers of hidden layers, 1 to 1, got 4",
        ),
        (
            {"contraction": 0.1, "code_activation": "threshold"},
            ValueError,
            "contraction=Contraction.* needs derivatives, and the threshold of layer 1 has none to follow",
        ),
        ({"loss": "hinge"}, ValueError, "compares no output with its input"),
        (
            {"loss": "binary_cross_entropy", "scale_inputs": "standard"},
            ValueError,
            "scale_inputs='standard' takes X beyond",
        ),
        ({"tied_weights": 1}, TypeError, "tied_weights must be True or False"),
        (
            {"hidden_layer_sizes": (5, 2, 6), "tied_weights": True},
            ValueError,
            r"hidden_layer_sizes=\(5, 2, 6\); take hidden_layer_sizes=\(5, 2, 5\)",
        ),
        ({"solver": "lbfgs", "corruption": 0.1}, ValueError, "corruption=Masking.*L-BFGS"),
        ({"solver": "lbfgs", "sparsity": ActivityL1(after())}, ValueError, "sparsity=.*L-BFGS"),
        ({"solver": "lbfgs", "contraction": Contraction(after())}, ValueError, "contraction=.*L-BFGS"),
        ({"solver": "lbfgs", "contraction": Contraction(0.1, probes=2)}, ValueError, "estimate.*L-BFGS"),
        ({"loss": "log_loss"}, ValueError, "unknown loss 'log_loss'"),
    ],
)
def test_refusals(arguments, error, message):
    model = Autoencoder(**{"hidden_layer_sizes": 2, **arguments})
    before = dict(vars(model))
    with pytest.raises(error, match=message):
        model.fit(X)
    assert vars(model).keys() == before.keys()


@pytest.mark.parametrize("layers", ["codes", (), (1, 1), (0,), 1, (True,)])
def test_layers_are_words_or_numbers(layers):
    for kind in (KLDivergence, ActivityL1, Contraction):
        with pytest.raises(ValueError, match=rf"{kind.__name__}\(layers=...\) must be 'code'"):
            kind(0.1, layers=layers)


def test_limits_of_objects():
    for wrong in (lambda: KLDivergence(0.1, rho=0.0), lambda: KLDivergence(-1), lambda: ActivityL1(-0.1)):
        with pytest.raises(ValueError, match="must lie in"):
            wrong()


def test_sparse_inputs_are_not_filled():
    rows = sparse.csr_array(X)
    with pytest.raises(ValueError, match=r"corruption=Gaussian.*would fill a sparse matrix"):
        Autoencoder(2, corruption=Gaussian(0.1), **SHORT).fit(rows)
    DenoisingAutoencoder(2, **SHORT).fit(rows)


def test_few_rows_and_constant_columns():
    with pytest.raises(ValueError, match="1 sample"):
        Autoencoder(2).fit(X[:1])
    constant = X.copy()
    constant[:, 1] = 0.25
    for scaling in (None, "standard", "robust", "minmax"):
        model = Autoencoder(2, scale_inputs=scaling, solver="lbfgs", tol=1e-9, alpha=0, random_state=0)
        off = model.fit(constant).reconstruct(constant)[:, 1] - 0.25
        assert np.abs(off).max() < 0.05


def test_a_wide_code_may_be_restrained():
    for kind in (SparseAutoencoder, DenoisingAutoencoder, ContractiveAutoencoder):
        kind(8, **SHORT).fit(X)
    with pytest.warns(UserWarning, match="set sparsity, corruption, contraction"):
        ContractiveAutoencoder(8, contraction=0, **SHORT).fit(X)


# -- what is minimised ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("engine", ["auto", "array"])
def test_the_objective_is_the_sum_of_the_equations(engine, tied):
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(X))
    arguments = {"solver": "sgd", "learning_rate_init": 1e-300, "batch_size": "full", "max_iter": 1}
    model = Autoencoder(
        (5, 3, 5),
        "tanh",
        code_activation="logistic",
        sparsity=(KLDivergence(0.7, rho=0.2), ActivityL1(0.4, layers="hidden")),
        contraction=Contraction(0.3, layers="encoder"),
        tied_weights=tied,
        alpha=0.1,
        engine=engine,
        random_state=0,
        **arguments,
    ).fit(X, sample_weight=weight)
    W, b = model.coefs_, model.intercepts_
    o = [X]
    for k in range(4):
        o.append(model.network_.activation(k + 1)(np, o[-1] @ W[k] + b[k]))
    first = (1 - o[1] ** 2)[:, :, None] * W[0].T  # (n, 5, 4), the derivatives by the inputs
    second = (o[2] * (1 - o[2]))[:, :, None] * (W[1].T @ first)  # (n, 3, 4)
    of_samples = (
        0.5 * ((o[4] - X) ** 2).sum(axis=1)
        + 0.4 * sum(np.abs(one).sum(axis=1) for one in o[1:4])  # A3
        + 0.3 * ((first**2).sum(axis=(1, 2)) + (second**2).sum(axis=(1, 2)))  # A6
    )
    share = np.average(o[2], axis=0, weights=weight)
    divergence = 0.2 * np.log(0.2 / share) + 0.8 * np.log(0.8 / (1 - share))  # A4
    penalty = 0.05 * sum((one**2).sum() for one in (W[:2] if tied else W)) / weight.sum()
    expected = np.average(of_samples, weights=weight) + 0.7 * divergence.sum() + penalty
    assert model.history_["objective"][0] == pytest.approx(expected, rel=tolerances.ENGINES_FLOAT64)


def test_two_engines_train_the_same():
    one, other = (Autoencoder(**{**MIXTURE, "engine": engine}).fit(X) for engine in ("auto", "array"))
    np.testing.assert_allclose(one.theta_, other.theta_, rtol=0, atol=tolerances.ENGINES_EPOCHS["float64"])
