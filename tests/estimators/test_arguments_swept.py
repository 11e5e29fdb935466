"""Every argument of every estimator refuses what cannot be meant: by its name, with a short value, in a few lines."""

import dataclasses
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import rosenblatt as rb
from rosenblatt.corruption import Corruption
from rosenblatt.training.callbacks import Observer

pytestmark = pytest.mark.filterwarnings("ignore")

X = np.random.default_rng(0).normal(size=(20, 3))
LABELS, NUMBERS = (X[:, 0] > 0).astype(int), X[:, 1]
TARGETS = {rb.MLPClassifier: LABELS, rb.MLPRegressor: NUMBERS, rb.Perceptron: LABELS}
ESTIMATORS = (*TARGETS, rb.Autoencoder, rb.AutoencoderDetector)
LONGEST = 600
"""Characters of a message: a value, what is known, and the cure."""

BAD = {
    "a huge whole number": 10**400,
    "a huge negative number": -(10**400),
    "a fraction": Fraction(1, 3),
    "a decimal": Decimal("0.5"),
    "a set": {0.5},
    "bytes": b"1",
    "a ragged list": [[1], [2, 3]],
    "a complex number": 1 + 1j,
    "a table": np.ones((300, 300)),
    "a date": np.datetime64("2020-01-01"),
    "a span of time": np.timedelta64(3, "D"),
    "a span of no unit": np.timedelta64(3),
    "NaN": float("nan"),
    "an object": object(),
    "a class": dict,
    "records": np.zeros(3, [("a", float)]),
    "a long name": "z" * 900,
}
ARGUMENTS = [(cls, field.name) for cls in ESTIMATORS for field in dataclasses.fields(cls)]


@pytest.mark.parametrize(("cls", "name"), ARGUMENTS, ids=lambda value: getattr(value, "__name__", value))
def test_what_cannot_be_meant_is_refused_by_name(cls, name):
    for what, bad in BAD.items():
        model = cls(**{name: bad})
        with pytest.raises((TypeError, ValueError)) as caught:
            model.fit(X, TARGETS[cls]) if cls in TARGETS else model.fit(X)
        assert name in str(caught.value), what
        assert len(str(caught.value)) < LONGEST, what
        assert not hasattr(model, "n_features_in_"), what


def test_spans_of_time_are_no_numbers():
    span, model = np.timedelta64(9), rb.MLPClassifier((2,), max_iter=2)
    for what, make in {
        r"GradientNorms\(rows=": lambda: rb.GradientNorms(span),
        r"GradientNorms\(every=": lambda: rb.GradientNorms(every=span),
        "^low": lambda: rb.lr_find(model, X, LABELS, low=span),
        "^steps": lambda: rb.lr_find(model, X, LABELS, steps=span),
        "TimeBudget": lambda: rb.TimeBudget(span),
        "threads": lambda: rb.set_num_threads(span),
        "layers": lambda: rb.ActivityL1(0.1, layers=(span,)),
        "strength": lambda: rb.L1(span),
        "peak": lambda: rb.Cosine(peak=span),
    }.items():
        with pytest.raises((TypeError, ValueError), match=what):
            make()


class OneArgument:
    def corrupt(self, x):
        return x


class Halving(Corruption):
    def corrupt(self, x, random):
        return x / 2


class Blind(Observer):
    def next_look(self, engine, data, epoch):
        return None


def of_objects(value):
    """Yield the name that a message must hold, and what is called."""
    model, coder = rb.MLPClassifier((2,), max_iter=2), rb.Autoencoder(2, max_iter=2)
    yield "learning_rate", lambda: model.set_params(learning_rate=value).fit(X, LABELS)
    for kind in (rb.ActivityL1, rb.KLDivergence, rb.Contraction):
        yield "layers", lambda kind=kind: kind(0.1, layers=value)
    for name in ("rows", "every"):
        yield name, lambda name=name: rb.GradientNorms(**{name: value})
    plain = rb.MLPClassifier((2,), max_iter=2)
    yield "steps", lambda: rb.lr_find(plain, X, LABELS, steps=value)
    yield "estimator", lambda: rb.lr_find(value, X, LABELS)
    yield "estimator", lambda: rb.greedy_pretrain(value, X)
    yield "autoencoder", lambda: rb.MLPClassifier.from_autoencoder(value)
    for name in ("exact", "pairs", "fit_intercept"):
        yield name, lambda name=name: rb.separability(X, LABELS, **{name: value})
    yield "target", lambda: coder.fit(X, target=value)
    fitted = rb.Autoencoder(2, max_iter=2).fit(X)
    yield "units", lambda: fitted.reconstruction_error(X, units=value)
    yield "per", lambda: fitted.reconstruction_error(X, per=value)


@pytest.mark.parametrize(
    "value",
    [10**400, list(range(10_000)), "z" * 9000, np.ones((30, 30))],
    ids=["int", "list", "str", "array"],
)
def test_long_values_are_shortened_wherever_they_are_refused(value):
    for name, call in of_objects(value):
        with pytest.raises((TypeError, ValueError), match=name) as caught:
            call()
        assert len(str(caught.value)) < 400, name


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("initializer", lambda: rb.MLPClassifier((2,), initializer=[1, 2]).fit(X, LABELS)),
        ("corrupt", lambda: rb.Autoencoder(2, corruption=OneArgument()).fit(X)),
        ("next_look", lambda: rb.MLPClassifier((2,), callbacks=[Blind()]).fit(X, LABELS)),
        ("best", lambda: rb.ReduceOnPlateau(best="x")),
        ("best", lambda: rb.ReduceOnPlateau(best=float("nan"))),
        ("waited", lambda: rb.ReduceOnPlateau(waited={})),
        ("patience", lambda: rb.ReduceOnPlateau(patience=1.5)),
        ("rows", lambda: rb.GradientNorms(rows=10**400)),
        ("sparsity", lambda: rb.SparseAutoencoder(2, sparsity=list(range(10_000))).fit(X)),
    ],
)
def test_parts_of_another_kind_are_refused_by_name(name, make):
    with pytest.raises((TypeError, ValueError), match=name) as caught:
        make()
    assert len(str(caught.value)) < 400


def test_a_share_in_an_array_of_no_axes_is_that_share():
    fits = [
        rb.MLPClassifier((4,), max_iter=3, dropout=share, random_state=0).fit(X, LABELS).theta_
        for share in (0.5, np.array(0.5))
    ]
    np.testing.assert_array_equal(*fits)


def test_a_corruption_needs_its_method_alone():
    model = rb.Autoencoder(2, max_iter=2, random_state=0, corruption=Halving()).fit(X)
    plain = rb.Autoencoder(2, max_iter=2, random_state=0).fit(X)
    assert not np.array_equal(model.theta_, plain.theta_)
