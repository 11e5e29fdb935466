"""Rules branch on nothing: one text runs on arrays, on dual numbers and on symbols."""

import ast

import pytest

from tests.architecture.sources import python_files, shown, tree_of

BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Match,
    ast.Try,
    ast.TryStar,
    ast.With,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Assert,
)


def branches_of(function):
    """Return the nodes of a formula that decide or repeat."""
    return [node for node in ast.walk(function) if isinstance(node, BRANCHES)]


@pytest.mark.parametrize("path", python_files("src/rosenblatt/rules"), ids=lambda path: path.stem)
def test_rules_decide_nothing(path):
    found = branches_of(tree_of(path))
    assert not found, [shown(path, node) for node in found]


@pytest.mark.parametrize("path", python_files("src/rosenblatt/rules"), ids=lambda path: path.stem)
def test_formulas_have_no_boolean_operators(path):
    # `and`, `or` and `not` ask an array for one truth value; __eq__ compares rules, not arrays
    for function in ast.walk(tree_of(path)):
        if isinstance(function, ast.FunctionDef) and function.name != "__eq__":
            operators = [node for node in ast.walk(function) if isinstance(node, ast.BoolOp | ast.Not)]
            assert not operators, shown(path, function)


@pytest.mark.parametrize(
    "text", ["x = 1 if y else 2", "for i in y: pass", "[i for i in y]", "try:\n  x\nexcept E:\n  y"]
)
def test_the_check_sees_branches(text):
    assert branches_of(ast.parse(text))
