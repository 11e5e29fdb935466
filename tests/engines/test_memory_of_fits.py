"""Many fits leave no memory behind: a sample of tools/check_memory.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("fits", [150, pytest.param(1000, marks=pytest.mark.slow)])
def test_fits_leave_no_memory_behind(fits):
    command = [sys.executable, str(TOOLS / "check_memory.py"), "--fits", str(fits)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
