"""What the history says of each epoch: losses without penalties, of training and validation rows, on both engines."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import log_loss, mean_squared_error

from rosenblatt import (
    L1,
    ActivityL1,
    Autoencoder,
    Callback,
    Contraction,
    EarlyStopping,
    GaussianNLL,
    LogLoss,
    MLPClassifier,
    MLPRegressor,
    after,
)
from tests.tolerances import ENGINES_FLOAT64, REPLAYED

r = np.random.default_rng(0)
X, X_val = r.normal(size=(60, 4)), r.normal(size=(25, 4))
W_VAL = r.exponential(size=25)
ENGINES = pytest.mark.parametrize("engine", ["array", "native"])


def fitted(model, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(*arguments, **options)


class Weights(Callback):
    """Keep the weights of each epoch, and what was said of it."""

    def __init__(self):
        self.records = []

    def on_epoch_end(self, record):
        self.records.append(record)


@ENGINES
@pytest.mark.parametrize("classes", [2, 3])
def test_the_validation_loss_of_classes_is_their_cross_entropy(engine, classes):
    y, y_val = (np.digitize(A[:, 0], [-0.4, 0.4][: classes - 1]) for A in (X, X_val))
    model = MLPClassifier((5,), alpha=0.3, max_iter=4, random_state=0, engine=engine)
    fitted(model, X, y, X_val=X_val, y_val=y_val, sample_weight_val=W_VAL)
    expected = log_loss(y_val, model.predict_proba(X_val), sample_weight=W_VAL, labels=model.classes_)
    assert model.history_["validation_loss"][-1] == pytest.approx(expected, rel=ENGINES_FLOAT64)
    assert model.history_["validation_score"][-1] == pytest.approx(model.score(X_val, y_val, W_VAL))


@ENGINES
def test_the_validation_loss_of_numbers_is_in_the_units_of_training(engine):
    y, y_val = X @ [1, 2, 0, 0] * 50 + 7, X_val @ [1, 2, 0, 0] * 50 + 7
    plain = MLPRegressor(hidden_layer_sizes=(5,), max_iter=3, random_state=0, engine=engine)
    fitted(plain, X, y, X_val=X_val, y_val=y_val)
    expected = mean_squared_error(y_val, plain.predict(X_val)) / 2
    assert plain.history_["validation_loss"][-1] == pytest.approx(expected, rel=ENGINES_FLOAT64)
    scaled = MLPRegressor(
        hidden_layer_sizes=(5,), max_iter=3, random_state=0, engine=engine, scale_target=True
    )
    fitted(scaled, X, y, X_val=X_val, y_val=y_val)
    expected = mean_squared_error(y_val, scaled.predict(X_val)) / 2 / y.var()
    assert scaled.history_["validation_loss"][-1] == pytest.approx(expected, rel=ENGINES_FLOAT64)


@ENGINES
def test_the_validation_loss_is_that_of_training_on_the_same_rows(engine):
    """One batch of all rows at a rate of nearly 0: both are the loss of the same weights, whatever the loss."""
    y, labels = X[:, 0] * 3, np.arange(60) % 3
    still = {
        "hidden_layer_sizes": (4,),
        "learning_rate_init": 1e-15,
        "batch_size": 60,
        "max_iter": 2,
        "engine": engine,
    }
    models = [
        (MLPRegressor(**still, alpha=0.5, scale_target=True, scale_inputs="standard"), y),
        (MLPRegressor(**still, loss="huber", regularizers=(L1(0.1),)), np.column_stack([y, -y])),
        (MLPRegressor(**still, loss=GaussianNLL()), y),
        (MLPRegressor(**still, loss="quantile"), y),
        (MLPClassifier(**still, loss=LogLoss(smoothing=0.1)), labels),
        (MLPClassifier(**still, loss="hinge"), labels),
        (MLPClassifier(**still), X[:, :2] > 0),
    ]
    for model, target in models:
        fitted(model, X, target, X_val=X, y_val=target)
        history = model.history_
        np.testing.assert_allclose(
            history["validation_loss"], history["loss"], rtol=REPLAYED, err_msg=repr(model)
        )
        np.testing.assert_allclose(history["loss"] + history["penalty"], model.loss_curve_, rtol=REPLAYED)
        assert (history["penalty"] > 0).all()  # alpha's at least


@ENGINES
def test_an_autoencoder_keeps_its_penalties_apart(engine):
    """What is followed is the loss of all outputs and the penalties, of weights, of outputs within, of the slope."""
    arguments = {
        "max_iter": 3,
        "random_state": 0,
        "engine": engine,
        "batch_size": 60,
        "learning_rate_init": 1e-15,
    }
    free = fitted(Autoencoder((3,), "tanh", alpha=0, **arguments), X, X_val=X)
    bound = Autoencoder(
        (3,),
        "tanh",
        alpha=0.2,
        sparsity=ActivityL1(0.1),
        contraction=Contraction(0.1, layers=(1,)),
        **arguments,
    )
    fitted(bound, X, X_val=X)
    for model in (free, bound):
        history = model.history_
        np.testing.assert_allclose(history["validation_loss"], history["loss"], rtol=REPLAYED)
        np.testing.assert_allclose(
            4 * history["loss"] + history["penalty"], history["objective"], rtol=REPLAYED
        )
    np.testing.assert_allclose(bound.history_["loss"], free.history_["loss"], rtol=REPLAYED)
    np.testing.assert_allclose(free.history_["penalty"], 0, atol=REPLAYED)
    squares = sum((W**2).sum() for W in bound.coefs_)
    assert (bound.history_["penalty"] > 0.2 * squares / 2 / 60).all()


@ENGINES
def test_a_penalty_that_begins_late_moves_no_loss(engine):
    y = X[:, 0]
    watch = Weights()
    model = MLPRegressor(
        hidden_layer_sizes=(4,), max_iter=4, random_state=0, engine=engine, learning_rate_init=1e-15, batch_size=60,
        alpha=0, regularizers=(L1(after(epochs=2, value=0.5)),), callbacks=[watch],
    )  # fmt: skip
    fitted(model, X, y)
    np.testing.assert_allclose(model.history_["loss"], model.history_["loss"][0], rtol=REPLAYED)
    expected = 0.5 * sum(np.abs(W).sum() for W in model.coefs_)
    np.testing.assert_allclose(
        model.history_["penalty"], [0, 0, expected, expected], rtol=REPLAYED, atol=REPLAYED
    )
    assert [record.penalty for record in watch.records] == model.history_["penalty"].tolist()
    assert [record.loss for record in watch.records] == model.loss_curve_
    assert np.isnan(model.history_["validation_loss"]).all()


def test_scorers_and_the_loss_share_one_pass(monkeypatch):
    y = (X[:, 0] > 0).astype(int)
    stop = EarlyStopping(["neg_log_loss", "f1", "roc_auc"])
    model = MLPClassifier((4,), early_stopping=stop, max_iter=3, random_state=0)
    fitted(model, X, y, X_val=X_val, y_val=(X_val[:, 0] > 0).astype(int))
    np.testing.assert_allclose(
        model.history_["neg_log_loss"], -model.history_["validation_loss"], rtol=REPLAYED
    )
    assert np.isfinite(model.history_["f1"]).all()


@ENGINES
def test_lbfgs_keeps_them_apart_too(engine):
    y = X[:, 0] * 2
    model = MLPRegressor(
        hidden_layer_sizes=(4,), solver="lbfgs", alpha=0.3, max_iter=9, random_state=0, engine=engine
    )
    history = fitted(model, X, y).history_
    np.testing.assert_allclose(history["loss"] + history["penalty"], history["objective"], rtol=REPLAYED)
    assert history["loss"][-1] == pytest.approx(
        mean_squared_error(y, model.predict(X)) / 2, rel=ENGINES_FLOAT64
    )
    code = Autoencoder(
        (2,), "tanh", solver="lbfgs", sparsity=ActivityL1(0.1), max_iter=5, random_state=0, engine=engine
    )
    history = fitted(code, X).history_
    assert (history["penalty"] > 0).all()
    assert history["loss"][-1] == pytest.approx(
        mean_squared_error(X, code.reconstruct(X)) / 2, rel=ENGINES_FLOAT64
    )


def test_sparse_rows_are_judged_as_dense_ones():
    kept = np.where(np.abs(X) > 0.5, X, 0)
    y = kept[:, 0]
    dense, thin = (
        fitted(
            MLPRegressor(hidden_layer_sizes=(4,), max_iter=3, random_state=0),
            A[:40],
            y[:40],
            X_val=A[40:],
            y_val=y[40:],
        )
        for A in (kept, sparse.csr_array(kept))
    )
    np.testing.assert_allclose(
        dense.history_["validation_loss"], thin.history_["validation_loss"], rtol=ENGINES_FLOAT64
    )
