"""Arguments: one line each makes the signature, the checks and the docstring."""

import dataclasses
import inspect
import math
import pickle
import re

import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import rosenblatt
from rosenblatt import (
    Adam,
    Autoencoder,
    AutoencoderDetector,
    Callback,
    Cosine,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
)
from rosenblatt.catalogue import catalogue
from rosenblatt.engines.native import native_module
from rosenblatt.estimators.parameters import (
    argument,
    boolean,
    check_replaced,
    choice,
    documented,
    integer,
    layer_sizes,
    number,
    sizes_of,
    verbosity,
)
from rosenblatt.initializers import INITIALIZERS
from rosenblatt.rules.activations import Activation, Tanh

OURS = {
    "output_activation",
    "initializer",
    "order",
    "callbacks",
    "engine",
    "dropout",
    "regularizers",
    "average",
    "scale_inputs",
}
OWN = {MLPClassifier: {"loss", "class_weight"}, MLPRegressor: {"scale_target"}}

ESTIMATORS = pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])


@ESTIMATORS
def test_the_signature_is_scikit_learns_and_then_ours(cls):
    theirs = inspect.signature(getattr(sklearn.neural_network, cls.__name__)).parameters
    ours = inspect.signature(cls).parameters
    if "loss" not in theirs and cls is MLPRegressor:
        pytest.skip("this scikit-learn's regressor has no loss yet")
    assert {name: p.default for name, p in theirs.items()}.items() <= {
        n: p.default for n, p in ours.items()
    }.items()
    extra = OURS | OWN[cls]
    assert ours.keys() - theirs.keys() == extra
    positional = [name for name, p in ours.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert positional == list(theirs)[: len(positional)]
    assert {ours[name].kind for name in extra} == {inspect.Parameter.KEYWORD_ONLY}


@ESTIMATORS
def test_the_docstring_shows_each_argument_once(cls):
    text = inspect.getdoc(cls)
    assert "{parameters}" not in text
    groups, section = text[: text.index("Attributes\n")].split("Parameters\n----------\n")
    for field in dataclasses.fields(cls):
        default = "inf" if field.default == math.inf else repr(field.default)
        line = f"{field.name} : {field.metadata['kind']}, default={default}"
        assert len(re.findall(rf"^{re.escape(line)}$", section, flags=re.MULTILINE)) == 1, line
        assert field.metadata["text"] in " ".join(section.split())
    for heading in ("The network, as in scikit-learn", "Stopping, as in scikit-learn", "Of this library"):
        (listed,) = re.findall(rf"- \*{heading}\*: ([^*]*)\.", groups)
        names = [field.name for field in dataclasses.fields(cls) if field.metadata["group"] == heading]
        assert sorted(listed.replace("`", "").replace(",", " ").split()) == sorted(names)


# What the lecture has no equation for.
WITHOUT_EQUATION = {
    "max_iter",
    "random_state",
    "tol",
    "verbose",
    "warm_start",
    "callbacks",
    "engine",
    "max_fun",
}
WITHOUT_EQUATION |= {"average", "early_stopping", "validation_fraction", "n_iter_no_change"}


@ESTIMATORS
def test_each_argument_takes_three_lines_of_help_and_names_its_equation(cls):
    text = inspect.getdoc(cls)
    _groups, section = text[: text.index("Attributes\n")].split("Parameters\n----------\n")
    entries = re.split(
        r"^(?=\w+ : )", re.sub(r"^\*.*\*$|^$", "", section, flags=re.MULTILINE), flags=re.MULTILINE
    )
    assert len(entries) == 1 + len(dataclasses.fields(cls))
    for entry in entries[1:]:
        lines = [line for line in entry.splitlines() if line.strip()]
        assert len(lines) <= 1 + 3, entry  # the name and what it may be, then the text
        assert max(map(len, lines)) <= 100, entry
        labelled = re.search(r"\b[NPGFBECUORSDTA]\d\b", entry) is not None
        assert labelled != (lines[0].split(" : ")[0] in WITHOUT_EQUATION), entry


KINDS = ("MLPClassifier", "MLPRegressor", "Perceptron", "Autoencoder", "AutoencoderDetector")
KINDS += ("SparseAutoencoder", "DenoisingAutoencoder", "ContractiveAutoencoder")


@pytest.mark.parametrize("kind", KINDS)
def test_signatures_show_what_an_argument_may_be(kind):
    for parameter in inspect.signature(getattr(rosenblatt, kind)).parameters.values():
        assert re.search(r"\bAny\b", parameter.annotation.replace("Mapping[Any, float]", "")) is None, (
            parameter
        )


@ESTIMATORS
def test_help_names_every_activation_and_initializer(cls):
    text = inspect.getdoc(cls)
    elementwise = [name for name, rule in catalogue(Activation).items() if not rule.row_wise]
    assert [name for name in (*elementwise, *INITIALIZERS) if f'"{name}"' not in text] == []


@ESTIMATORS
def test_get_params_set_params_and_clone(cls):
    model = cls(hidden_layer_sizes=(3, 2), activation=Tanh(), solver=Adam(beta_1=0.8), learning_rate=Cosine())
    parameters = model.get_params()
    assert parameters.keys() == {field.name for field in dataclasses.fields(cls)}
    twin = clone(model)
    assert twin is not model
    assert twin.get_params() == parameters
    assert model.set_params(alpha=0.5) is model
    assert (model.alpha, twin.alpha) == (0.5, 1e-4)
    with pytest.raises(ValueError, match="Invalid parameter 'alfa'"):
        model.set_params(alfa=1)


def test_repr_shows_what_differs_from_the_defaults():
    assert repr(MLPClassifier()) == "MLPClassifier()"
    assert repr(MLPClassifier((5,), solver=Adam(beta_1=0.8))) == (
        "MLPClassifier(hidden_layer_sizes=(5,),\n"
        "              solver=Adam(beta_1=0.8, beta_2=0.999, epsilon=1e-08))"
    )


def test_estimators_are_equal_only_to_themselves():
    one, other = MLPClassifier(), MLPClassifier()
    assert one != other
    assert len({one, other}) == 2


@given(st.integers(-5, 5))
def test_whole_numbers(value):
    check = integer("[1, inf)", also=("auto",))
    check("n", "auto")
    for kind in (int, np.int64, np.int8):
        if value >= 1:
            check("n", kind(value))
        else:
            with pytest.raises(ValueError, match=r"n must be a whole number in \[1, inf\) or 'auto', got"):
                check("n", kind(value))
    for wrong in (float(value), str(value), True, None):
        with pytest.raises(TypeError, match=re.escape(f"got {wrong!r}")):
            check("n", wrong)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_real_numbers(value):
    check = number("(0, 1]")
    if 0 < value <= 1:
        check("share", value)
        check("share", np.float64(value))
    else:
        with pytest.raises(ValueError, match=r"share must lie in \(0, 1\], got"):
            check("share", value)


def test_truth_values_and_choices():
    for value in (True, False, np.True_):
        boolean("flag", value)
    for value in (True, False, 0, 2, np.int64(3)):
        verbosity("verbose", value)
    check = choice(None, "a", "b")
    check("kind", None)
    check("kind", "a")
    with pytest.raises(ValueError, match=r"unknown kind 'c'\. Known: 'a', 'b'\."):
        check("kind", "c")
    with pytest.raises(ValueError, match="unknown kind array"):
        check("kind", np.array(["a", "b"]))


@pytest.mark.parametrize(
    ("value", "sizes"),
    [
        (3, (3,)),
        ((), ()),
        ([], ()),
        ((3, 2), (3, 2)),
        ([3], (3,)),
        (np.array([4, 5]), (4, 5)),
        (np.int32(7), (7,)),
        (range(3, 5), (3, 4)),
        (pd.Series([4, 5], index=[8, 9]), (4, 5)),
        (pd.Index([4]), (4,)),
    ],
)
def test_layer_sizes(value, sizes):
    layer_sizes("hidden_layer_sizes", value)
    assert sizes_of(value) == sizes
    assert all(type(size) is int for size in sizes_of(value))


@documented
@dataclasses.dataclass
class Kettle:
    """Boils water.

    {parameters}
    """

    rule: object = argument("plain", choice("plain"), "Boiling", "str", "How.")
    strength: float = argument(math.inf, number("[0, inf]"), "Boiling", "float", "How strong.")


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ({10, 20}, "a set, which has no order"),
        (frozenset({10}), "a frozenset, which has no order"),
        ({10: 20}, "a dict, which has no order"),
        ((size for size in (10, 20)), "a generator, which can be read only once"),
        (map(int, "35"), "a map, which can be read only once"),
    ],
)
def test_what_has_no_order_or_comes_but_once_is_named(sizes, why):
    X, y = np.eye(6), [0, 1, 0, 1, 0, 1]
    cases = {"hidden_layer_sizes": sizes}
    if isinstance(sizes, set | frozenset):
        cases |= {"activation": {"relu", "tanh"}, "dropout": {0.1, 0.2}}
        why = why.removeprefix("a frozenset").removeprefix("a set")
    for name, value in cases.items():
        with pytest.raises(TypeError, match=f"{name} must be.*{why}: pass a tuple"):
            MLPClassifier(**{"hidden_layer_sizes": (3, 2), name: value}).fit(X, y)


