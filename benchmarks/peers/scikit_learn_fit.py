"""scikit-learn's multilayer perceptrons."""

from __future__ import annotations

from typing import Any

import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

from .fitting import Fitting


class ScikitLearn(Fitting):
    """``MLPClassifier`` and ``MLPRegressor`` through ``fit``."""

    def version(self) -> str:
        """Return the library's version."""
        return sklearn.__version__

    def classes(self) -> tuple[Any, Any]:
        """Return the classifier's class and the regressor's."""
        return MLPClassifier, MLPRegressor
