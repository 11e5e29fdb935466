"""The perceptron on Sonar: separable or not, after how many updates, and what that is worth.

Usage: python docs/examples/perceptron_sonar.py [--data sonar.csv] [--images FOLDER]
"""

from __future__ import annotations

import warnings
from typing import Any

import matplotlib as mpl
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
from sonar_data import options, save, sonar

from rosenblatt import MistakesDisplay, Perceptron

mpl.use("Agg")  # no display is needed

TO_THE_END = {"order": "cyclic", "stop": "separated", "max_iter": 10**6}


def to_the_end(X: Any, y: Any) -> Perceptron:
    """Run the rule until a whole epoch has no mistake, and compare with what the certificate promised."""
    model = Perceptron(**TO_THE_END, certify=True).fit(X, y)
    certificate = model.certificate_
    print(certificate)
    print(f"Proved again from the data alone: {certificate.verify(X, y)}.")
    print(
        f"\nThe run: {model.n_updates_:,} updates in {model.n_iter_:,} epochs, "
        f"{model.n_updates_ / certificate.bound:.0%} of the bound; {model.score(X, y):.1%} right."
    )
    seeds = [Perceptron(random_state=seed).fit(X, y).score(X, y) for seed in range(20)]
    print(
        f"With scikit-learn's stopping rule, over 20 seeds: {min(seeds):.1%} to {max(seeds):.1%} right. "
        "It gives up long before."
    )
    return model


def on_others(X: Any, y: Any) -> None:
    """Compare ways to stop, on returns that were not trained on."""
    ways = {
        "scikit-learn's stop": Perceptron(random_state=0),
        "to the end": Perceptron(**TO_THE_END),
        "averaged, 100 epochs": Perceptron(variant="averaged", tol=None, max_iter=100, random_state=0),
    }
    parts = RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=0)
    print("\nOn a fifth held out, 20 times (mean and standard deviation over the parts):")
    print(f"  {'':22}{'trained on':>12}{'held out':>18}")
    for name, model in ways.items():
        found = cross_validate(model, X, y, cv=parts, return_train_score=True)
        held = found["test_score"]
        print(f"  {name:22}{found['train_score'].mean():>12.1%}{held.mean():>10.1%} ± {held.std():.1%}")
    frequent = max(np.mean(y == label) for label in np.unique(y))
    print(f"  {'always the same answer':22}{frequent:>12.1%}{frequent:>10.1%}")
    print("A proof of separability is about these returns; it does not promise the next one.")


def main() -> None:
    """Run the example."""
    chosen = options(__doc__ or "")
    warnings.simplefilter("ignore", ConvergenceWarning)  # that the runs end early is what is shown
    X, y = sonar(chosen.data)
    model = to_the_end(X, y)
    on_others(X, y)
    print()
    display = MistakesDisplay.from_estimator(model)
    display.ax_.set_title("The perceptron on Sonar, 208 returns")
    save(display.figure_, chosen.images / "perceptron-sonar.png")


if __name__ == "__main__":
    main()
