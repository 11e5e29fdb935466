"""A certificate is believed only if it proves itself: whatever is altered, or asked of other data, is refused."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_iris

from rosenblatt import Separability, separability
from tests.inspection.problems import overlapping, separated
from tests.lecture.problems import CORNERS, GATES

TAMPERED = 1000


def far(random):
    """Return a relative change between a millionth and one, of either sign."""
    return random.choice([-1, 1]) * 10.0 ** random.uniform(-6, -0.5)


def other_weights(random, c):
    """Return weights of which one has moved, still positive and summing to one; or all of them unscaled."""
    weights = c.weights.copy()
    if len(weights) == 1 or random.random() < 0.2:
        return weights * (1 + abs(far(random)))
    place = random.integers(len(weights))
    weights[place] *= 1 + far(random)
    return weights / weights.sum()


def other_support(random, c):
    """Return rows of which one is another row."""
    rows = c.support.copy()
    unused = np.setdiff1d(np.arange(c.n_samples), rows)
    rows[random.integers(len(rows))] = random.choice(unused) if len(unused) else c.n_samples + 3
    return np.sort(rows)


def turned(random, c):
    """Return a direction turned a little, or the opposite one."""
    if c.separable is False or random.random() < 0.2:
        return -c.direction
    v = random.normal(size=len(c.direction))
    v -= v @ c.direction * c.direction
    if not np.linalg.norm(v) > 0.01:
        return -c.direction
    u = c.direction + 10.0 ** random.uniform(-3, 0) * v / np.linalg.norm(v)
    return u / np.linalg.norm(u)


def shorter(random, c):
    """Return support and weights without one of them."""
    kept = np.arange(len(c.support)) != random.integers(len(c.support))
    weights = c.weights[kept]
    return {"support": c.support[kept], "weights": weights / weights.sum() if len(weights) else weights}


ALWAYS = [
    lambda random, c: {"R": c.R * (1 + far(random))},
    lambda random, c: {"direction": turned(random, c)},
    lambda random, c: {"direction": c.direction * (1 + far(random))},
    lambda random, c: {"direction": c.direction[1:]},
    lambda random, c: {"direction": np.full_like(c.direction, np.nan)},
    lambda random, c: {"support": other_support(random, c)},
    lambda random, c: {"support": c.support + c.n_samples},
    lambda random, c: {"support": -1 - c.support},
    lambda random, c: {"weights": other_weights(random, c)},
    lambda random, c: {"weights": c.weights.tolist()},
    lambda random, c: {"R": "large"},
    shorter,
    lambda random, c: {"separable": not c.separable},
    lambda random, c: {"separable": None},
    lambda random, c: {"fewest_mistakes": c.fewest_mistakes + random.choice([-1, 1])},
    lambda random, c: {"classes": c.classes[::-1]},
    lambda random, c: {"classes": (0, 2)},
    lambda random, c: {"n_samples": c.n_samples + random.choice([-1, 1])},
    lambda random, c: {"n_features": c.n_features + random.choice([-1, 1])},
    lambda random, c: {"fit_intercept": not c.fit_intercept},
    lambda random, c: {"proof": "none"},
    lambda random, c: {"proof": "rationals" if c.separable else "margins"},
    lambda random, c: {"one_vs_rest": {0: c, 1: c}},
]
SEPARABLE = [
    lambda random, c: {"gamma": c.gamma * (1 + far(random))},
    lambda random, c: {"gamma": None},
    lambda random, c: {"gap": c.gap + 10.0 ** random.uniform(-8, 0)},
    lambda random, c: {"bound": c.bound + int(random.choice([-1, 1]) * random.integers(1, 10))},
]
NOT_SEPARABLE = [
    lambda random, c: {"gamma": 0.1, "gap": 0.0, "bound": 100},
    lambda random, c: {"gamma": 0.1},
    lambda random, c: {"bound": 100},
]


def certificates(random):
    """Yield data and certificates of either verdict, with and without an intercept."""
    while True:
        for X, y in (overlapping(random), separated(random)[:2]):
            intercept = bool(random.random() < 0.7)
            found = separability(X, y, fit_intercept=intercept)
            if found.separable is not None:
                yield X, y, found


def test_every_altered_certificate_is_refused():
    random, refused, verdicts = np.random.default_rng(11), 0, set()
    for X, y, found in certificates(random):
        assert found.verify(X, y)
        verdicts.add(found.separable)
        changes = ALWAYS + (SEPARABLE if found.separable else NOT_SEPARABLE)
        for place in random.permutation(len(changes))[:10]:
            change = changes[place](random, found)
            assert not replace(found, **change).verify(X, y), (found, change)
            refused += 1
        if refused >= TAMPERED:
            break
    assert refused == TAMPERED
    assert verdicts == {True, False}


def test_other_data_is_refused():
    random = np.random.default_rng(12)
    for (X, y, found), _ in zip(certificates(random), range(40), strict=False):
        row = random.choice(found.support)
        moved = X.copy()
        moved[row] += random.normal(size=X.shape[1])
        assert not found.verify(moved, y)
        assert not found.verify(X[1:], y[1:])
        assert not found.verify(np.column_stack([X, X[:, 0]]), y)
        flipped = y.copy()
        flipped[row] = 1 - flipped[row]
        assert not found.verify(X, flipped)
        assert not found.verify(X, np.where(y == 1, "b", "a"))
        assert not found.verify(np.full_like(X, np.nan), y)
        assert not found.verify(X, np.zeros_like(y))


def test_one_wrong_sample_beside_the_support_is_noticed():
    random = np.random.default_rng(13)
    X, y, _ = separated(random)
    found = separability(X, y)
    for row in np.setdiff1d(np.arange(len(X)), found.support):
        flipped = y.copy()
        flipped[row] = 1 - flipped[row]
        assert not found.verify(X, flipped)


def test_altered_certificates_of_several_classes_are_refused():
    X, y = load_iris(return_X_y=True)
    found = separability(X, y)
    assert found.verify(X, y)
    setosa = found.one_vs_rest[0]
    changes = [
        {"separable": True},
        {"R": found.R * 1.001},
        {"gamma": 0.1},
        {"one_vs_rest": {**found.one_vs_rest, 0: replace(setosa, bound=setosa.bound - 1)}},
        {"one_vs_rest": {0: setosa}},
        {"one_vs_rest": {**found.one_vs_rest, 1: setosa}},
        {"pairs": {}},
        {"pairs": {**found.pairs, (1, 2): found.pairs[0, 1]}},
        {"classes": (0, 1, 3)},
        {"proof": "margins"},
    ]
    for change in changes:
        assert not replace(found, **change).verify(X, y), change


def test_it_is_frozen_and_can_be_kept():
    found = separability(CORNERS, GATES["and"])
    with pytest.raises(FrozenInstanceError):
        found.gamma = 1.0
    with pytest.raises(ValueError, match="read-only"):
        found.weights[0] = 1.0
    for kept in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert kept.verify(CORNERS, GATES["and"])
        assert str(kept) == str(found)


def test_an_undecided_certificate_proves_nothing_and_says_so():
    found = Separability(
        separable=None,
        classes=(0, 1),
        n_samples=4,
        n_features=2,
        fit_intercept=True,
        R=3**0.5,
        fewest_mistakes=1,
    )
    assert not found.verify(CORNERS, GATES["and"])
    assert str(found).startswith("Undecided")
    assert "StandardScaler" in str(found)
    assert "separable=None" in repr(found)


def test_dense_and_sparse_data_are_the_same_data():
    found = separability(CORNERS, GATES["or"])
    assert found.verify(sparse.csr_array(CORNERS), GATES["or"])
    assert found.verify(CORNERS.tolist(), GATES["or"])
    assert found.verify(CORNERS.astype(np.float32), GATES["or"])


def test_the_words_name_the_figures():
    text = str(separability(CORNERS, GATES["and"]))
    for fragment in ("Linearly separable", "0.242535625", "1, 2, 3", "1.732050808", "51 updates"):
        assert fragment in text
    text = str(separability(CORNERS, GATES["xor"]))
    for fragment in ("Not linearly separable", "These 4 samples", "sample 3: 1/4", "1 of 4 samples"):
        assert fragment in text
    X, y = load_iris(return_X_y=True)
    text = str(separability(X, y))
    for fragment in ("0 against the rest: linearly separable", "221", "Of 3 pairs of classes 2"):
        assert fragment in text


def test_a_notebook_gets_a_table():
    X, y = load_iris(return_X_y=True)
    names = np.array(["<a>", "b", "c"])[y]
    for found, fragments in (
        (separability(CORNERS, GATES["and"]), ("gamma", "0.242536", "51")),
        (separability(CORNERS, GATES["xor"]), ("weight of sample 3", "1/4")),
        (separability(X, names), ("&lt;a&gt;", "not linearly separable")),
    ):
        table = found._repr_html_()
        assert table.startswith("<table>")
        for fragment in fragments:
            assert fragment in table
    assert "<a>" not in table
