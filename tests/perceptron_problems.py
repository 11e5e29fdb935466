"""Samples for the tests of the perceptron: logic gates, drawn samples of a known margin, Sonar."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

GATES = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND = np.array([-1.0, -1.0, -1.0, 1.0])
OR = np.array([-1.0, 1.0, 1.0, 1.0])
XOR = np.array([-1.0, 1.0, 1.0, -1.0])


@dataclass(frozen=True)
class Separated:
    """Samples that a unit vector u separates with a margin, bias included."""

    X: np.ndarray
    y: np.ndarray
    gamma: float
    R: float

    @property
    def bound(self) -> float:
        """Novikov's, raised by the rounding of three operations."""
        return (self.R / self.gamma) ** 2 * (1 + 1e-9)


@st.composite
def separated(draw, dtype=np.float64):
    """Draw samples whose margin along a drawn direction is known, of both classes."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, d = draw(st.integers(2, 12)), draw(st.integers(1, 6))
    u = random.normal(size=d + 1)
    u /= np.linalg.norm(u)
    X = random.normal(size=(n, d)) * 10.0 ** draw(st.integers(-1, 1))
    a = X @ u[1:] + u[0]
    y = np.where(a > np.median(a), 1.0, -1.0)
    # Every sample is moved along u's part in x until it is on its side, by a tenth of its scale at least.
    share = float(u[1:] @ u[1:])
    wanted = draw(st.floats(0.1, 1.0)) * max(1.0, float(np.abs(X).max()))
    X = (X + np.outer(np.where(y * a < wanted, (y * wanted - a) / share, 0.0), u[1:])).astype(dtype)
    augmented = np.column_stack([np.ones(n), X.astype(float)])
    return Separated(X, y, float((y * (augmented @ u)).min()), float(np.linalg.norm(augmented, axis=1).max()))


def sonar():
    """Return the 208 returns and their labels, or skip the test: the file lies beside the project."""
    root = Path(__file__).resolve().parents[1]
    path = Path(os.environ.get("ROSENBLATT_DATA", root.parent / "shared" / "data")) / "sonar.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there; ROSENBLATT_DATA names the folder")
    table = np.genfromtxt(path, delimiter=",", dtype=str, skip_header=1)
    return table[:, :60].astype(float), table[:, 60]
