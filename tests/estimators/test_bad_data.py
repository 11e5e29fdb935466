"""Bad data: each message names the array, the row and the column, and what to do, before any work."""

import numpy as np
import pytest
from scipy import sparse

from tests.estimators.refusals import classifier, refused, regressor, table

X, LABELS, NUMBERS = table()
N = len(X)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fitting(X, y, weight=None):
    return lambda model: model.fit(X, y, weight)


def changed(array, place, value):
    array = array.astype(type(value)) if isinstance(value, complex) else array.copy()
    array = array.astype(object) if isinstance(value, str) else array
    array[place] = value
    return array


def refused_everywhere(X_bad, error, *fragments):
    """Refused by fit of a new and of a fitted estimator, by partial_fit and by predict."""
    for model in (classifier(), classifier().fit(X, LABELS)):
        refused(model, fitting(X_bad, LABELS), error, *fragments)
        refused(model, lambda m: m.partial_fit(X_bad, LABELS, classes=[0, 1, 2]), error, *fragments)
    refused(model, lambda m: m.predict(X_bad), error, *fragments)
    refused(regressor().fit(X, NUMBERS), lambda m: m.predict(X_bad), error, *fragments)


@pytest.mark.parametrize("convert", [np.array, np.ndarray.tolist, sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_first_entry_that_is_not_finite(convert, value):
    bad = changed(changed(X, (7, 0), value), (4, 2), value)
    remedy = "impute or drop" if np.isnan(value) else "clip it or drop"
    what = "NaN" if np.isnan(value) else "infinity"
    refused_everywhere(convert(bad), ValueError, "X", what, str(value), "row 4, column 2", remedy)


def test_a_float32_table_names_the_entry_too():
    bad = changed(X, (4, 2), np.nan).astype(np.float32)
    refused_everywhere(bad, ValueError, "Input X contains NaN", "row 4, column 2")


def test_an_entry_too_large_for_the_dtype_of_the_weights():
    model = classifier().fit(X.astype(np.float32), LABELS)
    for convert in (np.array, sparse.csr_array):
        bad = convert(changed(X, (4, 2), 1e300))
        assert model.predict(bad).shape == LABELS.shape  # in float64, which holds it
        refused(model, lambda m, bad=bad: m.partial_fit(bad, LABELS), ValueError, "X", "1e+300", "float32")


@pytest.mark.parametrize(
    ("bad", "error", "fragments"),
    [
        (changed(X, (4, 2), "red"), ValueError, ("'red'", "row 4, column 2", "OneHotEncoder")),
        (np.full((N, 2), "red"), ValueError, ("'red'", "row 0, column 0", "OneHotEncoder")),
        (np.full((N, 2), b"red"), ValueError, ("b'red'", "row 0, column 0", "OneHotEncoder")),
        (np.full((N, 2), object()), TypeError, ("object", "row 0, column 0", "must be a number")),
        ([[{}]] * N, TypeError, ("{}", "row 0, column 0", "must be a number")),
        (changed(X, (4, 2), 1j), ValueError, ("Complex", "row 0, column 0", "imaginary parts as columns")),
        ([[10**400, 1]] * N, ValueError, ("X", "row 0, column 0", "clip it or drop")),
        (np.full((N, 2), np.datetime64("2026-01-01")), TypeError, ("X holds dates", "numbers first")),
    ],
)
def test_entries_that_are_no_numbers(bad, error, fragments):
    refused_everywhere(bad, error, *fragments)


@pytest.mark.parametrize(
    ("bad", "fragments"),
    [
        (X[:, 0], ("Expected 2D array, got 1D array", "X has shape (60,)", "X.reshape(-1, 1)")),
        (3.0, ("Expected 2D array, got scalar", "X.reshape")),
        (X[None], ("dim 3", "X has shape (1, 60, 3)", "X.reshape(len(X), -1)")),
        (X[:0], ("0 sample(s)", "X has shape (0, 3)", "at least one row")),
        (X[:, :0], ("0 feature(s)", "X has shape (60, 0)", "at least one row and one column")),
        ([], ("X has shape (0,)", "must have rows and columns")),
    ],
)
def test_arrays_of_a_wrong_shape(bad, fragments):
    message = refused(classifier(), fitting(bad, LABELS), ValueError, *fragments)
    assert len(message) < 300, "the message prints the data"
    refused(classifier().fit(X, LABELS), lambda m: m.predict(bad), ValueError, *fragments)


def test_rows_of_X_and_y_that_differ_in_number():
    fragments = ("X has 60 rows", "y has 59", "one target for each row")
    refused(classifier(), fitting(X, LABELS[:-1]), ValueError, *fragments)
    refused(regressor(), fitting(X, NUMBERS[:-1]), ValueError, *fragments)


def test_a_wrong_number_of_features():
    fragments = ("X has 2 features", "expecting 3 features", "same columns as for fit")
    model = classifier().fit(X, LABELS)
    refused(model, lambda m: m.predict(X[:, :2]), ValueError, *fragments)
    refused(model, lambda m: m.partial_fit(X[:, :2], LABELS), ValueError, *fragments)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_targets_that_are_not_finite(value):
    bad = changed(NUMBERS, 7, value)
    refused(regressor(), fitting(X, bad), ValueError, "y", str(value), "row 7", "drop such rows")
    two = np.column_stack([NUMBERS, bad])
    refused(regressor(), fitting(X, two), ValueError, "y", str(value), "row 7, column 1")
    refused(classifier(), fitting(X, changed(LABELS.astype(float), 7, value)), ValueError, "y", "row 7")


@pytest.mark.parametrize(
    ("y", "fragments"),
    [
        (["a"] * N, ("y is 'a', in row 0", "MLPClassifier")),
        (NUMBERS + 1j, ("Complex", "y", "row 0")),
        (None, ("requires y to be passed",)),
    ],
)
def test_targets_that_are_no_numbers(y, fragments):
    refused(regressor(), fitting(X, y), ValueError, *fragments)


@pytest.mark.parametrize(
    ("y", "fragments"),
    [
        (["a", None] * (N // 2), ("y must hold labels, got None in row 1", "drop such rows")),
        (np.array(["a", 1] * (N // 2), dtype=object), ("y", "strings and numbers", "astype(str)")),
        (NUMBERS, ("Unknown label type: continuous", "y", "row 0", "MLPRegressor")),
        (np.column_stack([LABELS, LABELS]), ("y has 2 columns", "0 and 1", "MultiOutputClassifier")),
        (None, ("requires y to be passed",)),
    ],
)
def test_targets_that_are_no_labels(y, fragments):
    message = refused(classifier(), fitting(X, y), ValueError, *fragments)
    assert len(message) < 400, "the message prints the data"


def test_an_unseen_label_in_partial_fit():
    def first(model):
        model.partial_fit(X, LABELS, classes=[0, 1])

    refused(classifier(), first, ValueError, "[0 1]", "[0 1 2]", "classes=...")
    model = classifier().partial_fit(X, LABELS, classes=[0, 1, 2])
    refused(model, lambda m: m.partial_fit(X, LABELS + 1), ValueError, "[0 1 2]", "[1 2 3]", "call fit")


def test_the_classes_of_partial_fit():
    refused(
        classifier(), lambda m: m.partial_fit(X, LABELS), ValueError, "classes must be passed", "np.unique(y)"
    )
    model = classifier().partial_fit(X, LABELS, classes=[0, 1, 2])
    refused(
        model,
        lambda m: m.partial_fit(X, LABELS, classes=[0, 1, 2, 3]),
        ValueError,
        "classes=[0, 1, 2, 3]",
        "array([0, 1, 2])",
        "leave it out",
    )


def test_poisson_needs_targets_that_are_not_negative():
    y = changed(np.abs(NUMBERS), 7, -2.5)
    refused(regressor(loss="poisson"), fitting(X, y), ValueError, "poisson", "[0, inf)", "-2.5", "row 7")
    # The row is the user's, though the rows of weight 0 before it are dropped; of weight 0 itself it is absent.
    weight = np.r_[np.zeros(5), np.ones(N - 5)]
    refused(regressor(loss="poisson"), fitting(X, y, weight), ValueError, "-2.5 in row 7")
    regressor(loss="poisson").fit(X, y, np.arange(N) != 7)


@pytest.mark.parametrize(
    ("weight", "fragments"),
    [
        (-np.ones(N), ("must not be negative", "-1.0 in row 0", "0 leaves a row out")),
        (changed(np.ones(N), 3, -2.0), ("must not be negative", "-2.0 in row 3")),
        (np.zeros(N), ("all zero", "nothing to learn")),
        (0, ("all zero",)),
        (-1, ("must not be negative",)),
        (np.ones(N - 1), ("(59,)", "(60,)", "one number for each row")),
        (np.ones((N, 1)), ("1D array", "(60, 1)", "one number for each row")),
        (changed(np.ones(N), 5, np.nan), ("must be finite", "nan in row 5")),
        (changed(np.ones(N), 5, np.inf), ("must be finite", "inf in row 5")),
        (["heavy"] * N, ("must hold numbers", "heavy")),
        (np.ones(N) + 1j, ("must hold numbers", "complex")),
    ],
)
def test_sample_weights(weight, fragments):
    for model, y in ((classifier(), LABELS), (regressor().fit(X, NUMBERS), NUMBERS)):
        message = refused(model, fitting(X, y, weight), ValueError, *fragments)
        assert "sample_weight" in message


def test_a_single_number_weighs_all_samples():
    plain = classifier(random_state=0, alpha=0.0).fit(X, LABELS)
    for weight in (2, 2.0, np.array(2.0), True):
        weighted = classifier(random_state=0, alpha=0.0).fit(X, LABELS, weight)
        np.testing.assert_array_equal(weighted.predict(X), plain.predict(X))


TWO = (LABELS > 0).astype(int)


@pytest.mark.parametrize(
    ("rows", "y", "fraction", "fragments"),
    [
        (N, np.r_[1, np.zeros(N - 1, int)], 0.1, ("Class '1' has 1 of 60 rows",)),
        (4, np.array([0, 0, 1, 1]), 0.1, ("number of classes = 2", "4 samples")),
        (1, np.array([0]), 0.1, ("1 samples",)),
        (N, TWO, 0.01, ("number of classes = 2", "validation_fraction=0.01 of 60 samples")),
        (N, TWO, 0.98, ("number of classes = 2", "validation_fraction=0.98 of 60 samples")),
        (N, TWO, 0.0, ("No validation set", "validation_fraction=0.1")),
        (9, LABELS[:9], 0.1, ("The validation set is too small", "Increase", "0.1 of 9 samples")),
    ],
)
def test_too_few_samples_for_early_stopping(rows, y, fraction, fragments):
    model = classifier(early_stopping=True, validation_fraction=fraction)
    refused(model, fitting(X[:rows], y), ValueError, "early_stopping", *fragments)


def test_several_classes_are_not_stratified_as_in_scikit_learn():
    y = np.r_[2, np.tile([0, 1], N // 2)[: N - 1]]  # one sample of class 2
    model = classifier(early_stopping=True).fit(X, y)
    assert list(model.classes_) == [0, 1, 2]


def test_a_batch_larger_than_the_data_is_clipped_with_one_warning():
    for arguments, n in (({}, N), ({"early_stopping": True}, N - 6)):
        model = regressor(batch_size=N + 1, **arguments)
        with pytest.warns(UserWarning, match="clipped") as caught:
            model.fit(X, NUMBERS)
        clipped = [str(one.message) for one in caught if "clipped" in str(one.message)]
        assert len(clipped) == 1
        assert f"batch_size={N + 1}, {n} samples" in clipped[0]
        assert model.plan_.batch_size == n


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_layers_that_ask_for_more_memory_than_there_is(solver):
    sizes = (10**7, 10**7)
    message = refused(
        classifier(hidden_layer_sizes=sizes, solver=solver),
        fitting(X, LABELS),
        MemoryError,
        "hidden_layer_sizes=(10000000, 10000000)",
        "100,000,080,000,003 parameters",
        "GiB",
        "smaller layers",
    )
    n_vectors = 8 if solver == "adam" else 4
    assert f"{100_000_080_000_003 * 8 * n_vectors / 2**30:.1f} GiB" in message


def test_initial_arrays_that_do_not_fit():
    W1, W2, b1, b2 = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros(3), np.zeros(3)
    for value, fragments in (
        (([W1], [b1]), ("2 arrays of weights", "got 1 and 1")),
        (([W1, W2[:, :2]], [b1, b2]), ("weights of layer 2", "(3, 3)", "(3, 2)")),
        (([W1, W2], [b1 + np.nan, b2]), ("biases of layer 1", "NaN or infinity")),
    ):
        refused(classifier(initializer=value), fitting(X, LABELS), ValueError, "initializer", *fragments)


class LeavesNaN:
    def fill(self, theta, network, activations, stream, seed):
        theta[...] = np.nan


def test_an_initializer_that_leaves_nan():
    refused(classifier(initializer=LeavesNaN()), fitting(X, LABELS), ValueError, "initializer=", "NaN")


def test_a_missing_number_among_objects_is_named():
    with pytest.raises(ValueError, match=r"y must hold finite numbers.* in row 1"):
        regressor().fit([[0.0], [1.0], [2.0]], [0.5, None, 1.0])


@pytest.mark.parametrize("calls_before", [0, 1])
def test_partial_fit_names_the_row_of_a_bad_target(calls_before):
    model = regressor(loss="poisson")
    for _ in range(calls_before):
        model.partial_fit([[0.0], [1.0], [2.0]], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"got y=-1.0 in row 2"):
        model.partial_fit([[0.0], [1.0], [2.0]], [1.0, 2.0, -1.0])
