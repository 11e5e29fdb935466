"""Layers with the multiplier 0 stay bit for bit, whatever acts on weights; where all do, nothing is learned."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import (
    L1,
    L2,
    AdamW,
    Autoencoder,
    Clip,
    Constant,
    Cosine,
    Hinge,
    Lion,
    MaxNorm,
    MLPClassifier,
    MLPRegressor,
    NonNegative,
    PerLayer,
    ProximalL1,
    Warmup,
    WeightDecay,
    after,
    greedy_pretrain,
    lr_find,
)

random = np.random.default_rng(0)
X = random.normal(size=(90, 5))
y = (X[:, 0] > 0).astype(int)
SAYS = "Nothing could be learned"

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ACTING = {
    "norms": (MaxNorm(0.05),),
    "signs": (NonNegative(),),
    "decay": (WeightDecay(0.5),),
    "zeros": (ProximalL1(0.5),),
    "penalties": (L1(0.5), L2(0.5)),
    "all": (Clip(norm=0.01, value=0.5), MaxNorm(0.1), NonNegative(), WeightDecay(0.1), ProximalL1(0.1)),
}


def bits(model):
    """Return weights and biases of each layer as bytes."""
    return [(W.tobytes(), b.tobytes()) for W, b in zip(model.coefs_, model.intercepts_, strict=True)]


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("acting", ACTING)
@pytest.mark.parametrize("multipliers", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (0, 0, 2)], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_layer_with_multiplier_0_stays(engine, acting, multipliers, dtype):
    for solver in ("sgd", AdamW(weight_decay=0.5), Lion(weight_decay=0.1)):
        for average, batch_size in ((None, 1), (None, 20), ("ema", 20), ("swa", 90)):
            common = {"engine": engine, "random_state": 0, "solver": solver, "batch_size": batch_size}
            start = MLPClassifier((6, 4), learning_rate=PerLayer((0, 0, 0)), max_iter=1, **common)
            model = MLPClassifier(
                (6, 4),
                learning_rate=PerLayer(multipliers),
                learning_rate_init=0.05,
                regularizers=ACTING[acting],
                average=average,
                alpha=0.1,
                max_iter=3,
                **common,
            )
            before, then = bits(start.fit(X.astype(dtype), y)), bits(model.fit(X.astype(dtype), y))
            assert [a == b for a, b in zip(before, then, strict=True)] == [c == 0 for c in multipliers]


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("tied", [False, True])
def test_layers_of_an_autoencoder_stay(engine, tied):
    common = {"engine": engine, "tied_weights": tied, "random_state": 0}
    start = Autoencoder((3,), learning_rate=PerLayer((0, 0)), max_iter=1, **common).fit(X)
    acting = {"regularizers": ACTING["all"], "average": "ema", "max_iter": 3}
    for multipliers in ((0, 1), (1, 0)):
        model = Autoencoder((3,), learning_rate=PerLayer(multipliers), **acting, **common).fit(X)
        same = [
            [
                a.tobytes() == b.tobytes()
                for a, b in zip(getattr(model, which), getattr(start, which), strict=True)
            ]
            for which in ("coefs_", "intercepts_")
        ]
        frozen = [c == 0 for c in multipliers]
        assert same == [[frozen[0]] * 2 if tied else frozen, frozen]  # a decoder's weights are the encoder's


@pytest.mark.parametrize("engine", ["array", "native"])
def test_what_is_given_stays_to_the_sign_of_zero(engine):
    start = MLPRegressor(hidden_layer_sizes=(3,), max_iter=1, engine=engine).fit(X, y)
    start.theta_[:4] = [-0.0, 0.0, -1.0, 5e-324]
    start.set_params(
        warm_start=True, learning_rate=PerLayer((0, 1)), regularizers=ACTING["all"], random_state=0
    )
    before = start.coefs_[0].tobytes()
    assert start.fit(X, y).coefs_[0].tobytes() == before


@pytest.mark.parametrize(
    "rate",
    [PerLayer((0, 0)), Warmup(then=PerLayer((0.0, 0.0), Cosine())), after(500, 0.1), lambda clock: 0.0],
)
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, Autoencoder])
def test_it_is_said_that_nothing_can_be_learned(kind, rate):
    model = kind(hidden_layer_sizes=(3,), learning_rate=rate, max_iter=5)
    with pytest.warns(
        ConvergenceWarning, match=rf"{SAYS}: learning_rate=.*(every layer|every epoch)"
    ) as told:
        model.fit(X, y) if kind is not Autoencoder else model.fit(X)
    assert [one.filename for one in told] == [__file__]


def test_it_is_said_in_each_part_where_all_layers_stay():
    with pytest.warns(ConvergenceWarning, match=SAYS):
        Autoencoder((3,), learning_rate=PerLayer((0, 0))).partial_fit(X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Autoencoder((3,), learning_rate=Warmup(epochs=20, start=0.0)).partial_fit(X)  # the next ones learn


def test_it_is_not_said_where_something_learns_or_all_is_learned():
    separable = MLPClassifier((), loss=Hinge(), solver="sgd", alpha=0, warm_start=True, max_iter=500)
    rows = X[np.abs(X[:, 0]) > 0.3] * 10
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        MLPClassifier((3,), learning_rate=PerLayer((0, 1)), max_iter=5).fit(X, y)
        for _ in range(3):  # after the first there is no gradient any more
            separable.fit(rows, (rows[:, 0] > 0).astype(int))
    assert not [one for one in told if SAYS in str(one.message)]


@pytest.mark.parametrize(
    ("rate", "plain"),
    [
        (PerLayer((0.0, 1.0, 2.0)), "constant"),
        (PerLayer((2.0, 1.0, 0.5), Constant(0.01)), Constant(0.01)),
        (PerLayer((0.0, 0.0, 1.0), Cosine(peak=0.01)), Cosine(peak=0.01)),
        (Warmup(then=PerLayer((0.0, 1.0, 1.0), Cosine())), Warmup(then=Cosine())),
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", ["plain", "denoising"])
def test_layers_that_stay_in_fine_tuning_are_trained_before(kind, rate, plain):
    common = {"hidden_layer_sizes": (4, 3), "max_iter": 5, "random_state": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # nor is anything said of rates
        warnings.filterwarnings(
            "ignore", "Layer . of 2 in greedy_pretrain: Nothing was learned"
        )  # in five epochs
        found = greedy_pretrain(MLPClassifier(learning_rate=rate, **common), X, kind=kind)
        right = greedy_pretrain(MLPClassifier(learning_rate=plain, **common), X, kind=kind)
    assert [W.tolist() for W in found.initializer.coefs] == [W.tolist() for W in right.initializer.coefs]
    assert found.learning_rate == rate
    model = found.fit(X, y)
    stay = [c == 0 for c in model.plan_.multipliers[:2]]
    assert [(a == b).all() for a, b in zip(model.coefs_[:2], right.initializer.coefs, strict=True)] == stay


def test_layers_of_an_autoencoder_are_trained_at_the_plain_rate():
    common = {"hidden_layer_sizes": (4, 2, 4), "max_iter": 5, "random_state": 0}
    found = greedy_pretrain(Autoencoder(learning_rate=PerLayer((0, 1, 1, 0)), **common), X, kind="plain")
    right = greedy_pretrain(Autoencoder(**common), X, kind="plain")
    assert [W.tolist() for W in found.initializer.coefs] == [W.tolist() for W in right.initializer.coefs]
    assert not (found.initializer.coefs[0] == Autoencoder(**common).fit(X).coefs_[0]).all()


@pytest.mark.parametrize("name", ["sample_weight", "target", "groups", "y"])
def test_what_no_layer_takes_is_named(name):
    with pytest.raises(TypeError, match=rf"greedy_pretrain\(..., {name}=...\) is no argument of Autoencoder"):
        greedy_pretrain(MLPClassifier((3,)), X, kind="plain", **{name: y})


def test_the_range_test_keeps_the_multipliers():
    def found(rate):
        return lr_find(MLPClassifier((6,), learning_rate=rate, random_state=0), X, y).losses.tobytes()

    assert found(PerLayer((0, 1), Constant(0.1))) == found(PerLayer((0, 1))) != found("constant")
