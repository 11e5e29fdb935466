"""Scores are never NaN: what overflows on the way is brought near first."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.engines.linear_scores import linear_scores

STORAGES = (np.asarray, sparse.csr_array)


def exact(x, w, b):
    pairs = zip(x.tolist(), w.tolist(), strict=True)
    return sum((Fraction(p) * Fraction(q) for p, q in pairs), start=Fraction(b))


@pytest.mark.parametrize("storage", STORAGES)
def test_signs_and_sizes_where_products_overflow(storage):
    random = np.random.default_rng(0)
    X, W = np.ldexp(random.normal(size=(30, 5)), 1000), np.ldexp(random.normal(size=(3, 5)), 30)
    X[0] = [2.0**1000, -(2.0**1000), 0, 0, 0]
    W[0] = [2.0**30, 2.0**30, 1, 1, 1]  # of the first row what overflows cancels
    b = np.array([5.0, -1.0, 0.0])
    scores, relative = (linear_scores(storage(X), W, b, each) for each in (False, True))
    assert scores[0, 0] == 5
    for i in range(30):
        known = [exact(X[i], w, c) for w, c in zip(W, b.tolist(), strict=True)]
        assert [np.sign(s) for s in scores[i]] == [
            np.sign(float(k / 2**200)) or np.sign(float(k)) for k in known
        ]
        assert relative[i].argmax() == known.index(max(known))
        for score, k in zip(scores[i].tolist(), known, strict=True):
            assert np.isinf(score) == (abs(k) > Fraction(1.797693134862315e308))


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ordinary_scores_are_the_product(storage, dtype):
    random = np.random.default_rng(0)
    X, W = (random.normal(size=shape).astype(dtype) for shape in ((20, 4), (2, 4)))
    found = linear_scores(storage(X), W, np.ones(2, dtype))
    assert found.dtype == dtype
    assert np.array_equal(found, np.asarray(storage(X) @ W.T) + np.ones(2, dtype))


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="fit the estimator again"):
        linear_scores(np.ones((2, 2)), np.full((1, 2), np.nan), np.zeros(1))
