"""What PyTorch, Keras, scikit-learn and textbooks call the things that have a name here."""

from __future__ import annotations

from collections.abc import Iterable

_CROSS_ENTROPIES = (
    *("crossentropy", "crossentropyloss", "binarycrossentropy", "ce", "bce", "bceloss", "xent"),
    *("bcewithlogits", "bcewithlogitsloss", "logloss", "logisticloss", "deviance"),
)

# Each name, in small letters without separators, and what it is here: the first that an argument knows is meant.
# None is what looks like a name of the library's and is another thing.
_OF_VALUES: dict[str, tuple[str, ...] | None] = {
    # activations
    **dict.fromkeys(("swish", "sil"), ("silu",)),
    **dict.fromkeys(("sigmoid", "expit", "logsig", "sigm"), ("logistic",)),
    **dict.fromkeys(("none", "purelin", "id", "noactivation"), ("identity",)),
    **dict.fromkeys(("tansig", "hyperbolictangent"), ("tanh",)),
    **dict.fromkeys(("lecuntanh", "stanh"), ("scaled_tanh",)),
    **dict.fromkeys(("rectifier", "rectifiedlinear"), ("relu",)),
    **dict.fromkeys(("lrelu", "leaky"), ("leaky_relu",)),
    **dict.fromkeys(("heaviside", "hardlim", "step"), ("threshold",)),
    "satlins": ("hard_tanh",),
    "celu": ("elu",),  # at a scale of 1, their defaults
    "exponential": ("exp",),
    **dict.fromkeys(
        (
            "hardsigmoid",
            "hardswish",
            "hardsilu",
            "hardshrink",
            "softshrink",
            "tanhshrink",
            "logsigmoid",
            "logsoftmax",
        ),
        None,
    ),
    **dict.fromkeys(
        ("relu6", "prelu", "rrelu", "crelu", "glu", "geglu", "swiglu", "softmin", "quickgelu"), None
    ),
    # losses
    **dict.fromkeys(
        ("mse", "meansquarederror", "mseloss", "squaredloss", "leastsquares", "ls"),
        ("squared_error", "neg_mean_squared_error"),
    ),
    **dict.fromkeys(("rmse", "rootmeansquarederror"), ("neg_root_mean_squared_error", "squared_error")),
    **dict.fromkeys(
        ("meanabsoluteerror", "absoluteerror", "l1loss", "lad", "mae"), ("mae", "neg_mean_absolute_error")
    ),
    "l1": ("l1", "mae"),
    "l2": ("l2", "squared_error"),
    **dict.fromkeys(("smoothl1", "smoothl1loss", "huberloss"), ("huber",)),
    **dict.fromkeys(("pinball", "quantileloss"), ("quantile",)),
    **dict.fromkeys(("poissonnll", "poissonnllloss", "poissondeviance"), ("poisson",)),
    **dict.fromkeys(("gaussiannll", "gaussiannllloss", "nllgaussian"), ("gaussian",)),
    "gammadeviance": ("gamma",),
    "tweediedeviance": ("tweedie",),
    **dict.fromkeys(_CROSS_ENTROPIES, ("log_loss", "binary_cross_entropy", "neg_log_loss")),
    **dict.fromkeys(
        (
            "categoricalcrossentropy",
            "sparsecategoricalcrossentropy",
            "nll",
            "nllloss",
            "softmaxcrossentropy",
            "log",
        ),
        ("log_loss", "neg_log_loss"),
    ),
    **dict.fromkeys(("focalloss", "binaryfocalcrossentropy", "categoricalfocalcrossentropy"), ("focal",)),
    **dict.fromkeys(("hingeloss", "marginloss", "svm"), ("hinge",)),
    **dict.fromkeys(
        ("logcosh", "mape", "msle", "meanabsolutepercentageerror", "kldiv", "kldivergence"), None
    ),
    # solvers
    **dict.fromkeys(("bfgs", "lbfgsb", "lbfgs"), ("lbfgs",)),
    **dict.fromkeys(("gd", "gradientdescent", "backprop", "sgdm"), ("sgd",)),
    **dict.fromkeys(
        ("adamax", "adadelta", "ftrl", "adafactor", "radam", "lamb", "asgd", "newton", "newtoncg", "cg"), None
    ),
    # initial weights
    **dict.fromkeys(("xavier", "xavieruniform", "glorot"), ("glorot_uniform",)),
    "xaviernormal": ("glorot_normal",),
    **dict.fromkeys(("kaiming", "kaiminguniform", "he"), ("he_uniform",)),
    "kaimingnormal": ("he_normal",),
    "lecun": ("lecun_uniform",),
    # scalings, orders, averages, engines, penalties
    **dict.fromkeys(
        ("zscore", "standardize", "standardise", "standardscaler", "standardscaling"), ("standard",)
    ),
    **dict.fromkeys(("minmaxscaler", "normalize", "minmaxscaling"), ("minmax",)),
    "robustscaler": ("robust",),
    **dict.fromkeys(("shuffle", "permutation"), ("shuffled",)),
    **dict.fromkeys(("sequential", "sorted", "fixed"), ("cyclic",)),
    **dict.fromkeys(("replacement", "withreplacement", "bootstrap"), ("random",)),
    **dict.fromkeys(("polyak", "stochasticweightaveraging"), ("swa",)),
    **dict.fromkeys(("movingaverage", "exponentialmovingaverage"), ("ema",)),
    **dict.fromkeys(("numpy", "python"), ("array",)),
    **dict.fromkeys(("cpp", "c++", "c", "cpu"), ("native",)),
    "ridge": ("l2",),
    "lasso": ("l1",),
    # scores
    **dict.fromkeys(("acc", "accuracyscore"), ("accuracy",)),
    "balancedacc": ("balanced_accuracy",),
    **dict.fromkeys(("auc", "auroc", "aucroc", "rocaucscore"), ("roc_auc",)),
    **dict.fromkeys(("ap", "auprc", "averageprecisionscore"), ("average_precision",)),
    **dict.fromkeys(("brier", "brierscore"), ("neg_brier_score",)),
    "r2score": ("r2",),
    "f1score": ("f1",),
}

