"""What is found of pairs of classes is read as a dict, and made of lists that any file of models can hold."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest
from sklearn.datasets import load_iris

from rosenblatt import Perceptron, separability
from rosenblatt.inspection.of_pairs import OfPairs


def test_it_is_read_as_a_dict():
    items = {("a", "b"): 1, ("a", "c"): 2, ("b", "c"): 3}
    found = OfPairs(items.items())
    assert dict(found) == items
    assert found == items
    assert (len(found), found["a", "c"], found.get(("c", "a")), ("b", "c") in found) == (3, 2, None, True)
    with pytest.raises(KeyError, match="c"):
        _ = found["c", "a"]
    assert dict(OfPairs([])) == {}
    for again in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert dict(again) == items


def keys_of(value):
    """Yield the keys of all dicts within a value."""
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from keys_of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from keys_of(one)
    elif dataclasses.is_dataclass(value) or isinstance(value, OfPairs):
        yield from keys_of(vars(value))


@pytest.mark.parametrize("names", [np.arange(3), np.array(list("abc"))])
def test_proofs_hold_no_keys_that_are_tuples(names):
    X, y = load_iris(return_X_y=True)
    model = Perceptron(stop="separated", certify=True, max_iter=5).fit(X, names[y])
    for found in (separability(X, names[y]), model.certificate_):
        assert len(found.pairs) == 3
        assert found.verify(X, names[y])
        assert not [key for key in keys_of(found) if isinstance(key, tuple)]
