"""The perceptron as an estimator: the lecture's claims on it, its variants and stops, and what it refuses."""

import copy
import io
import pickle
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn import linear_model
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import MLPClassifier, Perceptron
from rosenblatt import perceptron_rule as rule
from rosenblatt.engines.perceptron import is_native
from rosenblatt.estimators.perceptron_runs import ProgressLine
from tests.estimators.refusals import refused, table
from tests.perceptron_problems import AND, GATES, OR, XOR, separated, sonar
from tests.tolerances import PERCEPTRON_STORAGE, SUMMATION

ORDERS = ("shuffled", "cyclic", "random")
VARIANTS = ("last", "averaged", "voted", "pocket")
TO_THE_END = {"order": "cyclic", "stop": "separated", "max_iter": 10**6}


# -- known values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "updates", "epochs", "final"), [(AND, 18, 9, (-4, 3, 2)), (OR, 9, 6, (-1, 2, 2))], ids=["AND", "OR"]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("storage", [np.asarray, sparse.csr_array])
def test_logic_gates(y, updates, epochs, final, dtype, storage):
    model = Perceptron(**TO_THE_END).fit(storage(GATES.astype(dtype)), y)
    assert (model.n_updates_, model.n_iter_) == (updates, epochs)
    assert (model.intercept_[0], *model.coef_[0]) == final
    assert model.update_curve_.sum() == updates
    assert model.update_curve_[-1] == 0
    assert model.score(storage(GATES), y) == 1


def test_setosa_against_the_rest():
    X, y = load_iris(return_X_y=True)
    model = Perceptron(**TO_THE_END).fit(X, y == 0)
    assert (model.n_updates_, model.n_iter_) == (5, 4)


def test_first_wine_against_the_rest():
    X, y = load_wine(return_X_y=True)
    model = Perceptron(**TO_THE_END).fit(StandardScaler().fit_transform(X), y == 0)
    assert (model.n_updates_, model.n_iter_) == (20, 5)


@pytest.mark.skipif(not is_native(), reason="57 million samples take NumPy minutes")
def test_sonar_is_learnt_to_the_last_return():
    X, y = sonar()
    model = Perceptron(**TO_THE_END).fit(X, y)
    assert model.score(X, y) == 1
    assert model.n_updates_ == model.update_curve_.sum() == 2_729_231


def test_xor_is_not_learnt_and_the_warning_says_what_to_do():
    with pytest.warns(ConvergenceWarning, match=r"max_iter=50 reached.*certify=True"):
        model = Perceptron(stop="separated", max_iter=50).fit(GATES, XOR)
    assert model.n_iter_ == 50
    with pytest.warns(ConvergenceWarning, match="max_updates=7 reached"):
        model = Perceptron(stop="separated", max_updates=7).fit(GATES, XOR)
    assert model.n_updates_ == 7


@given(
    problem=separated(),
    order=st.sampled_from(ORDERS),
    eta0=st.sampled_from([0.25, 1.0, 3.0]),
    seed=st.integers(0, 2**32 - 1),
    storage=st.sampled_from([np.asarray, sparse.csr_array]),
)
def test_novikov_in_each_order(problem, order, eta0, seed, storage):
    model = Perceptron(order=order, stop="separated", max_iter=10**6, eta0=eta0, random_state=seed)
    model.fit(storage(problem.X), problem.y)
    assert model.score(problem.X, problem.y) == 1
    assert model.n_updates_ <= problem.bound


@given(problem=separated(dtype=np.float32), order=st.sampled_from(ORDERS))
def test_dense_equals_sparse_until_separated(problem, order):
    model = Perceptron(order=order, stop="separated", max_iter=10**6)
    dense, thin = (clone(model).fit(X, problem.y) for X in (problem.X, sparse.csr_matrix(problem.X)))
    assert dense.n_updates_ == thin.n_updates_
    np.testing.assert_allclose(dense.coef_, thin.coef_, rtol=PERCEPTRON_STORAGE)


