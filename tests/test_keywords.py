"""An unknown keyword argument is answered with the one that was meant, wherever it is passed."""

import copy
import inspect
import pickle
import re
import warnings

import numpy as np
import pytest

import rosenblatt
from rosenblatt import (
    L1,
    Adam,
    Autoencoder,
    AutoencoderDetector,
    Cosine,
    EarlyStopping,
    FilterDisplay,
    Gaussian,
    GradientNorms,
    GradientNormsDisplay,
    MarginDisplay,
    Masking,
    MLPClassifier,
    MLPRegressor,
    OneCycle,
    Perceptron,
    ReduceOnPlateau,
    TimeBudget,
    Warmup,
    lr_find,
    separability,
)
from rosenblatt.catalogue import catalogue
from rosenblatt.keywords import Hinted, hint
from rosenblatt.other_arguments import MEANT
from rosenblatt.rules.rule import Rule

X, y = np.arange(12.0).reshape(6, 2), np.arange(6) % 2

CASES = [
    (lambda: MLPClassifier(lr=0.1), r"MLPClassifier\(\) .* 'lr', did you mean learning_rate_init="),
    (lambda: MLPClassifier(epochs=5), "did you mean max_iter="),
    (lambda: MLPRegressor(hidden_layers=(5,)), "did you mean hidden_layer_sizes="),
    (lambda: MLPRegressor(optimizer="adam"), "did you mean solver="),
    (lambda: MLPClassifier(learning_rate_initial=1), "did you mean learning_rate_init="),
    (lambda: Autoencoder(latent_dim=2), "did you mean hidden_layer_sizes="),
    (lambda: AutoencoderDetector(seed=3), "did you mean random_state="),
    (lambda: Perceptron(lr=1), "did you mean eta0="),
    (lambda: L1(strenght=0.1), r"L1\(\) .* 'strenght', did you mean strength="),
    (lambda: Cosine(end=0.1), r"Cosine\(\) .* 'end', did you mean final="),
    (lambda: Adam(beta1=0.9), "did you mean beta_1="),
    (lambda: Masking(p=0.1), r"Masking\(\) .* 'p', did you mean rate="),
    (lambda: Warmup(epoch=3), "did you mean epochs="),
    (lambda: EarlyStopping(patiense=3), "did you mean patience="),
    (lambda: TimeBudget(secs=3), "seconds"),
    (
        lambda: MLPClassifier().fit(X, y, epochs=3),
        r"MLPClassifier.fit\(\) .* argument of the estimator, MLPClassifier\(max_iter=",
    ),
    (lambda: MLPClassifier().fit(X, y, batch_size=3), r"of the estimator, MLPClassifier\(batch_size="),
    (lambda: MLPRegressor().fit(X, y, validation_data=(X, y)), r"did you mean X_val=\.\.\., y_val="),
    (lambda: MLPRegressor().partial_fit(X, y, lr=1), r"MLPRegressor\(learning_rate_init="),
    (lambda: Autoencoder().fit(X, epochs=3), r"Autoencoder\(max_iter="),
    (lambda: Perceptron().fit(X, y, weights=y), "did you mean sample_weight="),
    (lambda: AutoencoderDetector().fit(X, verbose=1), r"AutoencoderDetector\(verbose="),
    (lambda: MLPClassifier(betas=(0.9, 0.99)), r"did you mean beta_1=\.\.\., beta_2="),
    (lambda: MLPClassifier(batch_norm=True), "scale_inputs='standard'"),
    (lambda: MLPClassifier(l1=0.1), r"regularizers=\(L1\("),
    (lambda: MLPClassifier(X_val=X), r"argument of fit, MLPClassifier\(\.\.\.\)\.fit\(\.\.\., X_val="),
    (
        lambda: MLPClassifier((3,), "relu", "adam"),
        "hidden_layer_sizes, activation alone without a name.*solver='adam'",
    ),
    (lambda: Perceptron("l2"), r"Perceptron\(penalty='l2'\)"),
    (lambda: Perceptron(learning_rate=1), "did you mean eta0="),
    (lambda: Adam(lr=1), "estimator's learning_rate_init"),
    (lambda: ReduceOnPlateau(min_lr=1e-5), "did you mean minimum="),
    (lambda: OneCycle(max_lr=0.1), "did you mean peak="),
    (lambda: OneCycle(pct_start=0.1), "did you mean rise="),
    (lambda: Cosine(T_max=50), "the horizon is the estimator's max_iter"),
    (lambda: Gaussian(std=0.1), "did you mean standard_deviation="),
    (lambda: Autoencoder().fit(X, validation_data=(X, X)), r"did you mean X_val=\.\.\.\?"),
    (lambda: Autoencoder().fit(X, y_val=X), "did you mean target_val="),
    (lambda: MLPClassifier().fit(X), r"^MLPClassifier.fit\(\) missing .* 'y'"),
    (lambda: lr_find(MLPClassifier(), X, y, start_lr=1e-5), r"lr_find\(\) .* 'start_lr', did you mean low="),
    (lambda: separability(X, y, bias=True), r"separability\(\) .*did you mean fit_intercept="),
    (
        lambda: MarginDisplay.from_estimator(None, X, y, axes=3),
        r"MarginDisplay.from_estimator\(\) .* mean ax=",
    ),
    (lambda: FilterDisplay.from_estimator(None, shape=(2, 2)), "did you mean image_shape="),
    (lambda: GradientNormsDisplay(hist={}), "did you mean history="),
    (lambda: GradientNorms(each=2), "GradientNorms"),
]


