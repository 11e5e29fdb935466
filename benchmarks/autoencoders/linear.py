"""A0, A1, A2: what PCA reaches, what noise cannot give, what a wide code costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.datasets import load_digits, load_iris
from sklearn.decomposition import PCA

from rosenblatt import Autoencoder

from ..ablation.statistics import half_width

KNOWN = [
    ("iris", 1, 0.342417),
    ("iris", 2, 0.101364),
    ("digits", 2, 858.944781),
    ("digits", 8, 391.794736),
    ("digits", 16, 180.939703),
    ("digits", 32, 40.424705),
]


def linear_autoencoder(k: int, seed: int) -> Autoencoder:
    """Return a linear autoencoder that is trained until nothing moves any more."""
    return Autoencoder(
        k,
        activation="identity",
        solver="lbfgs",
        alpha=0,
        tol=1e-10,
        max_iter=15000,
        max_fun=60000,
        random_state=seed,
    )


def excess_and_angle(X: Any, k: int, seed: int) -> tuple[float, float]:
    """Return the relative excess over PCA's error, and the largest principal angle in degrees."""
    X = X - X.mean(axis=0)
    pca = PCA(k, svd_solver="full").fit(X)
    best = float(((X - pca.inverse_transform(pca.transform(X))) ** 2).sum(axis=1).mean())
    model = linear_autoencoder(k, seed).fit(X)
    decoder = model.coefs_[-1]  # (k, features): its rows span the subspace
    angle = float(np.degrees(subspace_angles(decoder.T, pca.components_.T).max()))
    return -model.score(X) / best - 1, angle


def known_values(seeds: int) -> list[list[str]]:
    """Return one row for each set and width: the worst of some seeds."""
    rows = []
    for name, k, best in KNOWN:
        X = (load_iris() if name == "iris" else load_digits()).data
        found = [excess_and_angle(X, k, seed) for seed in range(seeds)]
        excess, angle = max(each[0] for each in found), max(each[1] for each in found)
        reached = "yes" if excess <= 1e-5 and angle < 1 else "no"
        measured = f"excess {excess:.1e}, angle {angle:.2g}° (worst of {seeds} seeds)"
        rows.append([f"A1: linear = PCA, {name}, k = {k} ({best:g})", measured, "1e-5, under 1°", reached])
    return rows


def noise_and_structure(seeds: int) -> list[list[str]]:
    """Return the test error on white noise as a share of the variance, and on structure of the same size."""
    d, k, n = 20, 5, 2000
    shares: dict[str, list[float]] = {"noise": [], "structure": []}
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        noise = random.normal(size=(2 * n, d))
        structure = random.normal(size=(2 * n, k)) @ random.normal(size=(k, d)) / np.sqrt(k)
        for name, X in (("noise", noise), ("structure", structure)):
            model = Autoencoder(k, activation="identity", alpha=0, max_iter=100, tol=0, random_state=seed)
            error = -model.fit(X[:n]).score(X[n:])
            shares[name].append(error / float(X[n:].var(axis=0).sum()))
    bound, mean = (d - k) / d, float(np.mean(shares["noise"]))
    # three standard errors of a mean of n * d squared normal numbers, of which a share is left
    slack = 3 * bound * np.sqrt(2 / (n * (d - k)))
    measured = f"noise {mean:.4f}, structure {np.mean(shares['structure']):.4f} of the variance"
    reached = (
        "yes" if min(shares["noise"]) >= bound - slack and np.mean(shares["structure"]) < bound else "no"
    )
    return [["A0: code of 5 for 20 features", measured, f"noise at least {bound - slack:.4f}", reached]]


def curved_samples(n: int, random: Any, lift: Any) -> Any:
    """Return noisy samples on a curved surface of two dimensions in thirty, shape (n, 30)."""
    t = random.uniform(-1, 1, size=(n, 2))
    surface = np.column_stack([t, t**2, np.sin(3 * t)]) @ lift
    return surface + 0.5 * random.normal(size=surface.shape)


def wide_codes(seeds: int) -> list[list[str]]:
    """Return training and test errors by the code's width, for 60 noisy samples of two true dimensions."""
    results: dict[int, list[list[float]]] = {}
    for width in (1, 2, 4, 8):
        for seed in range(seeds):
            random = np.random.default_rng(seed)
            lift = random.normal(size=(6, 30)) / 2
            train, test = curved_samples(60, random, lift), curved_samples(2000, random, lift)
            model = Autoencoder(
                (128, width, 128), alpha=0, max_iter=2000, tol=0, batch_size=20, random_state=seed
            ).fit(train)
            results.setdefault(width, []).append([-model.score(train), -model.score(test)])
    shown = "; ".join(
        f"{width}: {np.mean(values, axis=0)[0]:.3g} / {np.mean(values, axis=0)[1]:.3g} ± "
        f"{half_width(values)[1]:.2g}"
        for width, values in results.items()
    )
    mean = {width: np.mean(values, axis=0) for width, values in results.items()}
    reached = "yes" if mean[4][0] < 0.5 * mean[2][0] and mean[4][1] >= mean[2][1] else "no"
    what = "A2: training / test error by width of the code, two true dimensions, 60 samples"
    return [[what, shown, "from 2 to 4 training falls, test does not", reached]]
