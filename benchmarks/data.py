"""Random data of a shape: the same numbers for every side."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .shapes import Shape

# A rate so small that weights hardly move. A step's arithmetic does not depend on it, but no side
# then reaches dead units or saturated outputs, whose denormal numbers cost some sides dearly.
RATE = 1e-6
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


class Data(NamedTuple):
    """Samples.

    Attributes
    ----------
    X : array or CSR matrix of shape (n, columns)
    y : array
        As an estimator takes it: labels, or numbers.
    T : array of shape (n, outputs)
        As a loop takes it: one column of zeros and ones, one-hot rows, or numbers.
    """

    X: Any
    y: Any
    T: Any


def make_data(shape: Shape, dtype: str) -> Data:
    """Return the data of ``shape`` in ``dtype``."""
    generator = np.random.default_rng(20)
    columns, outputs = shape.sizes[0], shape.sizes[-1]
    if shape.sparse:
        import scipy.sparse

        X = scipy.sparse.random(
            shape.rows, columns, shape.density, format="csr", dtype=dtype, random_state=generator
        )
    else:
        X = generator.standard_normal((shape.rows, columns), dtype)
    if shape.task == "numbers":
        T = X.copy() if columns == outputs else generator.standard_normal((shape.rows, outputs)).astype(dtype)
        return Data(X, T.ravel() if outputs == 1 else T, T)
    classes = 2 if shape.task == "binary" else outputs
    y = generator.permutation(np.arange(shape.rows) % classes)  # every class is there
    T = y[:, None].astype(dtype) if shape.task == "binary" else np.eye(classes, dtype=dtype)[y]
    return Data(X, y, T)


def initial_weights(shape: Shape, dtype: str) -> list[tuple[Any, Any]]:
    """Return Glorot weights of shape (inputs, outputs) and zero biases of each layer."""
    generator = np.random.default_rng(21)
    layers = []
    for n_in, n_out in zip(shape.sizes, shape.sizes[1:], strict=False):
        bound = np.sqrt(6.0 / (n_in + n_out))
        layers.append(
            (generator.uniform(-bound, bound, (n_in, n_out)).astype(dtype), np.zeros(n_out, dtype=dtype))
        )
    return layers
