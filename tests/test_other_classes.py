"""Classes of other libraries: what stands for them here can be imported, or is a name that an argument takes."""

import re

import pytest

import rosenblatt
from rosenblatt.other_classes import CLASSES, meant


@pytest.mark.parametrize("ours", CLASSES)
def test_what_stands_for_a_class_is_here(ours):
    arguments = rosenblatt.MLPClassifier().get_params()
    for said in ours.split(" or "):
        name = said.partition("=")[0]
        assert name in (arguments if "=" in said else rosenblatt.__all__), said
    for theirs in CLASSES[ours].split():
        if theirs not in rosenblatt.__all__:
            assert meant(theirs, rosenblatt.__all__) == f"did you mean {ours}?"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("MLPClasifier", "did you mean MLPClassifier?"),
        ("mlpregressor", "did you mean MLPRegressor?"),
        ("StepLR", "did you mean Step?"),
        ("Sigmoid", "did you mean the name 'logistic', which an argument takes?"),
        ("CrossEntropyLoss", "did you mean the name 'log_loss', which an argument takes?"),
        ("quite_something_else", ""),
    ],
)
def test_what_a_missing_name_is_answered_with(name, said):
    with pytest.raises(AttributeError, match=f"^module 'rosenblatt' has no attribute '{name}'") as caught:
        getattr(rosenblatt, name)
    assert str(caught.value).endswith(said or f"{name}'")
    assert not hasattr(rosenblatt, name)


def test_names_that_python_looks_for_are_answered_at_once():
    with pytest.raises(AttributeError, match=r"has no attribute '__wrapped__'$"):
        getattr(rosenblatt, re.sub("x", "", "__wrapped__"))