_SCHEDULES = {
    **dict.fromkeys(("cosine", "cosineannealing", "cosineannealinglr", "cosinedecay"), "Cosine()"),
    **dict.fromkeys(("onecycle", "onecyclelr", "1cycle"), "OneCycle()"),
    **dict.fromkeys(("exponential", "exponentiallr", "exponentialdecay"), "Exponential()"),
    **dict.fromkeys(("step", "steplr", "stepdecay"), "Step(every=30, factor=0.1)"),
    **dict.fromkeys(("multistep", "multisteplr", "piecewise", "piecewiseconstant"), "MultiStep((60, 120))"),
    **dict.fromkeys(("plateau", "reduceonplateau", "reducelronplateau"), "ReduceOnPlateau()"),
    **dict.fromkeys(("polynomial", "polynomiallr", "polynomialdecay", "poly", "linear"), "Polynomial()"),
    **dict.fromkeys(("inversetime", "inversetimedecay", "timebased"), "InverseTime()"),
    **dict.fromkeys(("warmup", "linearwarmup"), "Warmup(epochs=5, then=Constant())"),
    **dict.fromkeys(("cosinewarmrestarts", "cosineannealingwarmrestarts", "sgdr"), "Cosine(cycles=3)"),
}
_ADVICE: dict[str, dict[str, str]] = {
    "learning_rate": {
        **{name: f"this is an object, learning_rate={text}" for name, text in _SCHEDULES.items()},
        "auto": "to have the rate found, set learning_rate_init='auto'",
    },
    "solver": {
        **dict.fromkeys(
            ("momentum", "heavyball"), "take solver='sgd', whose momentum=0.9, or the object Momentum(0.9)"
        ),
        **dict.fromkeys(
            ("nesterov", "nag"), "take solver='sgd' with nesterovs_momentum=True, or the object Nesterov(0.9)"
        ),
    },
    "penalty": {"none": "no penalty is penalty=None"},
    "scale_inputs": {"none": "no scaling is scale_inputs=None"},
}
"""By argument: what is not a name here, but can be had."""


def plain(name: str) -> str:
    """Return a name in small letters without the separators in which libraries differ.

    Examples
    --------
    >>> plain("Cross-Entropy Loss")
    'crossentropyloss'
    """
    return "".join(letter for letter in name.lower().rpartition(".")[2] if letter not in "_- ")


def meant(what: str, name: str, known: Iterable[str]) -> str | None:
    """Return what to say of a name that an argument does not know, or None where the table has nothing of it.

    Parameters
    ----------
    what : str
        The argument.
    name : str
        What was given.
    known : iterable of str
        The names that the argument knows.

    Returns
    -------
    str or None
        A clause; empty where the name is another thing than all that are known, however alike they sound.

    Examples
    --------
    >>> meant("activation", "Swish", ["relu", "silu", "mish"])
    "did you mean 'silu'?"
    >>> meant("activation", "hard_swish", ["hard_tanh"])
    ''
    """
    key, names = plain(name), {plain(one): one for one in known}
    if key in names:
        return f"did you mean {names[key]!r}?"
    advice = _ADVICE.get(what, {}).get(key)
    if advice is not None:
        return f"{advice}."
    if key == "linear" and "identity" in names:
        return "did you mean 'identity'?"
    if key not in _OF_VALUES:
        return None
    here = [one for one in _OF_VALUES[key] or () if one in names.values()]
    return f"did you mean {here[0]!r}?" if here else ""
