"""Running an example of docs/examples as a reader would."""

import os
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT


def run_example(name, folder, *arguments):
    """Return what an example printed; its pictures are in the folder."""
    pytest.importorskip("matplotlib")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    command = [sys.executable, f"docs/examples/{name}.py", "--images", str(folder), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_drawn(folder, output, *names):
    """Assert that these pictures are there, are named in the output, and are shown by the page of examples."""
    page = (ROOT / "docs/examples/README.md").read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for name in names:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert f"picture: {folder / name}" in output
        assert f"(../images/{name})" in page


def sonar_path():
    """Return where sonar.csv is, or skip the test: it lies beside the project."""
    path = ROOT.parent / "shared" / "data"
    path = type(path)(os.environ.get("ROSENBLATT_DATA", path)) / "sonar.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there; ROSENBLATT_DATA names the folder")
    return str(path)
