"""A small sample of tools/fuzz.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from rosenblatt.engines.native import native_module

TOOLS = Path(__file__).resolve().parents[2] / "tools"
pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")


@pytest.mark.parametrize("seed", range(4))
def test_random_calls_are_computed_rightly_or_refused(seed, monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    import fuzz

    for number in range(250):
        fuzz.run_case(seed, number)
