"""What acts while an autoencoder trains: a user's own corruption and activation, and what is switched off."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import (
    L1,
    ActivityL1,
    Autoencoder,
    Clip,
    Contraction,
    DenoisingAutoencoder,
    Gaussian,
    InputNoise,
    KLDivergence,
    Masking,
    Multiplicative,
    SaltAndPepper,
    after,
)
from rosenblatt.errors import DivergenceError
from rosenblatt.rules.activations import Activation
from tests.estimators.own_rules import Softsign2
from tests.estimators.refusals import refused
from tests.marks import needs_native

X = np.random.default_rng(0).uniform(size=(30, 4))
COPIES = "the code has 6 nodes for 4 features .hidden_layer_sizes=6.: without penalty or noise"

OWN = "is none of the compiled engine's"
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings(f"ignore:.*{OWN}:UserWarning"),
]


class Spoiler:
    """A corruption of a user's own."""

    def __init__(self, change, after=0):
        self.change, self.after, self.calls = change, after, 0

    def corrupt(self, x, random):
        self.calls += 1
        return self.change(x) if self.calls > self.after else x

    def __repr__(self):
        return "Spoiler()"


def autoencoder(**arguments):
    defaults = {"hidden_layer_sizes": 2, "max_iter": 2, "random_state": np.random.RandomState(0)}
    return Autoencoder(**{**defaults, **arguments})


# -- a user's own corruption ---------------------------------------------------------------------------


def with_entry(value):
    """Return what writes one value into row 3, column 1."""

    def change(x):
        x[3, 1] = value
        return x

    return change


@pytest.mark.parametrize("late", [0, 1])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_entry(np.nan), "finite numbers, got nan for"),
        (with_entry(-np.inf), "finite numbers, got -inf for"),
        (lambda x: x[:, :2], "numbers of shape (30, 4), got float64 of shape (30, 2)"),
        (lambda x: x.astype(str), "numbers of shape (30, 4), got <U32 of shape (30, 4)"),
        (lambda x: x > 0.5, "numbers of shape (30, 4), got bool"),
        (lambda x: [[1.0], [2.0, 3.0]], "numbers of shape (30, 4): they must have rows of one length"),
        (lambda x: None, "numbers of shape (30, 4), got object of shape ()"),
    ],
)
def test_what_a_corruption_returns_is_looked_at_and_blamed_on_it(change, said, late):
    """Also in a later step; the estimator is then as it was, with the fit before."""
    fitted = autoencoder().fit(X)
    for model in (autoencoder(), fitted):
        model.set_params(corruption=Spoiler(change, late), random_state=0)  # a stream would have moved
        message = refused(
            model,
            lambda m: m.fit(X),
            ValueError,
            "corruption: Spoiler().corrupt(x, random) must return",
            said,
        )
        assert "StandardScaler" not in message
    with pytest.raises(ValueError, match="corruption") as caught:
        clone(fitted).fit(X)
    assert not isinstance(caught.value, DivergenceError)


def test_the_place_in_the_batch_is_named():
    model = autoencoder(corruption=Spoiler(with_entry(np.nan)), shuffle=False)
    with pytest.raises(ValueError, match=rf"got nan for {X[3, 1]:.6g} in row 3, column 1 of a batch"):
        model.fit(X)


def test_what_is_too_large_for_the_dtype_is_infinite():
    large = autoencoder(corruption=Spoiler(lambda x: x + np.float64(1e39)))
    with pytest.raises(ValueError, match=r"Spoiler\(\).corrupt.* finite numbers, got inf"):
        large.fit(X.astype(np.float32))


def test_a_corruption_may_return_whole_numbers():
    whole = autoencoder(corruption=Spoiler(lambda x: np.zeros(x.shape, dtype=int)), random_state=0).fit(X)
    zeros = autoencoder(corruption=Spoiler(lambda x: 0 * x), random_state=0).fit(X)
    np.testing.assert_array_equal(whole.theta_, zeros.theta_)


def test_what_cannot_be_called_is_no_corruption():
    class Named:
        corrupt = "zeros"

    refused(
        autoencoder(corruption=Named()), lambda m: m.fit(X), TypeError, "an object with corrupt(x, random)"
    )


# -- what is off is as if it were not given --------------------------------------------------------------

OFF = [
    {"sparsity": KLDivergence(0)},
    {"sparsity": ActivityL1(0.0)},
    {"sparsity": (0, KLDivergence(0.0, layers="hidden"))},
    {"corruption": Masking(0.0)},
    {"corruption": Gaussian(0)},
    {"corruption": SaltAndPepper(0.0, emphasis=(2.0, 1.0))},
    {"corruption": Multiplicative(0.0)},
    {"contraction": Contraction(0)},
    {"contraction": Contraction(0.0, probes=2)},
]


