"""Train scikit-learn's estimator and ours in the same way, and measure how far apart they end.

``python -m tests.compatibility.same_model`` prints the worst figures of all configurations, by kind.
"""

import contextlib
import io
import re
import sys
import warnings
from dataclasses import dataclass, field

import numpy as np
import sklearn
import sklearn.neural_network

import rosenblatt
from tests.compatibility.configurations import CALLS, Configuration, configurations, samples

OURS = re.compile(
    r"Nothing was learned|Training stopped after|The training loss is|\d+ of \d+ columns are|Few rows make"
)
"""How the warnings begin that scikit-learn does not give."""


def version() -> tuple[int, ...]:
    """Return scikit-learn's version as two numbers."""
    return tuple(int(number) for number in sklearn.__version__.split(".")[:2])


@dataclass
class Trained:
    """One library's estimator after the last call, and what was heard meanwhile."""

    estimator: object
    random_state: object
    error: str = ""
    warned: list[str] = field(default_factory=list)
    printed: str = ""


@dataclass
class Pair:
    """The two libraries' on one configuration."""

    theirs: Trained
    ours: Trained
    X: object


def pair(configuration: Configuration, **arguments: object) -> Pair:
    """Train both; ``arguments`` go before the configuration's."""
    data = samples(configuration)
    theirs = _trained(sklearn.neural_network, configuration, data, arguments)
    ours = _trained(rosenblatt, configuration, data, arguments)
    return Pair(theirs, ours, data[0].X)


def _trained(library, configuration, data, arguments):
    random_state = np.random.RandomState(configuration.seed) if configuration.shared else configuration.seed
    arguments = {**dict(configuration.arguments), "random_state": random_state, **arguments}
    estimator = getattr(library, configuration.estimator)(**arguments)
    result = Trained(estimator, random_state)
    classes = None if configuration.target == "multilabel" else np.unique(data[0].y)
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()) as out:
        warnings.simplefilter("always")
        try:
            for call, batch in zip(CALLS[configuration.calls], data, strict=True):
                first = call == "partial_fit" and configuration.estimator == "MLPClassifier"
                options = {"classes": np.arange(3) if classes is None else classes} if first else {}
                getattr(estimator, call)(batch.X, batch.y, sample_weight=batch.weight, **options)
        except ValueError as error:
            result.error = str(error)
    theirs = [one for one in caught if not OURS.match(str(one.message))]
    result.warned = [warning.category.__name__ for warning in theirs]
    result.printed = out.getvalue()
    return result


def apart(ours: object, theirs: object) -> float:
    """Return the largest difference of two arrays, relative to the largest entry."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if ours.shape != theirs.shape:
        return np.inf
    if theirs.size == 0 or np.array_equal(ours, theirs, equal_nan=True):
        return 0.0
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))


def curves_apart(ours: object, theirs: object) -> float:
    """Return the largest difference of two loss curves over their common epochs, relative to each loss."""
    length = min(len(ours), len(theirs))
    a, b = np.array(ours[:length]), np.array(theirs[:length])
    return float(np.max(np.abs(a - b) / np.abs(b)))


@dataclass
class Figures:
    """How far apart the two are."""

    n_iter: int
    weights: float
    loss: float
    outputs: float


def figures(trained: Pair) -> Figures:
    """Return the figures of a pair that ended well."""
    ours, theirs = trained.ours.estimator, trained.theirs.estimator
    weights = [
        apart(a, b)
        for name in ("coefs_", "intercepts_")
        for a, b in zip(getattr(ours, name), getattr(theirs, name), strict=True)
    ]
    curves = hasattr(theirs, "loss_curve_")
    loss = curves_apart(ours.loss_curve_, theirs.loss_curve_) if curves else apart(ours.loss_, theirs.loss_)
    return Figures(
        n_iter=abs(ours.n_iter_ - theirs.n_iter_),
        weights=max(weights),
        loss=loss,
        outputs=apart(outputs(ours, trained.X), outputs(theirs, trained.X)),
    )


def outputs(estimator: object, X: object) -> np.ndarray:
    """Return probabilities or numbers."""
    return estimator.predict_proba(X) if hasattr(estimator, "predict_proba") else estimator.predict(X)


def main() -> int:
    """Print the worst figures by kind."""
    worst: dict[str, list[tuple[Figures, Configuration]]] = {}
    refused = []
    for configuration in configurations():
        trained = pair(configuration)
        if trained.theirs.error or trained.ours.error:
            refused.append((configuration, trained.theirs.error, trained.ours.error))
            continue
        worst.setdefault(configuration.kind, []).append((figures(trained), configuration))
    print(f"{'kind':16}{'number':>7}{'n_iter_':>9}{'weights':>10}{'loss':>10}{'outputs':>10}")
    for kind, found in sorted(worst.items()):
        print(f"{kind:16}{len(found):7}", end="")
        print(f"{max(f.n_iter for f, _ in found):9}", end="")
        for name in ("weights", "loss", "outputs"):
            print(f"{max(getattr(f, name) for f, _ in found):10.1e}", end="")
        print(f"   worst: {max(found, key=lambda pair: pair[0].weights)[1]}")
    for configuration, theirs, ours in refused:
        print(f"refused: {configuration}\n  scikit-learn: {theirs[:60]}\n  rosenblatt:   {ours[:60]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
