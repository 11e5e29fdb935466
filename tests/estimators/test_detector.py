"""The detector: scikit-learn's contract, a threshold by weights, errors beside what is usual."""

import pickle

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import AutoencoderDetector
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.estimators.detector import automatic_sizes
from rosenblatt.estimators.usual_errors import distance
from rosenblatt.training.callbacks import Callback
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


@pytest.mark.parametrize("scale_inputs", ["robust", "standard", None])
def test_the_score_is_the_sum_of_the_docstring(scale_inputs):
    rows = X * [1.0, 3.0, 0.3, 1.0] + [0.0, 5.0, 0.0, 0.0]
    rows[4, :2] = 25.0, -1e6  # somewhat and far out
    weight = np.arange(80) % 3
    detector = AutoencoderDetector(
        n_estimators=3, scale_inputs=scale_inputs, distance_weight=0.4, random_state=0
    )
    detector.fit(rows, sample_weight=weight)
    drawn = detector.usual_range_.clipped(rows)
    assert (drawn[4, :2] != rows[4, :2]).all()
    mean = np.average(drawn, axis=0, weights=weight)
    deviation = np.sqrt(np.average((drawn - mean) ** 2, axis=0, weights=weight))
    errors = np.mean(
        [((one.reconstruct(drawn) - drawn) / deviation) ** 2 for one in detector.estimators_], axis=0
    )
    telling = weight[:, None] * detector.usual_range_.says_something(rows)
    usual = np.average(errors, axis=0, weights=telling)
    found = detector.reconstruction_error(rows, per="entry")
    entries = errors / usual + 0.4 * distance((rows - mean) / deviation)
    np.testing.assert_allclose(found, entries, rtol=tolerances.SCALED_ERRORS)
    whole = (drawn == rows).all(axis=0)
    assert whole.any()
    per_feature = np.average(found[:, whole], axis=0, weights=weight)
    np.testing.assert_allclose(per_feature, 1.4, rtol=tolerances.SCALED_ERRORS)


def test_what_is_returned_is_one_thing():
    detector = AutoencoderDetector(n_estimators=3, random_state=0).fit(X)
    found = detector.reconstruction_error(X, per="entry")
    np.testing.assert_array_equal(detector.reconstruction_error(X, per="feature"), found.mean(axis=0))
    np.testing.assert_array_equal(detector.score_samples(X), -found.sum(axis=1))
    decision = detector.decision_function(X)
    np.testing.assert_array_equal(decision, detector.score_samples(X) - detector.offset_)
    np.testing.assert_array_equal(detector.predict(X), np.where(decision < 0, -1, 1))
    mean = np.mean([member.reconstruct(X) for member in detector.estimators_], axis=0)
    np.testing.assert_array_equal(detector.reconstruct(X), mean)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_rows_are_judged_around_their_mean_too(dtype):
    rows = (np.abs(X) * (X > 0.3)).astype(dtype)
    detector = AutoencoderDetector(scale_inputs=None, random_state=0).fit(rows)
    for form in (sparse.csr_matrix(rows), sparse.csc_array(rows)):
        found = clone(detector).fit(form).reconstruction_error(form, per="entry")
        tolerance = tolerances.JUDGED[np.dtype(dtype).name]
        np.testing.assert_allclose(found, detector.reconstruction_error(rows, per="entry"), **tolerance)


def test_a_row_far_out_on_the_pattern_is_found_by_its_distance():
    line = np.linspace(-1, 1, 200)
    far = np.column_stack([line, 100 * line, 0.01 * line])
    far[0] *= 4
    line_alone = {"hidden_layer_sizes": 1, "activation": "identity", "solver": "lbfgs", "random_state": 0}
    found, missed = (
        AutoencoderDetector(distance_weight=weight, **line_alone).fit(far) for weight in (0.25, 0)
    )
    assert np.argmin(found.score_samples(far)) == 0
    assert missed.score_samples(far)[0] > -1  # a linear network goes on with the line
    entries = found.reconstruction_error(far, per="entry")
    assert np.isfinite(entries).all()
    assert (entries >= 0).all()


def test_rows_of_equal_scores_are_on_one_side():
    equal = AutoencoderDetector(contamination=0.1, random_state=0).fit(np.repeat(X[:2], [3, 37], axis=0))
    assert (equal.predict(X[:2]) == [1, 1]).sum() < 2
    alike = AutoencoderDetector(random_state=0).fit(np.ones((20, 3)))
    assert (alike.predict(np.ones((20, 3))) == 1).all()


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
    assert automatic_sizes(20, 8) == (20, 4, 20)
    assert automatic_sizes(20, 0) == (20, 1, 20)
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
    kept, moved = detector.reconstruction_error(np.vstack([rows[:1], changed]), per="entry")[:, 4]
    assert 0 <= kept < 1
    assert moved == pytest.approx(0.25 * distance(np.array(10.0)) + 16, rel=0.5)
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
    with pytest.raises(
        ValueError, match=r"unknown per 'row', did you mean 'sample'\? Known: 'sample', 'feature', 'entry'"
    ):
        detector.reconstruction_error(X, per="row")
    with pytest.raises(ValueError, match=r"distance_weight must .*\[0, inf\), got -1"):
        clone(detector).set_params(distance_weight=-1).fit(X)
    assert vars(detector) == before


