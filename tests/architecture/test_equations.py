"""The index of equations is true: each label is where ARCHITECTURE.md and docs/lecture.md say."""

import ast
import re

import pytest

from tests.architecture.sources import PACKAGE, ROOT, python_files, tree_of

LABELS = [
    *(
        "N1",
        "N2",
        "P1",
        "P2",
        "P3",
        "G1",
        "F1",
        "F2",
        "B1",
        "B2",
        "B3",
        "E1",
        "C1",
        "U1",
        "O1",
        "R1",
        "S1",
        "D1",
    ),
    *(f"T{i}" for i in range(1, 9)),
    *(f"A{i}" for i in range(7)),
]


def index(document):
    """Return the places of each label in a document's table: label -> [(file, function), ...]."""
    places = {}
    for line in (ROOT / document).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not re.fullmatch(r"[A-Z]\d", cells[0].strip("| ")):
            continue
        file, found = None, []
        for path, function in re.findall(r"\[`([\w/]+\.py)`\]|`:([\w.]+)`", cells[-1]):
            file = path or file
            if function:
                found.append((file, function))
        places[cells[0].strip("| ")] = found
    return places


ARCHITECTURE, LECTURE = index("ARCHITECTURE.md"), index("docs/lecture.md")
PLACES = [(label, file, name) for label, found in ARCHITECTURE.items() for file, name in found]


def defined(body, name):
    """Return the node of a function or class, by its dotted name."""
    first, _, rest = name.partition(".")
    node = next(n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == first)
    return defined(node.body, rest) if rest else node


def test_the_lecture_page_has_every_label():
    assert list(LECTURE) == LABELS


def test_both_tables_agree():
    assert {label: found for label, found in LECTURE.items() if found} == ARCHITECTURE
    assert len(ARCHITECTURE) > 20


@pytest.mark.parametrize(("label", "file", "name"), PLACES, ids=lambda value: str(value))
def test_the_function_exists_and_the_label_stands_there(label, file, name):
    tree = tree_of(PACKAGE / file)
    node = defined(tree.body, name)
    texts = [ast.get_docstring(tree), ast.get_docstring(node), ast.unparse(node)]
    assert any(re.search(rf"\b{label}\b", text or "") for text in texts)


def test_labels_that_are_used_are_in_the_index():
    used = {
        label
        for path in python_files("src")
        for label in re.findall(r"\b[NPGFBECUORSDTA]\d\b", path.read_text(encoding="utf-8"))
        if label in LABELS
    }
    assert used == set(ARCHITECTURE)


def test_the_backpropagation_page_is_in_the_lectures_order():
    names = [
        node.name
        for node in tree_of(PACKAGE / "backpropagation.py").body
        if isinstance(node, ast.FunctionDef)
    ]
    assert names[:5] == ["pre_activation", "output", "output_error_term", "error_term", "gradient_sums"]
