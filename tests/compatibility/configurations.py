"""Drawn configurations: an estimator, its arguments, its data, and the calls that train it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_wine
from sklearn.preprocessing import MinMaxScaler, StandardScaler

N_CONFIGURATIONS = 200
SEED = 20240607

LOADERS = {"digits": load_digits, "iris": load_iris, "wine": load_wine, "diabetes": load_diabetes}
CLASSIFIED = ("digits", "iris", "wine")
# What a target is, and the data sets that can give it.
TARGETS = {
    "binary": CLASSIFIED,
    "multiclass": CLASSIFIED,
    "strings": CLASSIFIED,
    "multilabel": CLASSIFIED,
    "one number": ("diabetes", "wine", "digits"),
    "several numbers": ("diabetes", "wine"),
    "counts": ("diabetes", "digits"),
}
NUMERIC = ("one number", "several numbers", "counts")
# The calls, in order. Each call has samples of its own.
CALLS = {
    "fit": ("fit",),
    "fit again": ("fit", "fit"),
    "warm start": ("fit", "fit", "fit"),
    "partial_fit": ("partial_fit",) * 12,
    "fit, then partial_fit": ("fit", *("partial_fit",) * 4),
    "partial_fit, then warm start": (*("partial_fit",) * 3, "fit"),
}


@dataclass(frozen=True)
class Configuration:
    """What is trained, on what, by which calls.

    ``arguments`` are the estimator's, without ``random_state``, which is ``seed`` or, if ``shared``,
    one ``RandomState`` for all the calls.
    """

    index: int
    target: str
    data: str
    scaling: str
    storage: str
    dtype: str
    n: int
    calls: str
    weighted: bool
    seed: int
    shared: bool
    arguments: tuple[tuple[str, object], ...]

    @property
    def estimator(self) -> str:
        """The name of the estimator."""
        return "MLPRegressor" if self.target in NUMERIC else "MLPClassifier"

    @property
    def kind(self) -> str:
        """The solver and the type of the numbers."""
        return f"{dict(self.arguments)['solver']} {self.dtype}"

    def __str__(self) -> str:
        words = [
            str(self.index),
            self.estimator,
            self.data,
            self.target,
            self.dtype,
            self.calls,
            self.storage,
        ]
        return "-".join(words).replace(" ", "_").replace(",", "")


@dataclass(frozen=True)
class Samples:
    """What one call gets."""

    X: object
    y: np.ndarray
    weight: np.ndarray | None


def configurations() -> list[Configuration]:
    """Return all of them."""
    return [drawn(index) for index in range(N_CONFIGURATIONS)]


def sample(size: int) -> list[Configuration]:
    """Return some of them, always the same."""
    # a draw that leaves out nothing that the others cover, which a test looks at
    indices = np.random.default_rng([SEED, 5]).choice(N_CONFIGURATIONS, size=size, replace=False)
    return [drawn(int(index)) for index in sorted(indices)]


def drawn(index: int) -> Configuration:
    """Return one configuration, a function of its index alone."""
    random = np.random.default_rng([SEED, index])

    def one_of(*values, p=None):
        return values[random.choice(len(values), p=p)]

    solver = one_of("sgd", "adam", "lbfgs", p=(0.45, 0.35, 0.2))
    # L-BFGS with several regression outputs is the exception that LECTURE's Conventions name.
    target = one_of(*(t for t in TARGETS if (solver, t) != ("lbfgs", "several numbers")))
    calls = one_of(*CALLS, p=(0.5, 0.05, 0.15, 0.1, 0.1, 0.1))
    calls = "fit" if solver == "lbfgs" and "partial_fit" in calls else calls
    dtype = "float32" if solver != "lbfgs" and random.random() < 0.2 else "float64"
    # On raw features L-BFGS drives probabilities below eps, the other exception, and SGD diverges.
    raw = 0.2 if (solver, dtype) == ("adam", "float64") else 0.0
    scaling = one_of("standard", "minmax", "raw", p=(0.75 - raw, 0.25, raw))
    n = int(random.integers(90, 300))
    stops_early = bool(random.random() < 0.35) and "partial_fit" not in calls
    arguments = {
        "hidden_layer_sizes": tuple(int(r) for r in random.integers(1, 25, size=random.integers(0, 4))),
        "activation": one_of("identity", "logistic", "tanh", "relu"),
        "solver": solver,
        "alpha": one_of(*_alphas(solver, target)),
        "batch_size": one_of("auto", int(random.integers(7, 70))),
        "max_iter": int(random.integers(15, 120)) if solver != "lbfgs" else 15,
        "shuffle": bool(random.random() < 0.75),
        "tol": one_of(1e-4, 1e-3, 1e-2),
        "n_iter_no_change": int(random.integers(2, 11)),
        "warm_start": "warm start" in calls,
        "early_stopping": stops_early,
        "validation_fraction": one_of(0.1, 0.2, 0.35),
        "learning_rate_init": _rate(solver, scaling, target, random),
    }
    arguments |= _of_solver(solver, random, one_of)
    arguments |= {"loss": "poisson"} if target == "counts" else {}
    return Configuration(
        index=index,
        target=target,
        data=one_of(*TARGETS[target]),
        scaling=scaling,
        storage=one_of("dense", "csr", "csc", p=(0.7, 0.2, 0.1)),
        dtype=dtype,
        n=n,
        calls=calls,
        weighted=bool(random.random() < 0.3),
        seed=int(random.integers(2**31)),
        shared=bool(random.random() < 0.5),
        arguments=tuple(arguments.items()),
    )


def _alphas(solver, target):
    """Return the penalties to choose from."""
    if solver == "lbfgs" and target not in NUMERIC:
        return 3.0, 10.0  # they keep probabilities above eps, where the exception begins
    return 0.0, 1e-4, 1e-2, 1.0


def _rate(solver, scaling, target, random):
    """Return a rate at which training converges.

    Where it bounces about instead, scikit-learn does not reach the same model twice if one bit of X is
    changed: rounding grows tenfold every few epochs.
    """
    if solver == "adam":
        low, high = (-4.5, -3) if scaling == "raw" else (-3.5, -2)
    else:
        low, high = (-3.5, -2.5) if target == "counts" else (-3, -1)
    return float(10 ** random.uniform(low, high))


def _of_solver(solver, random, one_of):
    """Return the arguments that one solver alone listens to."""
    if solver == "sgd":
        return {
            "momentum": one_of(0.0, 0.5, 0.9),
            "nesterovs_momentum": bool(random.random() < 0.5),
            "learning_rate": one_of("constant", "invscaling", "adaptive"),
            "power_t": one_of(0.25, 0.5),
        }
    if solver == "adam":
        return {
            "beta_1": one_of(0.9, 0.8),
            "beta_2": one_of(0.999, 0.99),
            "epsilon": one_of(1e-8, 1e-4),
        }
    return {}


def samples(configuration: Configuration) -> list[Samples]:
    """Return the samples of each call."""
    random = np.random.default_rng([SEED, configuration.index, 1])
    data, target = _loaded(configuration.data)
    calls = CALLS[configuration.calls]
    result = []
    for _ in calls:
        rows = random.choice(len(data), size=min(configuration.n, len(data) * 4 // 5), replace=False)
        X = _scaled(data, configuration.scaling)[rows]
        y = _targets(data, target, configuration.target)[rows]
        if configuration.storage != "dense":
            X = sparse.csr_array(np.where(np.abs(X) < np.quantile(np.abs(X), 0.4), 0.0, X))
            X = X.asformat(configuration.storage)
        weight = random.uniform(0.1, 3.0, size=len(rows)) if configuration.weighted else None
        X = X.astype(configuration.dtype)
        result.append(Samples(X, y.astype(configuration.dtype) if y.dtype == float else y, weight))
    return result


@cache
def _loaded(name):
    """Return features and targets; only such features as are not 0 for nearly all samples.

    The weights of a feature that is always 0 follow the penalty alone. Adam divides such a gradient by
    its own size, so that only its sign counts, and once the weight is near 0 rounding decides it.
    """
    data, target = LOADERS[name](return_X_y=True)
    return data[:, np.mean(data != 0, axis=0) > 0.3], target


def _scaled(data, scaling):
    if scaling == "raw":
        return data
    return (StandardScaler() if scaling == "standard" else MinMaxScaler()).fit_transform(data)


def _targets(data, target, kind):
    """Return the targets of all samples."""
    above = (data > np.median(data, axis=0)).astype(int)
    standard = (target - target.mean()) / target.std()
    if kind == "binary":
        return (target == target.max()).astype(int)
    if kind == "strings":
        return np.array([f"class {label}" for label in target], dtype=object)
    if kind == "multilabel":
        return np.stack([target & 1, target >> 1 & 1, above[:, 2]], axis=1)
    if kind == "several numbers":
        return np.column_stack([standard, data[:, 0] / np.abs(data[:, 0]).max(), above[:, 1]])
    if kind == "counts":
        return np.floor(target / target.max() * 9)
    return standard if kind == "one number" else target
