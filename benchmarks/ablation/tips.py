"""The experiments, one function each: small enough that all run in 20 minutes on two cores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from rosenblatt import (
    L2,
    GradientNorms,
    InverseTime,
    MLPClassifier,
    MLPRegressor,
    ProximalL1,
    after,
)

from ..mnist import images_of
from .statistics import Outcome, half_width, shown

SGD = {"solver": "sgd", "learning_rate_init": 0.01, "momentum": 0.9, "n_iter_no_change": np.inf}


def digits(seed: int) -> Any:
    """Return digits with pixels in [0, 1], split by a seed."""
    X, y = load_digits(return_X_y=True)
    return train_test_split(X / 16, y, random_state=seed, stratify=y)


def relu_against_logistic(seeds: int) -> Outcome:
    """T1: ten layers of 64 on digits."""
    outcome = Outcome("T1", "epoch", "training loss", log="xy")
    patient = {"n_iter_no_change": np.inf}
    kinds: dict[str, tuple[int, int, dict[str, Any]]] = {
        "depth 10, relu, SGD": (10, 30, {"activation": "relu", **SGD}),
        "depth 10, logistic, SGD": (10, 30, {"activation": "logistic", **SGD}),
        "depth 10, logistic, Adam": (10, 300, {"activation": "logistic", **patient}),
        "depth 6, logistic, Adam": (6, 300, {"activation": "logistic", **patient}),
    }
    for name, (depth, epochs, arguments) in kinds.items():
        curves, scores = [], []
        for seed in range(seeds):
            X, X_test, y, y_test = digits(seed)
            model = MLPClassifier(
                (64,) * depth, max_iter=epochs, batch_size=32, random_state=seed, **arguments
            )
            curves.append(model.fit(X, y).loss_curve_)
            scores.append(100 * model.score(X_test, y_test))
        outcome.curves[name] = (np.arange(1, epochs + 1), np.array(curves))
        outcome.rows.append((f"{name}, {epochs} epochs: test accuracy", shown(scores, " %")))
    escape = [int(np.argmax(np.array(curve) < 1.0)) + 1 for curve in curves]
    outcome.rows.append(("depth 6, logistic, Adam: epochs to a loss of 1", shown(escape)))
    return outcome


def cross_entropy_against_squares(seeds: int) -> Outcome:
    """T2: one logistic neuron that starts saturated, mostly on the wrong side."""
    outcome = Outcome("T2", "epoch", "training accuracy, %")
    X, y = load_breast_cancer(return_X_y=True)
    X, epochs = StandardScaler().fit_transform(X), 60
    for loss in ("log_loss", "squared_error"):
        curves = []
        for seed in range(seeds):
            W = 10 * np.random.default_rng(seed).normal(size=(30, 1))
            start = ([W if np.mean((X @ W).ravel() * (2 * y - 1) > 0) < 0.5 else -W], [np.zeros(1)])
            model = MLPClassifier(
                (), loss=loss, output_activation="logistic", solver="sgd", momentum=0, learning_rate_init=0.1,
                alpha=0, initializer=start, random_state=seed, warm_start=False, batch_size=32, max_iter=1,
            )  # fmt: skip
            curve = []
            for _ in range(epochs):
                model.partial_fit(X, y, classes=[0, 1])
                curve.append(100 * model.score(X, y))
            curves.append(curve)
        outcome.curves[loss] = (np.arange(1, epochs + 1), np.array(curves))
        reached = [[int(np.argmax(np.array(c) > 90)) + 1 if max(c) > 90 else epochs for c in curves]]
        outcome.rows.append((f"{loss}: accuracy after {epochs} epochs", shown([c[-1] for c in curves], " %")))
        outcome.rows.append((f"{loss}: epochs to 90 %, at most {epochs}", shown(reached[0])))
    return outcome


def shuffled_against_sorted(seeds: int) -> Outcome:
    """T3: digits in the order of their classes, or in a new order each epoch."""
    outcome = Outcome("T3", "epoch", "test accuracy, %")
    for name, order in (("shuffled", "shuffled"), ("sorted by class", "cyclic")):
        curves = []
        for seed in range(seeds):
            X, X_test, y, y_test = digits(seed)
            rows = np.argsort(y, kind="stable")
            model = MLPClassifier((50,), order=order, batch_size=32, max_iter=20, random_state=seed, **SGD)
            # early_stopping=False: the test rows are scored after each epoch and decide nothing
            model.set_params(early_stopping=False).fit(X[rows], y[rows], X_val=X_test, y_val=y_test)
            curves.append(100 * np.array(model.validation_scores_))
        outcome.curves[name] = (np.arange(1, 21), np.array(curves))
        outcome.rows.append((f"{name}: test accuracy after 20 epochs", shown([c[-1] for c in curves], " %")))
    return outcome


def standardised_against_raw(seeds: int) -> Outcome:
    """T4: columns scaled by powers of ten; each side has the best rate of a grid."""
    outcome = Outcome("T4", "epoch", "training loss", log="xy")
    X, y = load_breast_cancer(return_X_y=True)
    X, limit, most = StandardScaler().fit_transform(X), 0.1, 1000
    found: dict[str, list[int]] = {}
    for name, scale in (("raw", None), ("standardised inside", "standard")):
        best: dict[int, Any] = {}
        for seed in range(seeds):
            powers = 10.0 ** np.random.default_rng(seed).integers(-2, 3, size=X.shape[1])
            for rate in (1e-4, 1e-3, 1e-2, 1e-1):
                model = MLPClassifier(
                    (10,), activation="tanh", scale_inputs=scale, solver="sgd", learning_rate_init=rate, tol=0,
                    n_iter_no_change=np.inf, alpha=0, max_iter=most, random_state=seed, batch_size=64,
                )  # fmt: skip
                curve = np.array(model.fit(X * powers, y).loss_curve_)
                epochs = int(np.argmax(curve <= limit)) + 1 if (curve <= limit).any() else most
                if seed not in best or (epochs, curve[-1]) < best[seed][:2]:
                    best[seed] = (epochs, curve[-1], curve)
        found[name] = [best[seed][0] for seed in range(seeds)]
        outcome.curves[name] = (np.arange(1, most + 1), np.array([best[seed][2] for seed in range(seeds)]))
        outcome.rows.append((f"{name}: epochs to a loss of {limit}, at most {most}", shown(found[name])))
    ratios = np.array(found["raw"]) / np.array(found["standardised inside"])
    outcome.rows.append(
        ("times fewer epochs when standardised, median over seeds", f"{np.median(ratios):.3g}")
    )
    return outcome


def falling_against_constant(seeds: int) -> Outcome:
    """T5: least squares with noise, one sample a step; the excess over the optimum."""
    outcome = Outcome("T5", "epoch", "excess of the squared error over the optimum", log="xy")
    epochs, n, p = 200, 400, 10
    for name, rate in (("constant rate", "constant"), ("1/t", InverseTime(decay=0.5))):
        curves = []
        for seed in range(seeds):
            random = np.random.default_rng(seed)
            X = random.normal(size=(n, p))
            y = X @ random.normal(size=p) + random.normal(size=n)
            A = np.c_[np.ones(n), X]
            optimum = np.mean((A @ np.linalg.lstsq(A, y, rcond=None)[0] - y) ** 2)
            model = MLPRegressor(
                hidden_layer_sizes=(), solver="sgd", momentum=0, alpha=0, batch_size=1, learning_rate_init=0.01,
                learning_rate=rate, max_iter=epochs, tol=0, n_iter_no_change=np.inf, random_state=seed,
            )  # fmt: skip
            model.fit(X, y, X_val=X, y_val=y)
            curves.append((1 - np.array(model.validation_scores_)) * y.var() - optimum)
        outcome.curves[name] = (np.arange(1, epochs + 1), np.array(curves))
        outcome.rows.append((f"{name}: excess after {epochs} epochs", shown([c[-1] for c in curves])))
    return outcome


def late_against_early_l1(seeds: int) -> Outcome:
    """T6: L1 from the start, or after five epochs, compared at equal sparsity."""
    outcome = Outcome("T6", "weights that are exactly zero, %", "test accuracy, %")
    strengths = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5])
    at = np.array([50.0, 60.0, 70.0, 80.0])
    kinds = {"from the start": lambda s: s, "after 5 epochs": lambda s: after(epochs=5, value=s)}
    found = {}
    for name, schedule in kinds.items():
        curves = []
        for seed in range(seeds):
            X, X_test, y, y_test = digits(seed)
            points = []
            for strength in strengths:
                model = MLPClassifier(
                    (100,), alpha=0, regularizers=(ProximalL1(schedule(strength)),), max_iter=60, batch_size=32,
                    learning_rate_init=0.002, random_state=seed, n_iter_no_change=np.inf,
                ).fit(X, y)  # fmt: skip
                points.append((100 * model.sparsity_, 100 * model.score(X_test, y_test)))
            sparsity, score = np.array(sorted(points)).T
            curves.append(np.interp(at, sparsity, score))
        found[name] = np.array(curves)
        outcome.curves[name] = (at, found[name])
        outcome.rows.append((f"{name}: test accuracy at 80 % zeros", shown(found[name][:, -1], " %")))
    gain = found["after 5 epochs"] - found["from the start"]
    words = ", ".join(
        f"{g:+.2f} ± {h:.2f} at {s:.0f} %" for s, g, h in zip(at, gain.mean(0), half_width(gain), strict=True)
    )
    outcome.rows.append(("late minus early, points at equal sparsity", words))
    return outcome


def dropout(seeds: int, folder: Path) -> Outcome:
    """T7: 500 digits of MNIST, 784-512-512-10."""
    outcome = Outcome("T7", "seed", "test accuracy, %")
    X, y, X_test, y_test = images_of(folder)
    masks = (0.2, 0.5, 0.5)
    for pixels, scale in (("pixels / 255", None), ("standardised pixels", "standard")):
        scores = np.zeros((2, seeds))
        for seed in range(seeds):
            rows = np.random.default_rng(seed).choice(len(X), 500, replace=False)
            for i, rates in enumerate((0.0, masks)):
                model = MLPClassifier(
                    (512, 512), dropout=rates, scale_inputs=scale, batch_size=128, max_iter=100, random_state=seed,
                    n_iter_no_change=np.inf,
                ).fit(X[rows], y[rows])  # fmt: skip
                scores[i, seed] = 100 * model.score(X_test, y_test)
        for i, name in enumerate(("plain", "dropout")):
            outcome.curves[f"{pixels}, {name}"] = (np.arange(seeds), scores[i][np.newaxis])
            outcome.rows.append((f"{pixels}, {name}: test accuracy", shown(scores[i], " %", 4)))
        gain = scores[1] - scores[0]
        outcome.rows.append(
            (
                f"{pixels}: dropout minus plain, points, paired",
                f"{gain.mean():+.2f} ± {float(half_width(gain)):.2f}",
            )
        )
    return outcome


def gradients_against_depth(seeds: int) -> Outcome:
    """D1: the first layer's gradient over the last one's, at the start; and L2 against saturation."""
    outcome = Outcome("D1", "hidden layers", "gradient norm of layer 1 over that of the last", log="y")
    depths = (1, 2, 4, 8, 16)
    for activation in ("logistic", "tanh", "relu"):
        for initializer in ("glorot_uniform", "he_normal", "lecun_normal"):
            ratios = []
            for seed in range(seeds):
                X, _, y, _ = digits(seed)
                one = []
                for depth in depths:
                    watch = GradientNorms(every=1)
                    MLPClassifier(
                        (64,) * depth, activation=activation, initializer=initializer, solver="sgd", momentum=0,
                        learning_rate_init=1e-9, max_iter=1, random_state=seed, callbacks=[watch],
                    ).fit(X, y)  # fmt: skip
                    norms = watch.history_["gradient_norm"][0]
                    one.append(norms[0] / norms[-1])
                ratios.append(one)
            outcome.curves[f"{activation}, {initializer}"] = (np.array(depths), np.array(ratios))
            name = f"{activation}, {initializer}: 16 layers, first over last"
            outcome.rows.append((name, shown(np.array(ratios)[:, -1])))
    for strength in (0.0, 1e-3, 1e-2):
        saturated = []
        for seed in range(seeds):
            X, _, y, _ = digits(seed)
            watch = GradientNorms(every=1)
            MLPClassifier(
                (64, 64), activation="tanh", alpha=0, regularizers=(L2(strength),), learning_rate_init=0.01,
                max_iter=40, random_state=seed, callbacks=[watch], n_iter_no_change=np.inf,
            ).fit(X, y)  # fmt: skip
            saturated.append(100 * np.nanmean(watch.history_["saturated"][-1]))
        outcome.rows.append(
            (f"tanh 64-64 with L2({strength:g}): saturated outputs after 40 epochs", shown(saturated, " %"))
        )
    return outcome
