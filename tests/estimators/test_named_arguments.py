"""Whatever is passed as X, y, weights, groups or targets: the error names the argument, and is short."""

import collections
import datetime
import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from rosenblatt import (
    Autoencoder,
    AutoencoderDetector,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    greedy_pretrain,
    lr_find,
    separability,
)

pytestmark = pytest.mark.filterwarnings("ignore")

X = np.random.default_rng(0).random((30, 3))
LABELS, NUMBERS = (X[:, 0] > 0.5).astype(int), X[:, 1]
LOOP: list = []
LOOP.append(LOOP)
LONGEST = 700


class Sized:
    def __len__(self):
        return 30


class Shaped:
    shape = (30, 3)


class WithGradient:
    """As a tensor that must be detached first."""

    def __array__(self, *_, **__):
        raise RuntimeError("call detach() first")


NEVER = {
    "keys": {1: 2}.keys(),
    "values": {1: 2}.values(),
    "items": {1: 2}.items(),
    "a list that holds itself": LOOP,
    "module": np,
    "class": np.ndarray,
    "class of dtypes": np.dtype,
    "function": len,
    "sized": Sized(),
    "shaped": Shaped(),
    "tensor": WithGradient(),
    "objects": [object()] * 30,
    "dicts": [{"a": 1}] * 30,
    "complex frame": pd.DataFrame(X + 1j),
    "periods": pd.DataFrame({"a": pd.period_range("2020", periods=30), "b": 1.0, "c": 2.0}),
    "intervals": pd.DataFrame({"a": pd.interval_range(0, 30), "b": 1.0, "c": 2.0}),
    "dates": [[datetime.date(2020, 1, 1), 1, 2]] * 30,
    "frame of words": pd.DataFrame({"a": ["a"] * 30, "b": 1.0, "c": 2.0}),
    "raw bytes": np.zeros(30, dtype="V8"),
    "matrix": np.matrix(X),
    "ellipsis": ...,
    "deep": np.zeros((30, 3, 2)),
}
ALSO_AS_Y = {
    "sparse frame": pd.DataFrame.sparse.from_spmatrix(sparse.csr_matrix(X)),
    "matrices": pd.DataFrame({"a": [sparse.csr_matrix(X)] * 30, "b": 1.0}),
}

FEW = {"max_iter": 2, "random_state": 0}


def classifier(**more):
    return MLPClassifier((4,), **FEW, **more)


def coder():
    return Autoencoder((2,), **FEW)


CLASSIFIER, CODER = classifier().fit(X, LABELS), coder().fit(X)
REGRESSOR = MLPRegressor(**FEW).fit(X, NUMBERS)
PERCEPTRON, DETECTOR = Perceptron().fit(X, LABELS), AutoencoderDetector(max_iter=2).fit(X)
ENTRANCES = {
    "X": {
        "fit": lambda odd: classifier().fit(odd, LABELS),
        "fit of numbers": lambda odd: MLPRegressor(**FEW).fit(odd, NUMBERS),
        "fit of rows": lambda odd: coder().fit(odd),
        "fit of a perceptron": lambda odd: Perceptron().fit(odd, LABELS),
        "fit of a detector": lambda odd: AutoencoderDetector(max_iter=2).fit(odd),
        "partial_fit": lambda odd: classifier().partial_fit(odd, LABELS, classes=[0, 1]),
        "predict": CLASSIFIER.predict,
        "predict_proba": CLASSIFIER.predict_proba,
        "predict of a perceptron": PERCEPTRON.predict,
        "transform": CODER.transform,
        "inverse_transform": CODER.inverse_transform,
        "reconstruction_error": CODER.reconstruction_error,
        "score_samples": DETECTOR.score_samples,
        "score": lambda odd: CLASSIFIER.score(odd, LABELS),
        "score of numbers": lambda odd: REGRESSOR.score(odd, NUMBERS),
        "separability": lambda odd: separability(odd, LABELS),
        "lr_find": lambda odd: lr_find(classifier(), odd, LABELS),
        "greedy_pretrain": lambda odd: greedy_pretrain(classifier(), odd),
    },
    "X_val": {
        "X_val": lambda odd: classifier().fit(X, LABELS, X_val=odd, y_val=LABELS),
        "X_val of rows": lambda odd: coder().fit(X, X_val=odd),
    },
    "y": {
        "y": lambda odd: classifier().fit(X, odd),
        "y of numbers": lambda odd: MLPRegressor(**FEW).fit(X, odd),
        "y of a perceptron": lambda odd: Perceptron().fit(X, odd),
        "y of partial_fit": lambda odd: classifier().partial_fit(X, odd, classes=[0, 1]),
        "y of separability": lambda odd: separability(X, odd),
        "y of score": lambda odd: CLASSIFIER.score(X, odd),
        "y of score of numbers": lambda odd: REGRESSOR.score(X, odd),
    },
    "y_val": {
        "y_val": lambda odd: classifier().fit(X, LABELS, X_val=X, y_val=odd),
        "y_val of numbers": lambda odd: MLPRegressor(**FEW).fit(X, NUMBERS, X_val=X, y_val=odd),
    },
    "sample_weight": {
        "weights": lambda odd: classifier().fit(X, LABELS, sample_weight=odd),
        "weights of a perceptron": lambda odd: Perceptron().fit(X, LABELS, sample_weight=odd),
        "weights of rows": lambda odd: coder().fit(X, sample_weight=odd),
        "weights of score": lambda odd: CLASSIFIER.score(X, LABELS, sample_weight=odd),
    },
    "groups": {"groups": lambda odd: classifier(early_stopping=True).fit(X, LABELS, groups=odd)},
    "target": {
        "target": lambda odd: coder().fit(X, target=odd),
        "target of score": lambda odd: CODER.score(X, target=odd),
    },
}
CASES = [
    pytest.param(argument, call, odd, id=f"{entrance}: {name}")
    for argument, calls in ENTRANCES.items()
    for entrance, call in calls.items()
    for name, odd in {**NEVER, **(ALSO_AS_Y if argument in ("y", "y_val") else {})}.items()
    if not (argument == "groups" and name == "raw bytes")
]


@pytest.mark.parametrize(("argument", "call", "odd"), CASES)
def test_the_argument_is_named(argument, call, odd):
    with pytest.raises((TypeError, ValueError)) as caught:
        call(odd)
    said = str(caught.value)
    assert re.search(rf"(?<![A-Za-z_]){argument}(?![A-Za-z_])", said) or "Sample weights" in said, said
    assert len(said) < LONGEST


def test_what_holds_rows_is_taken_still():
    """Sequences of any kind, and what becomes an array."""

    class Becomes:
        def __array__(self, *_, **__):
            return X

    usual = CLASSIFIER.predict(X)
    for rows in (X.tolist(), tuple(map(tuple, X)), collections.deque(X.tolist()), Becomes(), pd.DataFrame(X)):
        assert (CLASSIFIER.predict(rows) == usual).all()
    assert Perceptron().fit(X, pd.Series(LABELS)).score(X, pd.Series(LABELS)) > 0.5


def test_a_single_class_is_one_of_y():
    with pytest.raises(ValueError, match="got 1 class in y, 1"):
        Perceptron().fit(X, pd.Series([1.0] * 30))
