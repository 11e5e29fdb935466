"""Print the README's table: the same weights, gradients and scores, against scikit-learn and PyTorch.

Usage: python examples/against_others.py   (it needs the extra torch)
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import sklearn
import torch
from sklearn import neural_network
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import rosenblatt
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch


def difference_of_weights(name: str, X: Any, y: Any, **arguments: Any) -> float:
    """Return the largest difference of a weight or bias after the same fit in both libraries."""
    ours, theirs = (getattr(library, name)(**arguments).fit(X, y) for library in (rosenblatt, neural_network))
    pairs = zip([*ours.coefs_, *ours.intercepts_], [*theirs.coefs_, *theirs.intercepts_], strict=True)
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def difference_of_gradients(model: Any, X: Any, y: Any) -> float:
    """Return the largest difference from autograd's gradient, relative to the gradient's largest entry."""
    engine = ArrayEngine(model.network_, model.plan_)
    sums = engine.gradient(model.theta_, Batch(X, np.eye(len(model.classes_))[y]))
    parameters = [torch.tensor(np.array(p), requires_grad=True) for p in (*model.coefs_, *model.intercepts_)]
    W_1, W_2, b_1, b_2 = parameters
    a = torch.relu(torch.tensor(X) @ W_1 + b_1) @ W_2 + b_2
    torch.nn.functional.cross_entropy(a, torch.tensor(y)).backward()
    theirs = np.concatenate([p.grad.numpy().ravel() for p in parameters])  # theta's layout
    return float(np.abs(sums.gradient / sums.weight - theirs).max() / np.abs(theirs).max())


def accuracy(library: Any, X: Any, y: Any) -> float:
    """Return the mean accuracy of five folds and three seeds."""
    means = []
    for seed in range(3):
        model = make_pipeline(StandardScaler(), library.MLPClassifier((256,), random_state=seed))
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        means.append(cross_val_score(model, X, y, cv=folds).mean())
    return float(np.mean(means))


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = load_digits(return_X_y=True)
    scaled = StandardScaler().fit_transform(X)
    inputs, target = load_diabetes(return_X_y=True)
    inputs = StandardScaler().fit_transform(inputs)
    fitted = rosenblatt.MLPClassifier((100,), random_state=0, max_iter=20).fit(scaled, y)
    sk = f"scikit-learn {sklearn.__version__}"
    rows = [
        (
            f"{sk}, digits, `MLPClassifier((100,))`, 200 epochs at most",
            "largest difference of a weight",
            f"{difference_of_weights('MLPClassifier', scaled, y, random_state=0):.0e}",
        ),
        (
            f"{sk}, diabetes, `MLPRegressor()`, 200 epochs",
            "largest difference of a weight",
            f"{difference_of_weights('MLPRegressor', inputs, target, random_state=0):.0e}",
        ),
        (
            f"PyTorch {torch.__version__.partition('+')[0]} autograd, digits, 64-100-10, float64",
            "largest relative difference of a gradient",
            f"{difference_of_gradients(fitted, scaled, y):.0e}",
        ),
        (
            f"{sk}, digits, standardised, `(256,)`, 5 folds, 3 seeds",
            "accuracy, ours and theirs",
            f"{accuracy(rosenblatt, X, y):.4f} and {accuracy(neural_network, X, y):.4f}",
        ),
    ]
    print("| against | measured | result |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
