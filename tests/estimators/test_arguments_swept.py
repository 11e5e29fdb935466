"""Every argument of every estimator refuses what cannot be meant: by its name, with a short value, in a few lines."""

import dataclasses
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import rosenblatt as rb

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
