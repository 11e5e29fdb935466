"""What the numbers were measured on: processor, its peak, versions. No names of hosts, no paths."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .processes import processors


def processor_name() -> str:
    """Return the processor's model name."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def vector_instructions() -> list[str]:
    """Return which of the sets that matter here the processor has."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return []
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "").split()
    return [name for name in ("avx2", "fma", "avx512f") if name in flags]


def description() -> dict[str, Any]:
    """Return the machine in words."""
    return {
        "processor": processor_name(),
        "instructions": vector_instructions(),
        "processors": len(os.sched_getaffinity(0)),
        "system": platform.system(),
        "python": platform.python_version(),
    }


class Peak:
    """The FMA peak, by a small C++ program; nothing where no compiler is."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.program = Path(self.folder.name) / "peak"
        compiler = shutil.which("g++") or shutil.which("clang++")
        source = Path(__file__).with_name("peak.cpp")
        command = [compiler, "-O3", "-march=native", "-std=gnu++20", "-ffp-contract=fast", "-pthread"]
        self.there = (
            compiler is not None
            and subprocess.run(
                [*command, str(source), "-o", str(self.program)], capture_output=True, check=False
            ).returncode
            == 0
        )
        if not self.there:
            print("  no C++ compiler: the FMA peak and the floors are left out", file=sys.stderr)

    def measure(self, threads: int) -> dict[str, float]:
        """Return operations per second by dtype on ``threads`` threads, or nothing."""
        if not self.there:
            return {}

        def pin() -> None:
            os.sched_setaffinity(0, processors(threads))

        done = subprocess.run(
            [str(self.program), str(threads)], capture_output=True, text=True, check=True, preexec_fn=pin
        )
        return {dtype: value * 1e9 for dtype, value in json.loads(done.stdout).items()}

    def close(self) -> None:
        """Remove the program."""
        self.folder.cleanup()
