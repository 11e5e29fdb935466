"""MNIST: reconstruction, denoising, sparse and contractive codes, beside PCA's 32 directions."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from rosenblatt import Autoencoder, Contraction, Gaussian, KLDivergence, Masking

from ..mnist import Images

SIZES, CODE = (256, 32, 256), 32
COMMON: dict[str, Any] = {"alpha": 0.0, "batch_size": 128, "tol": 0.0, "random_state": 0}


def epochs_for(steps: int, n: int) -> int:
    """Return the epochs that take about so many steps of 128 samples."""
    return max(1, round(steps * 128 / n))


def error(reconstructed: Any, clean: Any) -> float:
    """Return the squared error: a sum over features, a mean over samples."""
    return float(((reconstructed - clean) ** 2).sum(axis=1).mean())


def pca_error(train: Any, seen: Any, clean: Any) -> float:
    """Return the error of 32 principal directions of the training images."""
    pca = PCA(CODE, svd_solver="full").fit(train)
    return error(pca.inverse_transform(pca.transform(seen)), clean)


def reconstruction(images: Images, steps: int) -> list[list[str]]:
    """784-256-32-256-784 on 10,000 images against PCA: both losses, and a rectified code."""
    train, test = images.train[:10_000], images.test
    limit = 0.6 * (pca := pca_error(train, test, test))
    rows = []
    for what, more in (
        ("squared error", {}),
        ("cross-entropy", {"loss": "binary_cross_entropy"}),
        ("squared error, relu code", {"code_activation": "relu"}),
    ):
        arguments = {"output_activation": "logistic", **COMMON, **more}
        model = Autoencoder(SIZES, max_iter=epochs_for(steps, len(train)), **arguments).fit(train)
        found = -model.score(test)
        of_interest = "relu code" not in what
        target = f"under {limit:.2f} (PCA {pca:.2f})" if of_interest else f"none; PCA {pca:.2f}"
        verdict = ("yes" if found <= limit else "no") if of_interest else "–"
        rows.append([f"MNIST 784-256-32-256-784, {what}, {steps:,} steps", f"{found:.2f}", target, verdict])
    return rows


def denoising(images: Images, steps: int) -> list[list[str]]:
    """Reconstructions of noisy test images against the clean ones."""
    train, test = images.train, images.test
    random = np.random.default_rng(0)
    noisy = {
        "masking 0.3": (Masking(0.3), test * (random.random(test.shape) >= 0.3)),
        "Gaussian 0.3": (Gaussian(0.3), test + 0.3 * random.standard_normal(test.shape)),
    }
    rows = []
    for what, (corruption, seen) in noisy.items():
        seen = seen.astype(np.float32)
        pca = pca_error(train, seen, test)
        model = Autoencoder(
            SIZES,
            corruption=corruption,
            output_activation="logistic",
            loss="binary_cross_entropy",
            max_iter=epochs_for(steps, len(train)),
            **COMMON,
        ).fit(train)
        found = error(model.reconstruct(seen), test)
        verdict = "yes" if found < pca / 2 else "no"
        rows.append(
            [
                f"Denoising, {what}, {steps:,} steps",
                f"{found:.2f}",
                f"under {pca / 2:.2f} (half of PCA)",
                verdict,
            ]
        )
    return rows


def sparse_codes(images: Images, steps: int) -> list[list[str]]:
    """784-200-784 with logistic codes and a mean activity of 0.05."""
    train, test = images.train[:10_000], images.test
    model = Autoencoder(
        200,
        code_activation="logistic",
        output_activation="logistic",
        sparsity=KLDivergence(strength=3.0, rho=0.05),
        max_iter=epochs_for(steps, len(train)),
        **COMMON,
    ).fit(train)
    mean = float(model.transform(test).mean())
    verdict = "yes" if abs(mean - 0.05) <= 0.01 else "no"
    measured = f"mean activity {mean:.4f}, reconstruction error {-model.score(test):.2f}"
    return [[f"KL sparsity 784-200-784, {steps:,} steps", measured, "0.05 within 20 %", verdict]]


def jacobian_norm(model: Autoencoder, X: Any) -> float:
    """Return the mean squared Frobenius norm of the code's derivative by the input, for a logistic code of depth 1."""
    code, W = model.transform(X), model.coefs_[0]
    return float((((code * (1 - code)) ** 2) @ (W**2).sum(axis=0)).mean())


def contractive_codes(images: Images, steps: int) -> list[list[str]]:
    """Compare the same tied network with and without the penalty."""
    train, test = images.train[:10_000], images.test
    pca = pca_error(train, test, test)
    found = {}
    for strength in (0.0, 1.0):
        model = Autoencoder(
            200,
            code_activation="logistic",
            output_activation="logistic",
            loss="binary_cross_entropy",
            tied_weights=True,
            contraction=Contraction(strength),
            max_iter=epochs_for(steps, len(train)),
            **COMMON,
        ).fit(train)
        norm, variance = jacobian_norm(model, test), float(model.transform(test).var(axis=0).sum())
        found[strength] = -model.score(test), norm, norm / variance
    (plain, norm, relative), (penalised, less, relatively_less) = found[0.0], found[1.0]
    measured = (
        f"error {plain:.2f} → {penalised:.2f}, squared Jacobian norm {norm:.3g} → {less:.3g} "
        f"({norm / less:.1f} times less), divided by the code's variance {relative:.3g} → {relatively_less:.3g} "
        f"({relative / relatively_less:.1f} times less)"
    )
    reached = norm >= 3 * less and penalised < 2 * plain and plain < pca
    target = f"3 times less at under 2 times the error, plain better than PCA's {pca:.2f}"
    return [[f"Contractive 784-200-784, tied, {steps:,} steps", measured, target, "yes" if reached else "no"]]
