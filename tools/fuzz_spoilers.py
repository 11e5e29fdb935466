"""What ``tools/fuzz.py`` does to good arguments."""

from __future__ import annotations

import array
from typing import Any

import numpy as np

EDGES = (-(2**63), -(2**40), -7, -1, 0, 1, 2, 5, 31, 2**31, 2**40, 2**62, 2**63 - 1)
WORDS = (
    "",
    "tanh",
    "relu",
    "identity",
    "softmax",
    "logistic",
    "poisson",
    "adam",
    "sgd",
    "l1",
    "l9",
    "\0",
    "x" * 999,
)


class Stubborn:
    """Something that calls itself an array and then does not give one."""

    def __dlpack__(self, **_: Any) -> Any:
        raise RuntimeError("no")

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


def misaligned(a: np.ndarray) -> np.ndarray:
    """Return a copy whose entries begin one byte too late."""
    return np.frombuffer(b"\0" + a.tobytes(), np.uint8)[1:].view(a.dtype).reshape(a.shape)


def read_only(a: np.ndarray) -> np.ndarray:
    """Return a copy that may not be written to."""
    copy = a.copy()
    copy.flags.writeable = False
    return copy


def other_entries(rng: np.random.Generator, a: np.ndarray) -> np.ndarray:
    """Return a copy with some entries changed to edges of what its type holds."""
    copy = np.array(a)
    if copy.size:
        edges = EDGES if copy.dtype.kind == "i" else (np.nan, np.inf, -np.inf, 1e300, -1e-320, 0.0, -1.0)
        places = rng.integers(0, copy.size, 3)
        with np.errstate(all="ignore"):
            copy.reshape(-1)[places] = [edges[i] for i in rng.integers(0, len(edges), 3)]
    return copy


def other_length(rng: np.random.Generator, a: np.ndarray) -> np.ndarray:
    """Return a copy with more or fewer entries along one axis."""
    axis = int(rng.integers(a.ndim))
    wanted = int(rng.choice([0, 1, a.shape[axis] - 1, a.shape[axis] + 1, 2 * a.shape[axis], 300]))
    return np.resize(a, [max(0, wanted) if i == axis else n for i, n in enumerate(a.shape)])


LARGE = 1 << 19  # entries, more than any good argument has
TYPES = ("f2", "f4", "f8", "i4", "i8", "u8", "c16", "?", "O", "S3")
SPOILERS = {
    "another type": lambda rng, a: a.astype(str(rng.choice(TYPES))),
    "other byte order": lambda rng, a: a.astype(a.dtype.newbyteorder()),
    "every second entry": lambda rng, a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backwards": lambda rng, a: a[::-1],
    "columns first": lambda rng, a: np.asfortranarray(a),
    "turned": lambda rng, a: a.T,
    "read-only": lambda rng, a: read_only(a),
    "misaligned": lambda rng, a: misaligned(a),
    "another length": other_length,
    "other entries": other_entries,
    "a dimension more": lambda rng, a: a[..., None],
    "a dimension less": lambda rng, a: a.reshape(-1),
    "one entry repeated": lambda rng, a: np.broadcast_to(a.reshape(-1)[:1], a.shape),
    "a huge shape": lambda rng, a: np.broadcast_to(a.reshape(-1)[:1], (2 ** int(rng.integers(20, 57)),)),
    "two huge sides": lambda rng, a: np.lib.stride_tricks.as_strided(a, (2**28, 2**28), (0, 0)),
    "records": lambda rng, a: a.view([("x", a.dtype)]),
    "bytes": lambda rng, a: bytearray(a.tobytes()),
    "Python's array": lambda rng, a: array.array("d", a.reshape(-1).astype(float)),
    "a list": lambda rng, a: a.tolist(),
    "a number": lambda rng, a: EDGES[rng.integers(len(EDGES))],
    "a word": lambda rng, a: WORDS[rng.integers(len(WORDS))],
    "nothing": lambda rng, a: None,
    "stubborn": lambda rng, a: Stubborn(),
    "a type": lambda rng, a: np.ndarray,
}  # fmt: skip


