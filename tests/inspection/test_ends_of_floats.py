"""Separability where floats end: tiny and huge inputs, a gap of one rounding, large labels, many classes."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from rosenblatt import separability
from rosenblatt.inspection import separability as module
from rosenblatt.inspection.margins import exact_dot
from tests.inspection.oracles import hull_holds_the_origin, signed
from tests.tolerances import MARGIN

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, XOR = [0, 0, 0, 1], [0, 1, 1, 0]


def separates(direction, X, y):
    """Return whether a direction is positive on each y [1, x], in rationals."""
    u = [Fraction(entry) for entry in direction.tolist()]
    signs = np.where(np.asarray(y) == np.unique(y)[1], 1, -1).tolist()
    rows = np.asarray(X, dtype=float).tolist()
    return all(
        s * sum((Fraction(a) * b for a, b in zip([1.0, *row], u, strict=True)), start=Fraction(0)) > 0
        for s, row in zip(signs, rows, strict=True)
    )


@pytest.mark.parametrize("far", [1e200, 1e308, 1.7e308])
def test_two_points_far_apart(far):
    found = separability([[0.0], [far]], [0, 1])
    assert found.separable
    assert separates(found.direction, [[0.0], [far]], [0, 1])
    np.testing.assert_allclose([found.gamma, found.R], [1.0, far], rtol=MARGIN)
    assert found.verify([[0.0], [far]], [0, 1])
    assert "about 10^" in str(found)
    assert len(repr(found)) < 200


@pytest.mark.parametrize("storage", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("size", [1e-320, 1e-310, 1e-300, 1e-200, 1e200, 1e300, 1e307])
def test_gates_at_any_size(size, storage):
    X = CORNERS * size
    found = separability(storage(X), AND)
    assert found.separable
    assert separates(found.direction, X, AND)
    # with tiny inputs it is the margin of w alone, |w| = 1; with huge ones that of b alone
    known = size / 8**0.5 if size < 1 else 1 / 3
    digits = MARGIN if size > 1e-307 else 2e-3  # a subnormal number has few
    np.testing.assert_allclose(found.gamma, known, rtol=digits)
    assert found.verify(storage(X), AND)
    other = separability(storage(X), XOR)
    assert other.separable is False
    assert other.weights.tolist() == [0.25] * 4
    assert other.verify(storage(X), XOR)


@pytest.mark.parametrize("exponents", [(-1070,), (-700,), (700,), (1018,), (-500, 0, 400)])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_powers_of_two_change_no_verdict(exponents, fit_intercept):
    random = np.random.default_rng(3)
    for _ in range(25):
        n, d = int(random.integers(2, 7)), int(random.integers(1, 4))
        X, y = random.integers(-4, 5, (n, d)).astype(float), np.append([0, 1], random.integers(0, 2, n - 2))
        known = not hull_holds_the_origin(signed(X, y, fit_intercept))
        Z = np.ldexp(X, np.resize(exponents, d))
        for each in (Z, sparse.csr_array(Z)):
            found = separability(each, y, fit_intercept=fit_intercept)
            assert found.separable is known, (X.tolist(), y.tolist())
            assert found.verify(each, y)


def test_columns_that_no_direction_can_weigh_are_never_answered_wrongly():
    random, decided = np.random.default_rng(3), 0
    for _ in range(25):
        X, y = random.integers(-4, 5, (5, 3)).astype(float), np.append([0, 1], random.integers(0, 2, 3))
        known = not hull_holds_the_origin(signed(X, y))
        Z = np.ldexp(X, (-600, 500, 3))
        found = separability(Z, y)
        assert found.separable in (known, None)
        assert found.verify(Z, y) is (found.separable is not None)
        decided += found.separable is not None
    assert decided > 10


@pytest.mark.parametrize("at", [1.0, 0.1, 1e10, 1e300, 1e-300, -7.0])
def test_a_gap_of_one_rounding(at):
    X = np.array([[at], [np.nextafter(at, np.inf)]])
    for labels in ([0, 1], [1, 0]):
        found = separability(X, labels)
        assert found.separable
        assert separates(found.direction, X, labels)
        assert 0 < found.gamma < abs(at) * 2**-52
        assert found.verify(X, labels)
    longer = np.array([[at], [np.nextafter(at, np.inf)], [at - abs(at)], [at + abs(at)]])
    assert separability(longer, [0, 1, 0, 1]).separable
    wide = np.column_stack([longer, [3.0, 2.0, -1.0, 5.0]])
    assert separability(wide, [0, 1, 0, 1]).separable is not False


def test_a_margin_that_no_float_holds_is_named():
    X = np.array([[1e-310], [np.nextafter(1e-310, 1)]])
    with pytest.raises(ValueError, match=r"margin below 5e-324.*multiply X"):
        separability(X, [0, 1])
    assert separability(X * 2.0**500, [0, 1]).separable


def test_what_stays_undecided_says_why():
    X = np.vstack([CORNERS * 1e-300, [[1e308, 1.0]]])
    found = separability(X, [*AND, 1])
    assert found.separable is not False
    assert found.separable or "differ too much in size" in str(found)


@pytest.mark.parametrize("label", [2.0**63, 1e300, -1e300, 2.0**64])
def test_labels_of_any_size(label):
    found = separability(CORNERS, [0, 0, 0, label])
    assert found.separable
    assert set(found.classes) == {0.0, label}
    assert found.verify(CORNERS, [0, 0, 0, label])


def test_a_product_is_rounded_once_at_both_ends():
    random = np.random.default_rng(0)
    for low, high in ((-1070, -900), (-600, 500), (450, 500)):
        a = np.ldexp(random.normal(size=9), random.integers(low, high, 9))
        b = np.ldexp(random.normal(size=9), random.integers(-40, 500, 9))
        exact = sum(Fraction(x) * Fraction(y) for x, y in zip(a.tolist(), b.tolist(), strict=True))
        assert exact_dot(a, b) == float(exact)


# -- many classes --------------------------------------------------------------------------------------------


def corners_of(k):
    """Return k classes, each of them a corner of a simplex: all are separable from the rest."""
    return np.eye(k), np.arange(k)


def test_pairs_of_very_many_classes_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(module, "MOST_PAIRS", 20)
    X, y = corners_of(7)
    with pytest.warns(UserWarning, match=r"7 classes, which make 21 pairs.*pairs=True.*pairs=False"):
        found = separability(X, y)
    assert found.pairs is None
    assert found.separable
    assert len(found.one_vs_rest) == 7
    assert found.verify(X, y)
    assert not found.verify(X, np.roll(y, 1) % 6)
    assert "pairs=True tries them" in str(found)
    assert "against the rest" in found._repr_html_()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(separability(X, y, pairs=True).pairs) == 21
        assert separability(X, y, pairs=False).pairs is None


def test_a_thousand_classes_would_be_too_many_pairs():
    assert module.MOST_PAIRS < 1000 * 999 // 2
    with pytest.warns(UserWarning, match="499,500 pairs"):
        assert not module._are_wanted("auto", 1000)


def test_the_words_of_many_classes_are_few():
    X, y = corners_of(120)
    found = separability(X, y, pairs=False)
    assert "and 20 more (one_vs_rest)" in str(found)
    assert str(found).count("\n") < 110


def test_how_far_it_is_can_be_heard(capsys):
    separability(*corners_of(4), verbose=True)
    said = capsys.readouterr()
    assert "4 classes against the rest, 6 pairs" in said.out + said.err


@pytest.mark.parametrize("pairs", ["none", 1, None])
def test_pairs_is_checked(pairs):
    with pytest.raises(ValueError, match="pairs must be True, False or 'auto'"):
        separability(CORNERS, AND, pairs=pairs)
