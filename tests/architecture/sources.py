"""What the architecture tests look at: the project's files and their syntax trees."""

import ast
import importlib
import inspect
from pathlib import Path

import rosenblatt

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "rosenblatt"
FOLDERS = ("src", "tests", "tools", "examples", "docs", "benchmarks")


def python_files(*folders):
    """Return the project's Python files in some folders, all of them by default."""
    found = [path for folder in folders or FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def tree_of(path):
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path, node=None):
    """Return a place for a message."""
    place = str(path.relative_to(ROOT))
    return place if node is None else f"{place}:{node.lineno}"


def modules():
    """Return every module of the library, by name."""
    names = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in python_files("src")]
    return {
        name.removesuffix(".__init__"): importlib.import_module(name.removesuffix(".__init__"))
        for name in names
    }


def public_objects():
    """Yield name and object of every public class, function and method that the library defines."""
    for module_name, module in modules().items():
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module_name
            if name.startswith("_") or not own or not (inspect.isclass(value) or inspect.isfunction(value)):
                continue
            yield f"{module_name}.{name}", value
            if inspect.isclass(value):
                yield from methods(f"{module_name}.{name}", value)


def methods(name, cls):
    """Yield name and function of every public method that a class itself defines."""
    for key, value in vars(cls).items():
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if not key.startswith("_") and inspect.isfunction(function):
            yield f"{name}.{key}", function


def offered():
    """Return the objects that ``import rosenblatt`` offers, by name."""
    return {name: getattr(rosenblatt, name) for name in rosenblatt.__all__ if not name.startswith("_")}
