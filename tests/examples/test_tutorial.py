"""The tutorial runs from top to bottom, and prints about what it says."""

import contextlib
import io
import math
import re

import numpy as np
import pytest

from rosenblatt.estimators.multilayer import MultilayerPerceptron
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs/tutorials/autoencoders.md"
DRIFT = 0.1
"""Relative: versions of libraries differ in more than rounding, which no figure of the page rests on."""
LAST_DIGIT = 0.011
"""Absolute: figures are printed with two digits."""


def cells():
    """Return each piece of code with what it is said to print."""
    found = re.findall(
        r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found
    return found


def numbers(text):
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", " "))]


def words(text):
    return re.sub(r"\d+(?:\.\d+)?", "#", text).split()


def run(code, names):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(PAGE), "exec"), names)
    return printed.getvalue()


def agree(printed, told):
    close = all(
        math.isclose(a, b, rel_tol=DRIFT, abs_tol=LAST_DIGIT)
        for a, b in zip(numbers(printed), numbers(told), strict=True)
    )
    return close and words(printed) == words(told)


@pytest.fixture(params=["as it stands", "moved"])
def rounding(request, monkeypatch):
    """Once as it is, once with initial weights moved by a unit in the last place: as another rounding does."""
    if request.param == "moved":
        begin = MultilayerPerceptron._initial_theta
        rng = np.random.default_rng(0)

        def moved(self, fitting):
            theta = begin(self, fitting)
            return theta * (1 + np.finfo(theta.dtype).eps * rng.integers(-1, 2, theta.shape)).astype(
                theta.dtype
            )

        monkeypatch.setattr(MultilayerPerceptron, "_initial_theta", moved)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.usefixtures("rounding")
def test_the_page_runs_and_prints_what_it_says():
    names = {"__name__": "tutorial"}
    for code, told in cells():
        printed = run(code, names)
        assert agree(printed, told), f"{code}\nprints\n{printed}\ninstead of\n{told}"


def test_other_figures_are_noticed():
    assert agree("error 1.00\n", "error 1.05")
    assert not agree("error 1.00", "error 1.20")
    assert not agree("error 1.00", "loss 1.00")
