"""What all tests share."""

from __future__ import annotations

import re

import pytest
from hypothesis import settings

# No deadline: on a shared machine the time of one example says nothing about the code.
settings.register_profile("rosenblatt", deadline=None, print_blob=True)
settings.load_profile("rosenblatt")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name parameters without addresses: test names must be the same in every process."""
    if isinstance(val, str | int | float | bool | type(None)):
        return None
    shown = re.sub(r" at 0x[0-9a-f]+", "", re.sub(r"\s+", " ", repr(val)))
    return shown[:60]
