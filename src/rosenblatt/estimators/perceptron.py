"""The perceptron, drop-in for scikit-learn's."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ..engines.linear_scores import linear_scores
from ..engines.perceptron import Memory
from ..keywords import hinted
from ..training.column import Column
from .accuracy import Classifier
from .available import PerceptronLacks
from .class_weights import class_weights
from .fitting import unchanged_on_error
from .html import Explained
from .inputs import are_plain, as_dtype, sample_weights, validated
from .objects import ObjectArguments
from .parameters import check_arguments, documented
from .perceptron_arguments import PerceptronArguments, check_together
from .perceptron_fit import (
    Samples,
    check_proof,
    check_split,
    counted_rows,
    given,
    outcomes,
    overflow,
    settings_of,
    warn_of_end,
)
from .perceptron_fitted import Fitted
from .perceptron_runs import Outcome
from .targets import as_labels, check_labels, check_later_call, class_labels


@documented
@dataclass(eq=False, repr=False, kw_only=True)
class Perceptron(
    Classifier, ObjectArguments, PerceptronArguments, Fitted, PerceptronLacks, Explained, BaseEstimator
):
    r"""Rosenblatt's perceptron, drop-in for scikit-learn's.

    Sample after sample, :math:`w \leftarrow w + \nu y x` where :math:`y\,w^\top x \le 0` (P2), for y in
    {-1, +1}: descent on the loss :math:`\max(0, -y\,w^\top x)` (P1). Several classes have a w each, one
    against the rest.

    With the same arguments and ``random_state`` it draws what scikit-learn's draws and reaches the same
    ``coef_``. On sparse samples scikit-learn gives the intercept a hundredth of each step, which is not P2;
    ``stop="tolerance"`` with ``variant="last"`` does the same, and everything else never does, so that
    sparse samples give what dense ones give.

    {parameters}

    Attributes
    ----------
    coef_ : array of shape (1, n_features) or (n_classes, n_features)
        Weights w; the average of all for ``variant="averaged"``, the best for ``"pocket"``.
    intercept_ : array of shape (1,) or (n_classes,)
        Biases b.
    classes_ : array of shape (n_classes,)
        The labels, in ascending order.
    n_iter_ : int
        Epochs, the one without a mistake included; the most over the classes.
    t_ : float
        ``1 + n_iter_ * n_samples``, as in scikit-learn.
    n_updates_ : int, or array of shape (n_classes,)
        Steps that were taken; what Novikov's theorem bounds. One number for each w.
    update_curve_ : array of shape (n_iter_,), or a list of them
        Steps of each epoch.
    certificate_ : Separability
        With ``certify=True``, of the samples that have a weight:
        ``certificate_.verify(X[sample_weight > 0], y[sample_weight > 0])``.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : array of str
        Names of the columns, where X had some that are strings.

    See Also
    --------
    MLPClassifier : With ``hidden_layer_sizes=()`` and ``loss="perceptron"`` the same neuron.

    Notes
    -----
    A sample's weight scales its step and does not repeat it: a weight of 2 is one longer step where two
    samples would be two decisions. No online rule can make them equal, so of scikit-learn's common checks
    the two named ``check_sample_weight_equivalence_*`` fail, here and for scikit-learn's own perceptron.
    Weights must not be negative.

    References
    ----------
    Rosenblatt, *The perceptron: a probabilistic model for information storage and organization in the
    brain* (1958). Novikoff, *On convergence proofs on perceptrons* (1962). Freund and Schapire, *Large
    margin classification using the perceptron algorithm* (1999). Gallant, *Perceptron-based learning
    algorithms* (1990).

    Examples
    --------
    AND by one neuron:

    >>> from rosenblatt import Perceptron
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> model = Perceptron(order="cyclic", stop="separated").fit(X, y)
    >>> model.intercept_, model.coef_
    (array([-4.]), array([[3., 2.]]))
    >>> model.n_updates_, model.n_iter_
    (18, 9)
    """

    # -- fitting ---------------------------------------------------------------------------------

    @hinted
    def fit(
        self, X: Any, y: Any, coef_init: Any = None, intercept_init: Any = None, sample_weight: Any = None
    ) -> Perceptron:
        """Train on X and y.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Finite numbers; float32 is kept, everything else becomes float64. CSR is not made dense.
        y : array-like of shape (n,)
            Labels, of two classes or more.
        coef_init : array-like of shape (n_classes, n_features), optional
            Weights to begin with; one row, or a vector, for two classes. Novikov's theorem needs zeros.
        intercept_init : array-like of shape (n_classes,), optional
            Biases to begin with.
        sample_weight : array-like of shape (n,), optional
            Factors of the steps, not negative; those of the classes are multiplied with them.

        Returns
        -------
        self
            The estimator itself.

        Raises
        ------
        ValueError, TypeError
            For arguments and data that cannot be used, before any work.
        DivergenceError
            If weights or pre-activations overflow; the estimator is then as it was before.

        Notes
        -----
        Ctrl-C ends training, of all classes, with a warning; what whole epochs have learned is kept.
        """
        with unchanged_on_error(self):
            samples = self._samples(X, y, sample_weight)
            if self.early_stopping:
                check_split(self, samples)
            if self.certify:
                check_proof(samples)
            if self.warm_start and hasattr(self, "coef_"):
                self._refuse_sparse_coef()
                coef_init = self.coef_ if coef_init is None else coef_init
                intercept_init = self.intercept_ if intercept_init is None else intercept_init
            self.classes_ = samples.classes
            memories = self._beginning(samples, coef_init, intercept_init)
            self._run(samples, memories, incremental=False)
            if self.certify and "interrupted" not in self._ends:
                self._certify(samples)
        warn_of_end(self, samples)
        return self

    @hinted
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Perceptron:
        """Train one epoch more.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like of shape (n,)
            Labels, one for each sample.
        classes : array-like, optional
            All classes there will be; needed on the first call.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.

        Returns
        -------
        self
            The estimator itself.
        """
        with unchanged_on_error(self):
            samples = self._samples(X, y, sample_weight, incremental=True, classes=classes)
            if hasattr(self, "coef_"):
                self._refuse_sparse_coef()
                samples.X = as_dtype(samples.X, self.coef_.dtype)
            self.classes_ = samples.classes
            self._run(samples, self._continued(samples), incremental=True)
        warn_of_end(self, samples, incremental=True)
        return self

    def _samples(
        self, X: Any, y: Any, weight: Any, incremental: bool = False, classes: Any = None
    ) -> Samples:
        check_arguments(self)
        check_together(self, incremental)
        first = not incremental or not hasattr(self, "coef_")
        if first and are_plain(X, y):
            X, self.n_features_in_ = np.ascontiguousarray(X), X.shape[1]
            if hasattr(self, "feature_names_in_"):
                del self.feature_names_in_
        else:
            X, y = validated(self, X, y, accept_sparse="csr", order="C", reset=first)
            y = as_labels(y)
            check_labels(y)
        seen, codes = np.unique(y, return_inverse=True)
        if incremental:
            seen = self._known_classes(seen, classes, first)
            codes = np.searchsorted(seen, y)
        if len(seen) < 2:
            raise ValueError(
                f"The number of classes has to be greater than one; got {len(seen)} class in y, {seen.tolist()[0]!r}. "
                "Pass samples of two classes or more."
            )
        of_class = class_weights(self.class_weight, seen, y, incremental, first, X.dtype)
        return Samples(X, codes, seen, sample_weights(weight, X.shape[0], X.dtype), of_class)

    def _known_classes(self, seen: NDArray[Any], classes: Any, first: bool) -> NDArray[Any]:
        if not first:
            check_later_call(self.classes_, classes)
            known = self.classes_
        elif classes is None:
            raise ValueError(
                "classes must be passed on the first call to partial_fit. It names all labels that will ever "
                "come, such as classes=np.unique(y)."
            )
        else:
            known = class_labels(classes)
        new = np.setdiff1d(seen, known)
        if len(new):
            raise ValueError(
                f"classes should include all valid labels that can be in y: y has {new[0]!r}, classes are "
                f"{list(known)}; name all there will be in the first call, or call fit to start anew"
            )
        return np.asarray(known)

    def _beginning(self, samples: Samples, coef: Any, intercept: Any) -> list[Memory]:
        """Return what the runs begin with: zeros, or copies of what was given."""
        d, k, dtype = samples.X.shape[1], len(samples.problems), samples.X.dtype
        w = given("coef_init", coef, (k, d), dtype, samples)
        b = given("intercept_init", intercept, (k,), np.float64, samples)
        return [Memory.of(w[i], b[i], self.variant) for i in range(k)]

    def _continued(self, samples: Samples) -> list[Memory]:
        if not hasattr(self, "coef_"):
            return self._beginning(samples, None, None)
        kept = getattr(self, "_memories", None)
        if self.variant != "last" and kept is not None and self._variant == self.variant:
            return copy.deepcopy(kept)
        return self._beginning(samples, self.coef_, self.intercept_)

    def _run(self, samples: Samples, memories: list[Memory], incremental: bool) -> None:
        settings = settings_of(self, incremental, sparse.issparse(samples.X))
        results = outcomes(self, samples, memories, settings)
        two, before = len(samples.classes) == 2, hasattr(self, "t_") and incremental
        weights = [result.weights(self.variant) for result in results]
        coef = np.stack([w for w, _ in weights])
        # scikit-learn's are float64 for two classes whatever X is
        intercept = np.array([b for _, b in weights])
        if not two and samples.X.dtype != np.float64:
            with np.errstate(over="ignore"):
                intercept = intercept.astype(samples.X.dtype)
        overflows = any(result.end == "overflow" for result in results)
        if overflows or not (np.isfinite(coef).all() and np.isfinite(intercept).all()):
            raise overflow(self, samples, max(result.epochs for result in results))
        # not looked at, as they would be if they were set: the dtype may be another
        self.__dict__.update(coef_=coef, intercept_=intercept)
        self.n_iter_ = max(result.epochs for result in results)
        self.t_ = (self.t_ if before else 1.0) + self.n_iter_ * len(samples.codes)
        self._keep(results, two, incremental)

    def _keep(self, results: list[Outcome], two: bool, incremental: bool) -> None:
        goes_on = incremental and hasattr(self, "_curves")
        totals = np.array([result.curve.sum() for result in results])
        totals += np.atleast_1d(self.n_updates_) if goes_on else 0
        self.n_updates_ = int(totals[0]) if two else totals
        self._curves = [curve.copied() for curve in self._curves] if goes_on else [Column() for _ in results]
        for curve, result in zip(self._curves, results, strict=True):
            curve.extend(result.curve.tolist())
        self._ends = [result.end for result in results]
        keeps_votes = goes_on and self._votes is not None and self._variant == self.variant
        votes = [result.votes for result in results]
        if self.variant == "voted" and keeps_votes:
            votes = [old.then(new) for old, new in zip(self._votes, votes, strict=True)]
        self._votes = votes if self.variant == "voted" else None
        self._variant = self.variant
        self._memories = None if self.variant == "last" else [result.memory for result in results]
        if hasattr(self, "certificate_"):
            del self.certificate_  # of other samples

    def _certify(self, samples: Samples) -> None:
        from ..inspection.separability import separability

        rows = counted_rows(samples)
        X, y = samples.X[rows], samples.classes[samples.codes[rows]]
        try:
            self.certificate_ = separability(X, y, fit_intercept=bool(self.fit_intercept))
        except KeyboardInterrupt:
            warnings.warn("The proof was interrupted by user; the weights are kept.", stacklevel=5)

    # -- prediction ------------------------------------------------------------------------------

    def decision_function(self, X: Any) -> NDArray[Any]:
        r"""Return :math:`b + w^\top x`, or the share of the votes for ``variant="voted"``.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n,) for two classes, else (n, n_classes)
            Infinite where no float can hold a score, and never NaN.
        """
        check_is_fitted(self)
        return self._scores(X, relative=False)

    def _scores(self, X: Any, relative: bool) -> NDArray[Any]:
        X = validated(self, X, accept_sparse="csr", reset=False)
        if self._votes is not None:
            scores = np.stack([votes.outputs(X) for votes in self._votes], axis=1)
        else:
            scores = linear_scores(X, self.coef_, self.intercept_, relative)
        return scores.ravel() if scores.shape[1] == 1 else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the predicted labels.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n,)
            The class of each sample.
        """
        check_is_fitted(self)
        scores = self._scores(X, relative=True)
        places = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[places])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
