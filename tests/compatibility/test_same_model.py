"""Same seed, same model: what scikit-learn's estimators reach, ours reach, on drawn configurations."""

import numpy as np
import pytest

from tests.compatibility.configurations import (
    CALLS,
    LOADERS,
    TARGETS,
    Samples,
    configurations,
    drawn,
    sample,
    samples,
)
from tests.compatibility.same_model import apart, figures, pair, version
from tests.tolerances import SAME_MODEL_FLOAT32, SAME_MODEL_FLOAT64, SAME_MODEL_LBFGS

pytestmark = pytest.mark.skipif(version() < (1, 9), reason="the model to be the same is of scikit-learn 1.9")

ALL = configurations()
TOLERANCES = {
    "sgd float64": SAME_MODEL_FLOAT64,
    "adam float64": SAME_MODEL_FLOAT64,
    "lbfgs float64": SAME_MODEL_LBFGS,
    "sgd float32": SAME_MODEL_FLOAT32,
    "adam float32": SAME_MODEL_FLOAT32,
}
SAMPLE = {configuration.index for configuration in sample(40)}


def _parameter(configuration):
    marks = () if configuration.index in SAMPLE else pytest.mark.slow
    return pytest.param(configuration, id=str(configuration), marks=marks)


@pytest.mark.parametrize("configuration", [_parameter(configuration) for configuration in ALL])
def test_same_model(configuration):
    trained = pair(configuration)
    assert not trained.theirs.error, "a configuration must be trained to the end"
    assert not trained.ours.error
    found, single = figures(trained), configuration.dtype == "float32"
    assert found.n_iter <= (1 if single else 0)
    tolerance = TOLERANCES[configuration.kind]
    assert found.loss <= tolerance
    if found.n_iter == 0:
        assert max(found.weights, found.outputs) <= tolerance
        _check_fitted_attributes(trained.ours.estimator, trained.theirs.estimator, tolerance)
        _check_predictions(trained, tolerance)
        assert trained.ours.warned == trained.theirs.warned
        if configuration.shared:
            assert _next_draw(trained.ours) == _next_draw(trained.theirs)


def _check_fitted_attributes(ours, theirs, tolerance):
    for name in ("loss_", "best_loss_", "best_validation_score_", "validation_scores_", "loss_curve_", "t_"):
        assert hasattr(ours, name) == hasattr(theirs, name), name
        expected = getattr(theirs, name, None)
        if expected is None:
            assert getattr(ours, name, None) is None
        else:
            assert apart(getattr(ours, name), expected) <= tolerance, name


def _check_predictions(trained, tolerance):
    ours, theirs = (one.estimator.predict(trained.X) for one in (trained.ours, trained.theirs))
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    if hasattr(trained.theirs.estimator, "classes_"):
        np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(trained.ours.estimator.classes_, trained.theirs.estimator.classes_)
    else:
        assert apart(ours, theirs) <= tolerance


def _next_draw(trained):
    return trained.random_state.randint(2**31)


# -- the configurations themselves ---------------------------------------------------------------


def _kinds_of(configuration):
    """What one configuration covers, in words."""
    arguments = dict(configuration.arguments)
    words = {
        ("solver", configuration.kind),
        ("data", configuration.data),
        ("target", configuration.target),
        ("calls", configuration.calls),
        ("storage", configuration.storage),
        ("weighted", configuration.weighted),
        ("shared", configuration.shared),
        ("depth", len(arguments["hidden_layer_sizes"])),
        ("activation", arguments["activation"]),
        ("alpha", arguments["alpha"] > 0),
    }
    if arguments["solver"] != "lbfgs":
        words |= {
            ("shuffle", arguments["shuffle"]),
            ("early stopping", arguments["early_stopping"], configuration.calls == "warm start"),
        }
    if arguments["solver"] == "sgd":
        words |= {
            ("momentum", arguments["momentum"], arguments["nesterovs_momentum"]),
            ("learning_rate", arguments["learning_rate"]),
        }
    if arguments["batch_size"] != "auto" and not arguments["early_stopping"]:
        n = samples(configuration)[0].X.shape[0]
        words.add(("short last batch", 0 < n % arguments["batch_size"] < n))
    return words


def test_configurations_cover_what_they_should():
    everything = set().union(*map(_kinds_of, ALL))
    expected = {
        *(("solver", kind) for kind in TOLERANCES),
        *(("data", name) for name in LOADERS),
        *(("target", name) for name in TARGETS),
        *(("calls", name) for name in CALLS),
        *(("storage", name) for name in ("dense", "csr", "csc")),
        *(("depth", depth) for depth in range(4)),
        *(("activation", name) for name in ("identity", "logistic", "tanh", "relu")),
        *(("learning_rate", name) for name in ("constant", "invscaling", "adaptive")),
        *(("momentum", momentum, flag) for momentum in (0.0, 0.5, 0.9) for flag in (False, True)),
        *(("early stopping", early, warm) for early in (False, True) for warm in (False, True)),
        *((what, flag) for what in ("weighted", "shared", "alpha", "shuffle") for flag in (False, True)),
        ("short last batch", True),
    }
    assert expected <= everything
    rest = expected - set().union(*(_kinds_of(ALL[index]) for index in SAMPLE))
    assert not rest, "the sample that always runs leaves something out"


def test_configurations_are_functions_of_their_index_and_differ():
    assert drawn(7) == drawn(7)
    assert len({configuration.arguments for configuration in ALL}) == len(ALL)
    assert len({configuration.seed for configuration in ALL}) == len(ALL)


@pytest.mark.parametrize("index", sorted(SAMPLE)[:5])
def test_samples_vary(index):
    data = samples(drawn(index))
    X = np.concatenate([one.X if isinstance(one.X, np.ndarray) else one.X.toarray() for one in data])
    assert (X.std(axis=0) > 0).all()
    assert all(len(np.unique(one.y, axis=0)) > 1 for one in data)
    repeated: list[Samples] = samples(drawn(index))
    assert all((abs(a.X - b.X)).max() == 0 for a, b in zip(data, repeated, strict=True))


def test_a_difference_is_seen():
    """The comparison itself: one weight is moved a little, and it is found."""
    configuration = next(one for one in ALL if one.kind == "adam float64" and one.calls == "fit")
    trained = pair(configuration)
    assert figures(trained).weights <= SAME_MODEL_FLOAT64
    trained.ours.estimator.coefs_[0][0, 0] *= 1 + 1e-6
    assert figures(trained).weights > SAME_MODEL_FLOAT64
