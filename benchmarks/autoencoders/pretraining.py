"""Deep networks that start from layers of autoencoders: few labels, and stacks on all of MNIST."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from rosenblatt import MLPClassifier, greedy_pretrain

from ..ablation.statistics import half_width
from ..mnist import Images

COMMON: dict[str, Any] = {"alpha": 0.0, "tol": 0.0, "n_iter_no_change": 10**6}


def few_labels(images: Images, seeds: int, quick: bool) -> list[list[str]]:
    """784-500-500-10 from 10,000 unlabelled digits and 500 labels, against one from scratch."""
    accuracies: dict[str, list[float]] = {"from scratch": [], "pre-trained": []}
    for seed in range(seeds):
        rows = np.random.default_rng(seed).permutation(60_000)[:10_000]
        unlabelled, X, y = images.train[rows], images.train[rows[:500]], images.labels[rows[:500]]
        scratch = MLPClassifier((500, 500), batch_size=50, max_iter=100, random_state=seed, **COMMON)
        layers = {"kind": "denoising", "max_iter": 1 if quick else 30, "batch_size": 100}
        deep = greedy_pretrain(scratch, unlabelled, **layers)
        for name, model in (("from scratch", scratch), ("pre-trained", deep)):
            accuracies[name].append(100 * model.fit(X, y).score(images.test, images.test_labels))
    gain = np.subtract(accuracies["pre-trained"], accuracies["from scratch"])
    shown = ", ".join(
        f"{name} {np.mean(each):.2f} % ± {float(half_width(each)):.2f}" for name, each in accuracies.items()
    )
    low = float(gain.mean() - half_width(gain)) if seeds > 1 else float(gain.mean())
    p = float(stats.ttest_1samp(gain, 0).pvalue) if seeds > 1 else float("nan")
    measured = f"{shown}; gain {gain.mean():+.2f} ± {float(half_width(gain)):.2f} points (p = {p:.2g})"
    what = f"784-500-500-10, 10,000 unlabelled digits, 500 labels, {seeds} seeds"
    return [[what, measured, "better", "yes" if low > 0 else "no"]]


def stacks(images: Images, quick: bool) -> list[list[str]]:
    """Two layers of 1,000, pre-trained on all images, then trained with all labels."""
    rows = []
    for kind, more in (
        ("from scratch", None),
        ("denoising", {"corruption": 0.25}),
        ("contractive", {"contraction": 0.1}),
    ):
        model = MLPClassifier(
            (1000, 1000),
            activation="logistic" if kind == "contractive" else "relu",
            batch_size=128,
            max_iter=1 if quick else 40,
            dropout=(0.2, 0.5, 0.5),
            learning_rate_init=5e-4,
            random_state=0,
            **COMMON,
        )
        if more is not None:
            model = greedy_pretrain(
                model,
                images.train,
                kind=kind,
                max_iter=1 if quick else 15,
                dropout=0.0,
                learning_rate_init=1e-3,
                **more,
            )
        found = 100 * (1 - model.fit(images.train, images.labels).score(images.test, images.test_labels))
        print(f"{kind}: {found:.2f} %", flush=True)  # minutes apart
        rows.append(
            [
                f"MNIST 784-1000-1000-10, all images, dropout, {kind}",
                f"test error {found:.2f} %",
                "1.3 % or less" if more else "–",
                ("yes" if found <= 1.3 else "no") if more else "–",
            ]
        )
    return rows