def test_p2_is_a_network_without_hidden_layers():
    X, classes, _ = table(n=40)
    y = (classes == 1).astype(int)
    theirs = MLPClassifier(
        (), loss="perceptron", solver="sgd", learning_rate_init=1.0, alpha=0.0, momentum=0.0, batch_size=1,
        shuffle=False, max_iter=1, initializer="zeros",
    )  # fmt: skip
    for n in range(1, len(y) + 1):  # sample by sample: each w on the way
        ours = Perceptron(order="cyclic").partial_fit(X[:n], y[:n], classes=[0, 1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network = clone(theirs).partial_fit(X[:n], y[:n], classes=[0, 1])
        np.testing.assert_allclose(network.coefs_[0].ravel(), ours.coef_[0], rtol=SUMMATION)
        np.testing.assert_allclose(network.intercepts_[0], ours.intercept_, rtol=SUMMATION)
    assert ours.n_updates_ > 5


# -- variants ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("storage", [np.asarray, sparse.csr_array])
def test_variants_by_their_definitions(storage):
    X, classes, _ = table(n=50, seed=4)
    y = np.where(classes == 1, 1.0, -1.0)
    path = rule.run(X, y, [range(50)] * 8, until_separated=False)
    models = {
        v: Perceptron(variant=v, order="cyclic", max_iter=8, tol=None).fit(storage(X), y) for v in VARIANTS
    }
    by_hand = {"last": path.weights[-1], "averaged": rule.averaged(path.weights, path.survived)}
    by_hand["pocket"] = (path.pocket.w, path.pocket.b)
    if storage is sparse.csr_array:
        del by_hand["last"]  # there scikit-learn's hundredth of a step is taken
    for variant, (w, b) in by_hand.items():
        np.testing.assert_allclose(models[variant].coef_[0], w, rtol=SUMMATION)
        np.testing.assert_allclose(models[variant].intercept_[0], b, rtol=SUMMATION)
    a = np.array([[rule.pre_activation(w, b, x) for w, b in path.weights] for x in X])
    votes = models["voted"].decision_function(storage(X))
    np.testing.assert_allclose(votes, rule.vote(a, path.survived), atol=SUMMATION)
    assert abs(votes).max() <= 1
    assert 1 - models["pocket"].score(X, y) <= path.pocket.wrong / 50


@pytest.mark.parametrize("variant", VARIANTS)
def test_parts_go_on_where_the_part_before_ended(variant):
    X, classes, _ = table(n=60)
    y = np.where(classes == 1, 1.0, -1.0)
    whole = Perceptron(variant=variant, order="cyclic").partial_fit(X, y, classes=[-1, 1])
    parts = Perceptron(variant=variant, order="cyclic")
    for rows in (slice(0, 25), slice(25, 60)):
        parts.partial_fit(X[rows], y[rows], classes=[-1, 1])
    assert parts.n_updates_ == whole.n_updates_
    if variant != "pocket":  # which looks at all samples that it has
        np.testing.assert_allclose(parts.decision_function(X), whole.decision_function(X), rtol=SUMMATION)


@pytest.mark.parametrize("variant", VARIANTS)
def test_several_classes_copies_and_pickles(variant):
    X, y, _ = table(n=60)
    model = Perceptron(variant=variant).fit(X, np.array(["a", "b", "c"])[y])
    assert model.coef_.shape == (3, 3)
    assert len(model.update_curve_) == len(model.n_updates_) == 3
    assert model.score(X, np.array(["a", "b", "c"])[y]) > 0.6
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert np.array_equal(other.decision_function(X), model.decision_function(X))


def test_a_value_of_order_overrides_shuffle():
    X, y, _ = table()
    a, b = Perceptron(shuffle=False, order="shuffled").fit(X, y), Perceptron(shuffle=True).fit(X, y)
    c, d = Perceptron(shuffle=True, order="cyclic").fit(X, y), Perceptron(shuffle=False).fit(X, y)
    assert np.array_equal(a.coef_, b.coef_)
    assert np.array_equal(c.coef_, d.coef_)
    assert not np.array_equal(a.coef_, c.coef_)


def test_weightless_rows_are_passed_over_until_separated():
    X = np.vstack([GATES, GATES[3]])
    model = Perceptron(**TO_THE_END).fit(X, [*AND, -1], sample_weight=[1, 1, 1, 1, 0])
    assert (model.n_updates_, model.n_iter_) == (18, 9)


def test_sparse_weights_predict_the_same_and_are_not_trained_on():
    X, y, _ = table()
    model = Perceptron(penalty="l1", alpha=0.01, warm_start=True).fit(X, y)
    expected = model.decision_function(X)
    assert type(model.sparsify().coef_) is sparse.csr_matrix  # as scikit-learn's
    np.testing.assert_allclose(model.decision_function(X), expected, rtol=SUMMATION)
    refused(model, lambda m: m.partial_fit(X, y), ValueError, "densify")
    refused(model, lambda m: m.fit(X, y), ValueError, "densify")
    assert isinstance(model.densify().coef_, np.ndarray)


def test_a_certificate_is_kept_and_proves_itself():
    model = Perceptron(certify=True, **TO_THE_END).fit(GATES, AND)
    assert model.certificate_.separable
    assert model.n_updates_ <= model.certificate_.bound == 51
    assert model.certificate_.verify(GATES, AND)
    assert not hasattr(model.partial_fit(GATES, AND), "certificate_")
    xor = Perceptron(certify=True, max_iter=5, tol=None).fit(sparse.csr_array(GATES), XOR)
    assert xor.certificate_.separable is False


# -- how a long run goes -------------------------------------------------------------------------------


class Spoken(io.StringIO):
    def isatty(self):
        return True


def test_a_long_run_is_followed_by_one_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Spoken())
    with pytest.warns(ConvergenceWarning):
        Perceptron(stop="separated", max_iter=2_000, verbose=1).fit(GATES, XOR)
    assert "epoch 2000: " in sys.stderr.getvalue()
    assert sys.stderr.getvalue().count("\n") == 1


def test_a_line_that_came_by_itself_goes_again():
    class Run:
        epochs, updates, wrong, end = 7, 12, 3, ""

    written = []
    line = ProgressLine(False, written.append)
    line.show(Run(), ended=False)
    assert written == []  # a second has not passed
    line._start -= 2
    line.show(Run(), ended=False)
    line.show(Run(), ended=True)
    assert "epoch 7: 12 updates, 3 mistakes" in written[0]
    assert written[-1].strip() == ""
    assert len(written[-1]) > len(written[0])


# -- scikit-learn's checks -------------------------------------------------------------------------------

# A weight scales one step and does not repeat it; no online rule can pass these, and scikit-learn's own does not.
WEIGHTS = ("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data")


def expected_to_fail(estimator):
    failing = dict.fromkeys(WEIGHTS, "a weight scales a step of an online rule")
    if estimator.variant in ("averaged", "pocket"):
        failing["check_class_weight_classifiers"] = (
            "weights of 1000 and 0.0001 turn the last w, not the mean or the best"
        )
    return failing


CHECKED = [
    Perceptron(),
    Perceptron(variant="averaged"),
    Perceptron(variant="voted"),
    Perceptron(variant="pocket", order="cyclic"),
    Perceptron(penalty="elasticnet", early_stopping=False),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(CHECKED, expected_failed_checks=expected_to_fail)
def test_common_check(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_only_the_weights_are_expected_to_fail():
    from sklearn.utils.estimator_checks import check_estimator

    try:
        results = check_estimator(
            Perceptron(), on_fail=None, expected_failed_checks=expected_to_fail(Perceptron())
        )
    except TypeError:
        pytest.skip("this scikit-learn does not tell the results")
    assert {r["check_name"] for r in results if r["status"] in ("failed", "xfail")} == set(WEIGHTS)


def test_a_later_part_is_balanced_by_itself_as_scikit_learn_does():
    X, y, _ = table(n=60)
    ours, theirs = (
        P(class_weight="balanced", random_state=0).fit(X, y).partial_fit(X[:30], y[:30])
        for P in (Perceptron, linear_model.Perceptron)
    )
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=SUMMATION)
