"""Columns: lists that only grow, and whose copies cost nothing."""

import copy
import pickle

from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.training.column import Column

NUMBERS = st.lists(st.integers(0, 9), max_size=6)


@given(NUMBERS, st.lists(st.tuples(st.integers(0, 5), st.booleans(), NUMBERS), max_size=12))
def test_columns_are_lists_whatever_was_copied_from_what(first, changes):
    columns, lists = [Column(first)], [list(first)]
    for which, copies, numbers in changes:
        k = which % len(columns)
        if copies:
            columns.append(copy.deepcopy(columns[k]))
            lists.append(list(lists[k]))
        else:
            columns[k].extend(numbers)
            lists[k].extend(numbers)
    for column, numbers in zip(columns, lists, strict=True):
        assert column == numbers
        assert len(column) == len(numbers)
        assert column[1:] == numbers[1:]
        assert column[-3:-1] == numbers[-3:-1]
        assert [column[i] for i in range(-len(numbers), len(numbers))] == numbers * 2
        assert pickle.loads(pickle.dumps(column)) == numbers


def test_a_copy_shares_its_numbers_until_two_have_appended():
    column = Column([1.0])
    one, two = column.copied(), copy.deepcopy(column)
    one.append(2.0)
    assert one._numbers is two._numbers
    two.append(3.0)
    assert one._numbers is not two._numbers
    assert (list(column), list(one), list(two)) == ([1.0], [1.0, 2.0], [1.0, 3.0])
