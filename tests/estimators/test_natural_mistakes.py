"""Mistakes of people who come from scikit-learn, Keras, PyTorch and pandas: each message names argument and cure."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import rosenblatt
from rosenblatt import (
    L1,
    L2,
    SGD,
    Activation,
    Adam,
    Autoencoder,
    AutoencoderDetector,
    Callback,
    Cosine,
    EarlyStopping,
    Exponential,
    FilterDisplay,
    Gaussian,
    GradientNormsDisplay,
    Huber,
    MarginDisplay,
    MLPClassifier,
    MLPRegressor,
    MultiStep,
    OneCycle,
    Perceptron,
    PerLayer,
    Quantile,
    ReconstructionDisplay,
    ReduceOnPlateau,
    Step,
    TimeBudget,
    Warmup,
    greedy_pretrain,
    lr_find,
    separability,
)

pytest.importorskip("matplotlib").use("Agg")

X, y = load_iris(return_X_y=True)
FRAME = pd.DataFrame(X, columns=list("abcd")).assign(kind=np.array(["s", "v", "w"])[y])


def classifier(**arguments):
    return MLPClassifier(**{"hidden_layer_sizes": (3,), "max_iter": 2, "random_state": 0, **arguments})


def fitted(**arguments):
    return classifier(**arguments).fit(X, y)


def regressor(**arguments):
    return MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0, **arguments).fit(X, y)


def coder(sizes=2, **arguments):
    return Autoencoder(sizes, max_iter=2, random_state=0, **arguments).fit(X)


def detector(**arguments):
    return AutoencoderDetector(**{"max_iter": 2, "random_state": 0, **arguments}).fit(X)


class Doubled(Activation):
    """An activation as PyTorch would have it, without the namespace."""

    derivative_of = "a"

    def __call__(self, a):
        return 2 * a

    def derivative(self, xp, a):
        return 2 + 0 * a


class CrossEntropyLoss:
    """Named as PyTorch's."""


class Silent(Callback):
    """A callback that does not want the record."""

    def on_epoch_end(self):
        return True


class Ones:
    """An initialiser as it would be elsewhere."""

    def fill(self, theta):
        theta[...] = 1


