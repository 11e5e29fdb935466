"""Logic gates (G1): AND and OR by one neuron, a proof that XOR needs more, and hidden units that do it.

Usage: python docs/examples/logic_gates.py [--images FOLDER]
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from sonar_data import options, save

from rosenblatt import (
    CombinationDisplay,
    MarginDisplay,
    MistakesDisplay,
    MLPClassifier,
    PathDisplay,
    Perceptron,
    separability,
)

mpl.use("Agg")  # no display is needed

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
GATES = {"AND": np.array([0, 0, 0, 1]), "OR": np.array([0, 1, 1, 1]), "XOR": np.array([0, 1, 1, 0])}


def one_neuron(name: str) -> Perceptron:
    """Learn a gate by the perceptron rule, with a certificate, and say how it went."""
    model = Perceptron(order="cyclic", stop="separated", certify=True).fit(INPUTS, GATES[name])
    b, (w1, w2) = model.intercept_[0], model.coef_[0]
    print(f"\n{name} by one neuron\n{model.certificate_}")
    print(f"The run: {model.n_updates_} updates in {model.n_iter_} epochs, the last one without a mistake.")
    print(f"{name}(x1, x2) = 1 where {b:g} {w1:+g} x1 {w2:+g} x2 > 0.")
    return model


def draw_gates(models: dict[str, Perceptron], folder: Path) -> None:
    """Draw the boundaries of both gates, then the way to AND."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 5.6), layout="constrained")
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        MarginDisplay.from_estimator(model, INPUTS, GATES[name], ax=ax)
        ax.set_title(name)
    save(figure, folder / "gates-margin.png")
    figure, axes = plt.subplots(1, 2, figsize=(10, 5.2), layout="constrained")
    PathDisplay.from_data(INPUTS, GATES["AND"], ax=axes[0])
    axes[0].set_title("AND: the way of w")
    MistakesDisplay.from_estimator(models["AND"], ax=axes[1])
    axes[1].set_title("AND: updates and their bound")
    save(figure, folder / "gates-path.png")


def hidden_units() -> MLPClassifier:
    """Learn XOR with two hidden units."""
    model = MLPClassifier((2,), activation="tanh", solver="lbfgs", alpha=1e-3, random_state=0)
    model.fit(INPUTS, GATES["XOR"])
    right = int((model.predict(INPUTS) == GATES["XOR"]).sum())
    print(f"\nXOR by two hidden units\n{right} of 4 right after {model.n_iter_} iterations of L-BFGS.")
    for j, (b, (w1, w2)) in enumerate(zip(model.intercepts_[0], model.coefs_[0].T, strict=True), start=1):
        print(f"Hidden unit {j}: tanh({b:.2f} {w1:+.2f} x1 {w2:+.2f} x2).")
    return model


def draw_xor(model: MLPClassifier, certificate: Any, folder: Path) -> None:
    """Draw why one line is not enough, and what two hidden units do."""
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 5.6), layout="constrained")
    CombinationDisplay.from_certificate(certificate, INPUTS, GATES["XOR"], ax=left)
    left.set_title("XOR: the hulls meet, no line separates")
    steps = np.linspace(-0.2, 1.2, 201)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1)
    probability = model.predict_proba(grid.reshape(-1, 2))[:, 1].reshape(201, 201)
    shades = right.contourf(
        steps, steps, probability, np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.6, zorder=0
    )
    for j, style in enumerate(("--", "-.")):
        pre = grid @ model.coefs_[0][:, j] + model.intercepts_[0][j]
        right.contour(steps, steps, pre, [0], colors="0.2", linestyles=style, linewidths=1.5)
    for label, (color, marker) in enumerate((("#0072B2", "o"), ("#D55E00", "s"))):
        of_class = INPUTS[GATES["XOR"] == label]
        right.scatter(*of_class.T, s=70, color=color, marker=marker, edgecolor="white", zorder=4)
    right.set(
        title="XOR by two hidden units (their lines)",
        xlim=(-0.2, 1.2),
        ylim=(-0.2, 1.2),
        aspect="equal",
        xlabel="$x_1$",
        ylabel="$x_2$",
    )
    figure.colorbar(shades, ax=right, shrink=0.7, label="probability of class 1")
    save(figure, folder / "gates-xor.png")


def main() -> None:
    """Run the example."""
    folder = options(__doc__ or "", reads_sonar=False).images
    models = {name: one_neuron(name) for name in ("AND", "OR")}
    certificate = separability(INPUTS, GATES["XOR"])
    print(f"\nXOR by one neuron\n{certificate}")
    print(f"Proved again from the data alone: {certificate.verify(INPUTS, GATES['XOR'])}.")
    model = hidden_units()
    print()
    draw_gates(models, folder)
    draw_xor(model, certificate, folder)


if __name__ == "__main__":
    main()
