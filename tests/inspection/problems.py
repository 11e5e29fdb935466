"""Data that several tests of proofs share."""

import csv
import gzip

import numpy as np
import pytest

from tests.architecture.sources import ROOT

DATA = ROOT.parent / "shared" / "data"


def sonar():
    """Return the 208 returns and their labels, M and R."""
    path = DATA / "sonar.csv"
    if not path.exists():
        pytest.skip("sonar.csv is not there")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([row[:60] for row in rows], dtype=float), np.array([row[60] for row in rows])


def mnist():
    """Return the 10,000 test images, between 0 and 1, and their digits."""
    found = []
    for name, offset in (("images-idx3", 16), ("labels-idx1", 8)):
        path = DATA / f"mnist-t10k-{name}-ubyte.gz"
        if not path.exists():
            pytest.skip("MNIST is not there")
        found.append(np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=offset))
    return found[0].reshape(-1, 784) / 255.0, found[1]


def overlapping(random, on_a_line=None):
    """Return samples of two classes whose hulls meet for certain: a sample of one lies inside the other's.

    Well inside, among samples of any size; or on the line between two of them, exactly. None leaves it to chance.
    """
    n, d = int(random.integers(2, 40)), int(random.integers(1, 9))
    if random.random() < 0.5 if on_a_line is None else on_a_line:
        X = 2.0 * random.integers(-20, 20, size=(n + 3, d))
        X[2] = (X[0] + X[1]) / 2
        y = np.concatenate([[0, 0, 1], random.integers(0, 2, n)])
    else:
        around = np.concatenate([np.eye(d), -np.eye(d)]) * random.uniform(1, 3, (2 * d, 1))
        X = np.concatenate([around, random.normal(size=(1, d)) / (4 * d), random.normal(size=(n, d))])
        X = X @ random.normal(size=(d, d)) + 3 * random.normal(size=d)
        y = np.concatenate([np.zeros(2 * d), [1], random.integers(0, 2, n)]).astype(int)
    order = random.permutation(len(X))
    return X[order], y[order]


def separated(random):
    """Return samples of two classes with a margin along a direction, and that margin of [1, x]."""
    n, d = int(random.integers(2, 60)), int(random.integers(1, 9))
    X, u = random.normal(size=(n, d)), random.normal(size=d + 1)
    u /= np.linalg.norm(u)
    y = (X @ u[1:] + u[0] > 0).astype(int)
    y[:2] = 0, 1
    signs = 2.0 * y - 1
    wanted = signs * np.maximum(np.abs(X @ u[1:] + u[0]), random.uniform(0.01, 0.5))
    X += np.outer(wanted - (X @ u[1:] + u[0]), u[1:]) / (u[1:] @ u[1:])
    return X, y, (signs * (X @ u[1:] + u[0])).min()
