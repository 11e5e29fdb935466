"""What people do with networks and tables: each workflow as they write it, with the library as its argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import zoom
from scipy.stats import loguniform
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, make_classification
from sklearn.ensemble import StackingClassifier
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    ParameterSampler,
    RandomizedSearchCV,
    cross_val_score,
    train_test_split,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class Workflow:
    """One of them.

    Attributes
    ----------
    name : str
        Its first word picks it on the command line.
    data : callable
        Makes what ``run`` gets; its time does not count.
    run : callable
        Gets the library and the data; returns a score.
    """

    name: str
    data: Callable[[], Any]
    run: Callable[[Any, Any], float]


def split(X: Any, y: Any) -> list[Any]:
    """Return X, X_test, y, y_test."""
    halves: list[Any] = train_test_split(X, y, test_size=0.3, random_state=0)
    return halves


def digits() -> list[Any]:
    """Return 1,257 and 540 pictures of 64 pixels."""
    X, y = load_digits(return_X_y=True)
    return split(X / 16, y)


def tumours() -> list[Any]:
    """Return 398 and 171 rows of 30 raw columns."""
    return split(*load_breast_cancer(return_X_y=True))


def pictures() -> list[Any]:
    """Return 4,000 and 1,000 noisy pictures of 28 x 28, as MNIST's are."""
    generator = np.random.default_rng(0)
    images, y = load_digits(return_X_y=True)
    chosen = generator.integers(len(y), size=5000)
    large = zoom(images.reshape(-1, 8, 8) / 16, (1, 3.5, 3.5), order=1).reshape(len(y), 784)
    X = np.clip(large[chosen] + generator.normal(0, 0.05, (5000, 784)) * (large[chosen] > 0), 0, 1)
    return [X[:4000], X[4000:], y[chosen[:4000]], y[chosen[4000:]]]


def documents() -> list[Any]:
    """Return 1,400 and 600 texts of four topics, of words as frequent as words are."""
    generator = np.random.default_rng(0)
    topics = generator.integers(4, size=2000)
    texts = []
    for topic in topics:
        ranks = np.minimum(generator.zipf(1.3, size=80), 20_000)
        own = generator.random(80) < 0.15
        texts.append(
            " ".join(
                f"t{topic}w{rank % 300}" if o else f"w{rank}" for rank, o in zip(ranks, own, strict=True)
            )
        )
    return split(np.array(texts, dtype=object), topics)


def series() -> tuple[Any, Any]:
    """Return windows of 24 values of a noisy season, and the value after each."""
    generator = np.random.default_rng(0)
    t = np.arange(1024)
    values = np.sin(t / 4) + 0.5 * np.sin(t / 11) + generator.normal(0, 0.05, 1024)
    windows = np.lib.stride_tricks.sliding_window_view(values, 25)
    return windows[:, :24].copy(), windows[:, 24].copy()


def wide() -> tuple[Any, Any]:
    """Return 300 rows of 50,000 columns in float32, as genes are."""
    generator = np.random.default_rng(0)
    y = generator.integers(2, size=300)
    X = generator.standard_normal((300, 50_000), dtype=np.float32)
    X[:, :50] += y[:, None]
    return X, y


def long() -> tuple[Any, Any]:
    """Return 100,000 rows of 20 columns."""
    return make_classification(100_000, 20, n_informative=10, random_state=0)  # type: ignore[no-any-return]


def many_classes() -> tuple[Any, Any]:
    """Return 10,000 rows of 500 classes."""
    generator = np.random.default_rng(0)
    y = np.arange(10_000) % 500
    return generator.standard_normal((500, 50))[y] + 0.3 * generator.standard_normal((10_000, 50)), y


def grid_search(library: Any, data: Any) -> float:
    """Scale, and search a grid of penalties and sizes."""
    X, X_test, y, y_test = data
    model = make_pipeline(StandardScaler(), library.MLPClassifier(random_state=0))
    grid = {"mlpclassifier__alpha": [1e-4, 1e-2, 1], "mlpclassifier__hidden_layer_sizes": [(50,), (100,)]}
    return float(GridSearchCV(model, grid, cv=3).fit(X, y).score(X_test, y_test))


def early_stopping(library: Any, data: Any) -> float:
    """Try forty settings with early stopping, and keep the best."""
    X, X_test, y, y_test = data
    space = {
        "alpha": loguniform(1e-5, 1),
        "learning_rate_init": loguniform(1e-3, 1e-2),
        "batch_size": [32, 128],
    }
    scores = [
        library.MLPClassifier((50,), early_stopping=True, random_state=0, **setting)
        .fit(X, y)
        .score(X_test, y_test)
        for setting in ParameterSampler(space, 40, random_state=0)
    ]
    return max(scores)


def filters(library: Any, data: Any) -> float:
    """Learn filters of pictures by SGD, as scikit-learn's gallery does on MNIST."""
    X, X_test, y, y_test = data
    model = library.MLPClassifier(
        (40,), max_iter=8, alpha=1e-4, solver="sgd", random_state=1, learning_rate_init=0.05
    )
    return float(model.fit(X, y).score(X_test, y_test))


def tfidf(library: Any, data: Any) -> float:
    """Classify texts by TF-IDF."""
    X, X_test, y, y_test = data
    model = make_pipeline(
        TfidfVectorizer(min_df=2), library.MLPClassifier((50,), max_iter=10, random_state=0)
    )
    return float(model.fit(X, y).score(X_test, y_test))


