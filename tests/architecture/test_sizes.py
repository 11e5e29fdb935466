"""Nothing is too long to be read: 400 lines a file, 50 a function, its docstring apart."""

import ast

import pytest

from tests.architecture.sources import FOLDERS, ROOT, python_files, shown, tree_of

FILE, FUNCTION = 400, 50


def lines_of(function):
    """Return the lines of a function, its decorators and docstring not counted."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    return lines - (first.end_lineno - first.lineno + 1 if documented else 0)


def present(folder):
    if not (ROOT / folder).is_dir():
        pytest.skip(f"{folder}/ does not exist yet")
    return python_files(folder)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_over_400_lines(folder):
    for path in present(folder):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE, shown(path)


def test_no_native_file_is_over_400_lines():
    written = [path for path in (ROOT / "native").rglob("*.[ch]pp") if "generated" not in path.parts]
    assert written
    for path in written:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE, path.name


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_is_over_50_lines(folder):
    for path in present(folder):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert lines_of(node) <= FUNCTION, f"{shown(path, node)}: {node.name}, {lines_of(node)} lines"


def test_the_docstring_is_not_counted():
    bare = "def f():\n    return 1"
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1'
    assert lines_of(ast.parse(bare).body[0]) == lines_of(ast.parse(text).body[0]) == 2


def test_no_blanket_ignores():
    for path in python_files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            comment = line.partition("#")[2].strip()
            silenced = comment.startswith(("type: ignore", "noqa"))
            named = comment.startswith(("type: ignore[", "noqa: "))
            assert named or not silenced, f"{shown(path)}:{number}"
            whole_file = comment.startswith(("ruff: noqa", "mypy: "))
            assert not whole_file, f"{shown(path)}:{number}"
