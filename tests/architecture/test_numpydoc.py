"""Docstrings of all that is public, as numpydoc reads them; pyproject.toml says which checks are left out, and why."""

import inspect
import tomllib

import pytest
from numpydoc.validate import validate

from tests.architecture.sources import ROOT, offered

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
LEFT_OUT = set(CONFIGURATION["numpydoc_validation"]["checks"]) - {"all"}
OF_PROTOCOLS = {"PR01"}
"""A protocol is not called: its (*args, **kwargs) are none that a user passes."""


def public_names():
    """Yield the name of every public object, and of each of its public members that the library defines."""
    for name, value in offered().items():
        yield name
        if not inspect.isclass(value):
            continue
        for key in dir(value):
            owner = next(base for base in value.__mro__ if key in vars(base))
            if key.startswith("_") or not owner.__module__.startswith("rosenblatt"):
                continue
            if inspect.isroutine(getattr(value, key, None)) or isinstance(vars(owner)[key], property):
                yield f"{name}.{key}"


def errors_of(name):
    """Return what numpydoc says of a public object, what is left out apart."""
    value = offered()[name.partition(".")[0]]
    out = LEFT_OUT | (OF_PROTOCOLS if getattr(value, "_is_protocol", False) else set())
    return [f"{code}: {text}" for code, text in validate(f"rosenblatt.{name}")["errors"] if code not in out]


@pytest.mark.parametrize("name", public_names())
def test_numpydoc_has_nothing_to_say(name):
    assert errors_of(name) == []


def test_the_check_sees_what_is_wrong():
    assert LEFT_OUT.issubset({"ES01", "EX01", "GL01", "GL02", "RT02", "SA01"})  # of style alone
    seen = list(public_names())
    assert {"MLPClassifier.fit", "Adam.update", "separability", "Clock"} <= set(seen)
