"""Sparse matrices that contradict themselves, as SciPy lets one make them: it looks at them once."""

import numpy as np
from scipy import sparse

ROWS, COLUMNS = 12, 4


def table():
    """Return a dense table with zeros, no row of which is empty."""
    stream = np.random.default_rng(0)
    X = np.where(stream.random((ROWS, COLUMNS)) < 0.5, stream.normal(size=(ROWS, COLUMNS)), 0.0)
    X[:, 0] = 1.0
    return X


def written(part, place, value):
    """Return a change that writes into a part."""

    def change(X):
        array = np.array(getattr(X, part))
        array[place] = value
        setattr(X, part, array)

    return change


def replaced(part, of):
    """Return a change that puts something else in place of a part."""
    return lambda X: setattr(X, part, of(getattr(X, part)))


FAR = 10**7
COMPRESSED = {
    "a negative index": written("indices", 3, -1),
    "a large index": written("indices", 3, FAR),
    "an index that is just outside": written("indices", 3, max(ROWS, COLUMNS)),
    "an indptr that leaves the data": written("indptr", -1, FAR),
    "an indptr that rises too far": written("indptr", 2, FAR),
    "an indptr that falls": written("indptr", 2, 0),
    "a negative indptr": written("indptr", 2, -3),
    "an indptr that begins late": written("indptr", 0, 1),
    "a short indptr": replaced("indptr", lambda part: part[:-1]),
    "a long indptr": replaced("indptr", lambda part: np.append(part, part[-1])),
    "too few entries": replaced("data", lambda part: part[:2]),
    "too few indices": replaced("indices", lambda part: part[:2]),
    "indices that are no whole numbers": replaced("indices", lambda part: part + 0.5),
}
COORDINATES = {
    "a large row": replaced("row", lambda part: np.where(np.arange(len(part)) == 2, FAR, part)),
    "a negative column": replaced("col", lambda part: np.where(np.arange(len(part)) == 2, -2, part)),
    "too few entries": replaced("data", lambda part: part[:2]),
}
DIAGONALS = {
    "too few offsets": replaced("offsets", lambda part: part[:1]),
    "a diagonal twice": written("offsets", 0, 0),
}
LISTS = {
    "a large column": lambda X: X.rows[0].__setitem__(0, FAR),
    "a column without an entry": lambda X: X.rows[0].append(3),
    "a row that is no list": lambda X: X.rows.__setitem__(1, None),
}
DICTIONARY = {
    "a large row": lambda X: X._dict.__setitem__((FAR, 0), 1.0),
    "a negative column": lambda X: X._dict.__setitem__((0, -1), 1.0),
}
CHANGES = {
    "csr": COMPRESSED,
    "csc": COMPRESSED,
    "bsr": COMPRESSED,
    "coo": COORDINATES,
    "dia": DIAGONALS,
    "lil": LISTS,
    "dok": DICTIONARY,
}


def sound(kind, wide=np.int32):
    """Return the table in a format, such as "csr_array"."""
    X = getattr(sparse, kind)(table())
    if hasattr(X, "indptr"):
        X.indices, X.indptr = X.indices.astype(wide), X.indptr.astype(wide)
    return X


def broken_matrices():
    """Return them by what they are and what was done to them."""
    found = {}
    for format_, changes in CHANGES.items():
        for kind in (f"{format_}_matrix", f"{format_}_array"):
            for wide in (np.int32, np.int64) if "indptr" in vars(sound(kind)) else (np.int32,):
                for what, change in changes.items():
                    X = sound(kind, wide)
                    change(X)
                    found[f"{kind} of {np.dtype(wide)} with {what}"] = X
    return found
