"""What the page on pipelines shows is what happens."""

import doctest

import pytest

from tests.architecture.sources import ROOT


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_page_is_true():
    with pytest.warns(UserWarning, match="X_val is unlike X") as told:
        failed, tried = doctest.testfile(str(ROOT / "docs/pipelines.md"), module_relative=False)
    assert tried > 20
    assert failed == 0
    assert sum("is unlike" in str(one.message) for one in told) == 1