def hashing(library: Any, data: Any) -> float:
    """Hash texts as they come, and learn from a hundred at a time."""
    X, X_test, y, y_test = data
    hashed = HashingVectorizer(n_features=2**12)
    model = library.MLPClassifier((50,), random_state=0)
    for start in range(0, len(X), 100):
        part = slice(start, start + 100)
        model.partial_fit(hashed.transform(X[part]), y[part], classes=np.arange(4))
    return float(model.score(hashed.transform(X_test), y_test))


def by_hand(library: Any, data: Any) -> float:
    """Go through the mini-batches oneself, for ten epochs."""
    X, X_test, y, y_test = data
    generator = np.random.default_rng(0)
    model = library.MLPClassifier((50,), random_state=0)
    for _ in range(10):
        for batch in np.array_split(generator.permutation(len(X)), 40):
            model.partial_fit(X[batch], y[batch], classes=np.arange(10))
    return float(model.score(X_test, y_test))


def warm_starts(library: Any, data: Any) -> float:
    """Train one epoch at a time, and look at the test score after each."""
    X, X_test, y, y_test = data
    model = library.MLPClassifier((50,), max_iter=1, warm_start=True, random_state=0)
    return max(model.fit(X, y).score(X_test, y_test) for _ in range(50))


def randomized_search(library: Any, data: Any) -> float:
    """Search at random in two processes."""
    X, X_test, y, y_test = data
    space = {
        "alpha": loguniform(1e-5, 1),
        "hidden_layer_sizes": [(20,), (50,), (50, 50)],
        "activation": ["relu", "tanh"],
    }
    model = library.MLPClassifier(random_state=0)
    search = RandomizedSearchCV(model, space, n_iter=8, cv=3, n_jobs=2, random_state=0)
    return float(search.fit(X, y).score(X_test, y_test))


def stacking(library: Any, data: Any) -> float:
    """Stack a network with two other models."""
    X, X_test, y, y_test = data
    network = make_pipeline(StandardScaler(), library.MLPClassifier((50,), random_state=0))
    stack = StackingClassifier([("network", network), ("bayes", GaussianNB())], LogisticRegression())
    return float(stack.fit(X, y).score(X_test, y_test))


def forecasts(library: Any, data: Any) -> float:
    """Learn the next value of a series, then forecast 300 values, each from those before."""
    X, y = data
    model = library.MLPRegressor(hidden_layer_sizes=(50,), random_state=0).fit(X[:700], y[:700])
    window = list(X[700])
    for _ in range(300):
        window.append(float(model.predict(np.array(window[-24:])[None])[0]))
    return float(np.corrcoef(window[24:], y[700:1000])[0, 1])


def one_row_updates(library: Any, data: Any) -> float:
    """Update a regression by one row at a time, a thousand times."""
    X, y = data
    model = library.MLPRegressor(hidden_layer_sizes=(50,), random_state=0)
    for row in range(1000):
        model.partial_fit(X[row : row + 1], y[row : row + 1])
    return float(model.score(X, y))


def few_epochs(library: Any, data: Any) -> float:
    """Train five epochs."""
    X, y = data
    return float(library.MLPClassifier((20,), max_iter=5, random_state=0).fit(X, y).score(X, y))


def regression(library: Any, data: Any) -> float:
    """Cross-validate a regression, with columns and target scaled."""
    X, y = data
    network = library.MLPRegressor(hidden_layer_sizes=(50,), random_state=0)
    model = TransformedTargetRegressor(make_pipeline(StandardScaler(), network), transformer=StandardScaler())
    return float(cross_val_score(model, X, y, cv=5).mean())


def lbfgs(library: Any, data: Any) -> float:
    """Fit a small table by L-BFGS from ten seeds."""
    X, y = data
    scores = [
        library.MLPClassifier((10,), solver="lbfgs", alpha=0.1, max_iter=200, random_state=seed)
        .fit(X, y)
        .score(X, y)
        for seed in range(10)
    ]
    return float(np.mean(scores))


def perceptron(library: Any, data: Any) -> float:
    """Fit perceptrons of ten classes, with three penalties."""
    X, X_test, y, y_test = data
    return max(
        float(library.Perceptron(penalty=penalty, random_state=0).fit(X, y).score(X_test, y_test))
        for penalty in (None, "l2", "l1")
    )


WORKFLOWS = (
    Workflow("Scaling and a grid search, 398 x 30", tumours, grid_search),
    Workflow("Early stopping over 40 settings, 1,257 x 64", digits, early_stopping),
    Workflow("Filters of pictures, 4,000 x 784", pictures, filters),
    Workflow("TF-IDF of 1,400 texts", documents, tfidf),
    Workflow("Hashing and partial_fit, 100 texts a call", documents, hashing),
    Workflow("Mini-batches by hand, 400 calls", digits, by_hand),
    Workflow("Warm starts, one epoch at a time", digits, warm_starts),
    Workflow("Randomized search in two processes", digits, randomized_search),
    Workflow("Stacking with two others, 398 x 30", tumours, stacking),
    Workflow("Recursive forecasts, 300 of one row", series, forecasts),
    Workflow("One-row updates, 1,000 calls", series, one_row_updates),
    Workflow("Wide, 300 x 50,000 float32", wide, few_epochs),
    Workflow("Long, 100,000 x 20", long, few_epochs),
    Workflow("Many classes, 10,000 rows of 500", many_classes, few_epochs),
    Workflow("Regression, cross-validated, 442 x 10", lambda: load_diabetes(return_X_y=True), regression),
    Workflow("L-BFGS from ten seeds, 150 x 4", lambda: load_iris(return_X_y=True), lbfgs),
    Workflow("Perceptrons of ten classes, 1,257 x 64", digits, perceptron),
)
