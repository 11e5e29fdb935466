"""The workflows do what they say with either library, and end at the same score."""

import pytest

from benchmarks.people import WORKFLOWS
from benchmarks.workflows import SIDES, measured, row
from tests.tolerances import SAME_WORKFLOW

QUICK = ("TF-IDF", "Hashing", "Recursive", "Regression", "Perceptrons")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize(
    "workflow",
    [
        pytest.param(each, id=each.name, marks=() if each.name.startswith(QUICK) else pytest.mark.slow)
        for each in WORKFLOWS
    ],
)
def test_both_libraries_end_at_the_same_score(workflow):
    data = workflow.data()
    theirs, ours = (workflow.run(side, data) for side in SIDES.values())
    assert ours == pytest.approx(theirs, abs=SAME_WORKFLOW)


def test_a_measurement_takes_both_sides_in_turn():
    workflow = next(each for each in WORKFLOWS if each.name.startswith("Recursive"))
    found = measured(workflow, rounds=2)
    assert [len(seconds) for seconds in found["seconds"].values()] == [2, 2]
    assert found["ratio"] > 0
    assert row(found)[0] == workflow.name
