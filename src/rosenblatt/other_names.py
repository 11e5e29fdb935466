"""What things are called elsewhere: in PyTorch, Keras, scikit-learn, MATLAB. The one table that hints are made from.

A name that only looks like one of ours is no hint: swish is the SiLU and not Mish. So these names come first, letters
decide about all others, and of what is not to be had here no letter is made anything.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

MEANT: Mapping[str, str] = {
    # activations
    "silu": "swish",
    "logistic": "sigmoid logsig expit sigm",
    "identity": "linear none purelin id no_activation",
    "tanh": "tansig hyperbolic_tangent",
    "scaled_tanh": "lecun_tanh stanh",
    "relu": "poslin rectifier rectified_linear",
    "leaky_relu": "lrelu leaky",
    "elu": "celu",
    "hard_tanh": "satlins",
    "exp": "exponential",
    # losses
    "log_loss": """cross_entropy ce xent nll negative_log_likelihood log logistic deviance binomial_deviance
        categorical binary multiclass multinomial binary:logistic multi:softmax
        multi:softprob categorical_crossentropy categorical_cross_entropy sparse_categorical_crossentropy
        softmax_cross_entropy
        bce binary_crossentropy binary_cross_entropy bce_with_logits binary_cross_entropy_with_logits""",
    "binary_cross_entropy": """binary log_loss cross_entropy ce xent log bce binary_crossentropy bce_with_logits
        binary_cross_entropy_with_logits""",
    "squared_error": """mse mean_squared_error mean_square_error l2 squared ls least_squares quadratic regression
        reg:squarederror""",
    "mae": "mean_absolute_error absolute_error absolute l1 lad",
    "huber": "smooth_l1",
    "quantile": "pinball",
    "poisson": "poisson_nll poisson_deviance",
    "gaussian": "gaussian_nll nll_gaussian",
    "gamma": "gamma_deviance",
    "tweedie": "tweedie_deviance",
    "focal": """binary_focal_crossentropy categorical_focal_crossentropy binary_focal categorical_focal
        sigmoid_focal""",
    "hinge": "svm",
    # optimisers
    "lbfgs": "l_bfgs_b",
    "sgd": "gd gradient_descent stochastic_gradient_descent backprop",
    # initial weights
    "glorot_uniform": "xavier xavier_uniform glorot",
    "glorot_normal": "xavier_normal",
    "he_normal": "kaiming_normal",
    "he_uniform": "kaiming kaiming_uniform he",
    "auto": "default sklearn scikit_learn",
    # penalties of the perceptron, averages, scalings
    "elasticnet": "l1_l2 l1l2",
    "l1": "lasso",
    "l2": "ridge weight_decay",
    "swa": "stochastic_weight_averaging polyak",
    "ema": "exponential_moving_average ewma moving_average",
    "standard": "standardize standardise zscore StandardScaler true",
    "robust": "RobustScaler quantile iqr",
    "minmax": "MinMaxScaler range unit_interval",
    # orders, the perceptron's words, engines
    "shuffled": "shuffle permutation epoch",
    "cyclic": "sequential in_order sorted",
    "random": "with_replacement replacement bootstrap iid",
    "averaged": "average mean",
    "voted": "vote voting",
    "pocket": "ratchet best",
    "tolerance": "tol",
    "separated": "separable no_mistakes perfect",
    "array": "numpy python",
    "native": "c++ cpp compiled c cpu",
    "full": "all full_batch whole",
    # errors of reconstruction, kinds of autoencoders
    "sample": "row rows samples",
    "feature": "column columns features",
    "entry": "element elements entries cell none",
    "input": "original raw inputs",
    "trained": "scaled training",
    "plain": "vanilla autoencoder",
    # scores
    "neg_mean_squared_error": "mse mean_squared_error",
    "neg_root_mean_squared_error": "rmse root_mean_squared_error",
    "neg_mean_absolute_error": "mae mean_absolute_error",
    "neg_mean_absolute_percentage_error": "mape mean_absolute_percentage_error",
    "neg_mean_squared_log_error": "msle mean_squared_log_error mean_squared_logarithmic_error",
    "neg_max_error": "max_error",
    "neg_log_loss": "log_loss cross_entropy categorical_crossentropy binary_crossentropy nll",
    "neg_brier_score": "brier brier_score brier_score_loss",
    "roc_auc": "auc auroc auc_roc roc_auc_score",
    "average_precision": "ap pr_auc auprc average_precision_score",
    "accuracy": "acc accuracy_score val_accuracy val_acc",
    "balanced_accuracy": "balanced_acc balanced_accuracy_score",
    "matthews_corrcoef": "mcc",
    "r2": "r2_score r_squared",
    "f1": "f1_score",
    "top_k_accuracy": "top_k top_k_accuracy_score",
}
"""Names here, and what else they are called; where several fit, the first that an argument knows is told."""

ABSENT = """
    hard_swish hardswish hard_silu hard_sigmoid relu6 prelu rrelu crelu glu geglu swiglu maxout gelu_tanh gelu_new
    quick_gelu log_sigmoid log_softmax softmin sparsemax tanhshrink softshrink hardshrink thresholded_relu squareplus
    sin sine gaussian_rbf rbf heaviside step binary_step sign squared_relu sparse_plus sparse_sigmoid
    hinge_embedding multi_margin multilabel_margin soft_margin margin_ranking categorical_hinge cosine_similarity
    cosine_embedding triplet triplet_margin ctc kl_div kld kl_divergence kullback_leibler_divergence log_cosh
    modified_huber epsilon_insensitive squared_epsilon_insensitive dice iou tversky squared_log
    adadelta adamax radam adafactor adabelief asgd ftrl lamb lars lookahead muon rangers sparse_adam sophia sag saga
    newton newton_cg newton_cholesky cg liblinear bfgs levenberg_marquardt trainlm
    uniform normal random random_uniform random_normal truncated_normal trunc_normal constant ones dirac eye
    variance_scaling sparse optimal max_abs maxabs normalize l2_normalize batch_norm layer_norm power cuda gpu torch jax
    tensorflow mps
    loss val_loss objective cosine
