"""The printed rules are those of the Python classes, and the printer refuses what it does not know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def test_the_committed_file_is_what_the_rules_say():
    subprocess.run([sys.executable, str(TOOLS / "emit_rules.py"), "--check"], check=True)


def test_the_tracer_refuses_what_it_does_not_know(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.delitem(sys.modules, "trace", raising=False)
    import trace

    a, xp = trace.Symbol("vector", "a"), trace.SymbolNamespace()
    with pytest.raises(TypeError, match="branch"):
        bool(a > 0)
    with pytest.raises(TypeError, match="arctan"):
        xp.arctan(a)
    with pytest.raises(TypeError, match="comparison"):
        xp.where(a, 1, 0)
    with pytest.raises(TypeError, match="does not know"):
        a + "x"
