"""The example on logic gates says what the lecture's table says (G1)."""

from tests.examples.runs import assert_drawn, run_example


def test_logic_gates(tmp_path):
    output = run_example("logic_gates", tmp_path)
    assert_drawn(tmp_path, output, "gates-margin.png", "gates-path.png", "gates-xor.png")
    both, xor = output.split("XOR by one neuron")
    assert "51 updates (Novikov 1962)" in both
    assert "18 updates in 9 epochs" in both
    assert "AND(x1, x2) = 1 where -4 +3 x1 +2 x2 > 0." in both
    assert "27 updates (Novikov 1962)" in both
    assert "9 updates in 6 epochs" in both
    assert "OR(x1, x2) = 1 where -1 +2 x1 +2 x2 > 0." in both
    assert xor.count(": 1/4\n") == 4
    assert "Proved again from the data alone: True." in xor
    assert "4 of 4 right" in xor.split("XOR by two hidden units")[1]
