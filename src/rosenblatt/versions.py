"""What a report of a problem should contain: versions, engine, threads."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from typing import Any

from .errors import InvalidParameterError
from .excerpts import short
from .intervals import is_whole

PACKAGES = ("rosenblatt", "numpy", "scipy", "scikit-learn", "array-api-compat", "threadpoolctl", "torch")


def versions() -> dict[str, Any]:
    """Return versions, the native engine's instruction set and threads, as plain data."""
    from .engines.native import native_module

    found: dict[str, Any] = {"python": sys.version.split()[0], "platform": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    try:
        module = native_module()
        found["native engine"] = module.__name__.rpartition("_")[2] if module else None
    except ImportError as error:
        module, found["native engine"] = None, f"none: {error}"
    if module:
        found["native compiler"] = module.compiler
        found["native threads"] = module.num_threads()
        found["processors"] = module.available_processors()
    variables = ("ROSENBLATT_ENGINE", "ROSENBLATT_ISA", "ROSENBLATT_NUM_THREADS", "OMP_NUM_THREADS")
    return found | {name: os.environ[name] for name in variables if name in os.environ}


def show_versions() -> None:
    """Print versions, the native engine's instruction set and its threads."""
    for name, value in versions().items():
        print(f"{name}: {value}")


def set_num_threads(threads: int) -> None:
    """Set how many threads the native engine may take; 0 goes back to the default.

    The default is ``ROSENBLATT_NUM_THREADS``, else ``OMP_NUM_THREADS``, else the processors that the
    process may run on. No result depends on it, to the last bit.

    Parameters
    ----------
    threads : int from 0 to 256
        How many.

    Raises
    ------
    TypeError, ValueError
        If it is no such number.
    """
    from .engines.native import MOST_THREADS, native_module

    if not is_whole(threads):
        raise InvalidParameterError(
            f"threads must be a whole number, got {short(threads)}; 0 goes back to the default"
        )
    if not 0 <= threads <= MOST_THREADS:
        raise InvalidParameterError(f"threads must be from 0, the default, to {MOST_THREADS}, got {threads}")
    module = native_module()
    if module is not None:
        module.set_num_threads(int(threads))
