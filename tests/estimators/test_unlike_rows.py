"""Validation rows that no step of a pipeline has made are told from those of a random split."""

import warnings

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor
from rosenblatt.engines.native import native_module
from rosenblatt.estimators.unlike_rows import unlike_columns

X, y = load_breast_cancer(return_X_y=True)
X_TRAIN, X_VAL, Y_TRAIN, Y_VAL = train_test_split(X, y, random_state=0)
PASSED = {"X_val": X_VAL, "y_val": Y_VAL}
SMALL = {"hidden_layer_sizes": (5,), "max_iter": 4, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def told(fit):
    """Return what a fit says of rows that are unlike."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit()
    found = [one for one in caught if "is unlike" in str(one.message)]
    assert all(one.filename == __file__ or "sklearn" in one.filename for one in found)  # whoever called fit
    return [str(one.message) for one in found]


@pytest.mark.parametrize("engine", ["array", "native"])
def test_a_pipeline_that_leaves_x_val_raw_is_told_and_the_cure_works(engine):
    if engine == "native" and native_module() is None:
        pytest.skip("without the compiled engine")
    network = MLPClassifier(early_stopping=True, random_state=0, engine=engine)
    raw = make_pipeline(StandardScaler(), network)
    passed = {f"mlpclassifier__{name}": one for name, one in PASSED.items()}
    (message,) = told(lambda: raw.fit(X_TRAIN, Y_TRAIN, **passed))
    for said in ("X_val is unlike X in 2", "of the 30 columns", 'Pipeline(steps, transform_input=["X_val"])'):
        assert said in message
    assert "enable_metadata_routing=True" in message
    assert "set_fit_request(X_val=True, y_val=True)" in message
    with sklearn.config_context(enable_metadata_routing=True):
        asking = MLPClassifier(early_stopping=True, random_state=0, engine=engine)
        asking.set_fit_request(X_val=True, y_val=True)
        cured = Pipeline([("scale", StandardScaler()), ("network", asking)], transform_input=["X_val"])
        assert told(lambda: cured.fit(X_TRAIN, Y_TRAIN, **PASSED)) == []
    scaler = StandardScaler().fit(X_TRAIN)
    by_hand = MLPClassifier(early_stopping=True, random_state=0, engine=engine)
    by_hand.fit(scaler.transform(X_TRAIN), Y_TRAIN, X_val=scaler.transform(X_VAL), y_val=Y_VAL)
    np.testing.assert_array_equal(cured[-1].theta_, by_hand.theta_)
    assert cured.score(X_VAL, Y_VAL) > 0.9 > raw.score(X_VAL, Y_VAL)


@pytest.mark.parametrize(
    "scaler", [StandardScaler(), MinMaxScaler(), RobustScaler(), PowerTransformer()], ids=str
)
@pytest.mark.parametrize("load", [load_breast_cancer, load_iris, load_wine, load_digits])
def test_raw_rows_are_told_from_rows_that_were_scaled(load, scaler):
    train, held_out = train_test_split(load(return_X_y=True)[0], random_state=0)
    scaled = scaler.fit_transform(train)
    unlike, compared = unlike_columns(scaled, held_out)
    assert 0 < len(unlike) <= compared
    if load is not load_digits:  # the other way round; scaled pixels are as zeros are
        assert unlike_columns(train, scaler.transform(held_out))[0]
    assert unlike_columns(scaled, scaler.transform(held_out))[0] == []
    assert unlike_columns(scaled.astype(np.float32), held_out.astype(np.float32))[0] == unlike


@pytest.mark.parametrize("scaler", [StandardScaler(with_mean=False), MaxAbsScaler()], ids=str)
def test_sparse_rows_are_told_by_what_they_store(scaler):
    random = np.random.default_rng(0)
    counts = sparse.csr_matrix(random.poisson(0.2, size=(800, 300)) * random.integers(1, 5, size=300) * 1.0)
    train, held_out = counts[:600], counts[600:]
    scaled = scaler.fit_transform(train)
    assert len(unlike_columns(scaled, held_out)[0]) > 0
    assert unlike_columns(scaled, scaler.transform(held_out))[0] == []
    assert unlike_columns(train, held_out)[0] == []
    assert unlike_columns(sparse.csr_array((60, 5)), sparse.csr_array((60, 5))) == ([], 0)


DISTRIBUTIONS = {
    "normal": lambda random, shape: random.normal(size=shape),
    "Cauchy": lambda random, shape: random.standard_cauchy(size=shape),
    "log-normal": lambda random, shape: np.exp(3 * random.normal(size=shape)),
    "rare ones": lambda random, shape: (random.uniform(size=shape) < 0.02) * 1.0,
    "coins": lambda random, shape: random.integers(2, size=shape) * 1.0,
    "counts": lambda random, shape: random.poisson(0.1, size=shape) * 1.0,
    "Pareto": lambda random, shape: random.pareto(0.5, size=shape),
    "mostly zero": lambda random, shape: random.normal(size=shape) * (random.uniform(size=shape) > 0.9),
    "two places": lambda random, shape: random.choice([-1e6, 1e6], size=shape) + random.normal(size=shape),
    "one column many times": lambda random, shape: random.normal(size=(shape[0], 1)) * np.ones(shape),
}


@pytest.mark.parametrize("draw", DISTRIBUTIONS.values(), ids=DISTRIBUTIONS)
def test_nothing_is_said_of_a_random_split_whatever_the_columns_are(draw):
    random = np.random.default_rng(0)
    for n, n_val in [(20, 10), (30, 10), (50, 5), (60, 20), (400, 15), (300, 100)]:
        for columns in (1, 2, 40):
            for _ in range(8):
                rows = draw(random, (n + n_val, columns))
                assert unlike_columns(rows[:n], rows[n:])[0] == []
                assert unlike_columns(sparse.csr_array(rows[:n]), sparse.csr_array(rows[n:]))[0] == []


def test_nor_of_splits_by_class_of_slow_drifts_and_of_corrupt_rows():
    random = np.random.default_rng(0)
    for load in (load_breast_cancer, load_iris, load_wine, load_digits):
        rows, labels = load(return_X_y=True)
        ordered = rows[np.argsort(labels, kind="stable")]
        assert unlike_columns(ordered[: len(rows) * 4 // 5], ordered[len(rows) * 4 // 5 :])[0] == []
    steady = np.linspace(0, 1, 1000)[:, None] + 0.05 * random.normal(size=(1000, 5))
    assert unlike_columns(steady[:800], steady[800:])[0] == []
    for corrupt in (100, 700):
        rows = random.normal(size=(800, 5))
        rows[corrupt] = 1e9
        assert unlike_columns(rows[:600], rows[600:])[0] == []


def test_one_column_is_enough_if_it_is_far():
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 20))
    for moved in (lambda column: column + 50, lambda column: 300 * column):
        held_out = random.normal(size=(50, 20))
        held_out[:, 7] = moved(held_out[:, 7])
        assert unlike_columns(rows, held_out) == ([7], 20)
    held_out = random.normal(size=(50, 20))
    held_out[:, 7] += 5
    assert unlike_columns(rows, held_out)[0] == []  # that far one column of twenty may drift
    assert unlike_columns(rows[:, 7:8], held_out[:, 7:8])[0] == [0]  # all there is may not


def test_few_rows_and_constant_columns_tell_nothing():
    rows = np.random.default_rng(0).normal(size=(60, 2))
    assert unlike_columns(rows[:19], rows[:19] + 100) == ([], 0)
    assert unlike_columns(rows, rows[:4] + 100) == ([], 0)
    assert unlike_columns(rows, rows[:5] + 100) == ([0, 1], 2)
    assert unlike_columns(np.ones((60, 2)), rows) == ([], 0)
    assert unlike_columns(rows, np.zeros((60, 2))) == ([], 0)


def test_scaled_within_the_model_nothing_is_said():
    for scale_inputs in (None, "standard", "minmax"):
        model = MLPClassifier(**SMALL, scale_inputs=scale_inputs)
        assert told(lambda model=model: model.fit(X_TRAIN, Y_TRAIN, **PASSED)) == []
        assert told(lambda model=model: model.partial_fit(X_TRAIN, Y_TRAIN, **PASSED)) == []


def test_targets_that_were_transformed_are_told_too():
    features, numbers = load_diabetes(return_X_y=True)
    train, held_out, y_train, y_val = train_test_split(features, numbers, random_state=0)
    model = MLPRegressor(**{**SMALL, "early_stopping": True})
    for transformer in (StandardScaler(), MinMaxScaler()):
        whole = TransformedTargetRegressor(model, transformer=transformer)
        (message,) = told(lambda whole=whole: whole.fit(train, y_train, X_val=held_out, y_val=y_val))
        assert "y_val is unlike y in 1 of the 1 columns compared" in message
        assert "scale_target=True" in message
    for scale_target in (False, True):
        model.set_params(scale_target=scale_target)
        assert told(lambda: model.fit(train, y_train, X_val=held_out, y_val=y_val)) == []


def test_autoencoders_are_told_once_and_parts_in_their_first_call_alone():
    scaled = StandardScaler().fit_transform(X_TRAIN)
    coder = Autoencoder(**SMALL)
    (message,) = told(lambda: coder.fit(scaled, X_val=X_VAL))
    assert "set_fit_request(X_val=True)" in message
    assert told(lambda: coder.fit(scaled)) == []
    model = MLPClassifier(**SMALL)
    assert len(told(lambda: model.partial_fit(scaled, Y_TRAIN, classes=[0, 1], **PASSED))) == 1
    assert told(lambda: model.partial_fit(scaled, Y_TRAIN, **PASSED)) == []


def test_steps_that_change_columns_are_named_where_the_numbers_of_columns_differ():
    cure = r'Pipeline\(steps, transform_input=\["X_val"\]\).*docs/pipelines.md'
    passed = {f"mlpclassifier__{name}": one for name, one in PASSED.items()}
    with pytest.raises(ValueError, match=rf"X has 30 features, but MLPClassifier is expecting 3.*{cure}"):
        make_pipeline(PCA(3), MLPClassifier(**SMALL)).fit(X_TRAIN, Y_TRAIN, **passed)
    words = np.array([["red"], ["blue"]] * 20, dtype=object)
    lengths = ColumnTransformer([("length", StandardScaler(), [0])])
    numbers = lengths.fit_transform(np.array([[3.0], [4.0]] * 20))
    with pytest.raises(ValueError, match=rf"could not convert string.*{cure}"):
        MLPClassifier(**SMALL).fit(numbers, [0, 1] * 20, X_val=words, y_val=[0, 1] * 20)


def test_a_target_that_a_pipeline_left_raw_is_told():
    coder = Autoencoder(**SMALL)
    noisy = X_TRAIN * np.random.RandomState(0).normal(1, 0.1, size=X_TRAIN.shape)
    raw = make_pipeline(StandardScaler(), coder)
    (message,) = told(lambda: raw.fit(noisy, autoencoder__target=X_TRAIN))
    assert "target is unlike X" in message
    assert 'transform_input=["target"]' in message
    with sklearn.config_context(enable_metadata_routing=True):
        cured = make_pipeline(
            StandardScaler(), Autoencoder(**SMALL).set_fit_request(target=True), transform_input=["target"]
        )
        assert told(lambda: cured.fit(noisy, target=X_TRAIN)) == []
    assert told(lambda: coder.set_params(scale_inputs="standard").fit(noisy, target=X_TRAIN)) == []
    clean = np.random.RandomState(0).normal(size=(200, 5))
    for noise in (0.5, 5, 50):
        rows = clean + noise * np.random.RandomState(1).normal(size=clean.shape)
        assert told(lambda rows=rows: coder.fit(rows, target=clean)) == []
    masked = clean * (np.random.RandomState(1).uniform(size=clean.shape) > 0.9)
    assert told(lambda: coder.fit(masked, target=clean)) == []