def words_of(cls):
    """Yield name and word for every argument of an estimator that is told by words."""
    for field in dataclasses.fields(cls):
        known = {"order": ["shuffled", "cyclic"], "average": ["ema"], "class_weight": ["balanced"]}
        known |= {"scale_inputs": ["standard", "robust"], "penalty": ["l1", "l2"], "solver": ["sgd", "lbfgs"]}
        known |= {"batch_size": ["full"], "learning_rate_init": ["auto"], "learning_rate": ["adaptive"]}
        known |= {"variant": ["averaged", "voted", "pocket"], "stop": ["separated"]}
        known |= {"engine": ["array", "native"], "initializer": ["he_normal"], "activation": ["tanh"]}
        known |= {"loss": ["squared_error"], "output_activation": ["auto"], "code_activation": ["tanh"]}
        yield from ((field.name, word) for word in known.get(field.name, []))
    if cls is AutoencoderDetector:
        yield "hidden_layer_sizes", "auto"


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor, Perceptron, Autoencoder, AutoencoderDetector])
@pytest.mark.filterwarnings("ignore")
def test_a_word_may_be_numpys_string(cls):
    X = np.random.RandomState(0).normal(size=(40, 3))
    y = (X[:, 0] > 0).astype(int)
    for name, word in words_of(cls):
        if word == "native" and native_module() is None:
            continue
        seed = {"random_state": 0, "max_iter": 3}
        plain, numpys = (cls(**{**seed, name: given}).fit(X, y) for given in (word, np.array([word])[0]))
        repeated = pickle.loads(pickle.dumps(clone(numpys).fit(X, y)))
        for model in (numpys, repeated):
            method = "transform" if cls is Autoencoder else "predict"
            np.testing.assert_array_equal(getattr(model, method)(X), getattr(plain, method)(X))


def test_a_grid_of_words_is_an_array_of_them():
    X = np.random.RandomState(0).normal(size=(40, 3))
    y = (X[:, 0] > 0).astype(int)
    search = GridSearchCV(Perceptron(), {"penalty": np.array(["l1", "l2"])}, error_score="raise").fit(X, y)
    assert search.best_params_["penalty"] in ("l1", "l2")
    several = MLPClassifier((4, 3), np.array(["relu", "tanh"]), solver="lbfgs", random_state=0).fit(X, y)
    assert [rule.name for rule in several.network_.activations] == ["relu", "tanh"]


def test_a_docstring_is_made_of_the_lines():
    assert inspect.getdoc(Kettle) == (
        "Boils water.\n\n- *Boiling*: ``rule``, ``strength``.\n\nParameters\n----------\n"
        "rule : str, default='plain'\n    How.\nstrength : float, default=inf\n    How strong."
    )


def test_what_an_object_replaces_must_stand_at_its_default():
    check_replaced(Kettle(rule=Callback), "rule", ["strength"])
    with pytest.raises(ValueError, match=r"rule=<class .*> replaces strength, but strength=2\.0 was given"):
        check_replaced(Kettle(rule=Callback, strength=2.0), "rule", ["strength"])
