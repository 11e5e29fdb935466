"""The package from outside: its names, its version, its types."""

import ast
import importlib
import importlib.metadata
import inspect
import re
import subprocess
import sys
import tomllib

import pytest

import rosenblatt
from rosenblatt.limits import Limited
from rosenblatt.rules.rule import Rule
from rosenblatt.training.callbacks import Callback
from tests.architecture.sources import PACKAGE, ROOT, public_objects, tree_of


@pytest.mark.parametrize("name", rosenblatt.__all__)
def test_every_name_resolves(name):
    assert getattr(rosenblatt, name) is not None
    assert name in dir(rosenblatt)


def test_names_come_from_their_homes():
    for module, names in rosenblatt._HOMES.items():
        home = importlib.import_module(f"rosenblatt.{module}")
        for name in names:
            assert getattr(rosenblatt, name) is getattr(home, name)
            assert name == "__version__" or getattr(home, name).__module__ == home.__name__


def kinds():
    """Return the classes that arguments take objects of, and what callbacks get, by name."""
    bases = (Limited, Callback, Rule)
    found = [value for value in dict(public_objects()).values() if isinstance(value, type)]
    return {kind.__name__: kind for kind in found if issubclass(kind, bases) and kind is not Limited}


@pytest.mark.parametrize("name", kinds())
def test_whatever_an_argument_takes_is_offered(name):
    offered = getattr(rosenblatt, name)
    assert offered is kinds()[name] or name in ("L1", "L2", "ActivityL1", "KLDivergence", "InputNoise")


@pytest.mark.parametrize("name", ["Clock", "Schedule", "Scaling", "Initializer", "Record", "View", "Rule"])
def test_whatever_such_objects_are_given_is_offered(name):
    assert name in rosenblatt.__all__


def test_type_checkers_see_the_same_names_from_the_same_homes():
    block = next(node for node in tree_of(PACKAGE / "__init__.py").body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    seen = {}
    for statement in block.body:
        for name in statement.names:
            assert name.asname == name.name  # the spelling that re-exports
            seen[name.name] = statement.module
    assert seen == rosenblatt._HOME_OF
    assert (PACKAGE / "py.typed").exists()


@pytest.mark.slow
def test_mypy_knows_every_name(tmp_path):
    script = tmp_path / "names.py"
    names = [name for name in rosenblatt.__all__ if not name.startswith("_")]
    script.write_text(f"from rosenblatt import {', '.join(names)}\nreveal_type(MLPClassifier)\n")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        str(ROOT / "pyproject.toml"),
        str(script),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "rosenblatt.estimators.mlp_classifier.MLPClassifier" in done.stdout


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'rosenblatt' has no attribute 'MLPClasifier'"):
        rosenblatt.MLPClasifier  # noqa: B018 - asking is the test


def test_the_version_has_one_home():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in settings["project"]
    assert "version" in settings["project"]["dynamic"]
    assert importlib.metadata.version("rosenblatt") == rosenblatt.__version__
    assert f"## [{rosenblatt.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


TYPED = ("L1", "L2", "WeightDecay", "MaxNorm", "Clip", "InputNoise", "ProximalL1", "Gaussian", "Masking")
TYPED += (
    "Multiplicative",
    "SaltAndPepper",
    "Warmup",
    "PerLayer",
    "Pretrained",
    "Given",
    "ActivityL1",
    "KLDivergence",
)


@pytest.mark.parametrize("name", TYPED)
def test_signatures_of_objects_show_what_they_take(name):
    for parameter in inspect.signature(getattr(rosenblatt, name)).parameters.values():
        assert not re.search(r"\bAny\b", parameter.annotation), parameter
