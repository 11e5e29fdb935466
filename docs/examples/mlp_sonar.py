"""The MLP classifier on Sonar, cross-validated: what hidden units add to one neuron.

Usage: python docs/examples/mlp_sonar.py [--data sonar.csv] [--images FOLDER]
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sonar_data import options, save, sonar

from rosenblatt import MLPClassifier

mpl.use("Agg")  # no display is needed

# As many hidden units as Gorman and Sejnowski tried, some left out.
HIDDEN = (0, 3, 12, 24)
COLORS = ("0.35", "#D55E00", "#0072B2", "#009E73")
EPOCHS = 200


def model_of(units: int) -> Any:
    """Return a network on standardised bands (T4), trained for a fixed number of epochs."""
    network = MLPClassifier(
        (units,) if units else (),
        activation="tanh",
        learning_rate_init=0.01,
        alpha=0.01,
        batch_size=32,
        max_iter=EPOCHS,
        tol=0.0,
        n_iter_no_change=EPOCHS,
        random_state=0,
    )
    return make_pipeline(StandardScaler(), network)


def compare(X: Any, y: Any) -> dict[int, np.ndarray[Any, Any]]:
    """Print accuracies for each number of hidden units, and return the loss curves of their fits."""
    parts = RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=0)
    print("Five-fold cross-validation, 4 times (mean and standard deviation over the 20 parts):")
    print(f"  {'hidden units':14}{'trained on':>12}{'held out':>18}")
    curves = {}
    for units in HIDDEN:
        found = cross_validate(
            model_of(units), X, y, cv=parts, return_train_score=True, return_estimator=True
        )
        held = found["test_score"]
        print(f"  {units:<14}{found['train_score'].mean():>12.1%}{held.mean():>10.1%} ± {held.std():.1%}")
        curves[units] = np.array([fit[-1].loss_curve_ for fit in found["estimator"]])
    return curves


def draw(curves: dict[int, np.ndarray[Any, Any]], path: Path) -> None:
    """Draw the mean loss curve for each number of hidden units, in the band of all its fits."""
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    epochs = np.arange(1, EPOCHS + 1)
    for (units, losses), color in zip(curves.items(), COLORS, strict=True):
        label = f"{units} hidden units" if units else "no hidden units: one neuron"
        ax.fill_between(epochs, losses.min(axis=0), losses.max(axis=0), color=color, alpha=0.18, linewidth=0)
        ax.plot(epochs, losses.mean(axis=0), color=color, linewidth=1.8, label=label)
    ax.set(yscale="log", xlabel="epoch", ylabel="training loss", title="MLPClassifier on Sonar, 20 fits each")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_ylim(top=2.0)
    ax.legend(frameon=False, loc="upper right", ncols=2, fontsize="small")
    save(figure, path)


def main() -> None:
    """Run the example."""
    chosen = options(__doc__ or "")
    warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is fixed
    X, y = sonar(chosen.data)
    print(
        f"Sonar: {len(y)} returns of {X.shape[1]} bands, {np.sum(y == 'M')} mines, {np.sum(y == 'R')} rocks."
    )
    curves = compare(X, y)
    print()
    draw(curves, chosen.images / "mlp-sonar.png")


if __name__ == "__main__":
    main()
