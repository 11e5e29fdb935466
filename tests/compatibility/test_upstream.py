"""scikit-learn's own tests pass on our estimators, but for those that read its private attributes."""

import ast
import re

import pytest

from tests.compatibility.upstream import DESELECTED, IMPORT, rewritten, run, source

PRIVATE = re.compile(r"\b(?:mlp|clf)\._\w+")


@pytest.fixture(scope="module")
def bodies():
    """The source of every test in the installed file, by name."""
    text = source()
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(text, node) for node in functions}


def test_all_pass(bodies):
    result = run(rewritten(source()))
    assert not result.failed, result.output
    assert not result.skipped, result.output
    ran = {name.partition("[")[0] for name in result.passed}
    assert ran == {name for name in bodies if name.startswith("test_")} - set(DESELECTED)


def test_deselected_tests_exist_and_read_private_attributes(bodies):
    private = {name for name, body in bodies.items() if PRIVATE.search(body)}
    assert private == set(DESELECTED)


def test_rewriting_demands_the_import():
    with pytest.raises(ValueError, match="expected to find once"):
        rewritten(source().replace(IMPORT, ""))
