"""With the masks held fixed, the gradient is the derivative of the objective, penalties included."""

import numpy as np
import pytest

from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Penalty
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.penalties import L2
from rosenblatt.rules.rectifiers import SiLU
from tests import network_checks
from tests.strategies import made


@pytest.mark.parametrize("hidden", [Tanh(), SiLU()])  # g' written with o, and with a
@pytest.mark.parametrize("seed", range(4))
def test_differences_with_dropout_and_noise(hidden, seed):
    network = Network((6, 8, 5, 2), (hidden, hidden), Identity())
    case = made(network, HalfSquaredError(), (Penalty(L2(), 0.3),), n=9, seed=seed, weighted=True)
    noise = Noise(seed, 1, 5, (0.3, 0.5, 0.4), 0.2)
    noisy = case._replace(batch=case.batch._replace(noise=noise))
    value, gradient = network_checks.objective(noisy)
    plain, other = network_checks.objective(case)
    assert abs(value - plain) > 1e-3
    assert np.abs(gradient - other).max() > 1e-3
    # the longer direction bends flat networks enough, the shorter one spares steep ones
    short, long = (network_checks.check_differences(noisy, seed, length) for length in (1.0, 4.0))
    assert short or long