"""
"""Names of what is not here: what only looks like them would mislead."""

OBJECTS: Mapping[str, Mapping[str, str]] = {
    "learning_rate": {
        "learning_rate=Cosine()": "cosine cosine_annealing cosine_decay",
        "learning_rate=Cosine(cycles=3)": """cosine_restarts cosine_annealing_warm_restarts cosine_decay_restarts sgdr
            cosine_with_restarts""",
        "learning_rate=OneCycle()": "onecycle 1cycle super_convergence",
        "learning_rate=Step()": "step staircase step_decay",
        "learning_rate=MultiStep()": "multistep piecewise piecewise_constant piecewise_constant_decay",
        "learning_rate=Exponential()": "exponential exp exponential_decay",
        "learning_rate=Polynomial()": "polynomial poly polynomial_decay linear linear_decay",
        "learning_rate=InverseTime()": "inverse_time inverse_time_decay time_based time_decay",
        "learning_rate=ReduceOnPlateau()": "plateau reduce_on_plateau reduce_lr_on_plateau",
        "learning_rate=Warmup()": "warmup linear_warmup constant_with_warmup",
        "learning_rate=Warmup(then=Cosine())": "cosine_with_warmup warmup_cosine",
        "learning_rate=Warmup(then=Polynomial())": "linear_with_warmup warmup_linear",
        "learning_rate_init='auto'": "auto find lr_find",
        "learning_rate='constant'": "fixed none",
        "learning_rate='invscaling'": "inverse_scaling",
    },
    "solver": {
        "solver='sgd', nesterovs_momentum=False": "momentum sgd_momentum sgdm heavy_ball",
        "solver='sgd', nesterovs_momentum=True": "nesterov nag",
        "solver='sgd', momentum=0": "vanilla_sgd plain_sgd",
    },
    "corruption": {
        "corruption=Gaussian(0.3)": "gaussian gaussian_noise normal noise additive",
        "corruption=Masking(0.3)": "masking mask masking_noise dropout zero zeros",
        "corruption=SaltAndPepper(0.1)": "salt_and_pepper salt_pepper s&p impulse",
        "corruption=Multiplicative(0.3)": "multiplicative speckle gaussian_dropout",
    },
    "sparsity": {
        "sparsity=ActivityL1(0.1)": "l1 activity_l1",
        "sparsity=KLDivergence(0.3)": "kl kl_divergence kld kl_sparsity",
    },
    "regularizers": {
        "regularizers=(L1(1e-4),)": "l1 lasso",
        "regularizers=(L2(1e-4),)": "l2 ridge",
        "regularizers=(L1(1e-4), L2(1e-4))": "l1_l2 elasticnet elastic_net",
        "regularizers=(WeightDecay(1e-4),)": "weight_decay decay",
        "regularizers=(MaxNorm(3),)": "max_norm unit_norm",
        "regularizers=(NonNegative(),)": "non_negative non_neg",
        "regularizers=(InputNoise(0.1),)": "noise gaussian_noise input_noise",
        "regularizers=(Clip(norm=1),)": "clip clip_norm gradient_clipping",
        "dropout=0.5": "dropout",
    },
}
"""For an argument what is said by an object, or by more than one argument, and what that is called."""

_ENDINGS = re.compile(r"(?<=[a-z0-9])(loss|lr|optimizer|scheduler|schedule|activation|initializer|scaling)$")


def plain(name: str) -> str:
    """Return a name as it is compared: without case, signs, and what says only of which kind it is.

    Examples
    --------
    >>> plain("CosineAnnealingLR"), plain("nn.Leaky-ReLU"), plain("BCEWithLogitsLoss")
    ('cosineannealing', 'leakyrelu', 'bcewithlogits')
    """
    letters = re.sub(r"[^a-z0-9+&]", "", name.lower().rpartition(".")[2])
    return letters if letters in ("logloss", "invscaling") else _ENDINGS.sub("", letters)


def _inverted(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for ours, names in table.items():
        for name in map(plain, names.split()):
            found[name] = (*found.get(name, ()), ours)
    return found


_MEANT = _inverted(MEANT)
_ABSENT = frozenset(map(plain, ABSENT.split()))
_OBJECTS = {what: _inverted(table) for what, table in OBJECTS.items()}


def said_by(what: str, name: str) -> str:
    """Return the object that an argument takes for a name, as code; empty if there is none."""
    return _OBJECTS.get(what, {}).get(plain(name), ("",))[0]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _name_of(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value)
    return str(getattr(value, "__name__", type(value).__name__))


def instead(what: str, value: object) -> str:
    """Return what a message adds where an argument takes objects and was given a word, or a class.

    Examples
    --------
    >>> instead("corruption", "gaussian"), instead("corruption", 7)
    (', did you mean corruption=Gaussian(0.3)?', '')
    """
    said = said_by(what, value if isinstance(value, str) else _name_of(value))
    return f", did you mean {said}?" if said else ""


def meant(what: str, value: object, known: Sequence[object]) -> str:
    """Return what somebody presumably meant by what an argument does not know, as code; empty if nothing is likely.

    Parameters
    ----------
    what : str
        The argument.
    value : object
        A name, or what has one in another library: a function, a class, an object of it.
    known : sequence of object
        The words that it takes, and None where it takes that.

    Returns
    -------
    str

    Examples
    --------
    >>> meant("activation", "swish", ["mish", "silu"]), meant("activation", "hard_swish", ["mish", "silu"])
    ("'silu'", '')
    >>> meant("activation", "rellu", ["relu", "elu"]), meant("learning_rate", "cosine", ["constant"])
    ("'relu'", 'learning_rate=Cosine()')
    """
    name = value if isinstance(value, str) else _name_of(value)
    words, letters = [one for one in known if isinstance(one, str)], plain(name)
    same = [word for word in words if plain(word) == letters]
    if not name or same:
        return repr(same[0]) if same else ""
    if None in known and letters in ("none", "null", "no", "off", "false", ""):
        return "None"
    if said := said_by(what, name):
        return said
    elsewhere = [ours for ours in _MEANT.get(letters, ()) if ours in words]
    if elsewhere or letters in _MEANT or letters in _ABSENT or not isinstance(value, str):
        return repr(elsewhere[0]) if elsewhere else ""
    candidates = {word.lower(): word for word in words}
    own = difflib.get_close_matches(name.lower(), candidates, n=1)
    aliases = {
        alias: here[0]
        for alias, several in _MEANT.items()
        if alias not in candidates and (here := [one for one in several if one in words])
    }
    slips = difflib.get_close_matches(letters, aliases, n=1, cutoff=0.8)
    if slips and not (own and _likeness(name.lower(), own[0]) >= _likeness(letters, slips[0])):
        return repr(aliases[slips[0]])
    found = [candidates[one] for one in own] or [word for word in words if word.startswith(name)]
    return repr(found[0]) if found else ""
