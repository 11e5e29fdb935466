"""How good the rates are that ``learning_rate_init="auto"`` finds, beside those of a grid.

python -m benchmarks.automatic_rates                  # 120 cases, some ten minutes on one core; fills the record
python -m benchmarks.automatic_rates --seeds 1        # 24 cases, on the screen alone
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from rosenblatt import (
    Autoencoder,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    MLPClassifier,
    MLPRegressor,
    SparseAutoencoder,
)
from rosenblatt.errors import DivergenceError

from . import report

ROOT = Path(__file__).resolve().parents[1]
MARK = "<!-- automatic rates -->"
GRID = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
WORSE, OF_CONSTANT = 1.2, 0.02
HEAD = ["estimator", "data", "constant", "best of the grid", "automatic", "rates found", "good"]
Table = tuple[Any, Any]


def digits() -> Table:
    X, y = datasets.load_digits(return_X_y=True)
    return X[:1000] / 16, y[:1000]


def standardised(load: Callable[..., Any]) -> Table:
    X, y = load(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def plane() -> Table:
    return datasets.make_low_rank_matrix(600, 30, effective_rank=5, random_state=0) * 10, None


CLASSES: dict[str, Callable[[], Table]] = {
    "digits": digits,
    "breast cancer": lambda: standardised(datasets.load_breast_cancer),
    "wine": lambda: standardised(datasets.load_wine),
    "three classes": lambda: datasets.make_classification(
        600, 20, n_informative=8, n_classes=3, random_state=0
    ),
}
NUMBERS: dict[str, Callable[[], Table]] = {
    "diabetes": lambda: standardised(datasets.load_diabetes),
    "friedman 1": lambda: datasets.make_friedman1(600, 10, noise=1.0, random_state=0),
    "friedman 2": lambda: datasets.make_friedman2(600, noise=50.0, random_state=0),
    "linear": lambda: datasets.make_regression(600, 20, n_informative=8, noise=40.0, random_state=0),
}
INPUTS: dict[str, Callable[[], Table]] = {name: CLASSES[name] for name in ("digits", "breast cancer", "wine")}
INPUTS["low rank"] = plane
KINDS: dict[str, tuple[Any, dict[str, Any], dict[str, Callable[[], Table]]]] = {
    "classifier": (MLPClassifier, {}, CLASSES),
    "regressor": (MLPRegressor, {"scale_target": True, "scale_inputs": "standard"}, NUMBERS),
    "autoencoder": (Autoencoder, {"hidden_layer_sizes": (8,)}, INPUTS),
    "denoising": (DenoisingAutoencoder, {}, INPUTS),
    "sparse": (SparseAutoencoder, {}, INPUTS),
    "contractive": (ContractiveAutoencoder, {}, INPUTS),
}


class Case(NamedTuple):
    """One estimator, data set and seed.

    Attributes
    ----------
    constant : float
        Held-out loss of the mean (of the classes' shares) of the training rows.
    grid : float
        Lowest held-out loss of the grid's rates.
    automatic, rate : float
        Held-out loss of the automatic rate, and that rate.
    """

    constant: float
    grid: float
    automatic: float
    rate: float

    @property
    def good(self) -> bool:
        """Whether the automatic rate is as good as the grid's best, about."""
        return self.automatic <= max(WORSE * self.grid, self.grid + OF_CONSTANT * self.constant)


def losses(model: Any, train: Table, test: Table) -> tuple[float, float]:
    """Return the held-out loss of a fitted model and that of a constant prediction."""
    (X, y), (X_test, y_test) = train, test
    if isinstance(model, MLPClassifier):
        codes, shares = np.searchsorted(model.classes_, y_test), np.unique(y, return_counts=True)[1] / len(y)
        p = np.clip(model.predict_proba(X_test)[np.arange(len(codes)), codes], 1e-15, 1)
        return -float(np.log(p).mean()), -float(np.log(shares[codes]).mean())
    if isinstance(model, MLPRegressor):
        errors = (model.predict(X_test) - y_test) ** 2
        return float(errors.mean() / y.var()), float(((y_test - y.mean()) ** 2).mean() / y.var())
    return -model.score(X_test), float(((X_test - X.mean(axis=0)) ** 2).sum(axis=1).mean())


def case(kind: str, data: str, seed: int) -> Case:
    """Fit at the grid's rates and at the automatic one."""
    estimator, arguments, tables = KINDS[kind]
    X, y = tables[data]()
    train_rows, test_rows = train_test_split(np.arange(len(X)), random_state=seed)
    parts = [(X[rows], None if y is None else y[rows]) for rows in (train_rows, test_rows)]
    found: list[float] = []
    for rate in ("auto", *GRID):
        model = estimator(learning_rate_init=rate, random_state=seed, **arguments)
        try:
            model.fit(*parts[0])
            loss, constant = losses(model, *parts)
        except DivergenceError:
            loss = np.inf
        found.append(loss)
        if rate == "auto":
            automatic = getattr(model, "learning_rate_init_", np.nan)
    return Case(constant, min(found[1:]), found[0], automatic)


def row(kind: str, data: str, cases: list[Case]) -> list[str]:
    """Return a line of the table: means over the seeds, and how many of them are good."""
    constant, grid, automatic, _ = np.mean(cases, axis=0)
    rates = " ".join(f"{one.rate:.2g}" for one in cases)
    good = f"{sum(one.good for one in cases)} of {len(cases)}"
    return [kind, data, f"{constant:.3g}", f"{grid:.3g}", f"{automatic:.3g}", rates, good]


def main() -> None:
    """Run all cases."""
    parser = argparse.ArgumentParser(description="How good automatic learning rates are.")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of fits that end at max_iter
    rows, everything = [], []
    for kind, (_, _, tables) in KINDS.items():
        for data in tables:
            cases = [case(kind, data, seed) for seed in range(options.seeds)]
            rows.append(row(kind, data, cases))
            everything += cases
            print(" | ".join(rows[-1]), flush=True)
    good, nothing = (
        sum(one.good for one in everything),
        sum(one.automatic > 0.98 * one.constant for one in everything),
    )
    last = ["**all**", "", "", "", "", f"as bad as a constant: {nothing}", f"**{good} of {len(everything)}**"]
    print(" | ".join(last))
    if options.seeds >= 5:
        report.put(ROOT / "benchmarks" / "README.md", MARK, report.table(HEAD, [*rows, last]))


if __name__ == "__main__":
    main()
