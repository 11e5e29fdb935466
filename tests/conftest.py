"""What all tests share."""

from __future__ import annotations

import os
import re

# Two workers share two cores: BLAS threads of each would only wait for the other's. Set before NumPy loads.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# No deadline: on a shared machine the time of one example says nothing about the code.
settings.register_profile("rosenblatt", deadline=None, print_blob=True)
settings.load_profile("rosenblatt")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name parameters without addresses: test names must be the same in every process."""
    if isinstance(val, str | int | float | bool | type(None)):
        return None
    shown = re.sub(r" at 0x[0-9a-f]+", "", re.sub(r"\s+", " ", repr(val)))
    return shown[:60]