@pytest.mark.parametrize(("call", "message"), CASES)
def test_what_was_meant_is_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, Autoencoder, AutoencoderDetector, Perceptron])
def test_set_params_stays_scikit_learns_error(kind):
    with pytest.raises(ValueError, match=r"Invalid parameter 'epochs' .*did you mean max_iter="):
        kind().set_params(epochs=3)
    with pytest.raises(ValueError, match="Invalid parameter 'zzz'"):
        kind().set_params(zzz=3)


def test_errors_of_types_from_within_are_left_alone():
    with pytest.raises(TypeError, match="hidden_layer_sizes"):
        MLPClassifier("relu").fit(X, y)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        MLPClassifier().fit(X)


WARNED = [
    lambda: MLPClassifier((3,), max_iter=1, batch_size=100).fit(X, y),
    lambda: MLPClassifier((3,), solver="lbfgs", max_iter=1).fit(X, y),
    lambda: MLPRegressor(hidden_layer_sizes=(3,), max_iter=1).fit(X, y),
    lambda: Autoencoder(5, max_iter=1, batch_size=100).fit(X),
    lambda: Autoencoder(1, max_iter=1).fit(X, X + 1),
    lambda: Autoencoder(1, max_iter=1).partial_fit(X, X + 1),
    lambda: Autoencoder(1, max_iter=1).fit(X).score(X, X + 1),
    lambda: AutoencoderDetector(max_iter=1).fit(X),
    lambda: Perceptron(max_iter=1).fit(X, y),
]


@pytest.mark.parametrize("call", WARNED)
def test_warnings_name_the_line_of_the_call(call):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        call()
    assert told
    assert {one.filename for one in told} == {__file__}


def test_signatures_are_those_of_the_constructors():
    for name in rosenblatt.__all__:
        one = getattr(rosenblatt, name)
        if isinstance(one, type) and issubclass(one, Hinted):
            shown = inspect.signature(one)
            assert not [p for p in shown.parameters.values() if p.kind is p.VAR_KEYWORD], name
    assert list(inspect.signature(MLPClassifier.fit).parameters)[:4] == ["self", "X", "y", "sample_weight"]


def test_copies_and_pickles_need_no_arguments():
    for one in (L1(0.1), Cosine(), TimeBudget(3), MLPClassifier((3,), alpha=1)):
        assert (
            repr(copy.deepcopy(one)).partition(" at ")[0]
            == repr(pickle.loads(pickle.dumps(one))).partition(" at ")[0]
        )


def test_subclasses_may_take_what_they_like():
    class Mine(MLPClassifier):
        def __init__(self, depth=2, **others):
            super().__init__((5,) * depth, **others)

    assert Mine(depth=3, alpha=1).hidden_layer_sizes == (5, 5, 5)
    with pytest.raises(TypeError, match="'lr'"):
        Mine(lr=1)
    with pytest.raises(TypeError, match="takes no arguments, got 3"):
        type("Bare", (Hinted,), {})(3)


def test_each_cure_of_the_table_can_be_typed():
    known = {
        name for one in (*PUBLIC, *catalogue(Rule).values()) for name in inspect.signature(one).parameters
    }
    known |= {name for one in PUBLIC if isinstance(one, type) for name in parameters_of_methods(one)}
    for said in MEANT:
        for part in [said] if "(" in said else said.split(", "):
            assert part.partition("=")[0] in known, said
        for kind, name in re.findall(r"(\w+)\((\w+)=", said):
            assert name in inspect.signature(getattr(rosenblatt, kind)).parameters, said


PUBLIC = [one for one in (getattr(rosenblatt, name) for name in rosenblatt.__all__) if callable(one)]
PUBLIC = [one for one in PUBLIC if not (isinstance(one, type) and issubclass(one, Exception))]


def parameters_of_methods(kind):
    for name, method in inspect.getmembers(kind, callable):
        if not name.startswith("_"):
            yield from inspect.signature(method).parameters


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, Autoencoder, AutoencoderDetector, Perceptron])
def test_each_alias_is_answered_with_an_argument_of_the_estimator(kind):
    there = set(kind().get_params())
    for name in {name for names in MEANT.values() for name in names.split()} - there:
        with pytest.raises(TypeError, match=name) as caught:
            kind(**{name: 1})
        for said in re.findall(r"did you mean (\w+)=", str(caught.value)):
            assert said in there, name


def test_nothing_is_guessed_where_nothing_is_alike():
    assert hint("zzz", MLPClassifier.__init__) == ""
