"""The MLP on Sonar: with hidden units it fits all that it is trained on, and more of what it is not."""

import re

from tests.examples.runs import assert_drawn, run_example, sonar_path


def test_mlp_sonar(tmp_path):
    output = run_example("mlp_sonar", tmp_path, "--data", sonar_path())
    assert_drawn(tmp_path, output, "mlp-sonar.png")
    assert "208 returns of 60 bands, 111 mines, 97 rocks" in output
    rows = re.findall(r"^  (\d+) +([\d.]+)% +([\d.]+)% ±", output, re.MULTILINE)
    trained = {int(units): float(share) for units, share, _ in rows}
    held_out = {int(units): float(share) for units, _, share in rows}
    assert list(trained) == [0, 3, 12, 24]
    assert trained[0] < trained[3] < trained[24] == 100
    assert 70 < held_out[0] < held_out[24] < 100
