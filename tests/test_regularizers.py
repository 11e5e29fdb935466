"""What a user writes into ``regularizers``: limits, columns, messages."""

import pytest

from rosenblatt import L1, L2, Clip, InputNoise, MaxNorm, NonNegative, ProximalL1, WeightDecay


@pytest.mark.parametrize("kind", [L1, L2, WeightDecay, ProximalL1, InputNoise])
@pytest.mark.parametrize("value", [-1e-9, float("nan"), float("inf"), "0.1", None])
def test_a_strength_is_a_number_that_is_not_negative(kind, value):
    if value is None:
        with pytest.raises(TypeError):
            kind()
        return
    with pytest.raises((ValueError, TypeError), match=kind.__name__):
        kind(value)


@pytest.mark.parametrize("make", [lambda v: MaxNorm(v), lambda v: Clip(norm=v), lambda v: Clip(value=v)])
@pytest.mark.parametrize("value", [0, -1.0, float("nan")])
def test_a_limit_is_positive(make, value):
    with pytest.raises(ValueError, match=r"\(0, inf\)"):
        make(value)


def test_clip_needs_something_to_cut_to():
    with pytest.raises(ValueError, match=r"norm=\.\.\., value="):
        Clip()
    assert Clip(norm=1.0).strengths() == {"clip_norm": 1.0}
    assert Clip(1.0, 0.5).strengths() == {"clip_norm": 1.0, "clip_value": 0.5}


def test_a_schedule_is_taken_as_it_is():
    def schedule(clock):
        return 0.1

    assert WeightDecay(schedule).strengths() == {"decay": schedule}
    assert NonNegative().strengths() == {}


def test_equal_ones_are_equal_and_can_be_keys():
    assert {L1(0.1): 1}[L1(0.1)] == 1
    assert L1(0.1) != L2(0.1)
    assert repr(MaxNorm(3)) == "MaxNorm(limit=3)"
