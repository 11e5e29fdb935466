"""CONTRIBUTING's diff is the whole change that a new activation needs."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.architecture.sources import PACKAGE, ROOT

TRIAL = """
import sys
# An editable install finds its own sources first; here the copy is wanted, which PYTHONPATH names.
sys.meta_path = [finder for finder in sys.meta_path if "Redirecting" not in type(finder).__name__]
import numpy as np
import rosenblatt
from rosenblatt import Activation, MLPClassifier, Network
from rosenblatt.catalogue import catalogue
from rosenblatt.comparison import compare_activation, compare_second_derivative
from rosenblatt.rules.activations import Identity
from rosenblatt.rules.bent import BentIdentity

print(rosenblatt.__file__)
assert catalogue(Activation)["bent_identity"] is BentIdentity
network = Network((1, 1, 1), (BentIdentity(),), Identity())
assert Network.from_dict(network.to_dict()) == network
X = np.random.RandomState(0).normal(size=(60, 2))
y = (X[:, 0] * X[:, 1] > 0).astype(int)
model = MLPClassifier((8,), "bent_identity", solver="lbfgs", random_state=0).fit(X, y)
assert isinstance(model.network_.activation(1), BentIdentity)
assert model.score(X, y) > 0.8, model.score(X, y)
try:
    MLPClassifier(activation="bent_identiti").fit(X, y)
except ValueError as error:
    print(error)
compare_activation(BentIdentity())  # what a user's own, outside the library, is held against
compare_second_derivative(BentIdentity())
rule, a, h = BentIdentity(), np.linspace(-3, 3, 13), 1e-6
assert np.allclose((rule(np, a + h) - rule(np, a - h)) / (2 * h), rule.derivative(np, a), atol=1e-8)
slope = (rule.derivative(np, a + h) - rule.derivative(np, a - h)) / (2 * h)
assert np.allclose(slope, rule.second_derivative(np, a), atol=1e-8)
"""


@pytest.fixture(scope="module")
def diff():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(r"```diff\n(.*?)```", text, re.DOTALL).group(1)


@pytest.fixture
def changed(tmp_path, diff):
    """A copy of the sources with the diff applied."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "rosenblatt", ignore=shutil.ignore_patterns("__pycache__"))
    git = shutil.which("git")
    if git is None:
        pytest.skip("git, which applies the diff, is not installed")
    subprocess.run([git, "apply", "-"], input=diff, text=True, check=True, cwd=tmp_path)
    return tmp_path / "src"


def test_the_diff_touches_one_file(diff):
    assert diff.count("\n+++ ") == 1
    assert diff.count("\n@@ ") == 1
    assert not re.search(r"^-(?!-- )", diff, re.MULTILINE)


def test_the_new_name_works_everywhere(changed):
    environment = {**os.environ, "PYTHONPATH": str(changed)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRIAL],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    home, message = done.stdout.splitlines()
    assert home.startswith(str(changed))  # the copy was tried, not the installed library
    assert "unknown activation 'bent_identiti', did you mean 'bent_identity'?" in message


def test_the_new_file_passes_the_linter(changed):
    text = (changed / "rosenblatt/rules/bent.py").read_text(encoding="utf-8")
    where = ["--stdin-filename", "src/rosenblatt/rules/bent.py", "-"]
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, *where]
        done = subprocess.run(ruff, input=text, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
