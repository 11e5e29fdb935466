"""Imports only point down, as the drawing in ARCHITECTURE.md says."""

import ast
import re
import subprocess
import sys

import grimp
import pytest

from tests.architecture.sources import ROOT, modules, python_files, shown, tree_of

HEAVY = ("numpy", "scipy", "sklearn", "matplotlib", "rich", "torch", "pandas")


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("rosenblatt", cache_dir=None)


def drawn_layers():
    """Return the layers of ARCHITECTURE.md, top first, each a tuple of module names."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = re.search(r"```layers\n(.*?)```", text, re.DOTALL).group(1)
    names = [line.split("  ")[0] for line in block.splitlines()]
    return [tuple(name.strip() for name in line.split("|")) for line in names]


def test_the_drawing_shows_every_module():
    drawn = [name for layer in drawn_layers() for name in layer]
    there = {name.split(".")[1] for name in modules() if "." in name}
    assert sorted(drawn) == sorted(there)


def test_imports_only_point_down(graph):
    # modules that stand side by side in a layer do not know each other either
    layers = [grimp.Layer(*layer, independent=True) for layer in drawn_layers()]
    broken = graph.find_illegal_dependencies_for_layers(layers=layers, containers={"rosenblatt"})
    assert not broken, sorted((d.importer, d.imported) for d in broken)


def test_rules_import_nothing_of_ours(graph):
    for module in graph.find_descendants("rosenblatt.rules"):
        for imported in graph.find_modules_directly_imported_by(module):
            # their numbers are looked at when they are made, by what itself needs the standard library alone
            known = imported.startswith("rosenblatt.rules.") or imported == "rosenblatt.limits"
            assert known, (module, imported)


def test_rules_import_nothing_but_the_standard_library():
    for path in python_files("src/rosenblatt/rules"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                assert all(name.name.split(".")[0] in sys.stdlib_module_names for name in node.names), shown(
                    path
                )
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] in sys.stdlib_module_names, shown(path)


def test_there_are_no_cycles(graph):
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            back = graph.find_shortest_chain(importer=imported, imported=module)
            assert back is None, back


def test_scikit_learn_is_used_through_its_public_modules():
    for path in python_files("src"):
        for node in ast.walk(tree_of(path)):
            names = []
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{name.name}" for name in node.names]
            for name in names:
                if name.split(".")[0] in ("sklearn", "scipy", "numpy"):
                    assert not re.search(r"\._(?!_)|externals", name), f"{shown(path, node)}: {name}"


def loaded_by(statement):
    """Return the packages that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert "rosenblatt" in loaded_by("import rosenblatt")
    assert not loaded_by("import rosenblatt; dir(rosenblatt)") & set(HEAVY)


def test_rules_and_plans_need_no_scikit_learn():
    loaded = loaded_by("from rosenblatt import Adam, Network, Plan, Cosine; Adam()")
    assert "rosenblatt" in loaded
    assert "sklearn" not in loaded
