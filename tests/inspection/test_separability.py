"""The verdict: known values, exact oracles, and data made to mislead it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.datasets import load_iris, load_wine
from sklearn.preprocessing import StandardScaler

from rosenblatt import separability
from tests.inspection.oracles import (
    hull_holds_the_origin,
    is_exactly_zero,
    margin_by_interior_point,
    signed,
)
from tests.inspection.problems import mnist, overlapping, separated, sonar
from tests.lecture.problems import CORNERS, GATES
from tests.strategies import SEEDS
from tests.tolerances import MARGIN, MARGIN_OF_TWO_METHODS, PRINTED_MARGIN, PRINTED_NORM


def assert_proved(X, y, verdict, **arguments):
    found = separability(X, y, **arguments)
    assert found.separable is verdict
    assert found.verify(X, y)
    return found


@pytest.mark.parametrize(
    ("gate", "gamma", "bound", "support"), [("and", 17**-0.5, 51, [1, 2, 3]), ("or", 1 / 3, 27, [0, 1, 2])]
)
def test_the_gates_that_one_neuron_learns(gate, gamma, bound, support):
    found = assert_proved(CORNERS, GATES[gate], True)
    assert found.gamma == pytest.approx(gamma, rel=MARGIN)
    np.testing.assert_allclose(found.R, 3**0.5, rtol=MARGIN)
    assert found.bound == bound
    assert found.support.tolist() == support
    assert found.fewest_mistakes == 0


def test_xor_is_refuted_by_its_four_corners():
    found = assert_proved(CORNERS, GATES["xor"], False)
    assert found.support.tolist() == [0, 1, 2, 3]
    assert found.weights.tolist() == [0.25] * 4  # exact
    assert found.fewest_mistakes == 1
    assert (found.gamma, found.bound, found.gap) == (None, None, None)


def test_setosa_against_rest():
    X, y = load_iris(return_X_y=True)
    found = assert_proved(X, y == 0, True)
    assert found.gamma == pytest.approx(0.749117, abs=PRINTED_MARGIN)
    np.testing.assert_allclose(found.R**2, 124.46, rtol=MARGIN)
    assert found.bound == 221


def test_versicolor_against_virginica():
    X, y = load_iris(return_X_y=True)
    found = assert_proved(X[y > 0], y[y > 0], False)
    assert len(found.support) <= 6
    assert is_exactly_zero(signed(X[y > 0], y[y > 0]), found.support, found.weights)


def test_wine_against_rest():
    X, y = load_wine(return_X_y=True)
    found = assert_proved(StandardScaler().fit_transform(X), y == 0, True)
    assert found.gamma == pytest.approx(0.43437463, abs=PRINTED_MARGIN)
    np.testing.assert_allclose(found.R**2, 39.0316, atol=PRINTED_NORM)
    assert found.bound == 206


def test_sonar_is_separable_with_the_margin_of_two_methods():
    X, y = sonar()
    found = assert_proved(X, y, True)
    other = margin_by_interior_point(signed(X, y))
    assert found.gamma == pytest.approx(other, rel=MARGIN_OF_TWO_METHODS)
    assert found.gap < MARGIN_OF_TWO_METHODS
    assert (found.gamma, found.bound) == (
        pytest.approx(0.0010793133869, rel=MARGIN_OF_TWO_METHODS),
        14_104_538,
    )


@settings(max_examples=60)
@given(st.data())
def test_the_verdict_is_that_of_an_exact_search_on_small_whole_numbers(data):
    d = data.draw(st.integers(1, 2))
    n = data.draw(st.integers(2, 7))
    entries = st.integers(-2, 2)
    X = np.array(
        data.draw(st.lists(st.lists(entries, min_size=d, max_size=d), min_size=n, max_size=n)), float
    )
    y = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    y[:2] = False, True
    intercept = data.draw(st.booleans())
    found = assert_proved(X, y, not hull_holds_the_origin(signed(X, y, intercept)), fit_intercept=intercept)
    if not found.separable:
        assert len(found.support) <= d + 1 + intercept
        assert is_exactly_zero(signed(X, y, intercept), found.support, found.weights)


@settings(max_examples=60)
@given(SEEDS)
def test_hulls_that_meet_always_get_a_valid_proof(seed):
    X, y = overlapping(np.random.default_rng(seed))
    found = assert_proved(X, y, False)
    assert len(found.support) <= X.shape[1] + 2
    assert found.weights.sum() == pytest.approx(1, rel=MARGIN)
    assert is_exactly_zero(signed(X, y), found.support, found.weights)


@settings(max_examples=60)
@given(SEEDS)
def test_a_known_margin_is_found_or_beaten(seed):
    X, y, known = separated(np.random.default_rng(seed))
    found = assert_proved(X, y, True)
    assert found.gamma >= known * (1 - MARGIN)
    Z = signed(X, y)
    assert (Z @ found.direction).min() == pytest.approx(found.gamma, rel=MARGIN)
    # and no more is possible: the weighted sum of samples is no longer than gamma
    longest = np.linalg.norm(found.weights @ Z[found.support])
    assert longest == pytest.approx(found.gamma, rel=MARGIN * np.linalg.norm(Z, axis=1).max() / found.gamma)
    assert np.linalg.norm(found.direction) == pytest.approx(1, rel=MARGIN)


@settings(max_examples=30)
@given(SEEDS)
def test_the_margin_is_that_of_an_interior_point(seed):
    X, y, _ = separated(np.random.default_rng(seed))
    other = margin_by_interior_point(signed(X, y))
    assert separability(X, y).gamma == pytest.approx(other, rel=MARGIN_OF_TWO_METHODS)


@settings(max_examples=30)
@given(SEEDS, st.integers(-60, 60))
def test_scaling_by_a_power_of_two_changes_no_verdict(seed, exponent):
    random = np.random.default_rng(seed)
    for X, y, verdict in ((*overlapping(random), False), (*separated(random)[:2], True)):
        assert_proved(X * 2.0**exponent, y, verdict)


@settings(max_examples=30)
@given(SEEDS, st.floats(-6, 6))
def test_scaling_by_any_factor_changes_no_verdict(seed, power):
    # but for samples exactly on the line between two others, which rounding may move to either side
    random = np.random.default_rng(seed)
    for X, y, verdict in ((*overlapping(random, on_a_line=False), False), (*separated(random)[:2], True)):
        assert_proved(X * 10.0**power, y, verdict)


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_extreme_scales_give_no_wrong_verdict(scale):
    for gate, verdict in (("and", True), ("or", True), ("xor", False)):
        found = assert_proved(CORNERS * scale, GATES[gate], verdict)
        if verdict:
            assert found.gamma > 0
            assert found.bound >= 1
    mixed = np.column_stack([CORNERS[:, 0] * scale, CORNERS[:, 1] / scale])
    assert separability(mixed, GATES["xor"]).separable is not True
    assert separability(mixed, GATES["and"]).separable is not False


@pytest.mark.parametrize("margin", [1e-9, 1e-12, 1e-15])
def test_tiny_margins_give_no_wrong_verdict(margin):
    x = np.array([[1.0], [1.0 + margin], [0.0], [2.0]])
    found = separability(x, [0, 1, 0, 1])
    assert found.separable is not False
    assert found.separable is None or found.verify(x, [0, 1, 0, 1])
    crossed = separability(x, [1, 0, 0, 1])
    assert crossed.separable is False
    assert crossed.verify(x, [1, 0, 0, 1])


def test_the_same_x_with_opposite_labels_is_the_whole_proof():
    X = np.random.default_rng(3).normal(size=(30, 4))
    X[17] = X[5]
    y = np.arange(30) % 2
    y[17] = 1 - y[5]
    found = assert_proved(X, y, False)
    assert found.support.tolist() == [5, 17]
    assert found.weights.tolist() == [0.5, 0.5]
    assert "Samples 5 and 17" in str(found)


def test_a_row_of_zeros_without_an_intercept_is_the_whole_proof():
    X, y = np.array([[1.0, 2.0], [0.0, 0.0], [2.0, 1.0]]), [0, 1, 1]
    found = assert_proved(X, y, False, fit_intercept=False)
    assert (found.support.tolist(), found.weights.tolist()) == ([1], [1.0])
    assert assert_proved(sparse.csr_array(X), y, False, fit_intercept=False).support.tolist() == [1]


def test_a_constant_column_changes_nothing():
    random = np.random.default_rng(4)
    for X, y, verdict in ((*overlapping(random), False), (*separated(random)[:2], True)):
        assert_proved(np.column_stack([X, np.full(len(X), 3.0)]), y, verdict)


def test_columns_that_depend_on_each_other_but_for_rounding():
    random = np.random.default_rng(5)
    kinds = random.integers(0, 3, (80, 4))
    X = StandardScaler().fit_transform(np.concatenate([kinds == k for k in range(3)], axis=1).astype(float))
    y = random.integers(0, 2, 80)
    rank = np.linalg.matrix_rank(X)
    assert rank < X.shape[1]
    assert_proved(X, y, False)


def test_more_columns_than_samples():
    random = np.random.default_rng(6)
    X, y = random.normal(size=(20, 50)), np.arange(20) % 2
    assert_proved(X, y, True)
    assert_proved(X, y, True, fit_intercept=False)


@pytest.mark.parametrize("intercept", [True, False])
def test_csr_gives_the_same_certificate(intercept):
    random = np.random.default_rng(7)
    X = random.normal(size=(120, 20)) * (random.random((120, 20)) < 0.3)
    for y in (random.integers(0, 2, 120), (X @ random.normal(size=20) > 0).astype(int)):
        kept = X.any(axis=1)
        dense = separability(X[kept], y[kept], fit_intercept=intercept)
        found = assert_proved(sparse.csr_matrix(X[kept]), y[kept], dense.separable, fit_intercept=intercept)
        assert found.support.tolist() == dense.support.tolist() or not dense.separable
        assert dense.verify(sparse.csc_array(X[kept]), y[kept])
        assert found.verify(X[kept], y[kept])


@pytest.mark.parametrize("exact", [True, False, "auto"])
def test_both_ways_of_proof_agree(exact):
    random = np.random.default_rng(8)
    X, y = random.normal(size=(120, 20)), random.integers(0, 2, 120)
    found = assert_proved(X, y, False, exact=exact)
    assert found.proof == ("enclosure" if exact is False else "rationals")
    assert len(found.support) == 22


def test_a_long_combination_is_enclosed():
    random = np.random.default_rng(9)
    X, y = random.normal(size=(400, 120)), random.integers(0, 2, 400)
    found = assert_proved(X, y, False)
    assert (found.proof, len(found.support)) == ("enclosure", 122)
    rational = separability(X, y, exact=True)
    assert rational.support.tolist() == found.support.tolist()
    np.testing.assert_allclose(found.weights, rational.weights, rtol=MARGIN)


def test_several_classes():
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    found = assert_proved(X, names, False)
    assert {label: one.separable for label, one in found.one_vs_rest.items()} == {
        "setosa": True,
        "versicolor": False,
        "virginica": False,
    }
    assert [one.separable for one in found.pairs.values()] == [True, True, False]
    assert found.one_vs_rest["setosa"].verify(X, names == "setosa")
    rows = np.isin(names, ("setosa", "virginica"))
    assert found.pairs["setosa", "virginica"].verify(X[rows], names[rows])
    assert not found.verify(X, np.roll(names, 1))
    corners = assert_proved(np.eye(3), [3, 1, 2], True)
    assert corners.gamma == min(one.gamma for one in corners.one_vs_rest.values())
    assert corners.bound == max(one.bound for one in corners.one_vs_rest.values())


BAD = [
    ([[1.0], [2.0]], [1, 1], "single class 1"),
    ([[1.0]], ["a"], "single class 'a' in 1 sample;"),
    ([[1.0], [2.0], [3.0]], [0.5, 1.0, 0.1], "0.5 in row 0"),
    ([[1.0], [np.nan]], [0, 1], "row 1, column 0"),
    ([[1.0], [np.inf]], [0, 1], "row 1, column 0"),
    ([1.0, 2.0], [0, 1], "reshape"),
    ([[1.0], [2.0]], [0, 1, 1], "2 rows and y has 3"),
    ([[1.0], [2.0]], [0.0, np.nan], "nan in row 1"),
    ([[1.0], [2.0]], [[0, 1], [1, 0]], "(2, 2)"),
    ([[1.0], [2.0]], np.array(["a", 1], dtype=object), "one kind"),
    ([[1.0], [2.0]], np.array(["a", None], dtype=object), "None in row 1"),
    ([[1.7e308, 1.7e308], [2.0, 1.0]], [0, 1], "divide X"),
    ([["a"], ["b"]], [0, 1], "row 0, column 0"),
]


@pytest.mark.parametrize(("X", "y", "fragment"), BAD)
def test_bad_data_is_refused_with_the_place(X, y, fragment):
    with pytest.raises((ValueError, TypeError)) as caught:
        separability(X, y)
    assert fragment in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "fragment"), [({"exact": "maybe"}, "'maybe'"), ({"fit_intercept": 1}, "got 1")]
)
def test_bad_arguments_are_refused(arguments, fragment):
    with pytest.raises((ValueError, TypeError), match=fragment):
        separability(CORNERS, GATES["and"], **arguments)


def test_the_data_is_not_touched():
    X, y = overlapping(np.random.default_rng(10))
    X.setflags(write=False)
    y.setflags(write=False)
    matrix = sparse.csr_matrix(X)
    before = matrix.copy()
    separability(X, y)
    separability(matrix, y)
    assert (matrix != before).nnz == 0


@pytest.mark.slow
@pytest.mark.parametrize("question", ["0 against 1", "0 against rest", "8 against rest", "random labels"])
def test_ten_thousand_images(question):
    X, y = mnist()
    if question == "0 against 1":
        X, y = X[y < 2], y[y < 2]
        assert_proved(X, y, True)
    elif question == "random labels":
        found = assert_proved(X, np.random.default_rng(0).integers(0, 2, len(y)), False)
        assert found.proof == "enclosure"
    else:
        assert_proved(X, y == int(question[0]), question[0] == "0")
