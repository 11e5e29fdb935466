"""Every public object is documented, and its section Parameters says what is true."""

import inspect
import re

import pytest

from tests.architecture.sources import methods, modules, offered, public_objects

OBJECTS = dict(public_objects())

# They list their arguments in groups, so the order is another than the signature's.
ESTIMATORS = (
    "Autoencoder",
    "AutoencoderDetector",
    "ContractiveAutoencoder",
    "DenoisingAutoencoder",
    "MLPClassifier",
    "MLPRegressor",
    "Perceptron",
    "SparseAutoencoder",
)


def parameters_of(function):
    """Return the names of a callable's parameters, as a docstring writes them."""
    if getattr(function, "_is_protocol", False):
        return []  # it is not called, but what it asks for written down
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # an exception takes what its base takes
        return []
    return [marks.get(p.kind, "") + p.name for p in parameters if p.name not in ("self", "cls")]


def section(docstring, title):
    """Return the lines of one section, or None."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w[\w ]*\n-+$|\Z)", docstring, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else None


def described(docstring):
    """Return the names that the section Parameters describes, in order."""
    lines = (section(docstring, "Parameters") or "").splitlines()
    heads = [line.split(" : ")[0] for line in lines if re.match(r"[\w*]+(, [\w*]+)*( : |$)", line)]
    return [name for head in heads for name in head.split(", ")]


@pytest.mark.parametrize("name", modules())
def test_every_module_says_what_it_is(name):
    assert (modules()[name].__doc__ or "").strip()


@pytest.mark.parametrize("name", OBJECTS)
def test_every_public_object_has_a_docstring(name):
    value = OBJECTS[name]
    if inspect.isclass(value):
        assert "__doc__" in vars(value)
        assert value.__doc__
        assert not value.__doc__.startswith(f"{value.__name__}(")  # what dataclass writes by itself
        return
    assert inspect.getdoc(value)  # a method may inherit it


@pytest.mark.parametrize("name", OBJECTS)
def test_a_section_on_parameters_names_those_there_are(name):
    value = OBJECTS[name]
    named = described(
        inspect.cleandoc(value.__doc__ or "")
    )  # its own: another may name an inherited one otherwise
    if named and not name.endswith(ESTIMATORS):
        assert named == parameters_of(value)


CLASSES = {name: value for name, value in offered().items() if isinstance(value, type)}
FUNCTIONS = {name: value for name, value in offered().items() if not isinstance(value, type)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_offered_function_has_its_sections(name):
    assert described(inspect.getdoc(FUNCTIONS[name])) == parameters_of(FUNCTIONS[name])


@pytest.mark.parametrize("name", CLASSES)
def test_an_offered_class_has_its_sections(name):
    cls = CLASSES[name]
    assert sorted(described(inspect.getdoc(cls))) == sorted(parameters_of(cls))
    if name in ESTIMATORS:
        for title in ("Attributes", "See Also", "References", "Examples"):
            assert section(inspect.getdoc(cls), title), title


def offered_methods():
    """Yield the methods of offered classes, where they are first defined."""
    for cls in CLASSES.values():
        for base in cls.__mro__:
            if not base.__module__.startswith("rosenblatt"):
                continue
            for name, method in methods(base.__name__, base):
                above = base.__mro__[1:]
                if not any(name.split(".")[1] in vars(other) for other in above):
                    yield name, base, method


METHODS = {name: (base, method) for name, base, method in offered_methods()}


@pytest.mark.parametrize("name", METHODS)
def test_an_offered_method_has_its_sections(name):
    base, method = METHODS[name]
    documentation = inspect.getdoc(method)
    named = parameters_of(method)
    assert described(documentation) == named
    is_property = isinstance(inspect.getattr_static(base, method.__name__), property)
    returns = method.__annotations__["return"] not in ("None", None)
    if named and returns and not is_property:
        assert section(documentation, "Returns")


def test_the_check_reads_docstrings():
    text = "Do.\n\nParameters\n----------\na, b : int\n    Text.\n**c\n\nReturns\n-------\nint"
    assert described(text) == ["a", "b", "**c"]
    assert section(text, "Returns") == "int"
    assert section(text, "Raises") is None
