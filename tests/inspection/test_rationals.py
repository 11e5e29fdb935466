"""Exact solutions against textbook elimination in Fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.inspection.rationals import integer_rows, solution
from tests.inspection.oracles import solved_by_elimination


@given(st.data())
def test_a_system_of_integers_is_solved_as_by_elimination(data):
    m = data.draw(st.integers(1, 6))
    entries = st.integers(-(2**70), 2**70) if data.draw(st.booleans()) else st.integers(-3, 3)
    rows = data.draw(st.lists(st.lists(entries, min_size=m, max_size=m), min_size=m, max_size=m))
    right = data.draw(st.lists(entries, min_size=m, max_size=m))
    found = solution(np.array(rows, dtype=object), np.array(right, dtype=object))
    units = [solved_by_elimination(rows, [int(i == k) for i in range(m)]) for k in range(m)]
    if None in units:  # singular
        assert found is None
    else:
        numerators, denominator = found
        assert denominator > 0
        assert [Fraction(n, denominator) for n in numerators] == solved_by_elimination(rows, right)


def test_floats_of_any_size_become_whole_exactly():
    A = np.array([[1e-300, 3.5, -0.1], [1e150, 0.0, 2.0**-60]])
    whole = integer_rows(A)
    for row, floats in zip(whole, A.tolist(), strict=True):
        ratios = {Fraction(n) / Fraction(f) for n, f in zip(row, floats, strict=True) if f}
        assert len(ratios) == 1
