r"""Pre-training: networks that start from layers of autoencoders, and a stack of them trained layer by layer."""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from ..catalogue import unknown
from ..errors import InvalidParameterError
from ..excerpts import short
from ..initializers import Pretrained
from ..keywords import hint
from ..rules.activations import Activation, Identity
from ..training.wrapped import of_one_layer
from .arguments import TrainingArguments, is_lbfgs
from .autoencoder import Autoencoder
from .autoencoder_kinds import ContractiveAutoencoder, DenoisingAutoencoder, SparseAutoencoder
from .autoencoder_plan import require_tied_sizes
from .fits_within import NOTHING, fit_within
from .inputs import as_rows, validated
from .multilayer import MultilayerPerceptron
from .parameters import check_arguments, sizes_of
from .planning import hidden_activation, hidden_activations

KINDS: dict[str, type[Autoencoder]] = {
    "plain": Autoencoder,
    "sparse": SparseAutoencoder,
    "denoising": DenoisingAutoencoder,
    "contractive": ContractiveAutoencoder,
}
OF_CODES = r"\d+ of \d+ columns"
"""What is said of the units of columns: those of codes are the network's own."""
OF_THE_WHOLE = (
    "output_activation",
    "initializer",
    "scale_inputs",
    "dropout",
    "early_stopping",
    "callbacks",
    "warm_start",
)
"""Arguments for training that the layers' autoencoders do not take over."""


class FromAutoencoder:
    """Estimators that can start from the encoder of an autoencoder."""

    @classmethod
    def from_autoencoder(cls, autoencoder: Any, **arguments: Any) -> Any:
        """Return an estimator whose hidden layers are the encoder of a fitted autoencoder, to be fine-tuned by ``fit``.

        Nothing is hidden: it is what the constructor returns for ``hidden_layer_sizes``, ``activation``,
        ``scale_inputs`` (the autoencoder's ``scaling_``: the encoder goes on in its units) and
        ``initializer=Pretrained(...)``, and ``get_params`` shows them. The output layer is initialised as ever.

        Parameters
        ----------
        autoencoder : Autoencoder
            Fitted; it is copied from, and not changed.
        **arguments
            Further arguments, or others than these.

        Returns
        -------
        estimator
            Not fitted.

        Raises
        ------
        TypeError
            If it is no autoencoder.
        NotFittedError
            If it is not fitted.

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> from rosenblatt import Autoencoder, MLPClassifier
        >>> X, y = load_digits(return_X_y=True)
        >>> coder = Autoencoder(20, "tanh", scale_inputs="standard", max_iter=300, random_state=0).fit(X)
        >>> model = MLPClassifier.from_autoencoder(coder, max_iter=500, random_state=0)
        >>> model.hidden_layer_sizes, model.initializer
        ((20,), Pretrained(64-20, rest='auto'))
        """
        if not isinstance(autoencoder, Autoencoder):
            raise InvalidParameterError(f"autoencoder must be a fitted Autoencoder, got {short(autoencoder)}")
        check_is_fitted(autoencoder)
        network = autoencoder.network_
        depth = network.m // 2
        rules = network.activations[:depth]
        encoder = {
            "hidden_layer_sizes": network.sizes[1 : depth + 1],
            "activation": rules[0] if len(set(rules)) == 1 else rules,
            "scale_inputs": autoencoder.scaling_,
            "initializer": _copied(autoencoder.coefs_[:depth], autoencoder.intercepts_[:depth]),
        }
        return cls(**(encoder | arguments))


