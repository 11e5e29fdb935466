"""Who calls partial_fit again and again and learns nothing is told once; healthy streams hear nothing."""

import copy
import re
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from rosenblatt import (
    Autoencoder,
    ContractiveAutoencoder,
    Cosine,
    MLPClassifier,
    MLPRegressor,
    OneCycle,
    Polynomial,
    Step,
    Warmup,
)

ENGINES = ("native", "array")
DIABETES = load_diabetes(return_X_y=True)
IRIS = load_iris(return_X_y=True)
DIGITS = load_digits().data / 16, load_digits().target
NOTHING = r"^Nothing was learned in \d+ calls of partial_fit: the training loss, \S+, is not below \S+, that of always "
ANEW = r" Begin anew for that: partial_fit goes on with the scaling and the rate of its first call\.$"


def heard(model, X, y, calls, rows=None, seed=0):
    """Return what calls of partial_fit on all rows, or on a few of them, warn of."""
    rng = np.random.default_rng(seed)
    classes = {"classes": np.unique(y)} if isinstance(model, MLPClassifier) else {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(calls):
            chosen = slice(None) if rows is None else rng.integers(0, X.shape[0], rows)
            model.partial_fit(X[chosen], None if y is None else y[chosen], **classes)
    assert all(one.category is ConvergenceWarning and one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


NOT_LEARNED = {
    "it blew up": (
        MLPRegressor(solver="sgd", random_state=0),
        (DIABETES[0], DIABETES[1] * 1e6),
        (20, None),
        r"the mean\..* it rose from 3\.04e\+20 to \S+\. Targets have .*: set scale_target=True\.",
    ),
    "it blew up on few rows": (
        MLPRegressor(solver="sgd", random_state=0),
        (DIABETES[0], DIABETES[1] * 1e6),
        (20, 32),
        r"the mean\..* it rose from .*: set scale_target=True\.",
    ),
    "far targets": (
        MLPRegressor(random_state=0),
        DIABETES,
        (100, None),
        r"the mean\. Targets have mean 152 and standard deviation 77: set scale_target=True\.",
    ),
    "far targets, row by row": (
        MLPRegressor(random_state=0),
        DIABETES,
        (700, 1),
        r"the mean\..* Targets have .*: set scale_target=True\.",
    ),
    "too large a rate, sparse rows": (
        MLPClassifier(learning_rate_init=10.0, random_state=0),
        (sparse.csr_array(DIGITS[0]), DIGITS[1]),
        (20, 60),
        r"the class frequencies\..* it rose from .* Take a smaller learning_rate_init than 10\.",
    ),
    "too small a rate": (
        MLPClassifier(learning_rate_init=1e-9, random_state=0),
        IRIS,
        (130, None),
        r"the class frequencies\. Try another learning_rate_init than 1e-09, as lr_find suggests, or more calls\.",
    ),
    "a collapsed code": (
        ContractiveAutoencoder(learning_rate_init=0.65, random_state=0),
        (DIGITS[0], None),
        (70, None),
        r"the columns' means\..* Try another learning_rate_init than 0\.65, .*",
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("model", "data", "calls", "cure"), NOT_LEARNED.values(), ids=NOT_LEARNED)
def test_who_learns_nothing_is_told_once(model, data, calls, cure, engine):
    said = heard(copy.deepcopy(model).set_params(engine=engine), *data, *calls)
    assert len(said) == 1
    assert re.search(NOTHING + "predicting " + cure + ANEW, said[0]), said[0]


@pytest.mark.parametrize(
    "data",
    [DIABETES, (DIABETES[0], DIABETES[1] * 1e6), (DIABETES[0].astype(np.float32), DIABETES[1])],
    ids=["far", "farther", "float32"],
)
def test_its_cure_helps(data):
    model = MLPRegressor(scale_target=True, random_state=0)
    assert heard(model, *data, 100) == []
    assert model.score(*data) > 0.4


STREAMS = {"iris": load_iris, "wine": load_wine, "cancer": load_breast_cancer}


@pytest.mark.parametrize(("calls", "rows"), [(300, 1), (200, 16), (100, 100), (80, None)])
@pytest.mark.parametrize("name", STREAMS)
def test_healthy_streams_hear_nothing(name, calls, rows):
    X, y = STREAMS[name](return_X_y=True)
    X = scale(X)
    for seed in range(2):
        for arguments in ({}, {"solver": "sgd", "learning_rate_init": 2e-3}):
            assert heard(MLPClassifier(random_state=seed, **arguments), X, y, calls, rows, seed) == []
            numbers = MLPRegressor(random_state=seed, **arguments)
            assert heard(numbers, X[:, 1:], X[:, 0], calls, rows, seed) == []
    few = rows if rows is None else max(rows, 2)  # an autoencoder begins with two rows
    assert heard(Autoencoder((3,), random_state=0), X, None, calls, few) == []


def test_targets_that_hardly_depend_on_inputs_are_no_failure():
    X = scale(DIABETES[0])
    y = 0.3 * X[:, 2] + np.random.default_rng(0).normal(size=len(X))
    for rows in (1, 20, None):
        assert heard(MLPRegressor(random_state=0), X, y, 200, rows) == []


def test_rows_that_wait_are_copies_and_are_forgotten_by_fit():
    """The caller may reuse one array for all calls, and fit anew with other columns in between."""
    X, y = DIABETES
    one_row, one_target = np.empty((1, X.shape[1])), np.empty(1)
    model, again = (MLPRegressor(random_state=0) for _ in range(2))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for i in np.random.default_rng(0).integers(0, len(X), 300):
            one_row[:], one_target[:] = X[i], y[i]
            model.partial_fit(one_row, one_target)
    assert len(caught) == 1
    mean = float(re.search(r"Targets have mean (\S+)", str(caught[0].message))[1])
    assert 130 < mean < 170  # of all rows since the look began, not of the last one again and again
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(20):
            again.partial_fit(X[:1], y[:1])
        again.fit(X[:, :3], y)
        for _ in range(200):
            again.partial_fit(X[:1, :3], y[:1])
    assert again.n_features_in_ == 3


def test_a_fit_in_between_counts_anew():
    X, y = DIABETES
    model = MLPRegressor(random_state=0)
    assert len(heard(model, X, y, 70)) == 1
    assert heard(model, X, y, 70) == []
    with pytest.warns(ConvergenceWarning, match="Nothing was learned"):
        model.set_params(max_iter=5).fit(X, y)
    assert len(heard(model, X, y, 70)) == 1


@pytest.mark.parametrize("schedule", [Cosine(), OneCycle(), Polynomial(), Warmup(then=Cosine())], ids=repr)
def test_calls_after_the_end_of_a_schedule_are_told_once(schedule):
    model = MLPClassifier((8,), max_iter=5, learning_rate=schedule, random_state=0)
    assert heard(model, *IRIS, 5) == []
    (said,) = heard(model, *IRIS, 10)
    assert "is over after max_iter=5 calls of partial_fit" in said


@pytest.mark.parametrize("schedule", ["constant", "invscaling", Step(3), Cosine(final=1e-4)], ids=repr)
def test_schedules_that_go_on_hear_nothing(schedule):
    model = MLPClassifier((8,), max_iter=5, solver="sgd", learning_rate=schedule, random_state=0)
    assert heard(model, *IRIS, 12) == []
