"""What a fitted autoencoder does with samples: their codes, their reconstructions, and how far those are off."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted

from ..arrays import dense
from ..catalogue import unknown
from ..errors import InvalidParameterError
from ..keywords import hinted
from .fitted import FittedNetwork
from .inputs import DTYPES, as_dtype, is_moderate, located, sample_weights, validated
from .pairs import checked_target, warn_of_ignored

ERRORS_PER = ("sample", "feature", "entry")
UNITS = ("input", "trained")


def squared(errors: NDArray[Any]) -> NDArray[Any]:
    """Return squares, infinite where no float can hold them: that is said where they are handed out."""
    with np.errstate(over="ignore"):
        return np.asarray(errors**2)


def errors_per(per: str, entries: NDArray[Any]) -> NDArray[Any]:
    """Return squared errors of entries, their sums over features or their means over samples.

    Parameters
    ----------
    per : {"sample", "feature", "entry"}
    entries : array of shape (n, n_features)

    Returns
    -------
    array of shape (n,), (n_features,) or (n, n_features)
    """
    endless = np.argwhere(np.isinf(entries))
    if len(endless):
        row = int(endless[0][0])
        warnings.warn(f"errors of row {row} of X are too large for a float", RuntimeWarning, stacklevel=3)
    if per == "entry":
        return np.asarray(entries)
    return np.asarray(entries.sum(axis=1) if per == "sample" else entries.mean(axis=0))


class Reconstruction(ClassNamePrefixFeaturesOutMixin, TransformerMixin, FittedNetwork):
    """The transformer that a fitted autoencoder is (A1)."""

    target_scaling_: Any

    @property
    def _n_features_out(self) -> int:
        return self.network_.sizes[self.network_.m // 2]

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the codes of samples.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n, n_code)
            The code of each row.
        """
        check_is_fitted(self)
        return self._through(self._entering(X), 0, self.network_.m // 2)

    def inverse_transform(self, X: Any) -> NDArray[Any]:
        """Return the reconstructions that codes stand for, in the units of the inputs.

        Parameters
        ----------
        X : array-like of shape (n, n_code)
            Codes, one in each row.

        Returns
        -------
        array of shape (n, n_features)
            Reconstructions, in the units of X.

        Raises
        ------
        ValueError
            If the codes are of another width, or no finite numbers.
        """
        check_is_fitted(self)
        with located(X):
            codes = check_array(X, dtype=DTYPES, order="C", input_name="X")
        codes = as_dtype(codes, np.result_type(codes.dtype, self._theta.dtype))
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"X must hold codes: codes have {self._n_features_out} columns, got {codes.shape[1]}; pass what "
                "transform returned"
            )
        if not is_moderate(codes):
            self._refuse_overflow(codes, self.network_.m // 2)
        o = self._through(codes, self.network_.m // 2, self.network_.m)
        return o if self.target_scaling_ is None else self._in_units(o, self.target_scaling_, self.plan_.loss)

    def reconstruct(self, X: Any) -> NDArray[Any]:
        """Return what the network makes of samples, in their units.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n, n_features)
            In the units of X.
        """
        check_is_fitted(self)
        return self._outputs(X)

    def reconstruction_error(
        self, X: Any, per: str = "sample", *, units: str = "input", target: Any = None
    ) -> NDArray[Any]:
        r"""Return squared errors :math:`(\hat x - x)^2`, without a half.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        per : {"sample", "feature", "entry"}, default="sample"
            The sum over features, the mean over samples, or neither.
        units : {"input", "trained"}, default="input"
            The units of X, or those that ``scale_inputs`` trains in: there no feature weighs more because of its unit.
        target : array-like, data frame or sparse matrix of shape (n, n_features), optional
            What should have come out, in the units of X; X itself by default.

        Returns
        -------
        array of shape (n,), (n_features,) or (n, n_features)
            One for each row.

        Raises
        ------
        ValueError
            For another ``per`` or ``units``.
        """
        if not isinstance(per, str) or per not in ERRORS_PER:
            raise InvalidParameterError(unknown("per", per, ERRORS_PER))
        if not isinstance(units, str) or units not in UNITS:
            raise InvalidParameterError(unknown("units", units, UNITS))
        if units == "trained":
            check_is_fitted(self)
            return errors_per(per, self._scaled_errors(X, target))
        o = self.reconstruct(X)
        given, X = X, validated(self, X, reset=False)
        right = dense(X) if target is None else checked_target(target, X, given)
        return errors_per(per, squared(o - right))

    def _scaled_errors(self, X: Any, target: Any = None) -> NDArray[Any]:
        """Return squared errors of entries in the units that are trained on, shape (n, n_features)."""
        given, X = X, self._entering(X)
        o = np.asarray(self._predictor().predict(self._theta_for(X), X))
        if target is None:
            return squared(o - dense(X))
        right, scaling = checked_target(target, X, given), vars(self).get("target_scaling_")
        return squared(o - (right if scaling is None else scaling.apply(right, right.dtype)))

    def score_samples(self, X: Any, *, target: Any = None) -> NDArray[Any]:
        """Return minus the reconstruction error of each sample, in the units that are trained in: higher is better.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        target : array-like, data frame or sparse matrix of shape (n, n_features), optional
            What should have come out; X itself by default.

        Returns
        -------
        array of shape (n,)
            Higher is better.
        """
        return -self.reconstruction_error(X, units="trained", target=target)

    @hinted
    def score(self, X: Any, y: Any = None, sample_weight: Any = None, *, target: Any = None) -> float:
        """Return minus the mean of the samples' reconstruction errors, in the units that are trained in.

        With ``scale_inputs`` these are the scaled ones, as in training: what decides is what is minimised. So scores of
        one scaling compare, and those of two do not: to search over ``scale_inputs``, score ``reconstruction_error``.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        y : ignored
            As by every estimator without targets.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.
        target : array-like, data frame or sparse matrix of shape (n, n_features), optional
            What should have come out; X itself by default.

        Returns
        -------
        float
            Higher is better; 0 is perfect.
        """
        warn_of_ignored(y, X)
        scores = self.score_samples(X, target=target)
        weight = sample_weights(sample_weight, len(scores), np.float64)
        return float(np.average(scores, weights=weight))
