"""Early stopping as an object: which scores are watched, and for how long."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.metrics import get_scorer, get_scorer_names

from ..arrays import read_only
from ..catalogue import unknown
from ..errors import InvalidParameterError
from ..excerpts import short
from ..intervals import is_number
from ..limits import Limited
from ..other_names import meant
from ..training.column import Column
from ..training.state import HISTORY
from .absent_classes import absent_classes, knowing
from .parameters import boolean, check_replaced

Scorers = dict[str, Callable[..., float]]


@dataclass(frozen=True)
class EarlyStopping(Limited):
    r"""Stop when a validation score stalls, and put the weights of its best epoch back.

    Prechelt, *Early stopping - but when?* (1998), in *Neural Networks: Tricks of the Trade*. Given as
    ``early_stopping=EarlyStopping(...)``; ``patience`` and ``min_delta`` then stand for
    ``n_iter_no_change`` and ``tol``. Training stops in the epoch after ``patience`` epochs of which none
    was better than the best before by ``min_delta``, as scikit-learn counts. A score of NaN is never better.

    Parameters
    ----------
    scoring : str, callable, list of str, dict of name to str or callable, or None
        Scorers of scikit-learn, or callables ``(estimator, X, y) -> float``, higher is better; None is
        the accuracy, or R squared. The first of several decides; all are in ``history_`` by their names. Where the
        validation set lacks a class, scores of probabilities know it all the same, and areas under curves are means
        over the classes that there are.
    patience : int in [1, inf) or inf, default=10
        Epochs without improvement.
    min_delta : float in [0, inf), default=1e-4
        The improvement that counts; of an autoencoder's own score relative, as its ``tol``.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import EarlyStopping, MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> stop = EarlyStopping(scoring=["neg_log_loss", "accuracy"], patience=5)
    >>> model = MLPClassifier(early_stopping=stop, learning_rate_init=0.01, random_state=0).fit(X, y)
    >>> len(model.history_["neg_log_loss"]) == model.n_iter_
    True
    """

    scoring: Any = None
    patience: float = 10
    min_delta: float = 1e-4
    limits: ClassVar = {"patience": "[1, inf]", "min_delta": "[0, inf)"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.patience != int(min(self.patience, 2**53)) and self.patience < np.inf:
            raise InvalidParameterError(
                f"EarlyStopping(patience=...) must be a whole number or inf, got {short(self.patience)}"
            )
        scorers_of(self)


def true_false_or_object(name: str, value: Any) -> None:
    """Check for True, False or an EarlyStopping object."""
    if not isinstance(value, EarlyStopping):
        hint = "; pass an object, EarlyStopping()" if value is EarlyStopping else ""
        if is_number(value):
            hint = f": EarlyStopping(patience={short(value)}) waits for so many epochs"
        elif isinstance(value, str):
            names = get_scorer_names()
            said = repr(value) if value in names else meant("scoring", value, names)
            hint = f", such as EarlyStopping(scoring={said or repr('neg_log_loss')})"
        try:
            boolean(name, value)
        except TypeError as error:
            raise TypeError(f"{error}; an EarlyStopping object is taken as well{hint}") from None
        return
    scorers_of(value)


def stopping_of(estimator: Any) -> tuple[float, float]:
    """Return the improvement that counts and the patience, from the object or the plain arguments.

    Raises
    ------
    ValueError
        If both are given.
    """
    stopping = estimator.early_stopping
    if not isinstance(stopping, EarlyStopping):
        return float(estimator.tol), float(estimator.n_iter_no_change)
    check_replaced(estimator, "early_stopping", ["tol", "n_iter_no_change"])
    return float(stopping.min_delta), float(stopping.patience)


def scorers_of(stopping: Any) -> Scorers:
    """Return scorers by name, the one that decides first; none for the estimator's own score.

    Parameters
    ----------
    stopping : EarlyStopping or bool

    Raises
    ------
    ValueError, TypeError
        If a name is unknown or taken, or something is no scorer.
    """
    scoring = getattr(stopping, "scoring", None)
    if scoring is None:
        return {}
    if isinstance(scoring, str):
        return {scoring: _scorer(scoring)}
    if callable(scoring):
        return {getattr(scoring, "__name__", "score"): _scorer(scoring)}
    if isinstance(scoring, dict):
        scorers = {str(name): _scorer(one) for name, one in scoring.items()}
    elif isinstance(scoring, list | tuple):
        scorers = {_name(one): _scorer(one) for one in scoring}
    else:
        raise InvalidParameterError(
            "EarlyStopping(scoring=...) must be a scorer's name, a callable, a list or a dict of them, or None, "
            f"got {short(scoring)}"
        )
    if not scorers:
        raise InvalidParameterError(
            f"EarlyStopping(scoring={scoring!r}) names no scorer; None is the estimator's own score"
        )
    taken = sorted(scorers.keys() & set(HISTORY))
    if taken:
        raise InvalidParameterError(
            f"EarlyStopping(scoring=...) calls a score {taken[0]!r}, which history_ has already; rename it"
        )
    return scorers


def _name(scorer: Any) -> str:
    name = scorer if isinstance(scorer, str) else getattr(scorer, "__name__", None)
    if name is None:
        raise InvalidParameterError(
            f"EarlyStopping(scoring=[...]) holds {scorer!r}, which has no name; put it in a dict, "
            "EarlyStopping(scoring={'name': scorer})"
        )
    return str(name)


def _scorer(value: Any) -> Callable[..., float]:
    if isinstance(value, str):
        if value not in get_scorer_names():
            raise InvalidParameterError(unknown("scoring", value, get_scorer_names()))
        return ByName(value)
    if not callable(value) or isinstance(value, type):
        raise InvalidParameterError(
            f"EarlyStopping(scoring=...) must hold names or callables (estimator, X, y) -> float, got {value!r}"
        )
    try:
        inspect.signature(value).bind(None, None, None)
    except TypeError as error:
        raise InvalidParameterError(
            f"EarlyStopping(scoring=...) must hold names or callables (estimator, X, y) -> float, got {short(value)}; "
            f"of a metric of y and predictions sklearn.metrics.make_scorer makes one: {error}"
        ) from None
    except ValueError:  # what is written in C may have no signature
        pass
    return value  # type: ignore[no-any-return]


class ByName:
    """A scorer of scikit-learn's, which knows its name: where that score is the library's own, it is not called."""

    def __init__(self, name: str) -> None:
        self.name, self.scorer = name, get_scorer(name)

    def __call__(self, estimator: Any, X: Any, y: Any, **weights: Any) -> float:
        """Return scikit-learn's score."""
        return float(self.scorer(estimator, X, y, **weights))


