"""No global random state: what is drawn comes from random.py, or from a state that is passed on."""

import ast

import pytest

from tests.architecture.sources import python_files, shown, tree_of

# Types that an annotation or isinstance names; they draw nothing.
TYPES = {"RandomState", "Generator"}


def draws(tree):
    """Return the places that call numpy.random or the standard library's random."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            if node.module in ("random", "numpy.random", "secrets"):
                found.append(node)
        elif isinstance(node, ast.Import):
            found += [node for name in node.names if name.name in ("random", "numpy.random", "secrets")]
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            if node.attr not in TYPES:
                found.append(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("random.RandomState"):
            found.append(node)
    return found


@pytest.mark.parametrize("path", python_files("src"), ids=lambda path: path.stem)
def test_only_random_draws(path):
    if path.name == "random.py":
        return
    found = draws(tree_of(path))
    assert not found, [shown(path, node) for node in found]


@pytest.mark.parametrize("path", python_files("src"), ids=lambda path: path.stem)
def test_what_scikit_learn_draws_for_us_comes_from_a_passed_state(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("train_test_split", "shuffle")):
            passed = {keyword.arg for keyword in node.keywords}
            own_stream = ast.unparse(node.func).endswith("stream.shuffle")
            assert own_stream or "random_state" in passed, shown(path, node)


@pytest.mark.parametrize(
    "text", ["import random", "np.random.shuffle(x)", "np.random.default_rng()", "np.random.RandomState(0)"]
)
def test_the_check_sees_draws(text):
    assert draws(ast.parse(text))
