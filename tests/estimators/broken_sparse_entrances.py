"""Hand every broken matrix to every entrance, and print what was not refused by name: run by a test, on its own.

Where a check is missing the process is killed, and what was last printed says where.
"""

import copy
import os
import warnings
from importlib.util import find_spec

import numpy as np
from scipy import sparse
from sklearn.base import clone

import rosenblatt as rb
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.choice import engine_for
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.perceptron import Rows
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from tests.broken_matrices import COLUMNS, ROWS, broken_matrices, table

DENSE = table()
SOUND, LABELS, NUMBERS = sparse.csr_array(DENSE), np.arange(ROWS) % 2, DENSE[:, 1]
TARGETS = {rb.MLPClassifier: LABELS, rb.MLPRegressor: NUMBERS}
TRAINED = (*TARGETS, rb.Autoencoder, rb.SparseAutoencoder, rb.DenoisingAutoencoder, rb.ContractiveAutoencoder)
METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "reconstruct")
METHODS += ("reconstruction_error", "score_samples", "inverse_transform")


def of_trained(cls, engine):
    """Yield the entrances of a trained network."""
    y = TARGETS.get(cls)
    own = {"corruption": rb.Masking(0.2)} if cls is rb.DenoisingAutoencoder else {}
    model = cls(hidden_layer_sizes=(3,), max_iter=2, random_state=0, engine=engine, **own)
    fitted = clone(model).fit(SOUND, y)
    yield "fit", lambda X: clone(model).fit(X, y)
    yield "fit again", lambda X: copy.deepcopy(fitted).set_params(warm_start=True).fit(X, y)
    classes = {"classes": [0, 1]} if cls is rb.MLPClassifier else {}
    yield "partial_fit", lambda X: clone(model).partial_fit(X, y, **classes)
    yield "early stopping", lambda X: clone(model).set_params(early_stopping=True).fit(X, y)
    for scale in ("standard", "robust"):
        yield f"scaled, {scale}", lambda X, scale=scale: clone(model).set_params(scale_inputs=scale).fit(X, y)
    labels = {} if y is None else {"y_val": y}
    yield "X_val", lambda X: clone(model).fit(SOUND, y, X_val=X, **labels)
    yield "lr_find", lambda X: rb.lr_find(model, X, y, steps=8)
    yield "score", lambda X: fitted.score(X, y)
    for method in METHODS:
        if hasattr(fitted, method):
            yield method, getattr(fitted, method)


def of_detector(engine):
    """Yield the entrances of the detector."""
    fitted = rb.AutoencoderDetector(max_iter=2, random_state=0, engine=engine).fit(SOUND)
    yield "fit", clone(fitted).fit
    for method in METHODS:
        if hasattr(fitted, method):
            yield method, getattr(fitted, method)


def of_perceptrons():
    """Yield the entrances of perceptrons and proofs."""
    for variant in ("last", "averaged", "voted", "pocket"):
        model = rb.Perceptron(variant=variant, random_state=0)
        fitted = clone(model).fit(SOUND, LABELS)
        yield f"{variant}: fit", lambda X, model=model: clone(model).fit(X, LABELS)
        yield f"{variant}: partial_fit", lambda X, model=model: clone(model).partial_fit(X, LABELS, [0, 1])
        yield f"{variant}: predict", fitted.predict
        yield f"{variant}: score", lambda X, fitted=fitted: fitted.score(X, LABELS)
    yield "certify", lambda X: rb.Perceptron(certify=True).fit(X, LABELS)
    yield "separability", lambda X: rb.separability(X, LABELS)
    yield "rows", lambda X: Rows(X, many_passes=False)


def of_displays():
    """Yield displays."""
    coder, detector = rb.Autoencoder(2, max_iter=2).fit(SOUND), rb.AutoencoderDetector(max_iter=2).fit(SOUND)
    neuron, certificate = rb.Perceptron().fit(DENSE, LABELS), rb.separability(SOUND, LABELS)
    yield "reconstructions", lambda X: rb.ReconstructionDisplay.from_estimator(coder, X)
    yield "noisy", lambda X: rb.ReconstructionDisplay.from_estimator(coder, DENSE, noisy=X)
    yield "codes", lambda X: rb.CodeDisplay.from_estimator(coder, X)
    yield "activities", lambda X: rb.ActivityDisplay.from_estimator(coder, X)
    yield "errors", lambda X: rb.ErrorHistogramDisplay.from_estimator(detector, X)
    yield "feature errors", lambda X: rb.FeatureErrorDisplay.from_estimator(detector, X)
    yield "margin", lambda X: rb.MarginDisplay.from_estimator(neuron, X, LABELS)
    yield "path", lambda X: rb.PathDisplay.from_data(X, LABELS)
    yield "rates", lambda X: rb.LearningRateDisplay.from_estimator(rb.MLPClassifier((3,)), X, LABELS)
    yield "combination", lambda X: rb.CombinationDisplay.from_certificate(certificate, X, LABELS)


def of_engines(name):
    """Yield the verbs that take samples."""
    network = rb.Network((COLUMNS, 3, 1), (Tanh(),), Identity())
    plan = rb.Plan(HalfSquaredError(), rb.SGD(), rb.Constant(peak=0.1))
    engine = ArrayEngine(network, plan) if name == "array" else engine_for(name, network, plan)
    theta, y = np.full(network.n_parameters, 0.1), np.zeros((ROWS, 1))
    order, settings = Order(np.arange(ROWS), np.array([0, 5, ROWS]), 0, 0, ROWS), np.full((2, 1), 0.1)
    yield "engine's predict", lambda X: engine.predict(theta, X)
    yield "engine's gradient", lambda X: engine.gradient(theta, Batch(X, y))
    yield "engine's epochs", lambda X: engine.epochs(State(theta, ()), Batch(X, y), order, settings)


def entrances():
    """Yield a name and a function of X for each way in."""
    for engine in ("array", "auto"):
        for cls in TRAINED:
            yield from ((f"{cls.__name__}, {engine}: {name}", f) for name, f in of_trained(cls, engine))
        for name, enter in (*of_detector(engine), *of_engines(engine)):
            yield f"{engine}: {name}", enter
    yield from of_perceptrons()
    yield "greedy_pretrain", lambda X: rb.greedy_pretrain(rb.MLPClassifier((3,)), X, kind="plain", max_iter=2)
    if find_spec("matplotlib") is not None:
        yield from of_displays()


def main():
    """Print a line for each matrix that was taken, or refused without a name."""
    os.environ["MPLBACKEND"] = "Agg"
    warnings.simplefilter("ignore")
    every, n = broken_matrices(), 0
    broken = {
        what: X for what, X in every.items() if "_array of int32" in what or "csr_matrix of int64" in what
    }
    for name, enter in entrances():
        for what, X in broken.items():
            n += 1
            try:
                enter(X)
                print(f"{name}: {what} was taken", flush=True)
            except ValueError as error:
                if "is a sparse matrix that contradicts itself" not in str(error):
                    print(f"{name}: {what}: {error}", flush=True)
    print(f"{n} tries")


if __name__ == "__main__":
    main()
