"""Digits and a regression set: rosenblatt beside scikit-learn, with scores, times and a picture.

Usage: python examples/demo.py [folder for the picture, demo-output by default]
"""

from __future__ import annotations

import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from sklearn import neural_network
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import rosenblatt
from rosenblatt import MLPClassifier

mpl.use("Agg")  # no display is needed

OURS, THEIRS = "#b2182b", "#9ecae1"


@dataclass
class Comparison:
    """One data set, fitted twice with the same arguments."""

    title: str
    score_name: str
    scale: str
    ours: Any
    theirs: Any
    scores: tuple[float, float]
    seconds: tuple[float, float]

    @property
    def difference(self) -> float:
        """Largest difference between two weights or biases."""
        pairs = zip(
            [*self.ours.coefs_, *self.ours.intercepts_],
            [*self.theirs.coefs_, *self.theirs.intercepts_],
            strict=True,
        )
        return max(float(np.abs(a - b).max()) for a, b in pairs)


def digits() -> tuple[Any, ...]:
    """Return training and test samples of handwritten digits, inputs standardised (T4)."""
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_test), y_train, y_test


def diabetes() -> tuple[Any, ...]:
    """Return training and test samples of the diabetes study, inputs and target standardised."""
    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
    inputs, target = StandardScaler().fit(X_train), StandardScaler().fit(y_train[:, None])
    return (
        inputs.transform(X_train),
        inputs.transform(X_test),
        target.transform(y_train[:, None]).ravel(),
        target.transform(y_test[:, None]).ravel(),
    )


def compare(
    title: str, name: str, data: tuple[Any, ...], score_name: str, scale: str, **arguments: Any
) -> Comparison:
    """Fit the estimator of both libraries that has a name, on one thread each, and measure."""
    X_train, X_test, y_train, y_test = data
    models, seconds = [], []
    for library in (rosenblatt, neural_network):
        model = getattr(library, name)(**arguments)
        with threadpool_limits(
            1
        ):  # on small layers, threads that wait for each other cost more than they give
            started = time.perf_counter()
            model.fit(X_train, y_train)
            seconds.append(time.perf_counter() - started)
        models.append(model)
    ours, theirs = models
    scores = (ours.score(X_test, y_test), theirs.score(X_test, y_test))
    return Comparison(title, score_name, scale, ours, theirs, scores, (seconds[0], seconds[1]))


def report(comparison: Comparison) -> None:
    """Print one comparison."""
    c = comparison
    print(f"\n{c.title}")
    print(f"  {'':24}{'rosenblatt':>14}{'scikit-learn':>14}")
    print(f"  {c.score_name:24}{c.scores[0]:>14.4f}{c.scores[1]:>14.4f}")
    print(f"  {'epochs':24}{c.ours.n_iter_:>14}{c.theirs.n_iter_:>14}")
    print(f"  {'seconds to fit':24}{c.seconds[0]:>14.2f}{c.seconds[1]:>14.2f}")
    print(f"  largest difference of two weights: {c.difference:.1e}")


def picture(comparisons: list[Comparison], path: Path) -> None:
    """Draw the loss curves of both libraries on top of each other."""
    from matplotlib import pyplot as plt

    path.parent.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(1, len(comparisons), figsize=(9, 3.9), layout="constrained")
    for axis, c in zip(axes, comparisons, strict=True):
        epochs = np.arange(1, c.ours.n_iter_ + 1)
        axis.plot(epochs, c.theirs.loss_curve_, color=THEIRS, linewidth=7, label="scikit-learn")
        axis.plot(epochs, c.ours.loss_curve_, color=OURS, linewidth=1.5, label="rosenblatt")
        axis.set(title=c.title, xlabel="epoch", yscale=c.scale)
        axis.spines[["top", "right"]].set_visible(False)
        axis.text(0.97, 0.70, f"largest difference\nof two weights: {c.difference:.0e}",
                  transform=axis.transAxes, ha="right", va="top", color="0.3")  # fmt: skip
    figure.suptitle("Same arguments, same random_state, same model")
    axes[0].set_ylabel("training loss")
    axes[0].legend(frameon=False, loc="upper right")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def more(data: tuple[Any, ...]) -> None:
    """Print what the same estimator takes beyond scikit-learn's arguments."""
    X_train, X_test, y_train, y_test = data
    model = MLPClassifier(
        (64, 32),
        activation=("mish", "tanh"),
        solver=rosenblatt.AdamW(weight_decay=1.0),
        learning_rate=rosenblatt.Cosine(peak=0.01),
        initializer="he_normal",
        max_iter=30,
        random_state=0,
    )
    model.fit(X_train, y_train)
    norms = model.history_["gradient_norm"]
    print(
        "\nAnd what scikit-learn does not take: mish, then tanh; AdamW; a cosine rate; He's initial weights"
    )
    print(f"  accuracy on test digits after {model.n_iter_} epochs: {model.score(X_test, y_test):.4f}")
    print(f"  history_ keeps for each epoch: {', '.join(model.history_)}")
    print(f"  norm of the gradient: {norms[0]:.3f} in the first epoch, {norms[-1]:.3f} in the last")


def main() -> None:
    """Run the demo."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output")
    warnings.simplefilter("ignore", ConvergenceWarning)  # the demo counts epochs itself
    print(
        f"rosenblatt {rosenblatt.__version__}: the same arguments and the same random_state, in both libraries."
    )
    handwritten = digits()
    comparisons = [
        compare(
            "Digits: MLPClassifier((100,))",
            "MLPClassifier",
            handwritten,
            "accuracy on test data",
            "log",
            hidden_layer_sizes=(100,),
            random_state=0,
        ),
        compare(
            "Diabetes: MLPRegressor((20,))",
            "MLPRegressor",
            diabetes(),
            "R² on test data",
            "linear",
            hidden_layer_sizes=(20,),
            alpha=3.0,
            batch_size=32,
            random_state=0,
        ),
    ]
    for comparison in comparisons:
        report(comparison)
    more(handwritten)
    path = folder / "loss-curves.png"
    picture(comparisons, path)
    print(f"""
The picture is in {path}.

Read next:
  README.md                          what the library is, and how to install it
  ARCHITECTURE.md                    the layers, the way of the data, where each equation is
  src/rosenblatt/backpropagation.py  the lecture's page: F1 F2 B1 B2 B3 on one page""")


if __name__ == "__main__":
    main()
