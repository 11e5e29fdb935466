"""What the pages show is what happens: each block of code runs, and the test rows of an example are seen once."""

import doctest
import re

import pytest

from tests.architecture.sources import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
WITH_A_TEST_OF_THEIR_OWN = {"pipelines.md", "autoencoders.md"}
LEAK = re.compile(r"(?:X_val|y_val|target_val)\s*=\s*(?:\w_test|test\b)\w*")
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def blocks(page):
    """Return the Python that a page shows."""
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


RUN = [page for page in PAGES if blocks(page) and page.name not in WITH_A_TEST_OF_THEIR_OWN]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning:rosenblatt")
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_a_page_is_true(page):
    failed, tried = doctest.testfile(str(page), module_relative=False, optionflags=OPTIONS)
    assert (failed, tried > 0) == (0, True)


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_every_block_is_an_example_that_runs(page):
    for block in blocks(page):
        assert block.startswith(">>> "), block
        assert block.endswith("\n\n") or page.name not in {one.name for one in RUN}, (
            block
        )  # else the fence is output


def sources():
    """Yield the texts in which a reader learns how a model is fitted and judged."""
    yield from [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    yield from [*sorted((ROOT / "docs").rglob("*.py")), *sorted((ROOT / "examples").rglob("*.py"))]


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: path.name)
def test_no_example_stops_training_by_its_test_rows(path):
    text = path.read_text(encoding="utf-8")
    assert not LEAK.findall(text)


def test_a_leak_would_be_seen():
    assert LEAK.findall("fit(X, y, X_val=X_test, y_val = y_test)") == ["X_val=X_test", "y_val = y_test"]
    assert not LEAK.findall("X_fit, X_val, y_fit, y_val = train_test_split(X_train, y_train)")
