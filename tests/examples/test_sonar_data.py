"""Sonar is read from a file with or without a heading, or fetched; each time it is the same data."""

import importlib.util
import urllib.error

import numpy as np
import pytest

from tests.architecture.sources import ROOT

spec = importlib.util.spec_from_file_location("sonar_data", ROOT / "docs/examples/sonar_data.py")
sonar_data = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sonar_data)

RETURNS = np.arange(120).reshape(2, 60) / 128


def test_a_file_is_read_with_a_heading_or_without(tmp_path):
    lines = [",".join([*map(str, row), label]) for row, label in zip(RETURNS, "RM", strict=True)]
    for name, heading in (("with", ["band_01,label"]), ("without", [])):
        path = tmp_path / name
        path.write_text("\n".join([*heading, *lines, ""]), encoding="utf-8")
        X, y = sonar_data.sonar(path)
        np.testing.assert_array_equal(X, RETURNS)
        assert y.tolist() == ["R", "M"]


def test_without_a_file_it_is_fetched(monkeypatch):
    def fetch(name, **arguments):
        assert name == "sonar"
        return RETURNS, np.array(["Rock", "Mine"])

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    X, y = sonar_data.sonar(None)
    np.testing.assert_array_equal(X, RETURNS)
    assert y.tolist() == ["R", "M"]


@pytest.mark.parametrize(
    "error", [OSError("no route"), urllib.error.URLError("no route"), ValueError("no route")]
)
def test_without_network_the_option_is_named(monkeypatch, error):
    def fetch(name, **arguments):
        raise error

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    with pytest.raises(SystemExit, match=r"could not be fetched from OpenML .*no route.*--data sonar\.csv"):
        sonar_data.sonar(None)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"--data must be the file sonar.csv, there is none at .*nowhere"):
        sonar_data.sonar(tmp_path / "nowhere")
