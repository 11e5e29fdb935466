"""The detector: scikit-learn's contract, a threshold by weights, errors in units of the scaling."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import AutoencoderDetector
from rosenblatt.estimators.detector import automatic_sizes, weighted_cut
from tests import tolerances
from tests.estimators.refusals import table

X = table(n=80, columns=4)[0]


@parametrize_with_checks(
    [
        AutoencoderDetector(),
        AutoencoderDetector((6, 2, 6), activation="relu", n_estimators=2, engine="array", batch_size="full"),
        AutoencoderDetector(1, solver="lbfgs", scale_inputs="standard", max_iter=5, engine="native"),
    ]
)
def test_common_check(estimator, check):
    check(estimator)


def test_a_row_that_breaks_the_pattern_is_found_and_explained():
    random = np.random.RandomState(0)
    factors = random.randn(300, 2)
    rows = factors @ random.randn(2, 6) * np.logspace(-3, 5, 6)
    rows[7, 0] += 8 * rows[:, 0].std()  # the feature in the smallest units
    detector = AutoencoderDetector(contamination=0.02, random_state=0).fit(rows)
    assert np.argmin(detector.score_samples(rows)) == 7
    assert np.argmax(detector.reconstruction_error(rows, per="entry")[7]) == 0
    assert detector.predict(rows[7:8]) == [-1]
    assert (detector.predict(rows) == -1).sum() == 6


def test_errors_are_in_units_of_the_scaling_and_reconstructions_in_those_of_the_inputs():
    rows = X * [1.0, 1e3, 1e-3, 1.0] + [0.0, 5e3, 0.0, 0.0]
    detector = AutoencoderDetector(n_estimators=3, random_state=0).fit(rows)
    scale = detector.estimators_[0].scaling_.scale
    entries = np.mean(
        [((member.reconstruct(rows) - rows) / scale) ** 2 for member in detector.estimators_], axis=0
    )
    found = detector.reconstruction_error(rows, per="entry")
    np.testing.assert_allclose(found, entries, rtol=tolerances.SCALED_ERRORS)
    np.testing.assert_array_equal(detector.reconstruction_error(rows, per="feature"), found.mean(axis=0))
    np.testing.assert_array_equal(detector.score_samples(rows), -found.sum(axis=1))
    decision = detector.decision_function(rows)
    np.testing.assert_array_equal(decision, detector.score_samples(rows) - detector.offset_)
    np.testing.assert_array_equal(detector.predict(rows), np.where(decision < 0, -1, 1))
    mean = np.mean([member.reconstruct(rows) for member in detector.estimators_], axis=0)
    np.testing.assert_array_equal(detector.reconstruct(rows), mean)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25, 0.5])
def test_the_cut_counts_weights_as_rows(share):
    random = np.random.RandomState(3)
    scores, weight = random.randn(60), random.randint(0, 4, 60)
    cut = weighted_cut(scores, weight, share)
    assert cut == weighted_cut(np.repeat(scores, weight), None, share)
    assert cut == weighted_cut(scores, weight / 7, share)
    below = weight[scores < cut].sum() / weight.sum()
    assert below <= share < below + (weight.max() + 1) / weight.sum()


def test_rounding_decides_about_no_row():
    scores = -np.array([3.0, 2.0, 2.0, 2.0, 1.0, 0.5])
    for seed in range(20):
        noisy = scores * (1 + 1e-13 * np.random.RandomState(seed).randn(6))
        assert (noisy < weighted_cut(noisy, None, 0.34)).sum() == 1
        assert (noisy < weighted_cut(noisy, None, 0.67)).sum() == 4
    assert (scores < weighted_cut(scores, None, 0.01)).sum() == 1


def test_half_of_two_lies_between_them():
    assert weighted_cut(np.array([3.0, 1.0]), None, 0.5) == 2.0


def test_networks_differ_and_come_from_the_seed():
    first, again, other = (
        AutoencoderDetector(n_estimators=2, random_state=seed).fit(X).score_samples(X) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    one, two = AutoencoderDetector(n_estimators=2, random_state=0).fit(X).estimators_
    assert not np.array_equal(one.theta_, two.theta_)
    alone = (
        AutoencoderDetector(n_estimators=1, random_state=0).fit(X).estimators_[0]
    )  # the first stays when others join
    np.testing.assert_array_equal(alone.theta_, one.theta_)


@pytest.mark.parametrize("arguments", [{}, {"n_estimators": 2, "loss": "huber", "dropout": 0.1}])
def test_clones_and_pickles(arguments):
    detector = AutoencoderDetector(random_state=0, **arguments)
    scores = detector.fit(X).score_samples(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(detector)).score_samples(X), scores)
    np.testing.assert_array_equal(clone(detector).fit(X).score_samples(X), scores)


def test_warm_start_goes_on():
    detector = AutoencoderDetector(warm_start=True, tol=0, max_iter=3, random_state=0).fit(X)
    before = detector.estimators_[0]
    theta = before.theta_.copy()
    detector.fit(X)
    assert detector.estimators_[0].t_ == 2 * before.t_
    np.testing.assert_array_equal(before.theta_, theta)  # it is a copy that goes on


def test_the_default_network():
    assert automatic_sizes(1) == (16, 1, 16)
    assert automatic_sizes(20) == (20, 7, 20)
    assert automatic_sizes(1000) == (32, 16, 32)
    member = AutoencoderDetector(max_iter=1, random_state=0).fit(X).estimators_[0]
    assert member.network_.sizes == (4, 16, 1, 16, 4)
    assert member.plan_.batch_size == 32


def test_a_class_made_rare_is_found():
    rows, y = load_breast_cancer(return_X_y=True)
    kept = np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:19]])
    areas = [
        roc_auc_score(
            y[kept] == 0, -AutoencoderDetector(random_state=seed).fit(rows[kept]).score_samples(rows[kept])
        )
        for seed in range(3)
    ]
    assert np.median(areas) > 0.8


def test_a_constant_column_that_changes_is_an_error():
    rows = np.column_stack([X, np.full(80, 3.0)])
    detector = AutoencoderDetector(random_state=0).fit(rows)
    changed = rows[:1].copy()
    changed[0, 4] += 10
    assert detector.reconstruction_error(changed, per="entry")[0, 4] > 90
    assert detector.predict(changed) == [-1]


@pytest.mark.parametrize("value", [0, 0.6, -0.1, np.nan])
def test_contamination_outside_its_range(value):
    with pytest.raises(ValueError, match=r"contamination must .*\(0, 0.5\], got"):
        AutoencoderDetector(contamination=value).fit(X)


def test_refusals_leave_it_as_it_was():
    detector = AutoencoderDetector(random_state=0, max_iter=2).fit(X)
    before = dict(vars(detector))
    holed = X.copy()
    holed[3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        detector.fit(holed)
    with pytest.raises(ValueError, match="minimum of 2 is required"):
        detector.fit(X[:1])
    with pytest.raises(ValueError, match="2 layers and no middle one"):
        clone(detector).set_params(hidden_layer_sizes=(4, 2)).fit(X)
    with pytest.raises(ValueError, match=r"n_estimators must be a whole number in \[1, inf\), got 0"):
        clone(detector).set_params(n_estimators=0).fit(X)
    with pytest.raises(ValueError, match=r"unknown per 'row'\. Known: 'sample', 'feature', 'entry'"):
        detector.reconstruction_error(X, per="row")
    assert vars(detector) == before


def test_no_warning_for_few_rows_or_few_epochs(recwarn):
    AutoencoderDetector(random_state=0).fit(X[:5])
    AutoencoderDetector(random_state=0, early_stopping=True).fit(X[:20], sample_weight=np.arange(20) % 3)
    assert not [str(warning.message) for warning in recwarn]
