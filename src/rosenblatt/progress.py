"""A line on a terminal that says how a long piece of work goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any


class Line:
    """One line that is written over as the work goes on, from its second second, and wiped unless ``verbose``.

    Parameters
    ----------
    verbose : bool
        Write at once, and leave the last line; without a terminal, print it.
    write : callable, optional
        Takes what is to be shown; standard error by default, if that is a terminal.
    """

    def __init__(self, verbose: bool, write: Callable[[str], Any] | None = None) -> None:
        self._verbose, self._start, self._width = verbose, time.perf_counter(), 0
        self._live = write is not None or sys.stderr.isatty()
        self._write = write or sys.stderr.write

    def tell(self, text: str, ended: bool, closing: str = "") -> None:
        """Show a text and the seconds so far, if it is time to; ``closing`` is what is printed at the end."""
        seconds = time.perf_counter() - self._start
        if self._live and (self._width or self._verbose or seconds > 1):
            text = f"{text}, {seconds:.1f} s"
            self._write(f"\r{text:{self._width}}")
            self._width = max(self._width, len(text))
            if ended:
                self._write("\n" if self._verbose else f"\r{'':{self._width}}\r")
            sys.stderr.flush()
        elif ended and self._verbose:
            print(f"{closing or text}, {seconds:.2f} s")
