"""Data frames: accepted column by column, or the column is named."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor
from tests.estimators.refusals import classifier, refused, regressor, table

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

X, LABELS, NUMBERS = table()
INTEGERS = np.random.default_rng(1).integers(0, 5, len(X))
X[:, 1] = INTEGERS
NAMES = ["length", "count", "width"]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def pandas(**columns):
    return pd.DataFrame(X, columns=NAMES).assign(**columns)


def polars(**columns):
    return pl.DataFrame(X, schema=NAMES).with_columns(**columns)


ACCEPTED = {
    "pandas": lambda: pandas(),
    "pandas Int64": lambda: pandas(count=pd.array(INTEGERS, dtype="Int64")),
    "pandas Float64": lambda: pandas().astype("Float64"),
    "pandas UInt8": lambda: pandas(count=pd.array(INTEGERS, dtype="UInt8")),
    "pandas categories of numbers": lambda: pandas(count=pd.Categorical(INTEGERS)),
    "pandas objects": lambda: pandas().astype(object),
    "polars": lambda: polars(),
    "polars Int8": lambda: polars(count=pl.Series(INTEGERS, dtype=pl.Int8)),
}


@pytest.mark.parametrize("frame", ACCEPTED)
def test_a_frame_of_numbers_is_the_array_of_its_numbers(frame):
    given = ACCEPTED[frame]()
    model, plain = classifier(random_state=0).fit(given, LABELS), classifier(random_state=0).fit(X, LABELS)
    np.testing.assert_array_equal(model.theta_, plain.theta_)
    np.testing.assert_array_equal(model.predict_proba(given), plain.predict_proba(X))
    # Which frames have names is scikit-learn's to say: old versions overlook those of polars.
    theirs = getattr(StandardScaler().fit(given), "feature_names_in_", None)
    assert list(getattr(model, "feature_names_in_", ())) == list(() if theirs is None else theirs)
    assert "polars" in frame or theirs is not None
    assert not hasattr(plain, "feature_names_in_")


def test_booleans_are_zero_and_one():
    flags = INTEGERS > 2
    expected = classifier(random_state=0).fit(np.column_stack([X[:, 0], flags, X[:, 2]]), LABELS).theta_
    for frame in (
        pandas(count=flags),
        pandas(count=pd.array(flags, dtype="boolean")),
        polars(count=pl.Series(flags)),
    ):
        np.testing.assert_array_equal(classifier(random_state=0).fit(frame, LABELS).theta_, expected)


def colours():
    return np.array(["red", "blue"])[INTEGERS % 2]


MISSING = [None if number == 3 else float(number) for number in INTEGERS]
ROW = MISSING.index(None)
FIRST = repr(str(colours()[0]))

REFUSED = {
    "pandas strings": (lambda: pandas(count=colours()), (FIRST, "row 0", "OneHotEncoder")),
    "pandas string dtype": (lambda: pandas(count=pd.array(colours(), dtype="string")), (FIRST, "row 0")),
    "pandas categories": (lambda: pandas(count=pd.Categorical(colours())), (FIRST, "row 0", "OneHotEncoder")),
    "polars strings": (lambda: polars(count=pl.Series(colours())), (FIRST, "row 0", "OneHotEncoder")),
    "polars categories": (lambda: polars(count=pl.Series(colours(), dtype=pl.Categorical)), (FIRST, "row 0")),
    "pandas NaN": (lambda: pandas(count=np.array(MISSING, float)), ("nan", f"row {ROW}", "impute or drop")),
    "pandas NA": (lambda: pandas(count=pd.array(MISSING, dtype="Int64")), (f"row {ROW}", "impute or drop")),
    "polars null": (lambda: polars(count=pl.Series(MISSING)), (f"row {ROW}", "impute or drop")),
    "pandas dates": (
        lambda: pandas(count=pd.date_range("2026-01-01", periods=len(X))),
        ("dates or times", "datetime64", "days since a date"),
    ),
    "pandas dates with a zone": (
        lambda: pandas(count=pd.date_range("2026-01-01", periods=len(X), tz="UTC")),
        ("dates or times",),
    ),
    "pandas durations": (lambda: pandas(count=pd.to_timedelta(INTEGERS, unit="D")), ("dates or times",)),
    "polars dates": (
        lambda: polars(count=pl.Series(INTEGERS).cast(pl.Date)),
        ("dates or times", "Date", "days since a date"),
    ),
}


@pytest.mark.parametrize("frame", REFUSED)
def test_a_column_that_holds_no_numbers_is_named(frame):
    make, fragments = REFUSED[frame]
    for model in (classifier(), classifier().fit(pandas(), LABELS)):
        refused(
            model, lambda m: m.fit(make(), LABELS), (TypeError, ValueError), "column 1 ('count')", *fragments
        )
    refused(model, lambda m: m.predict(make()), (TypeError, ValueError), "column 1 ('count')", *fragments)


def test_names_that_changed():
    model = classifier().fit(pandas(), LABELS)
    swapped = pandas()[["count", "length", "width"]]
    refused(model, lambda m: m.predict(swapped), ValueError, "same order", "feature_names_in_")
    renamed = pandas().rename(columns={"count": "number"})
    refused(
        model, lambda m: m.predict(renamed), ValueError, "unseen at fit time:\n- number", "missing:\n- count"
    )
    refused(model, lambda m: m.partial_fit(renamed, LABELS), ValueError, "unseen at fit time:\n- number")
    refused(model, lambda m: m.predict(pandas()[["length"]]), ValueError, "missing:\n- count")


def test_a_table_without_names_is_taken_with_a_warning():
    model = classifier().fit(pandas(), LABELS)
    with pytest.warns(UserWarning, match="valid feature names"):
        predicted = model.predict(X)
    np.testing.assert_array_equal(predicted, model.predict(polars()))


WORDS = np.array(["a", "b", "c"])[LABELS]


@pytest.mark.parametrize(
    "y",
    [
        pd.Series(WORDS),
        pd.Series(WORDS, dtype="string"),
        pd.Series(WORDS, dtype="category"),
        pl.Series(WORDS),
        pl.Series(WORDS, dtype=pl.Categorical),
        WORDS.tolist(),
    ],
    ids=lambda y: str(getattr(y, "dtype", "list")),
)
def test_labels_of_a_frame(y):
    model = classifier(random_state=0).fit(X, y)
    assert list(model.classes_) == ["a", "b", "c"]
    np.testing.assert_array_equal(model.theta_, classifier(random_state=0).fit(X, LABELS).theta_)
    assert set(model.predict(X)) <= {"a", "b", "c"}
    assert model.score(X, y) == np.mean(model.predict(X) == WORDS)


def test_whole_labels_of_a_nullable_series():
    model = classifier().fit(X, pd.Series(LABELS, dtype="Int64"))
    assert list(model.classes_) == [0, 1, 2]
    missing = pd.Series([1, None] * (len(X) // 2), dtype="Int64")
    refused(model, lambda m: m.fit(X, missing), ValueError, "y", "row 1", "drop such rows")
    for words in (pd.Series(["a", None] * 30, dtype="string"), pl.Series(["a", None] * 30)):
        refused(
            model, lambda m, y=words: m.fit(X, y), (TypeError, ValueError), "y", "row 1", "drop such rows"
        )


@pytest.mark.parametrize("y", [pd.Series(NUMBERS, dtype="Float64"), pl.Series(NUMBERS), pd.Series(NUMBERS)])
def test_numbers_of_a_frame(y):
    expected = regressor(random_state=0).fit(X, NUMBERS).theta_
    np.testing.assert_array_equal(regressor(random_state=0).fit(X, y).theta_, expected)


def test_targets_of_two_columns():
    two = np.column_stack([NUMBERS, X[:, 0]])
    expected = regressor(random_state=0).fit(X, two)
    for y in (pd.DataFrame(two, columns=["a", "b"]), pl.DataFrame(two, schema=["a", "b"])):
        model = regressor(random_state=0).fit(X, y)
        np.testing.assert_array_equal(model.theta_, expected.theta_)
        assert model.predict(X).shape == (len(X), 2)


def test_one_column_of_targets_is_taken_with_a_warning():
    with pytest.warns(UserWarning, match="column-vector y was passed"):
        model = regressor(random_state=0).fit(X, pd.DataFrame({"y": NUMBERS}))
    np.testing.assert_array_equal(model.theta_, regressor(random_state=0).fit(X, NUMBERS).theta_)


def test_weights_of_a_series():
    weight = np.linspace(0.5, 2, len(X))
    expected = regressor(random_state=0).fit(X, NUMBERS, weight).theta_
    for series in (pd.Series(weight), pl.Series(weight), pd.Series(weight, dtype="Float64"), weight.tolist()):
        np.testing.assert_array_equal(regressor(random_state=0).fit(X, NUMBERS, series).theta_, expected)


def test_output_as_frames_leaves_predictions_alone():
    for model, y in (
        (MLPClassifier((2,), max_iter=1), LABELS),
        (MLPRegressor(hidden_layer_sizes=(2,), max_iter=1), NUMBERS),
    ):
        assert isinstance(model.fit(pandas(), y).predict(pandas()), np.ndarray)


def only_labels(method):
    """Return a method that makes labels dense, as scikit-learn does, but no table of numbers."""

    def dense(self, *arguments, **options):
        assert self.dtype.kind != "f", "made dense"
        return method(self, *arguments, **options)

    return dense


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.coo_array])
def test_sparse_tables_are_not_made_dense(kind, monkeypatch):
    thin = np.where(np.abs(X) > 1, X, 0.0)
    expected = classifier(random_state=0).fit(thin, LABELS)
    for cls in (sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.csc_array):
        for name in ("toarray", "todense"):
            monkeypatch.setattr(cls, name, only_labels(getattr(cls, name)))
    model = classifier(random_state=0).fit(kind(thin), LABELS)
    np.testing.assert_allclose(model.theta_, expected.theta_)
    np.testing.assert_allclose(model.predict_proba(kind(thin)), expected.predict_proba(thin))
