"""What a fitted perceptron is made of: its weights, from a fit or from elsewhere, and what was recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from ..errors import InvalidParameterError
from ..training.column import Column
from .attributes import Coefficients
from .inputs import DTYPES
from .parameters import check_arguments
from .targets import labels_in_order


class Fitted:
    """The part of a perceptron that its weights alone make, and what ``fit`` leaves."""

    coef_ = Coefficients(per_feature=True)
    intercept_ = Coefficients(per_feature=False)
    t_: float
    _curves: list[Column]
    _votes: Any
    _variant: str
    _ends: list[str]
    n_updates_: Any

    @property
    def update_curve_(self) -> Any:
        """Steps of each epoch, an array of shape (n_iter_,), or a list with one for each class."""
        if "_curves" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute 'update_curve_'")
        curves = [np.array(list(curve), dtype=np.int64) for curve in self._curves]
        return curves if len(curves) > 1 else curves[0]

    @classmethod
    def from_weights(cls, coef: Any, intercept: Any, classes: Any, **arguments: Any) -> Any:
        """Return a fitted perceptron with these weights; it predicts at once, and ``partial_fit`` goes on from them.

        Parameters
        ----------
        coef : array-like of shape (1, n_features) for two classes, else (n_classes, n_features)
            Weights w.
        intercept : array-like of shape (1,), or (n_classes,)
            Biases b.
        classes : array-like of shape (n_classes,)
            The labels in ascending order.
        **arguments
            Of the estimator.

        Returns
        -------
        Perceptron
            Fitted, with ``n_iter_`` 0.

        Raises
        ------
        ValueError, TypeError
            If shapes do not fit the classes, or a number is not finite.
        """
        make: Any = cls
        model = make(**arguments)
        check_arguments(model)
        if model.variant == "voted":
            raise InvalidParameterError("variant='voted' predicts by all w, not by one; take variant='last'")
        model.classes_, weights = labels_in_order(classes), np.atleast_2d(np.asarray(coef))
        model.n_features_in_ = weights.shape[-1]
        model.coef_ = weights if weights.dtype in DTYPES else weights.astype(np.float64)
        model.intercept_ = np.atleast_1d(np.asarray(intercept, dtype=np.float64))
        model.n_iter_, model.t_, model.n_updates_ = (
            0,
            1.0,
            0 if len(weights) == 1 else np.zeros(len(weights), int),
        )
        vars(model).update(_votes=None, _memories=None, _variant=model.variant, _ends=[])
        model._curves = [Column() for _ in weights]
        return model

    def sparsify(self) -> Any:
        """Make ``coef_`` a CSR matrix, which is smaller where most weights are 0; ``densify`` undoes it.

        Returns
        -------
        self
            The estimator itself.
        """
        check_is_fitted(self)
        self.coef_ = sparse.csr_matrix(self.coef_)  # as scikit-learn's: * is a product of matrices
        return self

    def densify(self) -> Any:
        """Make ``coef_`` an array again, which fitting on needs.

        Returns
        -------
        self
            The estimator itself.
        """
        check_is_fitted(self)
        if hasattr(self.coef_, "toarray"):
            self.coef_ = self.coef_.toarray()
        return self

    def _refuse_sparse_coef(self) -> None:
        if sparse.issparse(self.coef_):
            raise ValueError("coef_ is sparse and cannot be trained on; call densify() first")
