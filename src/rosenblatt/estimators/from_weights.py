"""Fitted networks from weights that were learned elsewhere: in scikit-learn, in PyTorch, in a file."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from ..errors import InvalidParameterError
from ..excerpts import short
from ..training.train import initial_state
from .fitting import Fitting, unchanged_on_error
from .inputs import DTYPES
from .parameters import check_arguments
from .scaling import Scaling
from .targets import Labels, labels_in_order
from .validation import Passed


class FromWeights:
    """Estimators that can be made of weights."""

    _stratifies: ClassVar[bool]
    _target_is_input: ClassVar[bool]

    @classmethod
    def from_weights(cls, coefs: Any, intercepts: Any, classes: Any = None, **arguments: Any) -> Any:
        """Return a fitted estimator with these weights; it predicts at once, and ``partial_fit`` goes on from them.

        Parameters
        ----------
        coefs : sequence of array, coefs[k - 1] of shape (r_{k-1}, r_k)
            Weights of the layers 1 to m, as ``coefs_`` of scikit-learn's networks has them; PyTorch's are transposed.
            The model is float32 if all are, else float64.
        intercepts : sequence of array, intercepts[k - 1] of shape (r_k,)
            Biases.
        classes : array-like of shape (n_classes,), optional
            For a classifier, and only there: the labels in ascending order, as the columns of outputs are. The one
            output of two classes is that of the second.
        **arguments
            Of the estimator, such as ``activation``. ``hidden_layer_sizes`` follows from the weights. A scaling must be
            a fitted one: ``scale_inputs=other.scaling_``.

        Returns
        -------
        estimator
            Fitted, with ``n_iter_`` 0.

        Raises
        ------
        ValueError, TypeError
            If shapes do not fit one another, the classes or the arguments, or a number is not finite.
        """
        weights, biases, dtype = _layers(coefs, intercepts)
        if "hidden_layer_sizes" in arguments:
            raise InvalidParameterError("hidden_layer_sizes follows from coefs; leave it out")
        sizes = tuple(W.shape[1] for W in weights[:-1])
        make: Any = cls
        model = make(hidden_layer_sizes=sizes, **arguments)
        check_arguments(model)
        _refuse_unfitted_scaling(model)
        n_in, n_out = weights[0].shape[0], weights[-1].shape[1]
        with unchanged_on_error(model):
            encoded = _encoded(model, classes, n_in, n_out)
            rows = np.full(
                (len(encoded), n_in), 0.5, dtype
            )  # of such a shape and dtype: nothing is learned from them
            plain = clone(model).set_params(early_stopping=False, batch_size="auto")
            vars(plain).update({name: value for name, value in vars(model).items() if name == "_labels"})
            plain._paired = False
            fitting = Fitting.of(
                plain, rows, encoded.astype(dtype) if classes is None else encoded, None, True, Passed()
            )
            vars(model).update(
                {name: vars(plain)[name] for name in ("_encoding", "_paired") if name in vars(plain)}
            )
            if fitting.network.sizes[-1] != n_out:
                raise InvalidParameterError(
                    f"coefs[-1] has {n_out} outputs, and there must be {fitting.network.sizes[-1]} for the classes and "
                    "the loss; pass the weights of such a network, or other arguments"
                )
            plain.set_params(initializer=(weights, biases))
            theta = plain._initial_theta(fitting)
            if isinstance(model.scale_inputs, Scaling):
                fitting.scaling = model.scale_inputs
            model.n_features_in_ = n_in
            model._keep(fitting, initial_state(fitting.engine, theta))
            model._state.best_theta = None
            model._scored, model.n_iter_, model.loss_ = False, 0, float("nan")
        return model


def _layers(coefs: Any, intercepts: Any) -> tuple[list[NDArray[Any]], list[NDArray[Any]], Any]:
    """Return weights, biases and their dtype, or raise naming the one that does not fit the one before."""
    weights, biases = _arrays("coefs", coefs, 2), _arrays("intercepts", intercepts, 1)
    if len(weights) != len(biases):
        raise InvalidParameterError(
            f"coefs and intercepts must be of as many layers, got {len(weights)} and {len(biases)}"
        )
    for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
        if k and W.shape[0] != weights[k - 1].shape[1]:
            raise InvalidParameterError(
                f"coefs[{k}] must have {weights[k - 1].shape[1]} rows, one for each column of coefs[{k - 1}], got "
                f"shape {W.shape}; PyTorch's weights are transposed: pass W.T"
            )
        if b.shape != W.shape[1:]:
            raise InvalidParameterError(
                f"intercepts[{k}] must have shape {W.shape[1:]}, as coefs[{k}], got {b.shape}"
            )
    is_single = all(array.dtype == np.float32 for array in [*weights, *biases])
    return weights, biases, np.float32 if is_single else np.float64


def _arrays(name: str, values: Any, ndim: int) -> list[NDArray[Any]]:
    if not isinstance(values, list | tuple) or not values:
        raise InvalidParameterError(
            f"{name} must be a list of arrays, one for each layer with weights, got {short(values)}"
        )
    arrays = []
    for k, value in enumerate(values):
        try:
            array = np.asarray(value)
            array = array if array.dtype in DTYPES else array.astype(np.float64, casting="same_kind")
        except (TypeError, ValueError) as error:
            raise InvalidParameterError(f"{name}[{k}] must hold real numbers, got {short(value)}") from error
        if array.ndim != ndim or not array.size:
            raise InvalidParameterError(
                f"{name}[{k}] must have {ndim} axes, of 1 or more each, got shape {array.shape}"
            )
        if not np.isfinite(array).all():
            raise InvalidParameterError(f"{name}[{k}] holds NaN or infinity")
        arrays.append(array)
    return arrays


def _refuse_unfitted_scaling(model: Any) -> None:
    """Raise if the arguments ask for a scaling that only data can tell."""
    if model.scale_inputs is not None and not isinstance(model.scale_inputs, Scaling):
        raise InvalidParameterError(
            f"scale_inputs={model.scale_inputs!r} is fitted to data, and from_weights gets none; pass a fitted one, "
            "scale_inputs=other.scaling_, or None"
        )
    if getattr(model, "scale_target", False):
        raise InvalidParameterError(
            "scale_target=True is fitted to data, and from_weights gets none; leave it out, and multiply the "
            "weights and biases of the last layer instead"
        )


def _encoded(model: Any, classes: Any, n_in: int, n_out: int) -> NDArray[Any]:
    """Return encoded targets of a few rows, of the model's kind; a classifier learns its classes."""
    if not model._stratifies:
        if classes is not None:
            raise InvalidParameterError(
                f"classes are for a classifier, and {type(model).__name__} is none; leave them out"
            )
        if model._target_is_input and n_out != n_in:
            raise InvalidParameterError(
                f"an autoencoder has as many outputs as inputs, got {n_out} and {n_in}"
            )
        several = 1 if model._target_is_input else model._loss_rule().outputs_per_target
        return np.full((2, max(1, n_out // several)), 0.5)
    labels = labels_in_order(classes)
    model._labels = Labels(labels)
    return np.asarray(model._labels.encode(labels))
