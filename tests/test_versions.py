"""Reports of problems, and numbers of threads."""

from __future__ import annotations

import importlib
import warnings

import pytest

import rosenblatt
from rosenblatt.engines import native
from rosenblatt.engines.native import native_module
from rosenblatt.versions import versions

BUILT = native_module() is not None
needs_native = pytest.mark.skipif(not BUILT, reason="the native engine was not built")


@pytest.fixture
def loads_anew():
    """Let the native engine be chosen again, before and after a test."""
    native_module.cache_clear()
    yield
    native_module.cache_clear()


@needs_native
def test_the_report_names_engine_and_variables(monkeypatch):
    monkeypatch.setenv("ROSENBLATT_ENGINE", "auto")
    found = versions()
    assert found["native engine"] in native.ISAS
    assert found["native threads"] >= 1
    assert found["ROSENBLATT_ENGINE"] == "auto"


@needs_native
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ROSENBLATT_ISA", "v9"),
        *(("ROSENBLATT_NUM_THREADS", text) for text in ("abc", "-3", "0", "1e3", "9" * 30)),
    ],
)
def test_a_wrong_variable_is_named_and_does_not_stop_the_report(variable, value, monkeypatch, loads_anew):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ImportError, match=f"{variable}='{value}'.*set it to"):
        native_module()
    assert variable in versions()["native engine"]


@needs_native
def test_a_file_that_cannot_be_loaded_is_said_and_left_out(monkeypatch, loads_anew):
    def broken(name):
        raise ImportError(f"{name}: file too short")

    monkeypatch.setattr(importlib, "import_module", broken)
    with pytest.warns(RuntimeWarning, match="cannot be loaded .*file too short.* Install rosenblatt again"):
        assert native_module() is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert versions()["native engine"] is None  # said once


@pytest.mark.parametrize("threads", ["2", None, 2.5, True])
def test_what_is_no_number_of_threads_is_refused(threads):
    with pytest.raises(TypeError, match="threads must be a whole number"):
        rosenblatt.set_num_threads(threads)


@pytest.mark.parametrize("threads", [-1, 257, 2**31])
def test_impossible_numbers_of_threads_are_refused(threads):
    with pytest.raises(ValueError, match="threads must be from 0"):
        rosenblatt.set_num_threads(threads)