def spoiled(rng: np.random.Generator, value: Any) -> Any:
    """Return something like ``value`` that may be wrong."""
    if isinstance(value, tuple | list):
        if not value or rng.integers(6) == 0:
            return [tuple(value), list(value), value[:-1], (*value, *value), None, 3][rng.integers(6)]
        place = int(rng.integers(len(value)))
        return type(value)(spoiled(rng, v) if i == place else v for i, v in enumerate(value))
    if not isinstance(value, np.ndarray):
        return [*EDGES, None, 0.5, "2", np.nan][rng.integers(len(EDGES) + 4)]
    if value.size > LARGE:  # spoiled already; a copy would fill the memory
        return value
    # Half of the time something that is refused late or not at all: entries, lengths.
    names = ["other entries", "another length", "read-only"] if rng.integers(2) else list(SPOILERS)
    try:
        return SPOILERS[str(rng.choice(names))](rng, value)
    except (ValueError, TypeError, IndexError, MemoryError):  # NumPy itself does not make such an array
        return None


def share_memory(rng: np.random.Generator, bad: dict[str, Any]) -> None:
    """Let two arrays of a call lie in one memory, with the contents of the second."""
    arrays = [(name, None) for name, value in bad.items() if isinstance(value, np.ndarray)]
    arrays += [
        (name, i) for name, value in bad.items() if isinstance(value, tuple | list)
        for i, part in enumerate(value) if isinstance(part, np.ndarray)
    ]  # fmt: skip
    if len(arrays) < 2:
        return
    places = [arrays[i] for i in rng.choice(len(arrays), 2, replace=False)]
    pair = [bad[name] if i is None else bad[name][i] for name, i in places]
    if any(a.dtype.hasobject or a.size > LARGE for a in pair):
        return
    room = np.zeros(max(a.nbytes for a in pair), np.uint8)
    room[: pair[1].nbytes] = np.frombuffer(pair[1].tobytes(), np.uint8)
    for (name, i), a in zip(places, pair, strict=True):
        view = room[: a.nbytes].view(a.dtype).reshape(a.shape)
        if i is None:
            bad[name] = view
        else:
            bad[name] = type(bad[name])(view if k == i else part for k, part in enumerate(bad[name]))


def spoiled_arguments(rng: np.random.Generator, given: dict[str, Any]) -> dict[str, Any]:
    """Return arguments of which one to three are spoiled, or one stands for another, or is missing."""
    bad, names = dict(given), list(given)
    for name in rng.choice(names, rng.integers(1, 4)):
        bad[name] = spoiled(rng, bad[name])
    if rng.integers(10) == 0:
        bad[str(rng.choice(names))] = given[str(rng.choice(names))]
    if rng.integers(5) == 0:
        share_memory(rng, bad)
    if rng.integers(30) == 0:
        del bad[str(rng.choice(names))]
    if isinstance(bad.get("n_threads"), int) and 8 < bad["n_threads"] < 2**31:
        bad["n_threads"] = 8
    return bad


def spoiled_program(rng: np.random.Generator, good: dict[str, Any]) -> dict[str, Any]:
    """Return the words and numbers of a program, some of them wrong."""
    bad = dict(good)
    sizes = [int(rng.choice([0, 1, 2, 3, 2**20, 2**31, 2**40, 2**61, -1])) for _ in range(rng.integers(0, 5))]
    others = {
        "sizes": sizes,
        "hidden": [(WORDS[i], {}) for i in rng.integers(0, len(WORDS), len(sizes))],
        "output": (WORDS[rng.integers(len(WORDS))], {"x": 1.0} if rng.integers(3) == 0 else {}),
        "loss": (WORDS[rng.integers(len(WORDS))], {}),
        "optimizer": (
            WORDS[rng.integers(len(WORDS))],
            {"beta_1": float("nan"), "beta_2": 2.0, "epsilon": -1.0},
        ),
        "penalties": [(WORDS[i], bool(i % 2)) for i in rng.integers(0, len(WORDS), rng.integers(0, 4))],
        "tied": bool(rng.integers(2)),
        "extras": {
            ("corruption", "activity_0", "activity_1", "contraction")[i]: i for i in rng.integers(0, 4, 3)
        },
        "corruption": (str(rng.choice(("masking", "gaussian", "salt_and_pepper"))), {"emphasis[0]": np.nan}),
        "activities": [(("activity_l1", {}), rng.integers(-1, 4, rng.integers(0, 3)).tolist())] * 2,
    }
    for name in rng.choice(list(others), rng.integers(1, 3)):
        bad[name] = others[name] if rng.integers(5) else spoiled(rng, bad[name])
    return bad
