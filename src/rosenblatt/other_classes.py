"""What PyTorch, Keras and scikit-learn call their classes, and what stands for them here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from .other_names import MEANT, plain

CLASSES: Mapping[str, str] = {
    "MLPClassifier or MLPRegressor": """MLP NeuralNetwork Sequential Model Net NeuralNet FeedForward
        MultilayerPerceptron""",
    "hidden_layer_sizes=...": "Dense Linear Layer",
    "dropout=...": "Dropout",
    "Cosine": "CosineAnnealing CosineAnnealingLR CosineDecay",
    "ReduceOnPlateau": "ReduceLROnPlateau",
    "Step": "StepLR StepDecay",
    "MultiStep": "MultiStepLR PiecewiseConstantDecay",
    "Exponential": "ExponentialLR ExponentialDecay",
    "Polynomial": "PolynomialLR PolynomialDecay",
    "Warmup": "LinearLR",
    "OneCycle": "OneCycleLR",
    "InverseTime": "InverseTimeDecay",
    "Gaussian or InputNoise": "GaussianNoise",
    "AutoencoderDetector": "OutlierDetector AnomalyDetector",
    "Autoencoder": "AE VanillaAutoencoder",
    "scale_inputs='standard'": "StandardScaler Normalization BatchNormalization BatchNorm1d",
}


def meant(name: str, known: Sequence[str]) -> str:
    """Return what to say of a name that a module has not, empty where nothing is like it.

    Examples
    --------
    >>> meant("StepLR", ["Step"]), meant("MLPClassifer", ["MLPClassifier"]), meant("ReLU6", [])
    ('did you mean Step?', 'did you mean MLPClassifier?', '')
    >>> meant("Swish", ["Adam"])
    "did you mean the name 'silu', which an argument takes?"
    """
    same = [one for one in known if one.lower() == name.lower()]
    said = same or [ours for ours, names in CLASSES.items() if name in names.split()]
    said = said or difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    if said:
        return f"did you mean {said[0]}?"
    words = [ours for ours, names in MEANT.items() if plain(name) in map(plain, [ours, *names.split()])]
    return f"did you mean the name {words[0]!r}, which an argument takes?" if words else ""
