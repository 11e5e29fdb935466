"""What a fit takes beside its data: one scaled copy, and no copies of what is only looked at."""

import tracemalloc
import warnings

import numpy as np
import pytest
from scipy import sparse

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor
from rosenblatt.estimators import scaling
from rosenblatt.estimators.scaling import Scaling
from tests.tolerances import MEMORY_BESIDE_COPIES

ROWS, COLUMNS = 60_000, 60
r = np.random.default_rng(0)
X = r.standard_normal((ROWS, COLUMNS))
y = np.arange(ROWS) % 2
THIN = sparse.random(ROWS, 200, density=0.1, format="csr", random_state=r)


def bytes_of(data):
    return (
        sum(part.nbytes for part in (data.data, data.indices, data.indptr))
        if sparse.issparse(data)
        else data.nbytes
    )


def peak(model, *data):
    """Return the most memory that was in use in a fit beside what was there, in multiples of X."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        model.fit(*data)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return (most - before) / bytes_of(data[0])


SHORT = {"max_iter": 2, "random_state": 0}
CASES = [
    ("plain", lambda: MLPClassifier((8,), **SHORT), X, 0.0),
    ("scaled", lambda: MLPClassifier((8,), scale_inputs="standard", **SHORT), X, 1.0),
    (
        "scaled, set aside",
        lambda: MLPClassifier((8,), scale_inputs="standard", early_stopping=True, **SHORT),
        X,
        1.0,
    ),
    ("set aside", lambda: MLPClassifier((8,), early_stopping=True, **SHORT), X, 1.0),
    ("sparse", lambda: MLPClassifier((8,), **SHORT), THIN, 0.7),  # 64-bit indices for the native engine
    ("sparse, scaled", lambda: MLPClassifier((8,), scale_inputs="standard", **SHORT), THIN, 1.4),
    ("autoencoder", lambda: Autoencoder((8,), **SHORT), X, 0.0),
    ("autoencoder, scaled", lambda: Autoencoder((8,), scale_inputs="standard", **SHORT), X, 1.0),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("make", "data", "copies"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_fit_copies_its_data_once_at_most(make, data, copies, dtype):
    given = data.astype(dtype)
    targets = () if isinstance(make(), Autoencoder) else (y,)
    most = copies * (
        1.4 if sparse.issparse(data) and dtype == np.float32 else 1
    )  # the indices keep their size
    assert peak(make(), given, *targets) <= most + MEMORY_BESIDE_COPIES


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_scaling_by_blocks_has_the_same_bits(monkeypatch, dtype, weighted):
    for rows in ((X[:9001, :7] * 50 + 5), X[:5000, :2], X[:4096, :3]):
        weight = r.exponential(size=len(rows)) if weighted else None
        whole = Scaling.of("standard", rows.astype(dtype), weight)
        monkeypatch.setattr(scaling, "SMALL", 0)
        parts = Scaling.of("standard", rows.astype(dtype), weight)
        monkeypatch.undo()
        np.testing.assert_array_equal(whole.center, parts.center)
        np.testing.assert_array_equal(whole.scale, parts.scale)


def test_nobody_elses_data_are_scaled_in_place():
    given, weight = X[:2000].copy(), (np.arange(2000) % 3 > 0).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments in ({"early_stopping": True}, {}):
            for model in (MLPRegressor(scale_inputs="standard", scale_target=True, **arguments, **SHORT),):
                targets = given[:, :2].copy()
                model.fit(given, targets, sample_weight=weight)
                np.testing.assert_array_equal(targets, X[:2000, :2])
            Autoencoder((3,), scale_inputs="standard", **arguments, **SHORT).fit(given, sample_weight=weight)
            Autoencoder((3,), scale_inputs="standard", **SHORT).fit(sparse.csr_array(given))
            Autoencoder((3,), scale_inputs="standard", **arguments, **SHORT).fit(given, target=given)
    np.testing.assert_array_equal(given, X[:2000])
