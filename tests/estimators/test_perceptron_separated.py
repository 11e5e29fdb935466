"""``stop="separated"`` says so only where what predicts is right on every sample that has a weight."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import sparse
from sklearn import linear_model
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import Perceptron, separability
from rosenblatt.engines import perceptron as engine
from rosenblatt.engines.perceptron import Memory, quotient
from rosenblatt.errors import DivergenceError
from rosenblatt.inspection.samples import BEYOND, OPEN, SURE, SignedSamples, sides
from tests.perceptron_problems import AND, GATES, OR

VARIANTS = ("last", "averaged", "voted", "pocket")
RATES = (0.1, 0.3, 0.7, 1 / 3, 1e-3, 7.0)
STORAGES = (np.asarray, sparse.csr_array)
GRIDS = {
    "square": itertools.product((0, 1), repeat=2),
    "lattice": itertools.product((0, 1, 2), (0, 1)),
    "cube": itertools.product((0, 1), repeat=3),
    "around zero": itertools.product((-1, 0, 1), repeat=2),
    "line": ((i,) for i in range(-3, 5)),
    "scattered": ((0, 3), (2, 1), (5, -1), (7, 2), (1, 1), (-3, 4)),
}
# Tables on which a rate of 0.1, or of a third, ended with weights that do not separate: rounding made 1e-17 of 0.
ROUNDED = [
    ([[1, 1, 2], [-1, 2, 0], [-2, -2, -2], [3, 2, -2]], [1, 0, 0, 1], False, 0.1),
    ([[2, -1, -2], [1, 3, 0], [3, 3, 2]], [1, 0, 1], True, 0.1),
    ([[1, 2, 1], [-3, 2, -1]], [0, 1], False, 1 / 3),
]


@pytest.fixture(params=["native", "array"])
def runs(request, monkeypatch):
    """Take the runs in C++, where it is installed, and in NumPy."""
    if request.param == "array":
        monkeypatch.setenv("ROSENBLATT_ENGINE", "array")
    elif not engine.is_native():
        pytest.skip("the compiled engine is not here")


def tables():
    """Return all labelings of small grids that are linearly separable, with Novikov's bound."""
    found = []
    for points in GRIDS.values():
        X = np.array(list(points), dtype=float)
        for bits in itertools.product((0, 1), repeat=len(X)):
            y = np.array(bits)
            if 0 < y.sum() < len(y):
                certificate = separability(X, y)
                if certificate.separable:
                    found.append((X, y, certificate.bound))
    return found


TABLES = tables()


