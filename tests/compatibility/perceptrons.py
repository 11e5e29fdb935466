"""Drawn configurations of the perceptron, trained by both libraries in the same way."""

import warnings
from dataclasses import dataclass

import numpy as np
import sklearn.linear_model
from scipy import sparse
from sklearn.datasets import load_digits, load_iris

import rosenblatt
from tests.perceptron_problems import sonar

N_CONFIGURATIONS = 100
SEED = 20240611
# The calls, in order; each has samples of its own.
CALLS = {
    "fit": ("fit",),
    "fit again": ("fit", "fit"),
    "warm start": ("fit", "fit", "fit"),
    "partial_fit": ("partial_fit",) * 6,
    "fit, then partial_fit": ("fit", "partial_fit", "partial_fit"),
}


@dataclass(frozen=True)
class Configuration:
    """What is trained, on what, by which calls."""

    index: int
    data: str
    binary: bool
    storage: str
    dtype: str
    calls: str
    weighted: bool
    seed: int
    shared: bool
    arguments: tuple[tuple[str, object], ...]

    def __str__(self) -> str:
        words = [str(self.index), self.data, self.storage, self.dtype, self.calls]
        return "-".join(words).replace(" ", "_").replace(",", "")


def drawn(index: int) -> Configuration:
    """Return one configuration, a function of its index alone."""
    random = np.random.default_rng([SEED, index])

    def one_of(*values, p=None):
        return values[random.choice(len(values), p=p)]

    calls = one_of(*CALLS, p=(0.5, 0.05, 0.15, 0.15, 0.15))
    incremental = "partial_fit" in calls
    arguments = {
        "penalty": one_of(None, "l1", "l2", "elasticnet", p=(0.4, 0.2, 0.2, 0.2)),
        "alpha": one_of(1e-4, 1e-3, 1e-2),
        "l1_ratio": one_of(0.15, 0.5),
        "fit_intercept": bool(random.random() < 0.8),
        "max_iter": int(random.integers(3, 60)),
        "tol": one_of(1e-3, None, 1e-2),
        "shuffle": bool(random.random() < 0.75),
        "eta0": one_of(1.0, 0.1, 3.0),
        "early_stopping": bool(random.random() < 0.35) and not incremental,
        "validation_fraction": one_of(0.1, 0.3),
        "n_iter_no_change": int(random.integers(2, 7)),
        "class_weight": one_of(None, "balanced") if not incremental else None,
        "warm_start": calls == "warm start",
    }
    return Configuration(
        index=index,
        data=one_of("sonar", "iris", "digits"),
        binary=bool(random.random() < 0.4),
        storage=one_of("dense", "csr", p=(0.6, 0.4)),
        dtype=one_of("float64", "float32", p=(0.85, 0.15)),
        calls=calls,
        weighted=bool(random.random() < 0.3),
        seed=int(random.integers(2**31)),
        shared=bool(random.random() < 0.5),
        arguments=tuple(arguments.items()),
    )


def sample(size: int) -> list[Configuration]:
    """Return some of them, always the same."""
    indices = np.random.default_rng([SEED, 1]).choice(N_CONFIGURATIONS, size=size, replace=False)
    return [drawn(int(index)) for index in sorted(indices)]


def samples(c: Configuration) -> list[tuple[object, np.ndarray, np.ndarray | None]]:
    """Return X, y and weights of each call."""
    random = np.random.default_rng([SEED, c.index, 1])
    loaders = {
        "sonar": sonar,
        "iris": lambda: load_iris(return_X_y=True),
        "digits": lambda: load_digits(return_X_y=True),
    }
    data, labels = loaders[c.data]()
    labels = np.where(labels == labels[-1], "last", "others") if c.binary else labels
    result = []
    for _ in CALLS[c.calls]:
        rows = random.choice(len(data), size=min(300, len(data) * 4 // 5), replace=False)
        X = data[rows].astype(c.dtype)
        weight = random.uniform(0.0, 3.0, size=len(rows)) if c.weighted else None
        result.append((sparse.csr_array(X) if c.storage == "csr" else X, labels[rows], weight))
    return result


def trained(library, c: Configuration, given) -> object:
    """Return a library's estimator after all calls."""
    random_state = np.random.RandomState(c.seed) if c.shared else c.seed
    estimator = library.Perceptron(**dict(c.arguments), random_state=random_state)
    classes = np.unique(np.concatenate([y for _, y, _ in given]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for call, (X, y, weight) in zip(CALLS[c.calls], given, strict=True):
            first = call == "partial_fit" and not hasattr(estimator, "classes_")
            getattr(estimator, call)(X, y, sample_weight=weight, **({"classes": classes} if first else {}))
    return estimator


def pair(c: Configuration) -> tuple[object, object]:
    """Train both, and return theirs and ours."""
    given = samples(c)
    return trained(sklearn.linear_model, c, given), trained(rosenblatt, c, given)
