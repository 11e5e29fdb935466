"""Fits within a fit: what their user is told, and what not."""

import re
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import Autoencoder, AutoencoderDetector, MLPClassifier, greedy_pretrain


def plane(n=300):
    random = np.random.default_rng(0)
    return random.normal(size=(n, 2)) @ random.normal(size=(2, 8))


def said(work):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        work()
    assert all(warning.category is ConvergenceWarning for warning in heard)
    assert all(warning.filename == __file__ for warning in heard)
    return [str(warning.message) for warning in heard]


@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize("kind", ["plain", "sparse", "denoising", "contractive"])
def test_layers_that_learn_are_trained_without_a_word(kind, engine):
    model = MLPClassifier((6, 5), max_iter=100, learning_rate_init=0.01, random_state=0, engine=engine)
    assert said(lambda: greedy_pretrain(model, plane(), kind=kind)) == []


@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize("model", [MLPClassifier((6, 5)), Autoencoder((6, 3, 6))])
def test_a_layer_that_learns_nothing_is_named(model, engine):
    model.set_params(max_iter=2, learning_rate_init=1e-9, random_state=0, engine=engine)
    first, *_ = said(lambda: greedy_pretrain(model, plane(), kind="plain"))
    assert re.match(r"Layer 1 of 2 in greedy_pretrain: Nothing was learned", first)
    assert "learning_rate_init than 1e-09" in first


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_detector_that_learns_is_trained_without_a_word(solver):
    assert said(lambda: AutoencoderDetector(solver=solver, random_state=0, max_iter=12).fit(plane())) == []


def test_networks_of_a_detector_that_learn_nothing_are_named():
    detector = AutoencoderDetector(learning_rate_init=1e-9, random_state=0, n_estimators=3)
    heard = said(lambda: detector.fit(plane()))
    assert [text.split(":")[0] for text in heard] == [f"Network {i} of 3" for i in (1, 2, 3)]
    assert all("Nothing was learned" in text for text in heard)


def test_an_error_that_a_user_makes_of_warnings_is_one():
    detector = AutoencoderDetector(learning_rate_init=1e-9, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning, match="Network 1 of 2: Nothing"):
            detector.fit(plane())
    assert not hasattr(detector, "estimators_")
