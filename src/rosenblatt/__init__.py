"""rosenblatt: feed-forward neural networks for people who use scikit-learn.

A network is one vector theta and four verbs: forward, backward, combine, update.

Names load when they are first used, so that ``import rosenblatt`` is quick.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contractive import Contraction as Contraction
    from .corruption import Corruption as Corruption
    from .corruption import Gaussian as Gaussian
    from .corruption import Masking as Masking
    from .corruption import Multiplicative as Multiplicative
    from .corruption import SaltAndPepper as SaltAndPepper
    from .errors import DivergenceError as DivergenceError
    from .errors import InvalidParameterError as InvalidParameterError
    from .errors import MissingExtraError as MissingExtraError
    from .estimators.autoencoder import Autoencoder as Autoencoder
    from .estimators.autoencoder_kinds import ContractiveAutoencoder as ContractiveAutoencoder
    from .estimators.autoencoder_kinds import DenoisingAutoencoder as DenoisingAutoencoder
    from .estimators.autoencoder_kinds import SparseAutoencoder as SparseAutoencoder
    from .estimators.detector import AutoencoderDetector as AutoencoderDetector
    from .estimators.early_stopping import EarlyStopping as EarlyStopping
    from .estimators.mlp_classifier import MLPClassifier as MLPClassifier
    from .estimators.mlp_regressor import MLPRegressor as MLPRegressor
    from .estimators.perceptron import Perceptron as Perceptron
    from .estimators.pretraining import greedy_pretrain as greedy_pretrain
    from .estimators.rate_search import lr_find as lr_find
    from .estimators.scaling import Scaling as Scaling
    from .initializers import Given as Given
    from .initializers import Initializer as Initializer
    from .initializers import Orthogonal as Orthogonal
    from .initializers import Pretrained as Pretrained
    from .initializers import Standard as Standard
    from .initializers import VarianceScaling as VarianceScaling
    from .initializers import Zeros as Zeros
    from .inspection.certificate import Separability as Separability
    from .inspection.gradient_norms import GradientNorms as GradientNorms
    from .inspection.range_test import RangeTest as RangeTest
    from .inspection.separability import separability as separability
    from .network import Network as Network
    from .plan import LBFGS as LBFGS
    from .plan import Activity as Activity
    from .plan import Clock as Clock
    from .plan import Penalty as Penalty
    from .plan import Plan as Plan
    from .plan import Schedule as Schedule
    from .plotting.activities import ActivityDisplay as ActivityDisplay
    from .plotting.codes import CodeDisplay as CodeDisplay
    from .plotting.combination import CombinationDisplay as CombinationDisplay
    from .plotting.errors import ErrorHistogramDisplay as ErrorHistogramDisplay
    from .plotting.feature_errors import FeatureErrorDisplay as FeatureErrorDisplay
    from .plotting.filters import FilterDisplay as FilterDisplay
    from .plotting.gradient_norms import GradientNormsDisplay as GradientNormsDisplay
    from .plotting.learning_rate import LearningRateDisplay as LearningRateDisplay
    from .plotting.margin import MarginDisplay as MarginDisplay
    from .plotting.mistakes import MistakesDisplay as MistakesDisplay
    from .plotting.path import PathDisplay as PathDisplay
    from .plotting.reconstructions import ReconstructionDisplay as ReconstructionDisplay
    from .regularizers import L1 as L1
    from .regularizers import L2 as L2
    from .regularizers import Clip as Clip
    from .regularizers import InputNoise as InputNoise
    from .regularizers import MaxNorm as MaxNorm
    from .regularizers import NonNegative as NonNegative
    from .regularizers import ProximalL1 as ProximalL1
    from .regularizers import Regularizer as Regularizer
    from .regularizers import Strength as Strength
    from .regularizers import WeightDecay as WeightDecay
    from .rules.activations import Activation as Activation
    from .rules.activations import Exp as Exp
    from .rules.activations import HardTanh as HardTanh
    from .rules.activations import Identity as Identity
    from .rules.activations import Logistic as Logistic
    from .rules.activations import ScaledTanh as ScaledTanh
    from .rules.activations import Softsign as Softsign
    from .rules.activations import Tanh as Tanh
    from .rules.activations import Threshold as Threshold
    from .rules.adaptive_optimizers import Adagrad as Adagrad
    from .rules.adaptive_optimizers import AMSGrad as AMSGrad
    from .rules.adaptive_optimizers import Lion as Lion
    from .rules.adaptive_optimizers import NAdam as NAdam
    from .rules.classification_losses import BinaryFocal as BinaryFocal
    from .rules.classification_losses import CategoricalFocal as CategoricalFocal
    from .rules.classification_losses import Focal as Focal
    from .rules.classification_losses import Hinge as Hinge
    from .rules.classification_losses import LogLoss as LogLoss
    from .rules.classification_losses import LossFamily as LossFamily
    from .rules.classification_losses import SquaredHinge as SquaredHinge
    from .rules.losses import BinaryCrossEntropy as BinaryCrossEntropy
    from .rules.losses import CategoricalCrossEntropy as CategoricalCrossEntropy
    from .rules.losses import HalfSquaredError as HalfSquaredError
    from .rules.losses import Loss as Loss
    from .rules.losses import PerceptronLoss as PerceptronLoss
    from .rules.losses import Poisson as Poisson
    from .rules.optimizers import SGD as SGD
    from .rules.optimizers import Adam as Adam
    from .rules.optimizers import AdamW as AdamW
    from .rules.optimizers import Momentum as Momentum
    from .rules.optimizers import Nesterov as Nesterov
    from .rules.optimizers import Optimizer as Optimizer
    from .rules.optimizers import RMSprop as RMSprop
    from .rules.outputs import MeanVariance as MeanVariance
    from .rules.outputs import RowWise as RowWise
    from .rules.outputs import Softmax as Softmax
    from .rules.penalties import ActivityPenalty as ActivityPenalty
    from .rules.penalties import WeightPenalty as WeightPenalty
    from .rules.rectifiers import ELU as ELU
    from .rules.rectifiers import GELU as GELU
    from .rules.rectifiers import SELU as SELU
    from .rules.rectifiers import LeakyReLU as LeakyReLU
    from .rules.rectifiers import Mish as Mish
    from .rules.rectifiers import ReLU as ReLU
    from .rules.rectifiers import SiLU as SiLU
    from .rules.rectifiers import Softplus as Softplus
    from .rules.regression_losses import MAE as MAE
    from .rules.regression_losses import Gamma as Gamma
    from .rules.regression_losses import GaussianNLL as GaussianNLL
    from .rules.regression_losses import Huber as Huber
    from .rules.regression_losses import Quantile as Quantile
    from .rules.regression_losses import Quantiles as Quantiles
    from .rules.regression_losses import Tweedie as Tweedie
    from .rules.rule import Rule as Rule
    from .rules.sign_optimizers import IRprop as IRprop
    from .rules.sign_optimizers import Rprop as Rprop
    from .sparsity import ActivityL1 as ActivityL1
    from .sparsity import KLDivergence as KLDivergence
    from .sparsity import Sparsity as Sparsity
    from .training.averages import EMA as EMA
    from .training.averages import SWA as SWA
    from .training.callbacks import Callback as Callback
    from .training.callbacks import Observer as Observer
    from .training.callbacks import Progress as Progress
    from .training.callbacks import TimeBudget as TimeBudget
    from .training.callbacks import View as View
    from .training.cycles import Cosine as Cosine
    from .training.cycles import OneCycle as OneCycle
    from .training.decays import Exponential as Exponential
    from .training.decays import InverseTime as InverseTime
    from .training.decays import MultiStep as MultiStep
    from .training.decays import Polynomial as Polynomial
    from .training.decays import Step as Step
    from .training.plateau import ReduceOnPlateau as ReduceOnPlateau
    from .training.schedules import Adaptive as Adaptive
    from .training.schedules import Constant as Constant
    from .training.schedules import InverseScaling as InverseScaling
    from .training.schedules import Timetable as Timetable
    from .training.state import Record as Record
    from .training.strengths import after as after
    from .training.strengths import ramp as ramp
    from .training.strengths import until as until
    from .training.wrapped import PerLayer as PerLayer
    from .training.wrapped import Warmup as Warmup
    from .training.wrapped import Wrapped as Wrapped
    from .versions import set_num_threads as set_num_threads
    from .versions import show_versions as show_versions

__version__ = "0.1.0"

_HOMES = {
    "contractive": ("Contraction",),
    "corruption": (
        "Corruption",
        "Gaussian",
        "Masking",
        "Multiplicative",
        "SaltAndPepper",
    ),
    "errors": (
        "DivergenceError",
        "InvalidParameterError",
        "MissingExtraError",
    ),
    "estimators.autoencoder": ("Autoencoder",),
    "estimators.autoencoder_kinds": (
        "ContractiveAutoencoder",
        "DenoisingAutoencoder",
        "SparseAutoencoder",
    ),
    "estimators.detector": ("AutoencoderDetector",),
    "estimators.early_stopping": ("EarlyStopping",),
    "estimators.mlp_classifier": ("MLPClassifier",),
    "estimators.mlp_regressor": ("MLPRegressor",),
    "estimators.perceptron": ("Perceptron",),
    "estimators.pretraining": ("greedy_pretrain",),
    "estimators.rate_search": ("lr_find",),
    "estimators.scaling": ("Scaling",),
    "initializers": (
        "Given",
        "Initializer",
        "Orthogonal",
        "Pretrained",
        "Standard",
        "VarianceScaling",
        "Zeros",
    ),
    "inspection.certificate": ("Separability",),
    "inspection.gradient_norms": ("GradientNorms",),
    "inspection.range_test": ("RangeTest",),
    "inspection.separability": ("separability",),
    "network": ("Network",),
    "plan": (
        "Activity",
        "Clock",
        "LBFGS",
        "Penalty",
        "Plan",
        "Schedule",
    ),
    "plotting.activities": ("ActivityDisplay",),
    "plotting.codes": ("CodeDisplay",),
    "plotting.combination": ("CombinationDisplay",),
    "plotting.errors": ("ErrorHistogramDisplay",),
    "plotting.feature_errors": ("FeatureErrorDisplay",),
    "plotting.filters": ("FilterDisplay",),
    "plotting.gradient_norms": ("GradientNormsDisplay",),
    "plotting.learning_rate": ("LearningRateDisplay",),
    "plotting.margin": ("MarginDisplay",),
    "plotting.mistakes": ("MistakesDisplay",),
    "plotting.path": ("PathDisplay",),
    "plotting.reconstructions": ("ReconstructionDisplay",),
    "regularizers": (
        "Clip",
        "InputNoise",
        "L1",
        "L2",
        "MaxNorm",
        "NonNegative",
        "ProximalL1",
        "Regularizer",
        "Strength",
        "WeightDecay",
    ),
    "rules.activations": (
        "Activation",
        "Exp",
        "HardTanh",
        "Identity",
        "Logistic",
        "ScaledTanh",
        "Softsign",
        "Tanh",
        "Threshold",
    ),
    "rules.adaptive_optimizers": (
        "AMSGrad",
        "Adagrad",
        "Lion",
        "NAdam",
    ),
    "rules.classification_losses": (
        "BinaryFocal",
        "CategoricalFocal",
        "Focal",
        "Hinge",
        "LogLoss",
        "LossFamily",
        "SquaredHinge",
    ),
    "rules.losses": (
        "BinaryCrossEntropy",
        "CategoricalCrossEntropy",
        "HalfSquaredError",
        "Loss",
        "PerceptronLoss",
        "Poisson",
    ),
    "rules.optimizers": (
        "Adam",
        "AdamW",
        "Momentum",
        "Nesterov",
        "Optimizer",
        "RMSprop",
        "SGD",
    ),
    "rules.outputs": (
        "MeanVariance",
        "RowWise",
        "Softmax",
    ),
    "rules.penalties": (
        "ActivityPenalty",
        "WeightPenalty",
    ),
    "rules.rectifiers": (
        "ELU",
        "GELU",
        "LeakyReLU",
        "Mish",
        "ReLU",
        "SELU",
        "SiLU",
        "Softplus",
    ),
    "rules.regression_losses": (
        "Gamma",
        "GaussianNLL",
        "Huber",
        "MAE",
        "Quantile",
        "Quantiles",
        "Tweedie",
    ),
    "rules.rule": ("Rule",),
    "rules.sign_optimizers": (
        "IRprop",
        "Rprop",
    ),
    "sparsity": (
        "ActivityL1",
        "KLDivergence",
        "Sparsity",
    ),
    "training.averages": (
        "EMA",
        "SWA",
    ),
    "training.callbacks": (
        "Callback",
        "Observer",
        "Progress",
        "TimeBudget",
        "View",
    ),
    "training.cycles": (
        "Cosine",
        "OneCycle",
    ),
    "training.decays": (
        "Exponential",
        "InverseTime",
        "MultiStep",
        "Polynomial",
        "Step",
    ),
    "training.plateau": ("ReduceOnPlateau",),
    "training.schedules": (
        "Adaptive",
        "Constant",
        "InverseScaling",
        "Timetable",
    ),
    "training.state": ("Record",),
    "training.strengths": (
        "after",
        "ramp",
        "until",
    ),
    "training.wrapped": (
        "PerLayer",
        "Warmup",
        "Wrapped",
    ),
    "versions": (
        "set_num_threads",
        "show_versions",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, "__version__"])  # noqa: PLE0605 - a list of str


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{_meant(name)}")
    value = getattr(importlib.import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def _meant(name: str) -> str:
    """Return what is said of a name that is not here, if one is like it."""
    if name.startswith("_"):
        return ""
    said = importlib.import_module(".other_classes", __name__).meant(name, __all__)
    return f", {said}" if said else ""


def __dir__() -> list[str]:
    return __all__


if importlib.util.find_spec(f"{__name__}.engines._native_base") is None:
    warnings.warn(
        "rosenblatt runs without its native engine, several times slower: it was installed where it could not "
        "be built. Install a C++20 compiler (g++ 11 or newer) and install rosenblatt again; with "
        "ROSENBLATT_REQUIRE_NATIVE=1 set, pip then shows what goes wrong.",
        RuntimeWarning,
        stacklevel=2,
    )
