"""Corrupt rows and odd columns: neither blinds the detector, nor hides, nor does a unit matter."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import roc_auc_score

from rosenblatt import AutoencoderDetector
from tests import tolerances

ODD = {
    "mostly zeros": lambda random, n: np.where(random.random(n) < 0.8, 0, random.exponential(size=n)),
    "nearly so": lambda random, n: np.where(random.random(n) < 0.74, 0, random.exponential(size=n)),
    "zeros but for noise": lambda random, n: (
        np.where(random.random(n) < 0.7, 0, random.exponential(size=n)) + 1e-6 * random.normal(size=n)
    ),
    "99 to 1": lambda random, n: (random.random(n) < 0.01).astype(float),
    "constant but for one row": lambda random, n: (np.arange(n) == 7).astype(float),
    "heavy tail": lambda random, n: np.exp(3 * random.normal(size=n)),
    "counts": lambda random, n: random.poisson(0.1, n).astype(float),
}


def plane(seed=0, n=1000, columns=6, rank=2, broken=20, kept=()):
    """Return rows near a plane, and which of them are broken: each entry is another row's."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(n, rank)) @ random.normal(size=(rank, columns))
    rows += 0.1 * random.normal(size=rows.shape)
    outlier = np.zeros(n, bool)
    outlier[random.choice(np.setdiff1d(np.arange(n), kept), broken, replace=False)] = True
    for i in np.flatnonzero(outlier):
        rows[i] = rows[random.choice(n, columns), np.arange(columns)]
    return rows, outlier


def area(rows, outlier, counted=slice(None), **arguments):
    detector = AutoencoderDetector(random_state=0, **arguments).fit(rows)
    scores = -detector.score_samples(rows)
    assert np.isfinite(scores).all()
    return roc_auc_score(outlier[counted], scores[counted]), scores, detector


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("value", [-999.0, -1e6, 1e12, 1e300])
def test_a_corrupt_row_blinds_nothing_and_comes_first(value, engine):
    rows, outlier = plane(kept=[500])
    clean, *_ = area(rows, outlier, engine=engine)
    rows[500] = value
    counted = np.arange(1000) != 500
    found, scores, detector = area(rows, outlier, counted, engine=engine)
    assert found > clean - tolerances.COST_OF_A_CORRUPT_ROW
    assert np.argmax(scores) == 500
    assert detector.predict(rows[500:501]) == [-1]
    new = np.vstack([rows[:3], np.full(6, -value)])
    assert np.argmax(-detector.score_samples(new)) == 3
    for per in ("sample", "feature", "entry"):
        assert np.isfinite(detector.reconstruction_error(new, per=per)).all()
    assert np.isfinite(detector.reconstruct(new)).all()


@pytest.mark.parametrize("value", [-999.0, 1e12])
@pytest.mark.parametrize("scale_inputs", ["robust", "standard", "minmax", None])
def test_nor_do_ten_of_a_thousand_however_inputs_are_scaled(value, scale_inputs):
    rows, outlier = plane(1, kept=range(300, 310))
    clean, *_ = area(rows, outlier, scale_inputs=scale_inputs)
    rows[300:310] = value
    counted = ~np.isin(np.arange(1000), range(300, 310))
    found, scores, _ = area(rows, outlier, counted, scale_inputs=scale_inputs)
    cost = tolerances.COST_OF_A_CORRUPT_ROW if scale_inputs in ("robust", "standard") else 0.03
    assert found > clean - cost
    assert scores[300:310].min() > scores[counted].max()


