"""The demo runs without a display and shows the same model twice."""

import os
import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT
from tests.tolerances import SAME_MODEL_IN_THE_DEMO


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder that a run wrote into, and what it printed."""
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    command = [sys.executable, "examples/demo.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_it_draws_a_picture(demo):
    folder, output = demo
    picture = (folder / "loss-curves.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert str(folder / "loss-curves.png") in output


def test_both_libraries_make_the_same_models(demo):
    _, output = demo
    differences = [float(text) for text in re.findall(r"difference of two weights: (\S+)", output)]
    assert len(differences) == 2
    assert max(differences) < SAME_MODEL_IN_THE_DEMO
    for line in re.findall(r"^  (?:accuracy on test data|R² on test data|epochs) .*$", output, re.MULTILINE):
        ours, theirs = line.split()[-2:]
        assert ours == theirs


def test_what_it_says_to_read_is_there(demo):
    _, output = demo
    files = re.findall(r"^  (\S+\.(?:md|py)) ", output, re.MULTILINE)
    assert len(files) == 3
    assert all((ROOT / file).exists() for file in files)
