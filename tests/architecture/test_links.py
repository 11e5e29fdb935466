"""Links between the documents lead somewhere, and B2 is two steps from the README."""

import re

import pytest

from tests.architecture.sources import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def links_of(document):
    """Return the files that a document links to, those on the web apart."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return [target.partition("#")[0] for target in targets if not re.match(r"\w+:|#", target)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in links_of(document):
        assert (document.parent / target).exists(), target


def test_b2_is_two_steps_from_the_readme():
    readme = ROOT / "README.md"
    page = ROOT / "src/rosenblatt/backpropagation.py"
    assert page in {(readme.parent / target).resolve() for target in links_of(readme)}  # step one
    assert re.search(r"def error_term\(.*?\(B2\)", page.read_text(encoding="utf-8"), re.DOTALL)  # step two
