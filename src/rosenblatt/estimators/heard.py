"""Who hears of an estimator's training: its callbacks, and whoever reads what ``verbose`` prints."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from ..training.callbacks import Callback, Progress
from ..training.train import silent


class Heard:
    """The part of an estimator that reports."""

    callbacks: Any
    verbose: Any

    def _callbacks(self) -> list[Callback]:
        callbacks = list(self.callbacks or ())
        if self.verbose and sys.stdout.isatty() and find_spec("rich") is not None:
            callbacks.append(Progress())
        return callbacks

    @property
    def _say(self) -> Callable[[str], None]:
        return print if self.verbose else silent
