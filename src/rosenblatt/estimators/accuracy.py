"""The score of classifiers: the share of labels that are right."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin

from ..diagnosis import about
from ..keywords import hinted
from .inputs import refuse_unscorable
from .targets import as_labels


class Classifier(ClassifierMixin):
    """scikit-learn's classifier, whose score looks at what it is given first."""

    @hinted
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of the predicted labels.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like or sparse matrix of shape (n,) or (n, n_labels)
            True labels.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.

        Returns
        -------
        float
            In [0, 1]; for several labels in a row, the share of rows in which all are right.
        """
        refuse_unscorable(X, y, sample_weight, numeric=False)
        with about("y"):
            if not isinstance(y, list) and not hasattr(y, "tocsr"):
                values = np.asarray(y)
                y = as_labels(values) if values.dtype.kind == "O" else y
            return float(super().score(X, y, sample_weight))
