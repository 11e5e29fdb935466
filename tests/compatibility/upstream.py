"""scikit-learn's own tests of its multilayer perceptrons, run on ours.

The installed ``test_mlp.py`` is read, its one import of the two estimators is replaced, and what comes
out is run by pytest in a process of its own. ``python -m tests.compatibility.upstream`` prints the result.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

IMPORT = "from sklearn.neural_network import MLPClassifier, MLPRegressor\n"
OURS = "from rosenblatt import MLPClassifier, MLPRegressor\n"

# Tests that read or write what is private to scikit-learn's implementation, each with its reason.
DESELECTED = {
    "test_fit": "sets weights and private gradient buffers of an estimator that was never fitted",
    "test_gradient": "calls the private method _loss_grad_lbfgs",
    "test_learning_rate_warmstart": "reads the rate from the private _optimizer",
    "test_adaptive_learning_rate": "reads the rate from the private _optimizer",
    "test_n_iter_no_change": "reads the private _no_improvement_count",
    "test_n_iter_no_change_inf": "reads the private _no_improvement_count",
}

# The fixture that scikit-learn's own conftest.py offers.
CONFTEST = """
import pytest


@pytest.fixture
def global_random_seed():
    return 42
"""


@dataclass(frozen=True)
class Result:
    """What became of the tests, by name."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    output: str


def source() -> str:
    """Return the text of the installed test file."""
    return (files("sklearn.neural_network.tests") / "test_mlp.py").read_text(encoding="utf-8")


def rewritten(text: str) -> str:
    """Return the text with our estimators in the place of scikit-learn's."""
    if text.count(IMPORT) != 1:
        raise ValueError(f"expected to find once: {IMPORT!r}")
    return text.replace(IMPORT, OURS)


def run(text: str) -> Result:
    """Run a rewritten text but for the deselected tests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, report = folder / "test_mlp.py", folder / "report.xml"
        path.write_text(text, encoding="utf-8")
        (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        chosen = [f"--deselect={path.name}::{test}" for test in DESELECTED]
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", *chosen]
        command = [sys.executable, "-m", "pytest", path.name, *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        if not report.exists():
            raise RuntimeError(output)
        return _judged(ElementTree.parse(report), output)


def _judged(report: ElementTree.ElementTree, output: str) -> Result:
    """Return the result that a report of pytest tells."""
    names: dict[str, list[str]] = {"passed": [], "failed": [], "skipped": []}
    for case in report.iter("testcase"):
        kinds = {child.tag for child in case}
        kind = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        names[kind].append(case.get("name", ""))
    return Result(*(tuple(names[kind]) for kind in ("passed", "failed", "skipped")), output)


def main() -> int:
    """Print the result; return 1 if a test failed."""
    result = run(rewritten(source()))
    if result.failed:
        print(result.output)
    for test, reason in DESELECTED.items():
        print(f"not run: {test}: {reason}")
    print(f"{len(result.passed)} passed, {len(result.failed)} failed, {len(result.skipped)} skipped")
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