def test_no_warning_for_few_rows_or_few_epochs(recwarn):
    AutoencoderDetector(random_state=0).fit(X[:5])
    AutoencoderDetector(random_state=0, early_stopping=True).fit(X[:20], sample_weight=np.arange(20) % 3)
    assert not [str(warning.message) for warning in recwarn]


def test_a_single_row_of_positive_weight_is_refused():
    X = np.random.default_rng(0).normal(size=(9, 3))
    with pytest.raises(ValueError, match="sample_weight leaves 1 row"):
        AutoencoderDetector().fit(X, sample_weight=np.eye(9)[0])


# -- Ctrl-C ------------------------------------------------------------------------------------------


class Interrupt(Callback):
    """Ctrl-C after so many epochs, of all networks together."""

    def __init__(self, after):
        self.after, self.heard = after, 0

    def on_epoch_end(self, record):
        self.heard += 1
        if self.heard == self.after:
            raise KeyboardInterrupt


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_one_ctrl_c_ends_all_training(engine, solver):
    arguments = {
        "n_estimators": 5,
        "max_iter": 6,
        "solver": solver,
        "engine": engine,
        "random_state": 0,
        "tol": 0.0,
    }
    interrupt = Interrupt(after=8)
    detector = AutoencoderDetector(**arguments, callbacks=[interrupt])
    with pytest.warns(UserWarning, match="interrupted by user: 1 of 5 networks") as heard:
        assert detector.fit(X) is detector
    assert len(heard) == 1
    assert interrupt.heard == 8
    whole = AutoencoderDetector(**{**arguments, "n_estimators": 1}).fit(X)
    np.testing.assert_array_equal(detector.score_samples(X), whole.score_samples(X))
    assert detector.offset_ == whole.offset_
    assert (detector.predict(X) == whole.predict(X)).all()
    pickle.loads(pickle.dumps(detector.set_params(callbacks=None)))
    again = clone(detector).fit(X)
    assert len(again.estimators_) == 5
    detector.set_params(warm_start=True).fit(X)
    assert [one.theta_.shape for one in detector.estimators_] == [
        one.theta_.shape for one in again.estimators_
    ]
    np.testing.assert_array_equal(detector.estimators_[4].theta_, again.estimators_[4].theta_)


def test_ctrl_c_in_the_first_network_keeps_what_it_has_learned():
    detector = AutoencoderDetector(max_iter=6, random_state=0, callbacks=[Interrupt(after=3)])
    with pytest.warns(UserWarning, match="0 of 2 networks are trained to the end, and the detector has 1"):
        detector.fit(X)
    shorter = AutoencoderDetector(max_iter=3, n_estimators=1, random_state=0).fit(X)
    np.testing.assert_array_equal(detector.score_samples(X), shorter.score_samples(X))
    assert detector.n_iter_ == 3


def test_ctrl_c_before_anything_is_learned_leaves_it_as_it_was(monkeypatch):
    detector = AutoencoderDetector(max_iter=2, random_state=0, engine="array").fit(X)
    before = dict(vars(detector))

    def epochs(self, *data):
        raise KeyboardInterrupt

    monkeypatch.setattr(ArrayEngine, "epochs", epochs)
    with pytest.raises(KeyboardInterrupt):
        detector.fit(X)
    assert vars(detector) == before


def test_ctrl_c_in_a_warm_start_loses_no_network():
    detector = AutoencoderDetector(n_estimators=3, max_iter=4, warm_start=True, random_state=0).fit(X)
    detector.set_params(callbacks=[Interrupt(after=6)])
    with pytest.warns(UserWarning, match="1 of 3 networks are trained to the end, and the detector has 3"):
        detector.fit(X)
    assert [one.t_ // len(X) for one in detector.estimators_] == [8, 6, 4]
    assert np.isfinite(detector.score_samples(X)).all()


def test_networks_that_join_in_a_warm_start_are_those_of_a_whole_fit():
    grown = AutoencoderDetector(n_estimators=1, max_iter=3, warm_start=True, random_state=0).fit(X)
    grown.set_params(n_estimators=3).fit(X)
    whole = AutoencoderDetector(n_estimators=3, max_iter=3, random_state=0).fit(X)
    for one, other in zip(grown.estimators_[1:], whole.estimators_[1:], strict=True):
        np.testing.assert_array_equal(one.theta_, other.theta_)


@pytest.mark.parametrize(
    "method", ["reconstruct", "score_samples", "predict", "decision_function", "reconstruction_error"]
)
def test_what_is_not_fitted_says_so(method):
    with pytest.raises(NotFittedError):
        getattr(AutoencoderDetector(), method)(np.zeros((3, 2)))
