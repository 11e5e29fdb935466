"""The arguments that every trained estimator has: scikit-learn's with its defaults, then ours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..engines.choice import ENGINES
from ..initializers import Initializer
from ..plan import LBFGS, Schedule
from ..regularizers import Regularizer
from ..rules.activations import Activation
from ..rules.optimizers import Optimizer
from ..training.averages import EMA, SWA
from ..training.callbacks import Callback
from .early_stopping import EarlyStopping, true_false_or_object
from .parameters import (
    anything,
    argument,
    boolean,
    callback_list,
    choice,
    either,
    integer,
    layer_sizes,
    number,
    random_source,
    rate_or_auto,
    verbosity,
)
from .scaling import KINDS, Scaling

NETWORK = "The network, as in scikit-learn"
TRAINING = "Training, as in scikit-learn"
STOPPING = "Stopping, as in scikit-learn"
OURS = "Of this library"


def sizes_argument() -> Any:
    """Return the line for ``hidden_layer_sizes``."""
    return argument(
        (100,),
        layer_sizes,
        NETWORK,
        "int or sequence of int",
        "Nodes of each hidden layer; ``()`` is the single neuron (N1).",
    )


def activation_argument() -> Any:
    """Return the line for ``activation``."""
    return argument(
        "relu",
        anything,
        NETWORK,
        "str, Activation, or one for each hidden layer",
        'Hidden activation g (F2): "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", '
        '"logistic", "tanh", "scaled_tanh", "hard_tanh", "softsign", "identity", "threshold", "exp", or an object, '
        "also of your own class.",
    )


@dataclass(eq=False, repr=False, kw_only=True)
class TrainingArguments:
    """How to train, one line for each argument."""

    solver: str | Optimizer | LBFGS = argument(
        "adam",
        anything,
        TRAINING,
        "str or Optimizer",
        '"lbfgs", "sgd", "adam", "adamw", "nadam", "amsgrad", "adagrad", "rmsprop", "lion", of full batches "rprop", '
        '"irprop" (U1). An object, such as ``Adam(beta_1=0.8)``, replaces the plain arguments below.',
    )
    alpha: float | Schedule = argument(
        1e-4,
        either(number("[0, inf)"), callable),
        TRAINING,
        "float >= 0 or schedule",
        "Strength of the L2 penalty on weights (T6, D1), divided by the batch's sum of sample weights.",
    )
    batch_size: int | str = argument(
        "auto",
        integer("[1, inf)", also=("auto", "full")),
        TRAINING,
        'int, "auto" or "full"',
        'Samples in a batch (S1): "auto" is min(200, n), "full" is all of them (U1), 1 is online (O1).',
    )
    learning_rate: str | Schedule = argument(
        "constant",
        anything,
        TRAINING,
        '{"constant", "invscaling", "adaptive"} or schedule',
        "Schedule of the rate (T5). Names act with gradient descent (``solver='sgd'`` or an object of that "
        "kind), as in scikit-learn; objects, such as ``OneCycle()``, act with every stochastic solver.",
    )
    learning_rate_init: float | str = argument(
        1e-3,
        rate_or_auto,
        TRAINING,
        'float > 0 or "auto"',
        'The rate that the schedule starts from (O1, T5); "auto" finds one by short runs at several rates, which cost '
        "a twentieth of the fit's steps, or 300 steps where that is more.",
    )
    power_t: float = argument(
        0.5, number("[0, inf)"), TRAINING, "float >= 0", 'Exponent of the schedule "invscaling" (T5).'
    )
    max_iter: int = argument(
        200,
        integer("[1, inf)"),
        TRAINING,
        "int >= 1",
        "Epochs at most; iterations at most for L-BFGS.",
    )
    shuffle: bool = argument(
        True,
        boolean,
        TRAINING,
        "bool",
        "Whether each epoch has a new order (T3).",
    )
    random_state: int | np.random.RandomState | np.random.Generator | None = argument(
        None,
        random_source,
        TRAINING,
        "int, RandomState, Generator or None",
        "Initial weights, orders and the validation split are drawn from it, in scikit-learn's order.",
    )
    tol: float = argument(
        1e-4,
        number("[0, inf)"),
        STOPPING,
        "float >= 0",
        "Improvement of the loss or score that counts; the gradient's tolerance for L-BFGS.",
    )
    verbose: bool | int = argument(
        False,
        verbosity,
        TRAINING,
        "bool or int",
        "Whether to print a line for each epoch, and a progress bar on a terminal (with rich).",
    )
    warm_start: bool = argument(
        False,
        boolean,
        TRAINING,
        "bool",
        "Whether ``fit`` goes on from the weights of the fit before. With an int as ``random_state`` the same shuffles "
        "come again, as in scikit-learn; noise and draws with replacement go on.",
    )
    momentum: float = argument(
        0.9,
        number("[0, 1]"),
        TRAINING,
        "float in [0, 1]",
        "Momentum of ``solver='sgd'``, a decaying sum of past steps (U1).",
    )
    nesterovs_momentum: bool = argument(
        True,
        boolean,
        TRAINING,
        "bool",
        "Whether that momentum is Nesterov's, which looks ahead (U1).",
    )
    early_stopping: bool | EarlyStopping = argument(
        False,
        true_false_or_object,
        STOPPING,
        "bool or EarlyStopping",
        "Whether to set a share of the data aside, stop when its score stalls, and keep the best weights; "
        "``EarlyStopping(...)`` names scores, and replaces ``tol`` and ``n_iter_no_change``.",
    )
    validation_fraction: float = argument(
        0.1,
        number("[0, 1)"),
        STOPPING,
        "float in [0, 1)",
        "That share, where no ``X_val`` is passed; for two classes the split is stratified.",
    )
    beta_1: float = argument(
        0.9,
        number("[0, 1)"),
        TRAINING,
        "float in [0, 1)",
        "Adam's decay of the mean gradient (U1).",
    )
    beta_2: float = argument(
        0.999,
        number("[0, 1)"),
        TRAINING,
        "float in [0, 1)",
        "Adam's decay of the mean squared gradient (U1).",
    )
    epsilon: float = argument(
        1e-8,
        number("(0, inf)"),
        TRAINING,
        "float > 0",
        "Adam's epsilon, outside the root (U1).",
    )
    n_iter_no_change: float = argument(
        10,
        integer("[1, inf)", also=(math.inf,)),
        STOPPING,
        "int >= 1 or inf",
        "Epochs without such improvement after which training stops.",
    )
    max_fun: int = argument(
        15000,
        integer("[1, inf)"),
        TRAINING,
        "int >= 1",
        "Evaluations of the objective at most, for L-BFGS.",
    )
    output_activation: str | Activation = argument(
        "auto", anything, OURS, "str or Activation", 'Output activation g_o (B1); "auto" is the loss\'s own.'
    )
    initializer: str | Initializer | tuple[Sequence[ArrayLike], Sequence[ArrayLike]] = argument(
        "auto",
        anything,
        OURS,
        "str, Initializer or (coefs, intercepts)",
        'Initial weights (D1): "auto" is scikit-learn\'s; "glorot_uniform", "glorot_normal", "he_uniform", '
        '"he_normal", "lecun_uniform", "lecun_normal", "orthogonal", "zeros", an object such as '
        "``Orthogonal()``, or the arrays.",
    )
    scale_inputs: str | Scaling | None = argument(
        None,
        either(choice(None, *KINDS), lambda value: isinstance(value, Scaling)),
        OURS,
        '{None, "standard", "robust", "minmax"} or Scaling',
        "Scaling of inputs (T4), fitted on the training share and kept with the model: mean and deviation, median and "
        "quartiles, or range, which one corrupt row decides about: a warning says so. Sparse X is not centred. The "
        "``scaling_`` of another model is taken as it is.",
    )
    order: str | None = argument(
        None,
        choice(None, "shuffled", "cyclic", "random"),
        OURS,
        '{None, "shuffled", "cyclic", "random"}',
        '"random" draws with replacement (S1); None is as ``shuffle`` says.',
    )
    callbacks: Sequence[Callback] | None = argument(
        None,
        callback_list,
        OURS,
        "list of Callback or None",
        "Code that runs around epochs, such as ``TimeBudget(60)``.",
    )
    engine: str = argument(
        "auto",
        choice(*ENGINES),
        OURS,
        '{"auto", "native", "array"}',
        'What computes: C++ ("native"), or readable NumPy ("array"); "auto" is C++ where it knows every rule.',
    )
    dropout: float | Schedule | Sequence[float | Schedule] = argument(
        0.0,
        anything,
        OURS,
        "float in [0, 1), or one for each layer",
        "Share of units set to 0 while training (T7): of every hidden layer, or of inputs and each hidden layer, "
        "``(0.2, 0.5)``. A schedule will do.",
    )
    regularizers: Sequence[Regularizer] = argument(
        (),
        anything,
        OURS,
        "tuple of Regularizer",
        "L1, L2, WeightDecay, ProximalL1, MaxNorm, NonNegative, InputNoise, Clip (T6, D1), such as ``(L1(1e-4),)``; "
        "biases are spared, and a strength may be a schedule.",
    )
    average: str | SWA | EMA | None = argument(
        None,
        anything,
        OURS,
        '{None, "swa", "ema"}, SWA or EMA',
        "Predict with an average of the weights: of the last quarter of the epochs' ends, or a moving one over steps.",
    )


def is_lbfgs(solver: Any) -> bool:
    """Return whether ``solver`` is L-BFGS, by name or as an object."""
    return isinstance(solver, LBFGS) or (isinstance(solver, str) and solver == "lbfgs")


def is_stochastic(estimator: Any) -> bool:
    """Return True, or raise AttributeError: without it scikit-learn hides ``partial_fit``."""
    if is_lbfgs(estimator.solver):
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic."
        )
    return True