@pytest.mark.parametrize("arguments", OFF, ids=str)
def test_a_strength_of_0_leaves_no_trace(arguments):
    plain = autoencoder(hidden_layer_sizes=3, code_activation="relu", random_state=0).fit(X)
    off = clone(plain).set_params(**arguments).fit(X)
    assert off.plan_ == plain.plan_
    np.testing.assert_array_equal(off.theta_, plain.theta_)
    clone(off).set_params(solver="lbfgs").fit(X)  # which bears no noise


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        *OFF,
        {"sparsity": 0, "corruption": 0.0, "contraction": 0},
        {"dropout": (0.0, 0.0)},
        {"regularizers": (L1(0), InputNoise(0.0))},
        {"regularizers": (Clip(1.0),)},
        {"alpha": 1.0},
    ],
    ids=str,
)
def test_a_wide_code_that_nothing_restrains_is_warned_of(arguments):
    with pytest.warns(UserWarning, match=COPIES):
        autoencoder(hidden_layer_sizes=6, **arguments).fit(X)


@pytest.mark.parametrize(
    "arguments",
    [
        {"sparsity": ActivityL1(0.1)},
        {"sparsity": (0, after(1, 0.1))},
        {"corruption": 0.1},
        {"corruption": Spoiler(np.zeros_like), "engine": "array"},
        {"corruption": Masking(after(1, 0.1))},
        {"contraction": Contraction(0.1)},
        {"dropout": (0.1, 0.0)},
        {"regularizers": (L1(0.1),)},
        {"regularizers": (InputNoise(0.1),)},
        {"hidden_layer_sizes": 4},
    ],
    ids=str,
)
def test_one_that_is_restrained_or_not_wide_is_not(arguments):
    with warnings.catch_warnings(action="error", category=UserWarning):
        warnings.filterwarnings("ignore", category=ConvergenceWarning)  # a few epochs learn nothing
        warnings.filterwarnings("ignore", message=".*none of the compiled engine")  # another matter
        autoencoder(**{"hidden_layer_sizes": 6, **arguments}).fit(X)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sparsity": ActivityL1(0, layers=(3,))}, "sparsity: ActivityL1.layers=.* 1 to 1, got 3"),
        ({"contraction": Contraction(0, layers=(3,))}, "contraction: Contraction.layers=.* 1 to 1, got 3"),
    ],
)
def test_what_is_off_must_be_possible_all_the_same(arguments, message):
    with pytest.raises(ValueError, match=message):
        autoencoder(**arguments).fit(X)


# -- a user's own activation under a contraction ---------------------------------------------------------


class Bare(Activation):
    """Twice its argument, without a second derivative."""

    def __call__(self, xp, a):
        return 2 * a

    def derivative(self, xp, o):
        return 2 * xp.ones_like(o)


class Whole(Bare):
    """The same with one."""

    def second_derivative(self, xp, o):
        return xp.zeros_like(o)


class Wrong(Bare):
    """The same with one that is none."""

    def second_derivative(self, xp, o):
        return o / 0.0


def test_an_activation_without_a_second_derivative_is_named_before_any_work():
    refused(
        autoencoder(code_activation=Bare(), contraction=0.1),
        lambda m: m.fit(X),
        TypeError,
        "contraction=0.1 follows second derivatives",
        "Bare has none: define second_derivative(self, xp, o)",
    )
    refused(
        autoencoder(code_activation=Wrong(), contraction=0.1),
        lambda m: m.fit(X),
        ValueError,
        "Wrong().second_derivative returned NaN or infinity",
    )
    assert np.isfinite(autoencoder(code_activation=Whole(), contraction=0.1).fit(X).theta_).all()
    below = {"hidden_layer_sizes": (3, 2, 3), "activation": ("tanh", "tanh", Bare()), "contraction": 0.1}
    assert np.isfinite(autoencoder(**below).fit(X).theta_).all()  # the decoder's is not followed


# -- the engine that a corruption of a user's own takes ----------------------------------------------------


def told(model, do):
    """Return the warnings about a corruption of a user's own."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        do(model)
    return [one for one in caught if OWN in str(one.message)]


def partly(model):
    for _ in range(3):
        model.partial_fit(X)


@needs_native
def test_that_it_moves_training_to_the_array_engine_is_said_once(monkeypatch):
    monkeypatch.delenv("ROSENBLATT_ENGINE", raising=False)
    own = Spoiler(lambda x: x)
    for kind in (Autoencoder, DenoisingAutoencoder):
        for do in (lambda m: m.fit(X), lambda m: m.fit_transform(X), partly):
            model = kind((2,), max_iter=3, corruption=own, random_state=0)
            (one,) = told(model, do)
            assert one.category is UserWarning
            assert "corruption=Spoiler()" in str(one.message)
            assert "engine='array'" in str(one.message)
            assert model.engine_ == "array"
    (again,) = told(model, lambda m: m.fit(X))
    assert again.filename == __file__


@pytest.mark.parametrize(
    "arguments",
    [
        {"corruption": Masking(0.2)},
        {"corruption": Spoiler(lambda x: x), "engine": "array"},
        {
            "corruption": Spoiler(lambda x: x),
            "activation": Softsign2(),
            "hidden_layer_sizes": (3, 2, 3),
        },  # which is there anyway
        {},
    ],
)
def test_nothing_is_said_where_the_engine_is_the_right_one(arguments):
    assert not told(autoencoder(**arguments), lambda m: m.fit(X))
