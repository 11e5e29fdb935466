"""Methods that an estimator has for some arguments alone, or not at all: the message says why, and what there is."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any


class available:  # noqa: N801 - a decorator
    """A method that is there while ``check`` returns True; else the AttributeError is the one that check raises.

    scikit-learn's ``available_if`` says in the message that there is no such method, and why not in its cause alone.

    Parameters
    ----------
    check : callable
        Takes the estimator; returns True or raises AttributeError.
    """

    def __init__(self, check: Callable[[Any], bool]) -> None:
        self.check = check

    def __call__(self, method: Any) -> Any:
        """Return the method as an attribute that looks first."""
        return _Available(self.check, method)


class _Available:
    def __init__(self, check: Callable[[Any], bool], method: Any) -> None:
        self.check, self.method = check, method
        self.__doc__, self.__name__ = method.__doc__, method.__name__

    def __get__(self, estimator: Any, owner: type | None = None) -> Any:
        if estimator is None:
            return self.method
        try:
            self.check(estimator)
        except AttributeError as reason:
            kind = type(estimator).__name__
            raise AttributeError(f"This {kind!r} has no attribute {self.__name__!r}: {reason}") from reason
        return MethodType(self.method, estimator)


class elsewhere:  # noqa: N801 - used as a value
    """A method that users of other estimators look for and that is not here; ``hasattr`` says so, too.

    Parameters
    ----------
    instead : str
        What there is instead.
    """

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, estimator: Any, owner: type) -> Any:
        raise AttributeError(f"{owner.__name__!r} object has no attribute {self.name!r}: {self.instead}")


class DetectorLacks:
    """What users of other detectors and of single networks look for."""

    predict_proba = elsewhere("decision_function(X) and score_samples(X) give scores")
    transform = elsewhere(
        "reconstruct(X) gives reconstructions; estimators_ are autoencoders, which give codes"
    )
    coefs_ = elsewhere("estimators_ holds the networks, each with its coefs_")
    loss_curve_ = elsewhere("estimators_ holds the networks, each with its loss_curve_")
    history_ = elsewhere("estimators_ holds the networks, each with its history_")
    labels_ = elsewhere("predict(X) gives -1 for outliers and +1 for all other rows")
    score = elsewhere("score_samples(X) gives a score for each row")
    threshold_ = elsewhere("offset_ is the score below which rows are outliers")


class PerceptronLacks:
    """What users of other classifiers and of networks look for."""

    predict_proba = elsewhere(
        "decision_function(X) gives scores; scikit-learn's CalibratedClassifierCV makes probabilities of them"
    )
    coefs_ = elsewhere("coef_ holds the weights")
    loss_curve_ = elsewhere("update_curve_ holds the steps of each epoch")
    history_ = elsewhere("update_curve_ holds the steps of each epoch")


class NetworkLacks:
    """What other libraries call the parts and methods of a network that has been trained."""

    coef_ = elsewhere("coefs_ holds the weights, one array for each layer")
    intercept_ = elsewhere("intercepts_ holds the biases, one array for each layer")
    weights = elsewhere("coefs_ and intercepts_ hold them, theta_ all of them in one vector")
    history = elsewhere("history_ holds what each epoch did, a dict of arrays")
    state_dict = elsewhere("theta_ holds all weights; pickle or joblib.dump keep the whole model")
    save = elsewhere("pickle or joblib.dump(model, path) keep it")
    compile = elsewhere("solver, loss and the rest are arguments of the constructor")
    summary = elsewhere("network_ shows the layers of a fitted model")
    evaluate = elsewhere("score(X, y) gives the score")
    predict_classes = elsewhere("predict(X) gives the labels")
    feature_importances_ = elsewhere("sklearn.inspection.permutation_importance finds them")
    forward = elsewhere("predict(X) runs the network")
    train = elsewhere("fit(X, y) trains, partial_fit for one epoch more")
    to = elsewhere("everything runs on the processor")
