"""The library of this project, through ``fit``."""

from __future__ import annotations

from typing import Any

import rosenblatt

from ..data import Data
from ..shapes import Shape
from .fitting import Fitting


class Rosenblatt(Fitting):
    """The estimators with the engine that they choose by themselves."""

    engine = "auto"

    def set_threads(self, threads: int) -> None:
        """Bind the native engine's pool, where there is one."""
        if hasattr(rosenblatt, "set_num_threads"):
            rosenblatt.set_num_threads(threads)

    def version(self) -> str:
        """Return the library's version."""
        return rosenblatt.__version__

    def classes(self) -> tuple[Any, Any]:
        """Return the classifier's class and the regressor's."""
        return rosenblatt.MLPClassifier, rosenblatt.MLPRegressor

    def extra(self) -> dict[str, Any]:
        """Return the engine."""
        return {"engine": self.engine}

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:
        """Keep the data, fit once, and note the engine that ran."""
        super().prepare(shape, dtype, data)
        self.form = f"{getattr(self.fitted, 'engine_', self.engine)} engine"


class RosenblattArray(Rosenblatt):
    """The estimators with the array engine."""

    engine = "array"
