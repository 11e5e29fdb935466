"""Averages of the weights: their shares, and what an estimator shows."""

import numpy as np
import pytest

from rosenblatt import EMA, SWA, MLPClassifier, MLPRegressor
from rosenblatt.plan import Clock
from tests.tolerances import SUMMATION

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 5))
NUMBERS = X[:, 0] - 0.5 * X[:, 1] ** 2

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fitted(average, epochs, **arguments):
    return MLPRegressor(
        hidden_layer_sizes=(7,), max_iter=epochs, random_state=0, batch_size=20, average=average, **arguments
    ).fit(X, NUMBERS)


def thetas(epochs):
    return np.array([fitted(None, e).theta_ for e in range(1, epochs + 1)])


@pytest.mark.parametrize("engine", ["auto", "array"])
def test_swa_is_the_mean_of_the_last_epochs(engine):
    ends = thetas(8)
    model = fitted("swa", 8, engine=engine)  # the last quarter: epochs 7 and 8
    np.testing.assert_allclose(model.theta_, ends[6:].mean(axis=0), rtol=SUMMATION, atol=SUMMATION)
    model = fitted(SWA(0.5), 8, engine=engine)
    np.testing.assert_allclose(model.theta_, ends[4:].mean(axis=0), rtol=SUMMATION, atol=SUMMATION)
    assert np.abs(model.theta_ - ends[-1]).max() > 1e-4


def test_ema_is_the_corrected_moving_average():
    model = MLPRegressor(hidden_layer_sizes=(7,), max_iter=6, random_state=0, batch_size=60, average=EMA(0.8))
    ends = np.array(
        [
            MLPRegressor(hidden_layer_sizes=(7,), max_iter=e, random_state=0, batch_size=60)
            .fit(X, NUMBERS)
            .theta_
            for e in range(1, 7)
        ]
    )
    weights = 0.8 ** np.arange(5, -1, -1)
    wanted = weights @ ends / weights.sum()
    np.testing.assert_allclose(model.fit(X, NUMBERS).theta_, wanted, rtol=SUMMATION, atol=SUMMATION)


def test_an_average_changes_nothing_of_the_training_itself():
    assert fitted("ema", 5).loss_curve_ == fitted(None, 5).loss_curve_


def test_an_average_that_has_not_begun_is_the_weights():
    model = fitted(SWA(0.9), 40, tol=10.0, n_iter_no_change=2)  # stops long before
    assert model.n_iter_ < 36
    np.testing.assert_array_equal(model.theta_, fitted(None, 40, tol=10.0, n_iter_no_change=2).theta_)


@pytest.mark.parametrize("average", ["swa", "ema"])
def test_partial_fit_goes_on_from_the_weights_and_shows_their_average(average):
    shown = MLPRegressor(hidden_layer_sizes=(7,), random_state=0, average=average)
    plain = MLPRegressor(hidden_layer_sizes=(7,), random_state=0)
    ends = []
    for _ in range(5):
        shown.partial_fit(X, NUMBERS)
        ends.append(plain.partial_fit(X, NUMBERS).theta_.copy())
    assert shown.loss_curve_ == plain.loss_curve_
    if average == "swa":
        np.testing.assert_allclose(shown.theta_, np.mean(ends, axis=0), rtol=SUMMATION, atol=SUMMATION)
    shown.theta_ = ends[0]  # the truth: what is put there is gone on from
    shown.partial_fit(X, NUMBERS)
    assert shown.loss_curve_[-1] == pytest.approx(plain.loss_curve_[1], rel=1e-1)


def test_with_early_stopping_the_average_is_judged():
    labels = (NUMBERS > 0).astype(int)
    models = [
        MLPClassifier(
            (7,), max_iter=30, random_state=0, early_stopping=True, average=average, learning_rate_init=0.03
        ).fit(X, labels)
        for average in (None, EMA(0.99))
    ]
    assert models[0].validation_scores_ != models[1].validation_scores_
    np.testing.assert_array_equal(models[0].loss_curve_[:5], models[1].loss_curve_[:5])


@pytest.mark.parametrize("average", [SWA(0.5), EMA(0.9)])
def test_shares_do_not_depend_on_the_cut_into_calls(average):
    clock = Clock(0, 0, 0, 6, 0.0)
    whole = average.shares(clock, 3, 6)
    parts = [average.shares(clock._replace(step=3 * e, epoch=e), 3, 1) for e in range(6)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert [average.has_begun(e, 6) for e in range(7)] == [bool((whole[: 3 * e] > 0).any()) for e in range(7)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: "swaa", "did you mean 'swa'"),
        (lambda: SWA(1.0), r"SWA\(start=...\)"),
        (lambda: EMA(float("nan")), r"EMA\(decay=...\)"),
        (lambda: 3, "average must be None"),
    ],
)
def test_refusals(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        MLPRegressor(average=make()).fit(X, NUMBERS)