MISTAKES = [
    # constructors, as Keras, PyTorch and gradient boosting have them
    (lambda: MLPClassifier(lr=0.01), "'lr'", "learning_rate_init=..."),
    (lambda: MLPClassifier(epochs=10), "'epochs'", "max_iter=..."),
    (lambda: MLPClassifier(hidden_layers=[64, 32]), "'hidden_layers'", "hidden_layer_sizes=..."),
    (lambda: MLPClassifier(optimizer="adam"), "'optimizer'", "solver=..."),
    (lambda: MLPClassifier(batch=32), "'batch'", "batch_size=..."),
    (lambda: MLPClassifier(weight_decay=1e-4), "'weight_decay'", "alpha=..."),
    (lambda: MLPClassifier(metrics=["accuracy"]), "'metrics'", "early_stopping=EarlyStopping(scoring=...)"),
    (lambda: MLPClassifier(device="cuda"), "'device'", "leave it out"),
    (lambda: MLPClassifier(n_jobs=-1), "'n_jobs'", "set_num_threads"),
    (lambda: MLPClassifier((64, 32), "relu", "adam"), "'adam'", "solver='adam'"),
    (lambda: MLPClassifier(validation_data=(X, y)), "'validation_data'", ".fit(..., X_val=..., y_val=...)"),
    (lambda: MLPClassifier(l1_ratio=0.5), "'l1_ratio'", "regularizers=(L1(...), L2(...))"),
    (lambda: MLPClassifier(clipnorm=1.0), "'clipnorm'", "regularizers=(Clip(norm=...),)"),
    (lambda: MLPClassifier(betas=(0.9, 0.999)), "'betas'", "beta_1=..., beta_2=..."),
    (lambda: MLPRegressor((20,)).fit(X, y), "(20,)", "hidden_layer_sizes=(20,)"),
    (lambda: MLPRegressor(loss="quantile", q=0.9), "'q'", "loss=Quantile(q=...)"),
    (lambda: MLPClassifier("relu").fit(X, y), "hidden_layer_sizes", "activation='relu'"),
    (lambda: Perceptron(learning_rate=0.1), "'learning_rate'", "eta0=..."),
    (
        lambda: Perceptron(hidden_layer_sizes=(5,)),
        "'hidden_layer_sizes'",
        "MLPClassifier(hidden_layer_sizes=...)",
    ),
    (lambda: Perceptron("l2"), "'l2'", "penalty='l2'"),
    (lambda: Autoencoder(latent_dim=2), "'latent_dim'", "hidden_layer_sizes=..."),
    (lambda: AutoencoderDetector(nu=0.1), "'nu'", "contamination=..."),
    # values
    (lambda: fitted(activation="swish"), "activation 'swish'", "'silu'"),
    (lambda: fitted(activation=None), "activation", "'identity'"),
    (lambda: fitted(activation="softmax"), "activation='softmax'", "take 'logistic' or 'tanh'"),
    (lambda: fitted(loss="cross_entropy"), "loss 'cross_entropy'", "'log_loss'"),
    (lambda: regressor(loss="mse"), "loss 'mse'", "'squared_error'"),
    (lambda: regressor(loss=Huber), "class Huber", "Huber()"),
    (lambda: fitted(learning_rate=0.01), "learning_rate", "learning_rate_init=0.01"),
    (lambda: fitted(learning_rate="cosine"), "'cosine'", "learning_rate=Cosine()"),
    (lambda: fitted(learning_rate=Cosine), "class Cosine", "Cosine()"),
    (
        lambda: fitted(learning_rate_init=Cosine()),
        "learning_rate_init",
        "a schedule goes into learning_rate=",
    ),
    (lambda: fitted(scale_inputs=True), "scale_inputs True", "'standard'"),
    (lambda: fitted(scale_inputs=StandardScaler()), "scale_inputs StandardScaler()", "'standard'"),
    (lambda: fitted(early_stopping=5), "early_stopping", "EarlyStopping(patience=5)"),
    (lambda: fitted(early_stopping="acc"), "early_stopping", "EarlyStopping(scoring='accuracy')"),
    (lambda: fitted(loss=CrossEntropyLoss()), "loss", "did you mean 'log_loss'?"),
    (lambda: fitted(regularizers=None), "regularizers", "() is none"),
    (lambda: fitted(early_stopping="val_loss"), "early_stopping", "EarlyStopping(scoring='neg_log_loss')"),
    (lambda: fitted(callbacks=[EarlyStopping()]), "callbacks", "early_stopping=EarlyStopping(...)"),
    (lambda: fitted(callbacks=[ReduceOnPlateau()]), "callbacks", "a schedule goes into learning_rate="),
    (lambda: fitted(callbacks=TimeBudget(5)), "callbacks", "put it into a list"),
    (lambda: fitted(regularizers=L2(1e-3)), "regularizers", "(L2(strength=0.001),)"),
    (lambda: fitted(regularizers="l2"), "regularizers", "regularizers=(L2(1e-4),)"),
    (lambda: fitted(dropout=[0.5]), "dropout=[0.5]", "inputs first, or one number for all hidden layers"),
    (lambda: fitted(class_weight=[1, 2, 3]), "class_weight", "{label: weight}"),
    (lambda: fitted(activation=Doubled()), "Doubled.__call__", "(self, xp, a)"),
    (lambda: coder(corruption="gaussian"), "corruption", "corruption=Gaussian(0.3)"),
    (lambda: coder((8, 4)), "hidden_layer_sizes=(8, 4)", "an odd number of sizes"),
    (lambda: coder(loss="bce"), "loss 'bce'", "'binary_cross_entropy'"),
    (lambda: coder(loss="binary_cross_entropy"), "loss='binary_cross_entropy'", "scale_inputs='minmax'"),
    (lambda: detector(contamination=5), "contamination", "(0, 0.5]"),
    (lambda: Perceptron(penalty="none").fit(X, y), "penalty 'none'", "None"),
    # objects
    (lambda: Adam(lr=1e-3), "'lr'", "learning_rate_init"),
    (lambda: SGD(momentum=0.9), "'momentum'", "Momentum(momentum=...)"),
    (lambda: L1(strenght=0.1), "'strenght'", "strength=..."),
    (lambda: EarlyStopping(monitor="val_loss"), "'monitor'", "scoring=..."),
    (lambda: EarlyStopping(restore_best_weights=True), "'restore_best_weights'", "leave it out"),
    (lambda: EarlyStopping("mse"), "scoring 'mse'", "'neg_mean_squared_error'"),
    (lambda: TimeBudget(minutes=1), "'minutes'", "seconds=..."),
    (lambda: Gaussian(std=0.3), "'std'", "standard_deviation=..."),
    (lambda: Quantile(alpha=0.9), "'alpha'", "q=..."),
    (lambda: Cosine(0.01), "0.01", "peak=..."),
    (lambda: Cosine(eta_min=0), "'eta_min'", "final=..."),
    (lambda: OneCycle(max_lr=0.1), "'max_lr'", "peak=..."),
    (lambda: Step(step_size=30), "'step_size'", "every=..."),
    (lambda: Exponential(gamma=0.9), "'gamma'", "decay=..."),
    (lambda: ReduceOnPlateau(min_lr=1e-5), "'min_lr'", "minimum=..."),
    (lambda: Warmup(warmup_steps=5), "'warmup_steps'", "steps=..."),
    # fit, predict, score
    (lambda: classifier().fit(X, y, epochs=3), "'epochs'", "MLPClassifier(max_iter=...)"),
    (lambda: classifier().fit(X, y, validation_data=(X, y)), "'validation_data'", "X_val=..., y_val=..."),
    (
        lambda: classifier().fit(X, y, class_weight="balanced"),
        "'class_weight'",
        "MLPClassifier(class_weight=...)",
    ),
    (lambda: classifier().fit(X, y, sample_weights=y), "'sample_weights'", "sample_weight=..."),
    (lambda: classifier().fit(X, y, X_val=(X, y)), "X_val", "without y_val; pass both"),
    (lambda: classifier().fit(X, y + 0.5), "y", "MLPRegressor"),
    (lambda: classifier().fit(X, y[:100]), "150 rows and y has 100", "one target for each row"),
    (lambda: classifier().fit(FRAME, y), "'kind'", "OneHotEncoder"),
    (lambda: fitted().predict(X[0]), "X has shape (4,)", "X.reshape(1, -1)"),
    (
        lambda: classifier().fit(FRAME[["a", "b"]], y).predict(FRAME[["b", "a"]]),
        "feature names",
        "feature_names_in_",
    ),
    (lambda: fitted(loss="hinge").predict_proba(X), "loss='hinge'", "decision_function"),
    (lambda: classifier().partial_fit(X, y), "classes", "classes=np.unique(y)"),
    (
        lambda: classifier(solver="lbfgs").partial_fit(X, y, classes=[0, 1, 2]),
        "partial_fit",
        "lbfgs is not stochastic",
    ),
    (lambda: coder().predict(X), "'predict'", "reconstruct(X)"),
    (lambda: coder().inverse_transform(X), "X must hold codes", "pass what transform returned"),
    (lambda: Autoencoder(2).fit(X, X_val=X, y_val=X), "'y_val'", "target_val=..."),
    (lambda: detector().predict_proba(X), "'predict_proba'", "decision_function(X)"),
    (lambda: Perceptron().fit(X, y).predict_proba(X), "'predict_proba'", "CalibratedClassifierCV"),
    (lambda: regressor().predict(X, return_std=True), "return_std=True", "loss='gaussian'"),
    # what other libraries call the parts of a model
    (lambda: fitted().coef_, "'coef_'", "coefs_"),
    (lambda: fitted().history["loss"], "'history'", "history_"),
    (lambda: fitted().evaluate(X, y), "'evaluate'", "score(X, y)"),
    (lambda: classifier().compile(optimizer="adam"), "'compile'", "arguments of the constructor"),
    (lambda: fitted().save("model.h5"), "'save'", "joblib.dump"),
    (lambda: classifier().loss_curve_, "'loss_curve_'", "fit gives it one"),
    (lambda: rosenblatt.StepLR, "'StepLR'", "did you mean Step?"),
    (lambda: rosenblatt.MLPClassifer, "'MLPClassifer'", "MLPClassifier?"),
    (lambda: rosenblatt.Sigmoid, "'Sigmoid'", "'logistic'"),
    # code of one's own
    (lambda: fitted(callbacks=[Silent()]), "Silent.on_epoch_end", "(self, record)"),
    (lambda: fitted(initializer=Ones()), "Ones.fill", "(self, theta, network, activations, stream, seed)"),
    (lambda: fitted(initializer=[np.ones((4, 3)), np.ones((3, 3))]), "initializer", "a pair of lists"),
    (lambda: fitted(learning_rate=lambda epoch: 0.1 * 0.9**epoch), "learning_rate", "clock.epoch"),
    (lambda: fitted(learning_rate=lambda epoch, lr: lr), "learning_rate", "the Clock"),
    (lambda: EarlyStopping(accuracy_score), "scoring", "make_scorer"),
    (lambda: EarlyStopping([accuracy_score]), "scoring", "make_scorer"),
    (lambda: MultiStep([30, 60]), "milestones", "(30, 60)"),
    (lambda: PerLayer([1, 2]), "multipliers", "(1, 2)"),
    (lambda: MultiStep(30), "milestones", "(30,)"),
    (lambda: fitted().score(X), "MLPClassifier.score()", "'y'"),
    (lambda: classifier().set_params(mlpclassifier__alpha=1), "'mlpclassifier'", "alpha=1"),
    (lambda: fitted().feature_importances_, "'feature_importances_'", "permutation_importance"),
    (lambda: detector().labels_, "'labels_'", "predict(X)"),
    # searches
    (lambda: classifier().set_params(lr=1), "'lr'", "learning_rate_init=..."),
    (lambda: classifier().set_params(solver__lr=1), "solver__lr", "learning_rate_init"),
    (lambda: GridSearchCV(classifier(), {"epochs": [1]}).fit(X, y), "'epochs'", "max_iter=..."),
    (
        lambda: GridSearchCV(make_pipeline(StandardScaler(), classifier()), {"mlpclassifier__lr": [1]}).fit(
            X, y
        ),
        "'lr'",
        "learning_rate_init=...",
    ),
    # functions and displays
    (lambda: lr_find(classifier(), X, y, start_lr=1e-5), "'start_lr'", "low=..."),
    (lambda: lr_find(make_pipeline(classifier()), X, y), "Pipeline", "pass the last step"),
    (lambda: greedy_pretrain(classifier(), X, epochs=3), "epochs=...", "max_iter=..."),
    (lambda: separability(X, y, bias=True), "'bias'", "fit_intercept=..."),
    (lambda: GradientNormsDisplay.from_estimator(fitted()), "GradientNorms", "callbacks=[GradientNorms()]"),
    (lambda: FilterDisplay.from_estimator(fitted(), shape=(2, 2)), "'shape'", "image_shape=..."),
    (
        lambda: FilterDisplay.from_estimator(fitted(), image_shape=(8, 8)),
        "image_shape=(8, 8)",
        "(height, width)",
    ),
    (lambda: ReconstructionDisplay.from_estimator(fitted(), X), "estimator", "Autoencoder"),
    (lambda: MarginDisplay.from_estimator(Perceptron().fit(X, y), X, y), "two columns", "X[:, [0, 1]]"),
]


@pytest.mark.parametrize(
    ("mistake", "argument", "cure"), MISTAKES, ids=[f"{one[1]}-{one[2]}" for one in MISTAKES]
)
def test_the_message_names_argument_and_cure(mistake, argument, cure):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((TypeError, ValueError, AttributeError)) as caught:
            mistake()
    message = str(caught.value)
    assert argument in message
    assert cure in message.replace(argument, "", 1) or cure in argument
    assert len(message) < 600, "nobody reads that"


def test_none_of_the_attributes_is_there():
    for model in (fitted(), coder(), detector(), Perceptron().fit(X, y)):
        for name in ("compile", "history", "coefs_", "loss_curve_", "transform", "predict_proba", "evaluate"):
            if hasattr(model, name):
                assert getattr(model, name) is not None
    assert not hasattr(coder(), "predict")
    assert not hasattr(detector(), "transform")
    assert not hasattr(fitted(), "coef_")
    assert not hasattr(Perceptron, "predict_proba")


def test_a_name_of_ones_own_may_be_set():
    class Mine(MLPClassifier):
        def save(self, path):
            return path

    model = Mine((3,), max_iter=2)
    assert model.save("here") == "here"
    model.history = [1, 2]
    assert model.history == [1, 2]