def separated(X, y, weight=None, **arguments):
    """Return a perceptron that says that it has separated the classes: it does not warn."""
    model = Perceptron(stop="separated", max_iter=3000, **arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return model.fit(X, y, sample_weight=weight)


def holds(part, orders):
    for X, y, bound in part:
        for rate, variant, order, storage in itertools.product(RATES, VARIANTS, orders, STORAGES):
            model = separated(storage(X), y, eta0=rate, variant=variant, order=order)
            case = (X.tolist(), y.tolist(), rate, variant, order, storage.__name__)
            assert (model.predict(storage(X)) == y).all(), case
            assert model.n_updates_ <= bound, case


def test_what_predicts_separates_whatever_the_rate(runs):
    assert len(TABLES) > 200
    holds(TABLES[::24], ["cyclic"])


@pytest.mark.slow
@pytest.mark.parametrize("order", ["cyclic", "shuffled", "random"])
def test_all_tables(order):
    holds(TABLES, [order])


@pytest.mark.parametrize(("X", "y", "fit_intercept", "rate"), ROUNDED)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_decides_nothing(runs, X, y, fit_intercept, rate, variant, dtype):
    X = np.array(X, dtype=dtype)
    model = Perceptron(
        stop="separated", order="cyclic", eta0=rate, variant=variant, fit_intercept=fit_intercept
    )
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(X, y)
    separable = separability(X, y, fit_intercept=fit_intercept).separable
    assert bool(said) is not separable
    assert (model.predict(X) == y).all() or not separable


@pytest.mark.parametrize("rate", RATES)
def test_the_run_is_that_of_a_rate_of_one(runs, rate):
    X, y, _ = TABLES[100]
    one, other = (separated(X, y, eta0=eta0, order="cyclic") for eta0 in (1.0, rate))
    assert np.array_equal(one.update_curve_, other.update_curve_)
    assert np.array_equal(other.coef_, one.coef_ * rate)
    assert np.array_equal(other.intercept_, one.intercept_ * rate)


@example(seed=3303245, variant="averaged", rate=0.3)  # a mean of 0 that is 1e-17 in another order
@given(seed=st.integers(0, 2**32 - 1), variant=st.sampled_from(VARIANTS), rate=st.sampled_from(RATES))
def test_decimals_weights_and_several_classes(seed, variant, rate):
    random = np.random.default_rng(seed)
    n, d, k = random.integers(3, 15), random.integers(1, 5), random.integers(2, 4)
    X = (random.integers(-9, 10, (n, d)) * 0.1).astype(random.choice([np.float32, np.float64]))
    y = np.append(np.arange(k), random.integers(0, k, n - k)) if n >= k else np.arange(n) % 2
    weight = random.choice([0.0, 0.1, 0.3, 2.0], n)
    weight[:k] = 0.7
    model = Perceptron(
        stop="separated", max_iter=200, eta0=rate, variant=variant, fit_intercept=bool(random.integers(2)),
        class_weight=[None, "balanced"][random.integers(2)], order=["cyclic", None, "random"][random.integers(3)],
    )  # fmt: skip
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(X, y, sample_weight=weight)
    if not said:
        kept = weight > 0
        for storage in STORAGES:
            assert (model.predict(storage(X[kept])) == y[kept]).all()
        assert [model.predict(X[[i]])[0] for i in np.flatnonzero(kept)] == y[kept].tolist()


def test_warm_weights_are_divided_by_the_rate_first(runs):
    X, y, _ = TABLES[100]
    begun = Perceptron(order="cyclic", eta0=0.1, max_iter=2, tol=None).fit(X, y)
    model = Perceptron(order="cyclic", eta0=0.1, stop="separated", max_iter=3000)
    model.fit(X, y, coef_init=begun.coef_, intercept_init=begun.intercept_)
    at_one = Perceptron(order="cyclic", stop="separated", max_iter=3000)
    ones = Perceptron(order="cyclic", max_iter=2, tol=None).fit(X, y)
    at_one.fit(X, y, coef_init=ones.coef_, intercept_init=ones.intercept_)
    assert np.array_equal(model.update_curve_, at_one.update_curve_)
    assert np.array_equal(model.coef_, at_one.coef_ * 0.1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_parts_at_any_rate_come_to_what_one_run_comes_to(runs, variant):
    model = Perceptron(order="cyclic", eta0=0.1, stop="separated", variant=variant)
    for _ in range(60):
        model.partial_fit(GATES, AND, classes=[-1, 1])
    assert model.n_updates_ == 18
    assert (model.predict(GATES) == AND).all()


def test_numbers_divided_by_a_rate_are_short_where_they_can_be():
    whole = np.arange(-1000.0, 1000.0)
    for dtype in (np.float32, np.float64):
        given = (whole * 0.1).astype(dtype)
        assert np.array_equal(quotient(given, 0.1), whole.astype(dtype))
    memory = Memory.of(np.array([0.3, 0.7]) * np.pi, 1e-3, "averaged")
    np.testing.assert_array_equal(memory.divided(0.1).times(0.1).w, memory.w)


def test_the_default_stop_is_scikit_learns_at_any_rate(runs):
    X, y, _ = TABLES[100]
    for rate in RATES:
        ours, theirs = (P(eta0=rate).fit(X, y) for P in (Perceptron, linear_model.Perceptron))
        assert np.array_equal(ours.coef_, theirs.coef_)
        assert np.array_equal(ours.intercept_, theirs.intercept_)


# -- rows without weight ---------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_without_weight_count_for_nothing(runs, variant):
    X, y = np.vstack([GATES, GATES[3]]), [*AND, -1.0]  # the last contradicts the one before
    plain = separated(GATES, AND, variant=variant, order="cyclic", certify=True)
    model = separated(X, y, [1, 1, 1, 1, 0], variant=variant, order="cyclic", certify=True)
    assert model.certificate_.separable
    assert model.certificate_.bound == plain.certificate_.bound == 51
    assert model.certificate_.verify(GATES, AND)
    assert (model.n_updates_, model.n_iter_) == (plain.n_updates_, plain.n_iter_)
    assert np.array_equal(model.coef_, plain.coef_)


def test_a_class_without_weight_counts_for_nothing(runs):
    X = np.vstack([GATES, GATES])
    y = np.array([*AND, 5, 5, 5, 5])
    model = separated(X, y, class_weight={5: 0.0}, order="cyclic", certify=True)
    assert (model.predict(GATES) == AND).all()
    assert model.certificate_.verify(GATES, AND)


def test_a_proof_needs_two_classes_with_a_weight():
    model = Perceptron(certify=True, stop="separated")
    with pytest.raises(ValueError, match=r"certify=True.*two classes"):
        model.fit(GATES, AND, sample_weight=[1, 1, 1, 0])
    assert not hasattr(model, "coef_")


# -- the ends of floats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("stop", ["separated", "tolerance"])
@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(
    ("dtype", "size"), [("float64", 1e155), ("float64", 1e200), ("float64", 1e300), ("float32", 1e20)]
)
def test_inputs_whose_squares_overflow_are_named(runs, variant, stop, storage, dtype, size):
    X = (np.random.default_rng(0).normal(size=(6, 20)) * size).astype(dtype)
    model = Perceptron(variant=variant, stop=stop)
    with pytest.raises(DivergenceError, match="largest entry of X"):
        model.fit(storage(X), [0, 0, 0, 1, 1, 1])
    assert not hasattr(model, "coef_")
    part = Perceptron(variant=variant).partial_fit(X / size, [0, 0, 0, 1, 1, 1], classes=[0, 1])
    before = part.coef_.copy()
    with pytest.raises(
        DivergenceError
    ):  # the labels are others: the first samples are mistakes, the next overflow
        part.partial_fit(storage(X), [1, 1, 1, 0, 0, 0])
    assert np.array_equal(part.coef_, before)


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce:RuntimeWarning")  # scikit-learn's sum
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("size", [1e200, 1e308])
@pytest.mark.parametrize("storage", STORAGES)
def test_no_score_is_nan(runs, variant, size, storage):
    random = np.random.default_rng(1)
    X, y = random.normal(size=(40, 6)), np.arange(40) % 3
    model = Perceptron(variant=variant, fit_intercept=False, max_iter=5, tol=None, eta0=1e3).fit(X, y)
    far = storage(np.clip(X, -1, 1) * size)
    assert not np.isnan(model.decision_function(far)).any()
    if variant != "voted":  # whose votes may be tied
        assert np.array_equal(model.predict(far), model.predict(np.clip(X, -1, 1)))
    two = Perceptron(variant=variant, eta0=1e3).fit(X, y == 0)
    assert not np.isnan(two.decision_function(far)).any()


@pytest.mark.parametrize("eta0", [1e-300, 1e300])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_tiny_or_huge_rate_separates_or_is_named(runs, eta0, variant):
    assert (separated(GATES, AND, eta0=eta0, variant=variant).predict(GATES) == AND).all()
    with pytest.raises(DivergenceError, match=r"eta0 nearer to 1 \(eta0="):
        Perceptron(stop="separated", eta0=eta0, variant=variant).fit(GATES.astype(np.float32), AND)


def test_no_rate_helps_where_runs_are_taken_at_a_rate_of_1(runs):
    X, y = np.random.default_rng(0).normal(size=(6, 20)), [0, 0, 0, 1, 1, 1]
    for eta0, size in ((1.0, 1e160), (1e-200, 1e160), (1e-200, 1e-160)):
        with pytest.raises(DivergenceError, match="Divide it by its largest entry") as caught:
            Perceptron(stop="separated", eta0=eta0).fit(X * size, y)
        assert "eta0" not in str(caught.value)
    with pytest.raises(DivergenceError, match=r"or set a smaller eta0 \(eta0=1\.0\)"):
        Perceptron().fit(X * 1e160, y)
    Perceptron(eta0=1e-100).fit(X * 1e160, y)  # as it says


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(
    ("stop", "fit_intercept", "dtype", "size"),
    [
        ("separated", True, "float64", 1e-160),
        ("separated", True, "float32", 1e-10),
        ("separated", False, "float64", 1e-200),
        ("tolerance", True, "float64", 1e-200),
        ("tolerance", False, "float32", 1e-30),
    ],
)
def test_inputs_too_small_to_learn_from_are_named(runs, variant, storage, stop, fit_intercept, dtype, size):
    X, y = (np.c_[GATES, np.ones(4)], AND) if not fit_intercept else (GATES, AND)
    model = Perceptron(stop=stop, variant=variant, fit_intercept=fit_intercept, max_iter=200)
    small = storage((X * size).astype(dtype))
    with pytest.warns(ConvergenceWarning, match=r"X is too small .* is 1e-\d+, .*X / abs\(X\)\.max"):
        model.fit(small, y)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "X is too small")
        warnings.filterwarnings("ignore", "The last w separates")  # averages may take longer
        model.fit(small / abs(small).max(), y)  # as it says
        assert stop == "tolerance" or variant == "averaged" or model.score(small / abs(small).max(), y) == 1
        Perceptron(fit_intercept=False, eta0=1e-200).fit(X, y)  # its weights are small, and X is not


def test_heavy_weights_are_named():
    with pytest.raises(DivergenceError, match="sample_weight by its mean"):
        Perceptron(stop="separated").fit(GATES * 1e160, OR, sample_weight=np.full(4, 1e300))


def test_steps_that_are_lost_in_rounding_are_named(runs):
    X, y = [[1.0], [1.0 + 1e-9], [3.0]], [0, 1, 1]
    model = Perceptron(stop="separated", max_iter=50)
    with pytest.warns(ConvergenceWarning):
        model.fit(X, y, sample_weight=[1e-30, 1e-30, 1.0])


def test_what_floats_say_of_a_side():
    X = np.array([[1.0], [1e-17], [1e308], [-1.0], [0.0]])
    samples = SignedSamples(X, np.ones(5), 1.0)
    assert sides(samples, np.array([0.0, 10.0]), np.float64).tolist() == [SURE, SURE, BEYOND, OPEN, OPEN]
    assert sides(samples, np.array([1.0, -1.0]), np.float64).tolist() == [OPEN, SURE, OPEN, SURE, SURE]
    tight = SignedSamples(np.array([[1.0 - 1e-9]]), np.ones(1), 1.0)
    for dtype, said in ((np.float64, SURE), (np.float32, OPEN)):
        assert sides(tight, np.array([1.0, -1.0]), dtype).tolist() == [said]


# -- the mean and the votes come to it later ---------------------------------------------------------------


@pytest.mark.parametrize("variant", ["averaged", "voted"])
def test_the_mean_and_the_votes_take_the_fewest_passes_more(runs, variant):
    later = 0
    for X, y, _ in TABLES[::10]:
        last = separated(X, y, order="cyclic")
        model = separated(X, y, variant=variant, order="cyclic")
        assert model.n_updates_ == last.n_updates_
        assert model.n_iter_ >= last.n_iter_
        if model.n_iter_ > last.n_iter_:
            later += 1
            # one epoch less, taken one after the other, is not enough
            earlier = Perceptron(variant=variant, order="cyclic", max_iter=model.n_iter_ - 1, tol=None)
            assert not ((2 * y - 1) * earlier.fit(X, y).decision_function(X) > 0).all()
            whole = Perceptron(variant=variant, order="cyclic", max_iter=model.n_iter_, tol=None).fit(X, y)
            np.testing.assert_array_equal(whole.coef_, model.coef_)
            np.testing.assert_array_equal(whole.decision_function(X), model.decision_function(X))
    assert later


@pytest.mark.parametrize("variant", ["averaged", "voted"])
def test_passes_that_are_too_few_are_named(runs, variant):
    for X, y, _ in TABLES[::10]:
        epochs = separated(X, y, variant=variant, order="cyclic").n_iter_
        if epochs > separated(X, y, order="cyclic").n_iter_:
            model = Perceptron(variant=variant, order="cyclic", stop="separated", max_iter=epochs - 1)
            with pytest.warns(ConvergenceWarning, match=f"variant='{variant}'.*max_iter={epochs - 1}"):
                model.fit(X, y)
            assert model.n_iter_ == epochs - 1
            return
    pytest.fail("no table asks for more passes")


def test_votes_of_tiny_inputs_are_not_lost_beside_the_bias(runs):
    X = np.array([[2.0, -3.0], [-3.0, 4.0], [-1.0, -3.0], [4.0, -3.0]]) * 1e-103
    y = np.arange(4)
    model = separated(X, y, variant="voted", class_weight={0: 0.0}, eta0=7.0, random_state=83)
    assert (model.predict(X) == y)[1:].all()