@pytest.mark.parametrize("columns", [1, 6, 300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_corrupt_entry_comes_first_and_is_explained(columns, dtype):
    rows = plane(columns=columns, broken=1)[0].astype(dtype)
    rows[500, columns // 2] = 1e12
    _, scores, detector = area(rows, np.arange(1000) == 500)
    assert np.argmax(scores) == 500
    entries = detector.reconstruction_error(rows, per="entry")
    assert np.argmax(entries[500]) == columns // 2


@pytest.mark.parametrize("n", [5, 10, 40])
def test_one_corrupt_row_of_few_leaves_the_others_apart(n):
    line = np.column_stack([np.linspace(-1, 1, n), 100 * np.linspace(-1, 1, n)])
    corrupt = line.copy()
    corrupt[n // 2] = 1e9
    detector = AutoencoderDetector(random_state=0).fit(corrupt)
    scores = -detector.score_samples(corrupt)
    assert np.argmax(scores) == n // 2
    drawn = detector.usual_range_.clipped(corrupt)
    assert drawn[:, 0].max() < 10
    spread = np.abs(np.diff(np.delete(detector.estimators_[0].scaling_.apply(drawn, float)[:, 0], n // 2)))
    assert spread.sum() > 0.5  # of what the networks see: the whole length of the line


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_column_blinds_nothing_whatever_its_unit(odd):
    random = np.random.default_rng(3)
    rows, outlier = plane(3, columns=20, rank=4, broken=0)
    outlier[random.choice(1000, 50, replace=False)] = True
    for j in range(20):
        rows[outlier, j] = random.permutation(rows[outlier, j])
    column, found = ODD[odd](random, 1000), []
    for unit in (0.001, 1.0, 100.0, 10000.0):
        beside, scores, _ = area(np.column_stack([rows, unit * column]), outlier)
        found.append(scores)
        assert beside > tolerances.AREA_BESIDE_AN_ODD_COLUMN
    for scores in found[1:]:
        np.testing.assert_allclose(scores, found[0], rtol=tolerances.OTHER_UNITS)


@pytest.mark.parametrize("engine", ["array", "native"])
def test_units_of_columns_change_no_score(engine):
    rows, _ = plane(4, columns=7)
    rows[:, 6] = np.random.default_rng(0).poisson(0.05, 1000)
    rows[11] = 1e5
    weight = np.random.default_rng(1).integers(0, 3, 1000)
    units = np.array([1e-30, 2.0**40, 1e-3, 3.0, 1e9, 1e60, 0.7])
    first, second = (
        AutoencoderDetector(random_state=0, engine=engine).fit(X, sample_weight=weight).score_samples(X)
        for X in (rows, rows * units)
    )
    np.testing.assert_allclose(second, first, rtol=tolerances.OTHER_UNITS)


def test_a_sparse_corrupt_row():
    random = np.random.default_rng(0)
    rows = np.where(random.random((400, 12)) < 0.15, random.exponential(size=(400, 12)), 0.0)
    rows[:, 3] = 50 + random.normal(size=400)  # zeros would be far out here
    rows[9, 3], rows[17, 5] = 0.0, -1e12
    for form in (sparse.csr_matrix, sparse.csc_array):
        detector = AutoencoderDetector(random_state=0).fit(form(rows))
        scores = -detector.score_samples(form(rows))
        assert np.argmax(scores) == 17
        assert (detector.predict(form(rows[[9, 17]])) == -1).all()
        assert np.argmax(detector.reconstruction_error(form(rows), per="entry")[9]) == 3
        np.testing.assert_allclose(-detector.score_samples(rows), scores, rtol=tolerances.OTHER_UNITS)


def test_entries_that_are_usual_and_too_large_are_named():
    rows, _ = plane()
    rows[:, 2] *= 1e290
    with pytest.raises(
        ValueError, match=r"AutoencoderDetector cannot take entries of more than 1e\+150.*column 2"
    ):
        AutoencoderDetector(scale_inputs=None).fit(rows)
    rows[:, 2] = np.where(np.arange(1000) % 2, 1.6e308, -1.6e308)
    with (
        np.errstate(invalid="ignore"),
        pytest.raises(ValueError, match="column 2"),
    ):  # NumPy's, in scikit-learn's check
        AutoencoderDetector().fit(rows)


def beside_constants(seed=0, levels=()):
    """Return rows near a plane beside constant columns and rare levels, outliers, and the row to corrupt."""
    random = np.random.default_rng(seed)
    rows, outlier = plane(seed, columns=8, rank=3, broken=50, kept=[500])
    kinds = np.zeros((1000, len(levels)))
    free = random.permutation(np.setdiff1d(np.flatnonzero(~outlier), [500]))
    for j, count in enumerate(levels):
        kinds[free[:count], j], free = 1.0, free[count:]
    others = 1 - kinds.sum(axis=1, keepdims=True)
    constants = np.tile([0.0, 0.0, 5.0, 1.0, -2.0], (1000, 1))
    return np.hstack([rows, constants, kinds, others]), outlier


@pytest.mark.parametrize("engine", ["array", "native"])
@pytest.mark.parametrize("value", [-999.0, 1e200])
@pytest.mark.parametrize("levels", [(), (1, 2) * 10, (1, 2, 3, 4, 6) * 3])
def test_a_corrupt_row_brings_no_constant_column_to_life(levels, value, engine):
    rows, outlier = beside_constants(levels=levels)
    counted = np.arange(1000) != 500
    _, scores, _ = area(rows, outlier, engine=engine)
    clean = roc_auc_score(outlier[counted], scores[counted])
    rows[500] = value
    found, scores, detector = area(rows, outlier, counted, engine=engine)
    assert found > clean - tolerances.COST_OF_A_CORRUPT_ROW
    assert np.argmax(scores) == 500
    assert detector.predict(rows[500:501]) == [-1]
    new = rows[:1].copy()
    new[0, 10] = -value
    assert detector.predict(new) == [-1]


@pytest.mark.parametrize("value", [-999.0, 1e300])
@pytest.mark.parametrize("arguments", [{}, {"distance_weight": 0}, {"scale_inputs": None}])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_one_corrupt_entry_of_a_constant_column_comes_first(form, arguments, value):
    rows, _ = beside_constants(1)
    rows[500, 11] = value
    counted, found = np.arange(1000) != 500, []
    for unit in (1.0, 1e-3, 1024.0):
        other = rows.copy()
        other[:, 11] *= unit
        if np.isfinite(other).all():
            detector = AutoencoderDetector(random_state=0, **arguments).fit(form(other))
            found.append(-detector.score_samples(form(other)))
            assert np.argmax(detector.reconstruction_error(form(other), per="entry")[500]) == 11
    for scores in found:
        assert np.argmax(scores) == 500
        assert scores[500] > 2 * scores[counted].max()
        np.testing.assert_allclose(scores, found[0], rtol=tolerances.OTHER_UNITS)


def test_rare_levels_leave_the_outliers_as_they_are_found_without_them():
    rows, outlier = beside_constants(2)
    alone, *_ = area(rows, outlier)
    levels, outlier = beside_constants(2, (1, 2) * 14)
    rare = (levels[:, 13:-1] > 0).any(axis=1)
    found, _, detector = area(levels, outlier, ~rare)
    assert found > alone - tolerances.COST_OF_A_CORRUPT_ROW
    assert (
        detector.estimators_[0].hidden_layer_sizes[1] <= 5
    )  # a third of the 42 would let the plane's rows pass
    assert (detector.predict(levels[rare]) == -1).all()


@pytest.mark.parametrize("weight", [None, 2.0])
def test_a_row_of_which_most_is_corrupt_trains_no_network(weight):
    rows, _ = beside_constants()
    weights = np.ones(1000) if weight is None else np.full(1000, weight)
    rows[500] = -999.0
    first = AutoencoderDetector(random_state=0).fit(rows, sample_weight=weights)
    weights[500] = 0
    second = AutoencoderDetector(random_state=0).fit(rows, sample_weight=weights)
    sound = np.delete(rows, 500, axis=0)
    made, expected = (detector.reconstruct(sound)[:, :8] for detector in (first, second))
    np.testing.assert_allclose(made, expected, rtol=tolerances.OTHER_UNITS)
    rows[501:, 10] = 1e200  # usual, and too large
    with pytest.raises(ValueError, match=r"in column 10 of X \(-999 to 1e\+200\)"):
        first.fit(rows)
