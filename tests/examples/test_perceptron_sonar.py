"""The perceptron on Sonar: separable, within the bound, and honest about other returns."""

import re

from tests.examples.runs import assert_drawn, run_example, sonar_path


def test_perceptron_sonar(tmp_path):
    output = run_example("perceptron_sonar", tmp_path, "--data", sonar_path())
    assert_drawn(tmp_path, output, "perceptron-sonar.png")
    assert "Linearly separable: 'M' and 'R' (208 samples, 60 features, with an intercept)." in output
    assert "gamma = 0.001079313" in output
    assert "14,104,538 updates" in output
    assert "Proved again from the data alone: True." in output
    assert "2,729,231 updates in 275,227 epochs, 19% of the bound; 100.0% right." in output
    assert "63.0% to 86.1% right" in output  # the same 20 models as scikit-learn's
    rows = re.findall(r"^  (\S.*?) {2,}([\d.]+)% +([\d.]+)%", output, re.MULTILINE)
    trained = {name: float(share) for name, share, _ in rows}
    held_out = {name: float(share) for name, _, share in rows}
    assert trained["to the end"] == 100
    assert held_out.pop("always the same answer") == 53.4
    assert all(60 < share < trained[name] for name, share in held_out.items())
