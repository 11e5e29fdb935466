"""Build and install the library with a compiler and without, in temporary environments.

python tools/check_install.py            # about two minutes
python tools/check_install.py --times    # also fails if building or importing takes too long

Checked: the wheel has under 2 MB and fits with the native engine; ``import rosenblatt`` brings neither
scikit-learn nor SciPy; where no compiler is, the library installs and fits all the same, and one warning
says how to get the fast engine. With ``--times``, on a quiet machine: the wheel is built in under two
minutes, and the import takes under 0.3 seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD_SECONDS, WHEEL_BYTES, IMPORT_SECONDS = 120, 2_000_000, 0.3
MADE = (".git", ".venv*", "build", "dist", "__pycache__", "*.so", ".*_cache", ".hypothesis")
FIT = """
import sys, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import rosenblatt
assert rosenblatt.__file__.startswith(sys.prefix), rosenblatt.__file__
from rosenblatt import MLPClassifier
from sklearn.datasets import load_iris
X, y = load_iris(return_X_y=True)
model = MLPClassifier((10,), max_iter=1000, solver="lbfgs", random_state=0).fit(X, y)
assert model.score(X, y) > 0.9
print(model.engine_)
for warning in caught:
    print(warning.message)
"""
IMPORT = """
import sys, time
started = time.perf_counter()
import rosenblatt
print(time.perf_counter() - started)
assert not {"sklearn", "scipy"} & set(sys.modules), "import rosenblatt brings scikit-learn or SciPy"
"""


def run(*command: str | Path, **variables: str) -> str:
    """Run a command and return what it prints; raise if it fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ROSENBLATT_", "PYTHON"))}
    done = subprocess.run(
        [str(part) for part in command],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command[:6]))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def wheel(folder: Path, **variables: str) -> Path:
    """Build a wheel from a clean copy of the sources."""
    source, out = folder / "source", folder / "wheel"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*MADE))
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, source, **variables)
    (made,) = out.glob("*.whl")
    return made


def python_with(folder: Path, made: Path) -> Path:
    """Return the Python of an environment with a wheel, and with this one's other packages."""
    run(sys.executable, "-m", "venv", "--without-pip", folder / "environment")
    python = folder / "environment" / "bin" / "python"
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    # A path in a .pth file brings packages, but not the finders of editable installations.
    (Path(packages) / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--ignore-installed",
        made,
    )
    return python


def with_compiler(folder: Path, times: bool) -> None:
    """Check time, size and import of the usual installation."""
    started = time.monotonic()
    made = wheel(folder, ROSENBLATT_REQUIRE_NATIVE="1")
    seconds, size = time.monotonic() - started, made.stat().st_size
    print(f"with a compiler: {made.name}, {size / 1e6:.2f} MB, built in {seconds:.0f} s", flush=True)
    assert size < WHEEL_BYTES, f"the wheel must have under {WHEEL_BYTES} bytes"
    assert not times or seconds < BUILD_SECONDS, f"the build must take under {BUILD_SECONDS} seconds"
    python = python_with(folder, made)
    engine, *warned = run(python, "-c", FIT).splitlines()
    assert (engine, warned) == ("native", []), (engine, warned)
    run(python, "-c", "import rosenblatt")  # compiles Python's bytecode
    imports = [float(run(python, "-c", IMPORT)) for _ in range(5)]
    print(f"import rosenblatt: {statistics.median(imports):.3f} s")
    assert not times or statistics.median(imports) < IMPORT_SECONDS, imports


def without_compiler(folder: Path, _: bool) -> None:
    """Check that the library installs, warns once and fits."""
    nowhere = str(folder / "no-compiler")
    made = wheel(folder, CC=nowhere, CXX=nowhere)
    print(f"without a compiler: {made.name}, {made.stat().st_size / 1e6:.2f} MB", flush=True)
    assert made.name.endswith("-py3-none-any.whl"), made.name
    engine, *warned = run(python_with(folder, made), "-c", FIT).splitlines()
    assert engine == "array", engine
    assert len(warned) == 1, warned
    assert "compiler" in warned[0], warned
    assert "install rosenblatt again" in warned[0], warned
    print(f"fits with the array engine, and one warning: {warned[0]}")


def main() -> None:
    """Check both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", action="store_true", help="fail if building or importing takes too long")
    times = parser.parse_args().times
    for check in (with_compiler, without_compiler):
        with tempfile.TemporaryDirectory() as name:
            check(Path(name), times)


if __name__ == "__main__":
    main()
