"""The elementary functions of vectors, as every instruction set has them: limits, infinities, units in the last place.

Where the processor has no AVX-512, the text for it runs with that set's instructions emulated lane by lane
(native/tests/avx512_emulation.hpp): so the last cells of its tables are computed here, too.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = os.environ.get("CXX", "g++")

pytestmark = pytest.mark.skipif(shutil.which(COMPILER) is None, reason="there is no C++ compiler")


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vector_math")
    script = [str(ROOT / "tools" / "check_vector_math.sh"), str(folder), "limits"]
    done = subprocess.run(["sh", *script], capture_output=True, text=True, check=False)
    return folder / "check", done


def test_limits_and_infinities_on_every_instruction_set(check):
    _, done = check
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [("floats", "40009"), ("doubles", "20000")], ids=lambda a: a[0])
def test_a_few_units_in_the_last_place_on_every_instruction_set(check, arguments):
    program, _ = check
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if platform.machine() in ("x86_64", "AMD64"):
        assert {line.split()[2] for line in done.stdout.splitlines()} >= {"base", "v3", "v4"} - missing()


def missing() -> set[str]:
    """Return the instruction sets that this processor can neither run nor emulate."""
    import rosenblatt.engines.native as native

    module = native.native_module()
    return set() if module is None or module.supports("v3") else {"v3", "v4"}
