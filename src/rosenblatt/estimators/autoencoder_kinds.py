"""The sparse, the denoising and the contractive autoencoder: the one implementation with other defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..contractive import Contraction
from ..corruption import Corruption
from ..plan import Schedule
from ..rules.activations import Activation
from ..sparsity import Sparsity
from .autoencoder import Autoencoder
from .parameters import documented, with_default


@documented
@dataclass(eq=False, repr=False)
class SparseAutoencoder(Autoencoder):
    r"""Autoencoder of a wide code, few of whose nodes fire at a time (A4, or A3).

    An :class:`Autoencoder` with a logistic code of 100 nodes and, by default, ``sparsity=0.3``: that is
    ``KLDivergence(0.3, rho=0.05)``, which draws each node's mean output to 0.05. With a rectifier as code the
    same number is ``ActivityL1(0.3)``, and outputs become exactly zero. The default fits inputs in [0, 1]: it
    stands beside an error that is summed over features, so that more of them, or larger ones, want more.

    {parameters}

    Attributes
    ----------
    theta_ : array of shape (p,)
        All weights, then all biases, in one vector.
    coefs_ : list of array
        Views into ``theta_``, the encoder's first. With tied weights the decoder's are transposed views.
    intercepts_ : list of array
        Biases, likewise.
    loss_curve_ : list of float
        That of each epoch.
    history_ : dict of array
        Figures of each epoch, as of :class:`MLPRegressor`, in the units that are trained on.
    scaling_ : Scaling or None
        Of inputs and targets alike (T4).
    network_ : Network
        What is computed.
    plan_ : Plan
        How it was trained.

    See Also
    --------
    Autoencoder : The same with all penalties off.

    References
    ----------
    Ng, *Sparse autoencoder* (2011).

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import SparseAutoencoder
    >>> X = load_digits().data / 16
    >>> model = SparseAutoencoder(learning_rate_init=0.01, max_iter=40, tol=0, random_state=0).fit(X)
    >>> share = model.transform(X).mean()  # 0.05 is aimed at
    >>> bool(0.03 < share < 0.08)
    True
    """

    hidden_layer_sizes: int | Sequence[int] = with_default(Autoencoder, "hidden_layer_sizes", (100,))
    code_activation: str | Activation = with_default(Autoencoder, "code_activation", "logistic")
    sparsity: float | Schedule | Sparsity | Sequence[Sparsity] | None = with_default(
        Autoencoder, "sparsity", 0.3
    )


@documented
@dataclass(eq=False, repr=False)
class DenoisingAutoencoder(Autoencoder):
    r"""Autoencoder that learns to repair its input: it sees a corrupted one and is asked for the clean one (A5).

    An :class:`Autoencoder` with a code of 100 rectified nodes and, by default, ``corruption=0.3``: that is
    ``Masking(0.3)``, three of ten entries set to 0. ``reconstruct`` takes noisy samples and corrupts nothing.

    {parameters}

    Attributes
    ----------
    theta_ : array of shape (p,)
        All weights, then all biases, in one vector.
    coefs_ : list of array
        Views into ``theta_``, the encoder's first. With tied weights the decoder's are transposed views.
    intercepts_ : list of array
        Biases, likewise.
    loss_curve_ : list of float
        That of each epoch.
    history_ : dict of array
        Figures of each epoch, as of :class:`MLPRegressor`, in the units that are trained on.
    scaling_ : Scaling or None
        Of inputs and targets alike (T4).
    network_ : Network
        What is computed.
    plan_ : Plan
        How it was trained.

    See Also
    --------
    Autoencoder : The same without corruption.

    References
    ----------
    Vincent, Larochelle, Lajoie, Bengio and Manzagol, *Stacked denoising autoencoders* (2010).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import DenoisingAutoencoder
    >>> X = load_digits().data / 16
    >>> model = DenoisingAutoencoder(learning_rate_init=0.01, max_iter=40, tol=0, random_state=0).fit(X)
    >>> noisy = X * (np.random.default_rng(1).random(X.shape) > 0.3)
    >>> bool(((model.reconstruct(noisy) - X) ** 2).sum() < 0.5 * ((noisy - X) ** 2).sum())
    True
    """

    hidden_layer_sizes: int | Sequence[int] = with_default(Autoencoder, "hidden_layer_sizes", (100,))
    code_activation: str | Activation = with_default(Autoencoder, "code_activation", "relu")
    corruption: float | Schedule | Corruption | Sequence[Corruption] | None = with_default(
        Autoencoder, "corruption", 0.3
    )


@documented
@dataclass(eq=False, repr=False)
class ContractiveAutoencoder(Autoencoder):
    r"""Autoencoder whose code hardly moves where its input does (A6).

    An :class:`Autoencoder` with a logistic code of 100 nodes, tied weights (so that the code cannot shrink while
    the decoder grows) and, by default, ``contraction=0.1``: a mean of :math:`0.1\,\|\partial o / \partial x\|_F^2`
    is added to the loss. The default fits inputs in [0, 1]. The norm is exact.

    {parameters}

    Attributes
    ----------
    theta_ : array of shape (p,)
        All weights, then all biases, in one vector.
    coefs_ : list of array
        Views into ``theta_``, the encoder's first. With tied weights the decoder's are transposed views.
    intercepts_ : list of array
        Biases, likewise.
    loss_curve_ : list of float
        That of each epoch.
    history_ : dict of array
        Figures of each epoch, as of :class:`MLPRegressor`, in the units that are trained on.
    scaling_ : Scaling or None
        Of inputs and targets alike (T4).
    network_ : Network
        What is computed.
    plan_ : Plan
        How it was trained.

    See Also
    --------
    Autoencoder : The same without the penalty.

    References
    ----------
    Rifai, Vincent, Muller, Glorot and Bengio, *Contractive auto-encoders: explicit invariance during feature
    extraction* (2011).

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import ContractiveAutoencoder
    >>> X = load_digits().data / 16
    >>> model = ContractiveAutoencoder(learning_rate_init=0.01, max_iter=40, tol=0, random_state=0).fit(X)
    >>> model.transform(X).shape
    (1797, 100)
    """

    hidden_layer_sizes: int | Sequence[int] = with_default(Autoencoder, "hidden_layer_sizes", (100,))
    code_activation: str | Activation = with_default(Autoencoder, "code_activation", "logistic")
    contraction: float | Schedule | Contraction | None = with_default(Autoencoder, "contraction", 0.1)
    tied_weights: bool = with_default(Autoencoder, "tied_weights", True)
