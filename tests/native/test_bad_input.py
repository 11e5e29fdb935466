"""The bare binding refuses what it cannot compute with, and never touches memory out of bounds."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosenblatt.engines.native import native_module

module = native_module()
pytestmark = pytest.mark.skipif(module is None, reason="the native engine was not built")
ADAM = ("adam", {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8})
REFUSED = (ValueError, TypeError)


def program(sizes=(3, 4, 2), dtype="float64", **changes):
    arguments = {
        "sizes": list(sizes),
        "hidden": [("tanh", {})] * (len(sizes) - 2),
        "output": ("identity", {}),
        "loss": ("squared_error", {}),
        "optimizer": ADAM,
        "penalties": [("l2", True)],
    }
    return getattr(module, f"Program{dtype.capitalize()}")(**(arguments | changes))


def arguments(n=6, steps=3, dtype=np.float64):
    """Return good arguments of ``epochs`` for a 3-4-2 network."""
    rng = np.random.default_rng(0)
    return {
        "theta": rng.normal(size=26).astype(dtype),
        "slots": [np.zeros(26, dtype), np.zeros(26, dtype)],
        "X": rng.normal(size=(n, 3)).astype(dtype),
        "y": rng.normal(size=(n, 2)).astype(dtype),
        "weight": np.ones(n, dtype),
        "indices": rng.permutation(n),
        "bounds": np.array([0, 2, 4, 6])[: steps + 1],
        "settings": np.full((steps, 3), 1e-3),
        "rows": np.empty((steps, 6)),
    }


def test_good_arguments_are_taken():
    program().epochs(**arguments())


def test_read_only_inputs_are_taken():
    given_ = arguments()
    for name in ("X", "y", "weight", "indices", "bounds", "settings"):
        given_[name].flags.writeable = False
    program().epochs(**given_)


@pytest.mark.parametrize("name", ["theta", "rows"])
def test_read_only_outputs_are_refused(name):
    given_ = arguments()
    given_[name].flags.writeable = False
    with pytest.raises(REFUSED):
        program().epochs(**given_)


ARRAYS = ["theta", "X", "y", "weight", "indices", "bounds", "settings", "rows"]
SPOILERS = {
    "another dtype": lambda a: a.astype(np.float32 if a.dtype != np.float32 else np.float64),
    "complex": lambda a: a.astype(complex),
    "objects": lambda a: a.astype(object),
    "other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "reversed": lambda a: a[::-1],
    "Fortran order": lambda a: (
        np.asfortranarray(np.stack([a, a, a])) if a.ndim == 1 else np.asfortranarray(a)
    ),
    "one entry less": lambda a: a[:-1],
    "one dimension more": lambda a: a[None],
    "empty": lambda a: a[:0],
    "misaligned": lambda a: np.frombuffer(b"\0" + a.tobytes(), np.uint8)[1:].view(a.dtype).reshape(a.shape),
    "a list": lambda a: a.tolist(),
    "a scalar": lambda a: 1.0,
}


@pytest.mark.parametrize("how", SPOILERS)
@pytest.mark.parametrize("name", ARRAYS)
def test_spoiled_arrays_are_refused(name, how):
    given_ = arguments()
    spoiled = SPOILERS[how](given_[name])
    if name == "bounds" and how in ("one entry less",):
        pytest.skip("fewer steps than settings have: refused by the settings")
    if name == "indices" and how == "one entry less":
        given_["bounds"] = np.array([0, 2, 4, 6])
    if how == "reversed" and name in ("indices",):
        spoiled = spoiled.copy()[::-1]
    given_[name] = spoiled
    with pytest.raises(REFUSED):
        program().epochs(**given_)


@pytest.mark.parametrize("indices", [[0, 1, 2, 3, 4, 6], [0, 1, 2, 3, 4, -1], [2**62] * 6])
def test_indices_out_of_range_are_refused(indices):
    with pytest.raises(ValueError, match="indices"):
        program().epochs(**(arguments() | {"indices": np.array(indices)}))


@pytest.mark.parametrize(
    "bounds", [[0, 2, 4, 7], [-1, 2, 4, 6], [0, 4, 2, 6], [0, 2, 2, 6], [0, 2, 4, 2**62]]
)
@pytest.mark.parametrize("shuffled", [True, False])
def test_wrong_bounds_are_refused(bounds, shuffled):
    given_ = arguments() | {"bounds": np.array(bounds)}
    with pytest.raises(ValueError, match="bounds"):
        program().epochs(**(given_ if shuffled else given_ | {"indices": None}))


def test_overlapping_state_is_refused():
    given_ = arguments()
    with pytest.raises(ValueError, match="overlap"):
        program().epochs(**(given_ | {"slots": [given_["theta"], np.zeros(26)]}))
    with pytest.raises(ValueError, match="slots"):
        program().epochs(**(given_ | {"slots": [np.zeros(26)]}))


def sharing(written, other):
    """Return two arrays with the contents of `other` in the memory of both, as far as they go."""
    room = np.zeros(max(written.nbytes, other.nbytes), np.uint8)
    room[: other.nbytes] = np.frombuffer(other.tobytes(), np.uint8)
    return [room[: a.nbytes].view(a.dtype).reshape(a.shape) for a in (written, other)]


def sparse_rows(X):
    return np.ones(X.size), np.tile(np.arange(X.shape[1]), len(X)), np.arange(len(X) + 1) * X.shape[1]


# What was checked, such as the numbers of samples, would change under the kernels.
@pytest.mark.parametrize("name", ["X", "y", "weight", "indices", "bounds", "settings"])
@pytest.mark.parametrize("written", ["theta", "slots", "rows"])
def test_what_is_written_to_must_not_overlap_what_is_read(written, name):
    given_ = arguments()
    target = given_["slots"][1] if written == "slots" else given_[written]
    target, given_[name] = sharing(target, given_[name])
    given_[written] = [given_["slots"][0], target] if written == "slots" else target
    with pytest.raises(ValueError, match=f"{written} must not overlap"):
        program().epochs(**given_)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("verb", ["epochs", "gradient", "predict"])
def test_what_is_written_to_must_not_overlap_sparse_samples(verb, place):
    given_ = arguments()
    parts = list(sparse_rows(given_["X"]))
    name, target = {
        "epochs": ("theta", given_["theta"]),
        "gradient": ("gradient", np.empty(26)),
        "predict": ("out", np.empty((6, 2))),
    }[verb]
    target, parts[place] = sharing(target, parts[place])
    given_ |= {"X": tuple(parts), name: target}
    wanted = {
        "epochs": given_,
        "gradient": ("theta", "X", "y", "weight", "gradient"),
        "predict": ("theta", "X", "out"),
    }[verb]
    with pytest.raises(ValueError, match=f"{name} must not overlap"):
        getattr(program(), verb)(**{key: given_[key] for key in wanted})


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": [3]}, {"sizes": [3, 0, 2]}, {"sizes": [3, -1, 2]}, {"sizes": []}, {"hidden": []},
        {"sizes": [2**40, 2**40, 2]}, {"sizes": [2**62, 4, 2]}, {"sizes": [3, 4, 2**63 - 1]},
        {"output": ("softmax", {})}, {"output": ("mean_variance", {})}, {"hidden": [("mean_variance", {})]},
        {"sizes": [3, 4, 3], "output": ("mean_variance", {}), "loss": ("gaussian", {})}, {"loss": ("gaussian", {})},
        {"loss": ("quantiles", {})}, {"loss": ("quantiles", {"qs": 0.5})}, {"loss": ("quantiles", {"qs[1]": 0.5})},
        {"loss": ("quantiles", {"qs[0]": 0.5, "qs[2]": 0.7})}, {"loss": ("huber", {})},
        {"output": ("rellu", {})}, {"loss": ("poisson", {})}, {"loss": ("none", {})}, {"optimizer": ("adam", {})},
        {"optimizer": ("sgd", {"momentum": 1.0})}, {"penalties": [("l3", True)]},
    ],
)  # fmt: skip
def test_wrong_programs_are_refused(changes):
    with pytest.raises(REFUSED):
        program(**changes)


def csr(data=(1.0, 2.0), indices=(0, 2), indptr=(0, 1, 1, 2, 2, 2, 2)):
    return (
        np.array(data, dtype=np.float64),
        np.array(indices, dtype=np.int64),
        np.array(indptr, dtype=np.int64),
    )


def test_good_csr_is_taken():
    program().epochs(**(arguments() | {"X": csr()}))


@pytest.mark.parametrize(
    "x",
    [
        csr(indices=(0, 3)), csr(indices=(0, -1)), csr(indices=(0,)), csr(indptr=(0, 1, 1, 3, 3, 3, 3)),
        csr(indptr=(1, 1, 1, 2, 2, 2, 2)), csr(indptr=(0, 2, 1, 2, 2, 2, 2)), csr(indptr=(0, 1)), csr(indptr=()),
        csr(indptr=(0, 1, 1, 2, 2, 2, -1)), csr()[:2], (), (None, None, None), ("data", "indices", "indptr"),
    ],
)  # fmt: skip
def test_wrong_csr_is_refused(x):
    with pytest.raises(REFUSED):
        program().epochs(**(arguments() | {"X": x}))


ANYTHING = st.one_of(
    st.none(),
    st.integers(-3, 2**63 - 1),
    st.text(max_size=3),
    st.builds(
        lambda shape, dtype, fill: np.full(shape, fill).astype(dtype),
        st.lists(st.integers(0, 7), max_size=3).map(tuple),
        st.sampled_from(["f4", "f8", "i8", "i4", ">f8", "u1", "c16"]),
        st.integers(-2, 9),
    ),
    st.tuples(*[st.lists(st.integers(-2, 9), max_size=8).map(lambda v: np.array(v, dtype=np.int64))] * 3),
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from([*ARRAYS, "slots"]), ANYTHING, min_size=1, max_size=4))
def test_anything_is_refused_or_computed(spoiled):
    with contextlib.suppress(REFUSED):
        program().epochs(**(arguments() | spoiled))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(-1, 7), min_size=1, max_size=8),
    st.lists(st.integers(-1, 9), min_size=1, max_size=5),
    st.integers(0, 4),
)
def test_any_order_is_refused_or_computed(indices, bounds, steps):
    given_ = arguments() | {"indices": np.array(indices), "bounds": np.array(bounds)}
    given_ |= {"settings": np.full((steps, 3), 1e-3), "rows": np.empty((steps, 6))}
    good = (
        len(bounds) == steps + 1 and min(indices) >= 0 and max(indices) <= 5 and bounds[0] >= 0
        and all(np.diff(bounds) > 0) and bounds[-1] <= len(indices)
    )  # fmt: skip
    if good:
        program().epochs(**given_)
        return
    with pytest.raises(REFUSED):
        program().epochs(**given_)


def test_no_rows_can_be_predicted():
    out = np.empty((0, 2))
    program().predict(np.zeros(26), np.empty((0, 3)), out)
    with pytest.raises(REFUSED):
        program().gradient(np.zeros(26), np.empty((0, 3)), out, None, np.empty(26))