def greedy_pretrain(estimator: Any, X: Any, *, kind: str = "denoising", **arguments: Any) -> Any:
    """Return a copy of an estimator that starts from layers trained one by one, without targets (Hinton, Bengio).

    Layer k is trained as the code of an autoencoder with that one hidden layer, whose inputs are the codes of the
    layers below. Solver, rate, epochs, ``alpha`` and the rest are the estimator's, but for what counts its layers or
    rows: dropout, ``early_stopping``, callbacks, and the multipliers of ``PerLayer``: a layer that is to stay as it is
    in fine-tuning is trained here, at the plain rate. A classifier or regressor gets
    its hidden layers so; an :class:`Autoencoder` its encoder, and the decoders in reverse order as its own.
    ``fit`` then trains the whole; that a layer has not converged is no reason to warn, that it
    learned nothing is one. The scaling of inputs is
    fitted to X and kept, so that a few rows with targets are scaled as the many without.

    Hinton, Osindero and Teh, *A fast learning algorithm for deep belief nets* (2006); Bengio, Lamblin, Popovici
    and Larochelle, *Greedy layer-wise training of deep networks* (2007).

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Autoencoder
        Not changed.
    X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
        Rows, with or without targets elsewhere.
    kind : {"plain", "sparse", "denoising", "contractive"}, default="denoising"
        Which autoencoder trains each layer: A2, A4, A5 or A6.
    **arguments
        For these autoencoders, such as ``max_iter=20`` or ``corruption=Gaussian(0.3)``; what the layers are, and how
        inputs are scaled, is the estimator's to say.

    Returns
    -------
    estimator
        Not fitted; ``initializer=Pretrained(...)`` and ``scale_inputs`` are set.

    Raises
    ------
    TypeError, ValueError
        For another kind of estimator, one without hidden layers, and data that cannot be used.
    KeyboardInterrupt
        If Ctrl-C ends the training of a layer: half a stack is no start.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import MLPClassifier, greedy_pretrain
    >>> X, y = load_digits(return_X_y=True)
    >>> plain = MLPClassifier((50, 20), scale_inputs="minmax", batch_size=100, random_state=0)
    >>> model = greedy_pretrain(plain, X, max_iter=5, tol=0)
    >>> model.initializer
    Pretrained(64-50-20, rest='auto')
    >>> bool(model.fit(X[:200], y[:200]).score(X[200:], y[200:]) > 0.8)
    True
    """
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidParameterError(unknown("kind", kind, KINDS))
    if not isinstance(estimator, MultilayerPerceptron):
        raise InvalidParameterError(
            f"estimator must be an MLPClassifier, an MLPRegressor or an Autoencoder, got {short(estimator)}; of a "
            "pipeline pass the last step, and what the steps before make of X"
        )
    check_arguments(estimator)
    sizes, rules, outputs = _layers(estimator)
    if not sizes:
        raise InvalidParameterError("estimator has hidden_layer_sizes=(): there is no hidden layer to train")
    if isinstance(estimator, Autoencoder):
        require_tied_sizes(
            estimator.hidden_layer_sizes, "greedy_pretrain(estimator) trains each layer with its mirror and"
        )
    _refuse(estimator, kind, arguments)
    copy, coders = clone(estimator), []
    codes = as_rows(validated(clone(estimator), X, ensure_min_samples=2))
    training = {
        field.name: getattr(estimator, field.name)
        for field in dataclasses.fields(TrainingArguments)
        if field.name not in OF_THE_WHOLE
    }
    training["learning_rate"] = of_one_layer(training["learning_rate"])
    for k, (size, g) in enumerate(zip(sizes, rules, strict=True)):
        of_layer = {
            **training,
            "code_activation": g,
            "output_activation": outputs[k],
            **_of_kind(estimator, k),
        }
        coder = KINDS[kind](size, **{**of_layer, **arguments})
        part = f"Layer {k + 1} of {len(sizes)} in greedy_pretrain"
        fit_within(partial(coder.fit, codes), part, stacklevel=2, silent=OF_CODES if k else NOTHING)
        if coder._state.interrupted:
            raise KeyboardInterrupt  # one Ctrl-C ends it all
        codes = coder.transform(codes)
        coders.append(coder)
    return copy.set_params(initializer=_stacked(estimator, coders), scale_inputs=coders[0].scaling_)


def _refuse(estimator: Any, kind: str, arguments: dict[str, Any]) -> None:
    """Raise for what would not fit into the network, what no layer takes, and noise where the solver bears none."""
    for name in arguments.keys() - {field.name for field in dataclasses.fields(KINDS[kind])}:
        raise InvalidParameterError(
            f"greedy_pretrain(..., {name}=...) is no argument of {KINDS[kind].__name__}, which trains each layer, on "
            f"all rows alike and without targets{hint(name, KINDS[kind].__init__) or '; leave it out'}"
        )
    own = ["hidden_layer_sizes", "activation", "code_activation", "scale_inputs"]
    if isinstance(estimator, Autoencoder):
        own += ["output_activation"] + ["tied_weights"] * bool(estimator.tied_weights)
    for name in own:
        if name in arguments:
            raise InvalidParameterError(
                f"greedy_pretrain(..., {name}={arguments[name]!r}) would train layers that do not fit into the "
                f"estimator's network; leave {name} out, and set on the estimator what its layers shall be"
            )
    solver = arguments.get("solver", estimator.solver)
    if kind == "denoising" and "corruption" not in arguments and is_lbfgs(solver):
        raise InvalidParameterError(
            f"kind='denoising' draws new noise at each step, but solver={solver!r} minimises one fixed objective; take "
            "kind='plain', 'sparse' or 'contractive', or another solver for the layers, such as "
            "greedy_pretrain(..., solver='adam')"
        )


def _layers(estimator: Any) -> tuple[list[int], list[Activation], list[Any]]:
    """Return size and activation of each layer to train, and the output activation of its autoencoder."""
    sizes, rules = list(sizes_of(estimator.hidden_layer_sizes)), list(hidden_activations(estimator))
    if not isinstance(estimator, Autoencoder):
        bounded = [all(map(math.isfinite, g.range)) for g in rules]
        outputs = [Identity(), *(g if b else Identity() for g, b in zip(rules, bounded, strict=True))]
        return sizes, rules, outputs[: len(sizes)]
    depth = (len(sizes) + 1) // 2
    rules[depth - 1] = hidden_activation("code_activation", estimator.code_activation)
    mirrored: list[Any] = [estimator.output_activation, *rules[: depth - 1 : -1]]
    return sizes[:depth], rules[:depth], mirrored


def _of_kind(estimator: Any, k: int) -> dict[str, Any]:
    """Return what the autoencoder of a layer takes over beside the training."""
    first = {"scale_inputs": estimator.scale_inputs} if k == 0 else {}
    if not isinstance(estimator, Autoencoder):
        return first
    loss = {"loss": estimator.loss} if k == 0 else {}
    return {**first, **loss, "tied_weights": estimator.tied_weights}


def _stacked(estimator: Any, coders: list[Autoencoder]) -> Pretrained:
    """Return the encoders as the first layers, and of an autoencoder the decoders as the others."""
    coefs, intercepts = [one.coefs_[0] for one in coders], [one.intercepts_[0] for one in coders]
    if isinstance(estimator, Autoencoder):
        coefs += [one.coefs_[1] for one in coders[::-1]]
        intercepts += [one.intercepts_[1] for one in coders[::-1]]
    return _copied(coefs, intercepts)


def _copied(coefs: list[NDArray[Any]], intercepts: list[NDArray[Any]]) -> Pretrained:
    return Pretrained([np.array(W) for W in coefs], [np.array(b) for b in intercepts])
