"""What a sparse matrix must be before compiled code follows its indices."""

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.sparse_structure import require_sound
from tests.broken_matrices import CHANGES, broken_matrices, sound, table

BROKEN = broken_matrices()


@pytest.mark.parametrize("what", BROKEN)
def test_what_contradicts_itself_is_refused_by_name(what):
    with pytest.raises(ValueError, match=r"^X_val is a sparse matrix that contradicts itself: .*; make "):
        require_sound("X_val", BROKEN[what])


def test_scipy_agrees_about_compressed_matrices():
    for what, X in BROKEN.items():
        if what.startswith(("csr", "csc")) and "whole" not in what:
            with pytest.raises((ValueError, IndexError)):
                X.check_format(full_check=True)


@pytest.mark.parametrize("kind", [f"{one}_{kind}" for one in CHANGES for kind in ("matrix", "array")])
@pytest.mark.parametrize("wide", [np.int32, np.int64])
def test_sound_ones_pass_in_every_format(kind, wide):
    require_sound("X", sound(kind, wide))
    require_sound("X", getattr(sparse, kind)((3, 4)))  # without entries
    require_sound("X", getattr(sparse, kind)(np.zeros((0, 4))) if "dia" not in kind else sound(kind))


def test_unsorted_and_repeated_indices_and_spare_room_are_legal():
    X = sparse.csr_array((np.ones(4), [2, 0, 1, 1], [0, 2, 4]), shape=(2, 3))
    require_sound("X", X)
    X.data, X.indices = (
        np.ones(9),
        np.array([2, 0, 1, 1, -7, 99, 99, 99, 99]),
    )  # what is never used may be anything
    require_sound("X", X)


def test_the_message_names_the_place():
    X = sound("csr_array")
    X.indices[5] = 99
    with pytest.raises(ValueError, match=r"indices\[5\] is 99, outside of its 4 columns"):
        require_sound("X", X)


def test_what_is_not_sparse_passes():
    for X in (table(), None, "X", 3, [[1]]):
        require_sound("X", X)


@pytest.mark.parametrize("kind", ["lil_matrix", "lil_array", "dok_matrix", "dok_array"])
@pytest.mark.parametrize("odd", ["a", None, [1]], ids=repr)
def test_entries_of_lists_and_dictionaries_are_numbers(kind, odd):
    X = getattr(sparse, kind)(np.eye(4))
    if kind.startswith("lil"):
        X.data[3][0] = odd
    else:
        getattr(X, "_dict", X)[(3, 3)] = odd
    with pytest.raises(
        ValueError, match=r"^X is a sparse matrix that contradicts itself: an entry is .*, which is no"
    ):
        require_sound("X", X)
