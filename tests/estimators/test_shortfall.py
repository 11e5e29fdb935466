"""Who learned nothing is told so, with evidence and a cure; who learned something hears nothing."""

import re
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, make_regression
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import (
    L1,
    Adam,
    Autoencoder,
    ContractiveAutoencoder,
    DivergenceError,
    MLPClassifier,
    MLPRegressor,
    after,
)

ENGINES = ("native", "array")
DIABETES = load_diabetes(return_X_y=True)
IRIS = load_iris(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)
DIGITS = load_digits().data / 16
SMALL = np.random.default_rng(0).random((300, 3)) @ np.random.default_rng(1).random((3, 20)) * 0.01
WIDE = make_regression(200, 5, random_state=0)
NORMAL = np.random.default_rng(0).normal(size=(500, 10))
NOT_BELOW = (
    r"Nothing was learned: the training loss, \S+, is (not|hardly) below \S+, that of always predicting "
)


def heard(model, *data, **more):
    """Return what a fit warns of beside the horizon, as one text."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(*data, **more)
    said = [one for one in caught if "Maximum iterations" not in str(one.message)]
    assert all(one.category is ConvergenceWarning for one in said), [str(one.message) for one in said]
    assert all(one.filename == __file__ for one in caught)
    return " ".join(str(one.message) for one in said)


NOTHING_LEARNED = {
    "target in the hundreds": (
        MLPRegressor(random_state=0),
        DIABETES,
        r"the mean\. Targets have mean 152 and standard deviation 77: set scale_target=True\.",
    ),
    "tiny target": (
        MLPRegressor(random_state=0),
        (DIABETES[0], DIABETES[1] * 1e-6),
        r"the mean\. Targets have mean 0.000152 and standard deviation 7.7e-05: set scale_target=True\.",
    ),
    "rate too large": (
        MLPClassifier(learning_rate_init=10.0, random_state=0),
        IRIS,
        r"the class frequencies\..* it rose from \S+ to \S+\. Take a smaller learning_rate_init than 10",
    ),
    "collapsed code": (
        ContractiveAutoencoder(learning_rate_init=0.65, max_iter=60, random_state=0),
        (DIGITS,),
        r"the columns' means.* Try another .* than 0.65, as lr_find suggests, .* or weaker penalties\.",
    ),
    "rate too small": (
        MLPClassifier(learning_rate_init=1e-9, tol=1e-6, random_state=0),
        IRIS,
        r"the class frequencies.* Try another .* than 1e-09, .*, or more patience \(n_iter_no_change, now 10\)\.",
    ),
    "inputs in small units": (
        Autoencoder((3,), random_state=0),
        (SMALL,),
        r"the columns' means\. Columns of X have standard deviations of 0\.0.* at most: set scale_inputs='standard'\.",
    ),
    "early stopping": (
        MLPRegressor(early_stopping=True, random_state=0),
        DIABETES,
        r"the mean\. Targets .*: set scale_target=True\.",
    ),
    "a network that hardly begins": (
        MLPClassifier((50,) * 6, "logistic", learning_rate_init=3e-3, random_state=0),
        (NORMAL, (NORMAL[:, 0] > 0).astype(int)),
        r"the class frequencies.*The output is the same for all rows.*, or more patience \(n_iter_no_change",
    ),
    "a rare class, by accuracy": (
        MLPClassifier(early_stopping=True, random_state=0),
        (NORMAL, (NORMAL[:, 0] > 1.9).astype(int)),
        r"the class frequencies.* Accuracy decides .* early_stopping=EarlyStopping\(",
    ),
    "few epochs": (
        Autoencoder((4,), scale_inputs="standard", max_iter=5, random_state=0),
        (IRIS[0],),
        r"the columns' means\. Try .*, or more epochs \(max_iter, now 5\)\.",
    ),
    "one large constant among the targets": (
        MLPRegressor(random_state=0, max_iter=30),
        (NORMAL, np.column_stack([NORMAL[:, 0], np.full(len(NORMAL), 1e6)])),
        r"the mean\. Targets have mean 1e\+06 and standard deviation 0: set scale_target=True\.",
    ),
    "a penalty that is too strong": (
        MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=1e9, random_state=0, scale_target=True),
        DIABETES,
        r"the mean.* Try another random_state or initializer or weaker penalties\.",
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("model", "data", "cure"), NOTHING_LEARNED.values(), ids=NOTHING_LEARNED)
def test_who_learned_nothing_is_told(model, data, cure, engine):
    said = heard(model.set_params(engine=engine), *data)
    assert re.search(NOT_BELOW + cure, said), said


STOPPED_EARLY = {
    "inputs": (MLPClassifier(early_stopping=True, random_state=0), CANCER, "scale_inputs='standard'"),
    "targets": (
        MLPRegressor(solver="sgd", random_state=0),
        (WIDE[0], WIDE[1] / WIDE[1].std() * 1e3),
        "scale_target=True",
    ),
}


@pytest.mark.parametrize(("model", "data", "cure"), STOPPED_EARLY.values(), ids=STOPPED_EARLY)
def test_who_stopped_early_for_a_reason_is_told(model, data, cure):
    said = heard(model, *data)
    assert re.search(
        rf"Training stopped after {model.n_iter_} epochs at a training loss of \S+, where always "
        rf"predicting .* has \S+\. .*set {cure}\.$",
        said,
    ), said


SCALED = {"scale_target": True, "scale_inputs": "standard", "max_iter": 3000, "random_state": 0}
LONG = {"max_iter": 2000, "random_state": 0}
WELL = {
    "classes": (MLPClassifier(**LONG), IRIS, {}),
    "scaled": (MLPClassifier(scale_inputs="standard", **LONG), CANCER, {}),
    "numbers": (MLPRegressor(hidden_layer_sizes=(5,), **SCALED), DIABETES, {}),
    "early stopping": (
        MLPClassifier(early_stopping=True, scale_inputs="standard", **LONG),
        CANCER,
        {},
    ),
    "dropout": (MLPClassifier(dropout=0.5, **LONG), IRIS, {}),
    "late penalty": (MLPClassifier(regularizers=(L1(after(5, 1e-3)),), **LONG), IRIS, {}),
    "autoencoder": (Autoencoder((32, 8, 32), learning_rate_init=0.005, random_state=0), (DIGITS,), {}),
    "lbfgs": (MLPClassifier((5,), solver="lbfgs", **LONG), IRIS, {}),
    "one class of two is rare": (
        MLPClassifier(**LONG),
        (np.r_[np.zeros((200, 2)), np.ones((3, 2)) * 4], np.r_[np.zeros(200), np.ones(3)]),
        {},
    ),
    "constant target": (MLPRegressor(hidden_layer_sizes=(5,), **LONG), (IRIS[0], np.full(150, 3.0)), {}),
    "gaussian": (MLPRegressor(hidden_layer_sizes=(5,), loss="gaussian", **SCALED), DIABETES, {}),
    "counts": (
        MLPRegressor(hidden_layer_sizes=(5,), loss="poisson", scale_inputs="standard", **LONG),
        (IRIS[0][:, :3], np.floor(3 * IRIS[0][:, 3])),
        {},
    ),
    "quantiles": (MLPRegressor(hidden_layer_sizes=(5,), loss="quantiles", **SCALED), DIABETES, {}),
    "multilabel": (
        MLPClassifier(**LONG),
        (IRIS[0], np.stack([IRIS[1] == 0, IRIS[1] > 0], axis=1).astype(int)),
        {},
    ),
    "weights": (MLPClassifier(**LONG), IRIS, {"sample_weight": IRIS[1] + 1.0}),
    "targets that are mostly zero": (
        MLPRegressor(**LONG),
        (NORMAL, np.maximum(0, 3 * NORMAL[:, 0] - 2.5)),
        {},
    ),
    "targets with a long tail": (
        MLPRegressor(learning_rate_init=0.01, **LONG),
        (NORMAL, np.exp(NORMAL[:, 0])),
        {},
    ),
    "columns of one and five": (MLPRegressor(**LONG), (NORMAL, NORMAL[:, :3] * [1, 3, 5]), {}),
}


@pytest.mark.parametrize(("model", "data", "more"), WELL.values(), ids=WELL)
def test_who_learned_hears_nothing(model, data, more):
    assert heard(model, *data, **more) == ""


UNEQUAL = np.column_stack([DIGITS[:600], 1e4 * np.random.default_rng(0).normal(size=600)])
HIDDEN = {
    "columns of an autoencoder": (
        Autoencoder((5,), random_state=0),
        (UNEQUAL,),
        r"^\d+ of \d+ columns are predicted no better than by their means\. .* set scale_inputs='standard'\.$",
    ),
    "with early stopping": (
        Autoencoder((5,), early_stopping=True, random_state=0),
        (UNEQUAL,),
        r"^\d+ of \d+ columns .* set scale_inputs='standard'\.$",
    ),
    "columns, by L-BFGS": (
        Autoencoder((5,), solver="lbfgs", max_iter=500, random_state=0),
        (UNEQUAL,),
        r"^\d+ of \d+ columns .* set scale_inputs='standard'\.$",
    ),
    "one of two targets": (
        MLPRegressor(max_iter=2000, learning_rate_init=0.01, random_state=0),
        (NORMAL, np.column_stack([np.sin(3 * NORMAL[:, 0]) * 1e-2, NORMAL[:, 1] * 100])),
        r"^1 of 2 columns are .* Standard deviations are 0\.00\d+ to \d+.*: set scale_target=True\.$",
    ),
    "all rows but one": (
        Autoencoder((5,), max_iter=100, random_state=0),
        (np.vstack([DIGITS, np.full((1, 64), 1e9)]),),
        r"^Few rows make the loss: without the \d+ of \d+ that lie farthest out, the outputs are no better than",
    ),
    "a constant": (
        MLPRegressor(max_iter=50, random_state=0),
        (NORMAL, np.full(500, 1e6)),
        r"^Nothing was learned: the target is always 1e\+06, and outputs are \S+ to \S+\. .*set scale_target=True\.$",
    ),
    "targets, at the horizon": (
        MLPRegressor(random_state=0),
        make_regression(200, 10, noise=5, random_state=0),
        r"^Training stopped after 200 epochs .* set scale_target=True\.$",
    ),
    "weights": (
        MLPRegressor(random_state=0, max_iter=300),
        (NORMAL, NORMAL[:, 0], np.full(500, 1e-8)),
        r"^Nothing was learned: .* sample_weight is 1e-08 on average, so that alpha=0.0001 outweighs the loss: divide",
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("model", "data", "message"), HIDDEN.values(), ids=HIDDEN)
def test_what_the_mean_loss_hides_is_told(model, data, message, engine):
    said = heard(model.set_params(engine=engine), *data)
    assert re.search(message, said), said


def test_a_few_huge_inputs_are_told_from_units():
    X = np.vstack([NORMAL, np.full((1, 10), 1e8)])
    model = MLPClassifier(max_iter=3, random_state=0)
    with pytest.warns(ConvergenceWarning, match=r"A few of your inputs reach 1e8, .*drop or clip them\.$"):
        model.fit(X, np.arange(501) % 2)


def test_a_warm_start_that_trembles_hears_nothing():
    model = MLPClassifier(
        max_iter=600, random_state=0, solver="sgd", learning_rate_init=0.02, warm_start=True
    )
    heard(model, *IRIS)
    assert heard(model.set_params(max_iter=3), *IRIS) == ""


def test_an_infinite_loss_is_named():
    """Outputs that float32 holds, whose squares it does not; weights that do not move."""
    X = (np.arange(50, dtype=np.float32) % 2)[:, np.newaxis]
    still = {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 1e-38, "alpha": 0.0, "max_iter": 30}
    model = MLPRegressor(hidden_layer_sizes=(), initializer=([np.full((1, 1), 1e30)], [np.zeros(1)]), **still)
    assert re.search("The training loss is inf|Nothing was learned", heard(model, X, X[:, 0]))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_divergence_names_its_cause(engine):
    X, y = DIABETES
    huge = np.full(len(y), 1e305)
    with pytest.raises(DivergenceError, match="Without sample_weight and class_weight it does not happen"):
        MLPRegressor(random_state=0, engine=engine).fit(X, y, sample_weight=huge)
    scaled = MLPRegressor(
        scale_target=True, scale_inputs="standard", random_state=0, engine=engine, max_iter=5
    )
    scaled.fit(X, y, sample_weight=huge)  # large weights alone are no trouble
    with pytest.raises(
        ValueError, match="sample_weight adds up to inf in float64; divide the weights by their mean"
    ):
        scaled.fit(X, y, sample_weight=huge * 1e3)
    for solver in ({"epsilon": 1e-60}, {"solver": Adam(epsilon=1e-60)}):
        with pytest.raises(DivergenceError, match="With the usual epsilon it does not happen"):
            MLPClassifier(random_state=0, engine=engine, **solver).fit(X.astype(np.float32), y > 140)
    sgd = {"solver": "sgd", "learning_rate_init": 10.0, "random_state": 0, "activation": "identity"}
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(300, 4)) * [1, 100, 1e4, 1e3]
    with pytest.raises(
        DivergenceError, match=r"inputs span .*: set scale_inputs='standard'\. Or try a smaller"
    ):
        MLPRegressor(engine=engine, **sgd).fit(Z, Z[:, 0])
    with pytest.raises(DivergenceError, match=r"Targets have .*: set scale_target=True\. Or try a smaller"):
        MLPRegressor(engine=engine, **sgd).fit(*DIABETES)
