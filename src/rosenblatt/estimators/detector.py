"""Outliers are the rows that an autoencoder reconstructs badly: scikit-learn's outlier contract."""

from __future__ import annotations

import copy
import dataclasses
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted

from ..catalogue import unknown
from ..keywords import hinted
from ..random import random_state_of
from ..rules.activations import Activation
from ..rules.optimizers import Optimizer
from .arguments import OURS
from .attributes import Threshold
from .autoencoder import Autoencoder
from .autoencoder_arguments import AutoencoderArguments, automatic_sizes, odd_layer_sizes
from .autoencoder_plan import takes_sparse
from .available import DetectorLacks
from .fits_within import fit_within
from .fitting import unchanged_on_error
from .html import Explained
from .inputs import as_rows, sample_weights, validated
from .objects import ObjectArguments
from .parameters import argument, check_arguments, documented, either, integer, number, with_default
from .planning import optimizer_of
from .reconstruction import ERRORS_PER, errors_per
from .scaling import Scaling, refuse_large
from .threshold import weighted_cut
from .usual_errors import UsualErrors, robust_of, standard_of
from .usual_range import UsualRange, blocks_of_rows

SMALL_BATCH = 32


@documented
@dataclass(eq=False, repr=False)
class AutoencoderDetector(
    OutlierMixin, ObjectArguments, AutoencoderArguments, DetectorLacks, Explained, BaseEstimator
):
    r"""Detector of outliers: rows that small autoencoders reconstruct badly (A1, A2), or that lie far from the others.

    The score of a row adds, over features, its squared error and, with less weight, its squared distance from the mean,

    .. math:: s(x) = -\sum_j \left[\frac{e_j(x)}{\bar e_j}
        + \lambda\, d\left(\frac{x_j - \mu_j}{\sigma_j}\right)\right],
        \qquad e_j(x) = \frac1M \sum_{i=1}^M \left(\frac{\hat x^{(i)}_j - x'_j}{\sigma_j}\right)^2,
        \qquad d(z) = z^2 \text{ for } |z| \le 4.

    A few corrupt entries, however large, blind neither the networks nor the scores. The networks see rows :math:`x'`
    whose entries far out are drawn in to four robust deviations from the median, in training and afterwards, and
    reconstruct :math:`\hat x^{(i)}` of M networks. :math:`\mu_j, \sigma_j, \bar e_j` are mean, standard deviation and
    mean error (at least 0.01) of feature j of these rows, counted by their weights; errors at entries of more than ten
    robust deviations do not count. The distance is that of the row as it is, so that what is drawn in is not hidden:
    beyond 4 d grows as the root of z, without an end.

    So each feature adds :math:`1 + \lambda` on average: none wins by large units, or because it is hard to
    reconstruct. The second term, with :math:`\lambda` = ``distance_weight``, finds rows that a network reconstructs
    well although they lie far from all others, on the continuation of the pattern. ``offset_`` is the score that a
    share ``contamination`` of the training rows falls below. Rows of equal scores are on the same side of it, so that
    fewer rows than that share are outliers where equal ones do not fit in; but the lowest score is always below it,
    even where more rows than that share have it, unless all rows score alike: then none is an outlier.

    The networks are small and are trained for a few epochs, before they learn the outliers too; that they have not
    converged by then is what is wanted, and so there is no warning of it; there is one of a network that learned
    nothing. One network ranks rows of small tables
    by chance too much, two much less; more of them cost as many times more.

    {parameters}

    Attributes
    ----------
    estimators_ : list of Autoencoder
        The networks.
    offset_ : float
        The threshold: rows that score less are outliers.
    n_iter_ : int
        Epochs, of the network that took most.
    usual_range_ : UsualRange
        Median and robust deviation of each feature: to where entries are drawn in. ``usual_range_.few`` are the
        columns of which too few entries differ.
    usual_ : UsualErrors
        Mean, deviation and mean error of each feature over the training rows, entries far out drawn in.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : array of str
        Names of the columns, where X had some that are strings.

    See Also
    --------
    Autoencoder : The network, for codes and reconstructions.

    Notes
    -----
    Columns that are constant in training have deviation and mean error 1 here, in the user's units. What the networks
    make of them is nearly, but not exactly, the constant; a row in which one differs by up to 4 has about
    :math:`1 + \lambda` times its squared difference as an error. A column times a positive number changes no score.

    A column that is constant but for a few rows, fewer than 3 or less than 0.2 %, tells no more than that these rows
    are odd, and one corrupt row makes many such columns. The networks see a constant there, their reconstruction is
    the median, and :math:`\bar e_j` is 1: a row that differs as others do still has an error of about one divided by
    the share of such rows. Training rows of which more than half of the entries are more than ten robust deviations
    out train nothing: with them, networks and means are as they would be without.

    References
    ----------
    Hawkins, He, Williams and Baxter, *Outlier detection using replicator neural networks* (2002).

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt import AutoencoderDetector
    >>> line = np.linspace(-1, 1, 200)
    >>> X = np.column_stack([line, 100 * line])
    >>> detector = AutoencoderDetector(random_state=0).fit(X)
    >>> detector.predict([[0.5, 50.0], [0.5, -50.0]])
    array([ 1, -1])
    """

    offset_ = Threshold()

    hidden_layer_sizes: str | int | Sequence[int] = with_default(  # type: ignore[assignment]
        AutoencoderArguments,
        "hidden_layer_sizes",
        "auto",
        'Nodes of each hidden layer, the middle one is the code (A2), or the code alone; "auto" is a third of the '
        "features, at most 16 and half of those that vary, between two layers of as many nodes as features, 16 to 32.",
        either(odd_layer_sizes, lambda value: isinstance(value, str) and value == "auto"),
    )
    activation: str | Activation | Sequence[str | Activation] = with_default(
        AutoencoderArguments, "activation", "tanh"
    )
    scale_inputs: str | Scaling | None = with_default(
        AutoencoderArguments,
        "scale_inputs",
        "robust",
        "Scaling of what the networks see (T4), rows whose entries far out are drawn in: mean and deviation, median "
        "and the distance of the quartiles, though at least 0.6 deviations, or range. Sparse X is not centred.",
    )
    learning_rate_init: float | str = with_default(AutoencoderArguments, "learning_rate_init", 0.007)
    max_iter: int = with_default(AutoencoderArguments, "max_iter", 12)
    batch_size: int | str = with_default(
        AutoencoderArguments,
        "batch_size",
        "auto",
        'Samples in a batch (S1): "auto" is min(32, n), "full" is all of them (U1), 1 is online (O1).',
    )
    contamination: float = argument(
        0.1,
        number("(0, 0.5]"),
        OURS,
        "float in (0, 0.5]",
        "Share of training rows that ``predict`` calls outliers; scores do not depend on it.",
        kw_only=True,
    )
    n_estimators: int = argument(
        2,
        integer("[1, inf)"),
        OURS,
        "int >= 1",
        "Networks with their own initial weights and orders, whose errors are averaged.",
        kw_only=True,
    )
    distance_weight: float = argument(
        0.25,
        number("[0, inf)"),
        OURS,
        "float >= 0",
        "What squared standard scores count beside errors of reconstruction in the score; 0 leaves the errors alone.",
        kw_only=True,
    )

    @hinted
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> AutoencoderDetector:  # noqa: ARG002
        """Train on X, outliers among them, and set the threshold.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            At least two rows of finite numbers.
        y : ignored
            As by every estimator without targets.
        sample_weight : array-like of shape (n,), optional
            A weight of 2 counts as two rows, in training and in the threshold, 0 as none.

        Returns
        -------
        self
            The estimator itself.

        Raises
        ------
        ValueError, TypeError
            For arguments and data that cannot be used, before any work.
        DivergenceError
            If weights overflow; the detector is then as it was before.
        KeyboardInterrupt
            If Ctrl-C comes before a network is trained for an epoch; the detector is then as it was before. Later on it
            ends all training, and what is trained by then is the detector, with a warning.
        """
        with unchanged_on_error(self):
            check_arguments(self)
            anew = not (self.warm_start and hasattr(self, "estimators_"))
            X = as_rows(validated(self, X, reset=anew, ensure_min_samples=2))
            weight = sample_weights(sample_weight, X.shape[0], X.dtype)
            if weight is not None and (counted := np.count_nonzero(weight)) < 2:
                raise ValueError(
                    f"sample_weight leaves {counted} row of X, while a minimum of 2 is required; weigh more rows"
                )
            whole = UsualRange.of(X, weight)
            counting = whole.counting(X, weight)
            self.usual_range_ = usual = UsualRange.of(X, counting).beside(whole)
            told = usual.told(X)
            refuse_large("X", told, type(self).__name__, X)
            self.estimators_ = self._trained(self._members(told, counting, anew), told, counting)
            self.n_iter_ = max(member.n_iter_ for member in self.estimators_)
            errors, telling = partial(self._errors, X), lambda rows: usual.says_something(X[rows])
            standard = standard_of(X, told, weight, counting, usual)
            self.usual_ = UsualErrors.of(told, counting, errors, telling, standard)
            self.offset_ = weighted_cut(self._scores(X), weight, self.contamination)
        return self

    def _members(self, X: Any, weight: Any, anew: bool) -> list[Autoencoder]:
        """Return the networks to train: new ones, or copies of those of the fit before."""
        stream, arguments = random_state_of(self.random_state), self._shared()
        if isinstance(self.hidden_layer_sizes, str):
            varies = self.usual_range_.varies & ~self.usual_range_.few
            sizes = automatic_sizes(X.shape[1], int(varies.sum()))
            arguments["hidden_layer_sizes"] = sizes if anew else self.estimators_[0].hidden_layer_sizes
        if self.batch_size == "auto" and self._takes_batches():
            rows = X.shape[0] if weight is None else np.count_nonzero(weight)
            share = self.validation_fraction if self.early_stopping else 0
            arguments["batch_size"] = max(1, min(SMALL_BATCH, int(rows * (1 - share))))
        if self.scale_inputs == "robust":
            arguments["scale_inputs"] = robust_of(X, weight, self.usual_range_)
        kept = [] if anew else copy.deepcopy(self.estimators_)
        kept = [member.set_params(**arguments) for member in kept[: self.n_estimators]]
        seeds = stream.randint(2**31 - 1, size=self.n_estimators)[
            len(kept) :
        ]  # the first are those of kept ones
        return kept + [Autoencoder(**arguments, random_state=int(seed)) for seed in seeds]

    def _shared(self) -> dict[str, Any]:
        """Return the arguments that each network has, as they were given."""
        names = [field.name for field in dataclasses.fields(Autoencoder)]
        return {name: getattr(self, name) for name in names if name != "random_state"}

    def _takes_batches(self) -> bool:
        """Return whether the solver takes small batches."""
        optimizer = optimizer_of(self)
        return isinstance(optimizer, Optimizer) and not optimizer.full_batch

    def _trained(self, members: list[Autoencoder], X: Any, weight: Any) -> list[Autoencoder]:
        """Train networks one after the other and return them; after Ctrl-C those that are trained."""
        before = ["theta_" in vars(member) for member in members]  # a warm start goes on with them
        for i, member in enumerate(members):
            fit = partial(member.fit, X, sample_weight=weight)
            fit_within(fit, f"Network {i + 1} of {len(members)}", stacklevel=4, silent="Training interrupted")
            if member._state.interrupted:
                whole = members[:i] + list(compress(members[i:], before[i:]))
                if not whole and member.n_iter_ == 0:
                    raise KeyboardInterrupt
                warnings.warn(
                    f"Training interrupted by user: {i} of {len(members)} networks are trained to the end, and the "
                    f"detector has {len(whole) or 1}; call fit again for all of them.",
                    stacklevel=4,
                )
                return whole or [member]
        return members

    # -- scores ----------------------------------------------------------------------------------

    def _checked(self, X: Any) -> Any:
        check_is_fitted(self)
        return as_rows(validated(self, X, reset=False))

    def _scores(self, X: Any) -> NDArray[Any]:
        sums = [self._entries(X[rows]).sum(axis=1) for rows in blocks_of_rows(X)]
        return -np.concatenate(sums)

    def _errors(self, X: Any, standard: Scaling, rows: Any = slice(None)) -> NDArray[np.float64]:
        """Return the mean over networks of squared errors of rows, entries drawn in, in units of a scaling."""
        X, usual = X[rows], self.usual_range_
        told, total = usual.told(X), np.zeros(X.shape)
        for member in self.estimators_:
            trained = 1.0 if member.scaling_ is None else member.scaling_.scale
            total += member._scaled_errors(told) * (trained / standard.scale) ** 2
        errors, few = total / len(self.estimators_), usual.few
        errors[:, few] = (usual.distances(X) * (usual.deviation / standard.scale)[few]) ** 2
        return errors

    def _entries(self, X: Any) -> NDArray[np.float64]:
        """Return the terms of the score of checked rows, not negative."""
        return self.usual_.judged(self._errors(X, self.usual_.standard), X, self.distance_weight)

    def score_samples(self, X: Any) -> NDArray[Any]:
        """Return minus the error of each row, as the sum above: higher is more usual.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n,)
            Lower for rows that are more unusual.
        """
        return self._scores(self._checked(X))

    def decision_function(self, X: Any) -> NDArray[Any]:
        """Return ``score_samples(X) - offset_``: negative for outliers.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n,)
            Negative for outliers.
        """
        return np.asarray(self.score_samples(X) - self.offset_)

    def predict(self, X: Any) -> NDArray[np.int_]:
        """Return -1 for outliers and +1 for all other rows.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of int, shape (n,)
            1 for usual rows, -1 for outliers.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def reconstruct(self, X: Any) -> NDArray[Any]:
        """Return the mean of what the networks make of rows, entries far out drawn in, in the units of the inputs.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n, n_features)
            In the units of X.
        """
        X = self._checked(X)  # first: it says so if nothing was fitted
        usual, X = self.usual_range_, self.usual_range_.told(X)
        made = np.mean([member.reconstruct(X) for member in self.estimators_], axis=0)
        return np.asarray(np.where(usual.few, usual.center, made), dtype=made.dtype)

    def reconstruction_error(self, X: Any, per: str = "sample") -> NDArray[Any]:
        """Return the terms of the score, relative errors and weighted distances: why a row is an outlier.

        Over the training rows the mean of each feature that varies is ``1 + distance_weight``, unless nearly all of it
        is reconstructed; an entry of ten times as much is ten times what is usual.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        per : {"sample", "feature", "entry"}, default="sample"
            The sum over features, which is ``-score_samples(X)``; the mean over samples; or neither.

        Returns
        -------
        array of shape (n,), (n_features,) or (n, n_features)
            One for each row.

        Raises
        ------
        ValueError
            For another ``per``.
        """
        if per not in ERRORS_PER:
            raise ValueError(unknown("per", per, ERRORS_PER))
        return errors_per(per, self._entries(self._checked(X)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = takes_sparse(self.corruption)
        return tags