class Scoring:
    """Scorers that are called with a light view of an estimator, tried once before training.

    Parameters
    ----------
    view : estimator
        With everything that prediction needs but the weights.
    scorers : dict of str to callable
    X, encoded, weight : arrays
        The validation set: X is not scaled, targets are encoded.

    Attributes
    ----------
    history : dict of str to list of float
        All scores, one entry for each call.
    """

    def __init__(self, view: Any, scorers: Scorers, X: Any, encoded: Any, weight: Any) -> None:
        self.view, self.scorers = view, scorers
        self.history: dict[str, list[float]] = {name: [] for name in scorers}
        self._own = {
            name: view._own_score(scorer.name)
            for name, scorer in scorers.items()
            if isinstance(scorer, ByName)
        }
        self._weighted = dict.fromkeys(scorers, weight is not None)
        self._warned: set[str] = set()
        self.judge(X, encoded, weight)

    def judge(self, X: Any, encoded: Any, weight: Any) -> None:
        """Take these rows from now on."""
        self.X, self.encoded, self.weight = X, encoded, weight
        self._labels: Any = None
        self._outputs: Any = None
        self._absent: list[Any] = []

    def _decoded(self) -> None:
        """Find the labels of the rows, and what scores them if they lack a class."""
        labels = self._labels = self.view._decode(self.encoded)
        classes = getattr(self.view, "classes_", None)
        self._absent = absent_classes(classes, labels, self.weight)
        self._knowing = {
            name: knowing(one.scorer if isinstance(one, ByName) else one, classes, labels, self.weight)
            for name, one in self.scorers.items()
        }

    def try_once(self, theta: Any) -> None:
        """Score some weights, to find out what cannot be scored.

        Raises
        ------
        ValueError
            Naming the scorer, what it lacks and what to do.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in self.scorers:
                self._score_or_explain(name, theta, Exception)

    def __call__(self, theta: Any, outputs: Any = None) -> float:
        """Return the first score of some weights; keep all of them.

        Their outputs for the rows, in the user's units, spare a pass through the network.
        """
        self._outputs = outputs
        scores = {name: self._score_or_explain(name, theta) for name in self.scorers}
        for name, score in scores.items():
            self.history[name].append(score)
            if np.isnan(score) and name not in self._warned:
                self._warned.add(name)
                warnings.warn(
                    f"scoring={name!r} gave NaN in epoch {len(self.history[name])}; such an epoch is never the "
                    "best. Look whether the validation set holds what the score needs, such as all classes.",
                    RuntimeWarning,
                    stacklevel=2,
                )
        return next(iter(scores.values()))

    def _score_or_explain(self, name: str, theta: Any, kind: type[Exception] = ValueError) -> float:
        try:
            return self._score(name, theta)
        except kind as error:
            raise ValueError(f"early_stopping: {self._explained(name, error)}") from error

    def _score(self, name: str, theta: Any) -> float:
        """Return one score; weights or outputs that overflowed score NaN, and training says so."""
        vars(self.view)["theta_"] = read_only(theta)
        if not np.isfinite(theta).all():
            return float("nan")
        own = self._own.get(name)
        if own is not None:
            o = self.view._outputs(self.X) if self._outputs is None else self._outputs
            return float(own(o, self.encoded, self.weight)) if np.isfinite(o).all() else float("nan")
        try:
            return self._called(name)
        except ValueError:
            if np.isfinite(self.view._outputs(self.X)).all():
                raise
            return float("nan")

    def _called(self, name: str) -> float:
        if self._labels is None:
            self._decoded()
        scorer = self._knowing[name]
        X, y, weight = read_only(self.X), read_only(self._labels), read_only(self.weight)
        if self._weighted[name]:
            try:
                return self._number(name, scorer(self.view, X, y, sample_weight=weight))
            except (TypeError, ValueError) as error:
                if "sample_weight" not in str(error):
                    raise
                self._weighted[name] = False  # it takes none
        return self._number(name, scorer(self.view, X, y))

    def _number(self, name: str, score: Any) -> float:
        if np.ndim(score) == 0 and isinstance(score, int | float | np.number):
            return float(score)
        raise TypeError(f"scoring={name!r} must return one number, got {score!r}")

    def _explained(self, name: str, error: Exception) -> str:
        view = self.view
        if "predict_proba" in str(error) and not hasattr(view, "predict_proba"):
            return (
                f"scoring={name!r} needs probabilities, which loss={getattr(view, 'loss', None)!r} does not give; "
                "take loss='log_loss', or a score of labels such as scoring='accuracy'"
            )
        message = f"scoring={name!r} cannot score this model: {error}"
        if "multi_class must be" in str(error):
            message += "; for several classes take scoring='roc_auc_ovr' or 'roc_auc_ovo'"
        elif self._absent:
            message += (
                f". The validation set has no row of class {self._absent[0]!r}: tell the metric all classes, "
                "labels=estimator.classes_, or pass X_val and y_val with rows of each"
            )
        return message


def record_scores(history: dict[str, Column], scores: dict[str, list[float]], before: int) -> None:
    """Add the scores of some epochs to a history, and make all its columns equally long with NaN.

    Parameters
    ----------
    history : dict of str to Column
        Of all epochs, those included; changed in place.
    scores : dict of str to list of float
        One for each of those epochs, or one more if the last was interrupted.
    before : int
        Epochs before those.
    """
    after = len(history["loss"])
    for name, values in scores.items():
        column = history.setdefault(name, Column())
        column.extend([float("nan")] * (before - len(column)))
        column.extend(values[: after - before])
    for column in history.values():
        column.extend([float("nan")] * (after - len(column)))
