"""MNIST from files in the idx format."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Images(NamedTuple):
    """Images in [0, 1], float32, with their labels."""

    train: Any
    labels: Any
    test: Any
    test_labels: Any


def read(folder: Path, kind: str) -> tuple[Any, Any]:
    """Return images of shape (n, 784) and labels of the training ("train") or test set ("t10k")."""
    with gzip.open(folder / f"mnist-{kind}-images-idx3-ubyte.gz") as images:
        X = np.frombuffer(images.read(), dtype=np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(folder / f"mnist-{kind}-labels-idx1-ubyte.gz") as labels:
        y = np.frombuffer(labels.read(), dtype=np.uint8, offset=8)
    return X.astype(np.float32) / 255, y.astype(int)


def images_of(folder: Path) -> Images:
    """Return both sets."""
    return Images(*read(folder, "train"), *read(folder, "t10k"))
