"""What a fit takes in memory at its peak beside its data, in multiples of these: 200,000 rows of 100 columns.

python -m benchmarks.copies                  # all, each in a process of its own, in half a minute to a minute
python -m benchmarks.copies --only scaled    # those whose names hold the word
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from .processes import environment
from .report import table

ROWS, COLUMNS, DENSITY = 200_000, 100, 0.1
FORMS = ("float32", "float64", "CSR")
KINDS = {
    "classifier": {},
    "classifier, scaled": {"scale_inputs": "standard"},
    "classifier, early stopping": {"early_stopping": True},
    "classifier, scaled, early stopping": {"scale_inputs": "standard", "early_stopping": True},
    "autoencoder": {},
    "autoencoder, scaled": {"scale_inputs": "standard"},
    "detector": {},
    "scikit-learn's classifier": {},
    "scikit-learn's classifier, early stopping": {"early_stopping": True},
}


def data(form: str) -> tuple[Any, int]:
    """Return X and its bytes."""
    generator = np.random.default_rng(0)
    if form != "CSR":
        X = generator.standard_normal((ROWS, COLUMNS), np.dtype(form))
        return X, X.nbytes
    from scipy import sparse

    thin = sparse.random(ROWS, COLUMNS, DENSITY, format="csr", random_state=generator)
    return thin, thin.data.nbytes + thin.indices.nbytes + thin.indptr.nbytes


def estimator(kind: str) -> Any:
    """Return an estimator that trains for two epochs."""
    import sklearn.neural_network

    import rosenblatt

    arguments: dict[str, Any] = {"max_iter": 2, "random_state": 0, **KINDS[kind]}
    if kind.startswith("scikit-learn"):
        return sklearn.neural_network.MLPClassifier((20,), **arguments)
    if kind.startswith("classifier"):
        return rosenblatt.MLPClassifier((20,), **arguments)
    if kind == "detector":
        return rosenblatt.AutoencoderDetector(**arguments)
    return rosenblatt.Autoencoder((8,), **arguments)


def status(name: str) -> int:
    """Return a number of bytes from what Linux says of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def measured(kind: str, form: str) -> float:
    """Return the peak of a fit beside what was there before it, in multiples of X."""
    warnings.simplefilter("ignore")  # two epochs learn little
    (X, size), y = data(form), np.arange(ROWS) % 2
    targets = () if kind.startswith(("autoencoder", "detector")) else (y,)
    small = X[:100], *(one[:100] for one in targets)
    estimator(kind).fit(*small)  # what is only imported must not count
    gc.collect()
    before = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    estimator(kind).fit(X, *targets)
    return (status("VmHWM") - before) / size


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copies", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(measured(*chosen.one))
        return
    rows = []
    for kind in (kind for kind in KINDS if chosen.only in kind):
        asked = [[sys.executable, "-m", "benchmarks.copies", "--one", kind, form] for form in FORMS]
        said = [
            subprocess.run(one, env=environment(1), capture_output=True, text=True, check=True).stdout
            for one in asked
        ]
        rows.append([kind, *(f"{float(text):.2f}" for text in said)])
    print(table(["fit", *(f"{form}, times X" for form in FORMS)], rows))


if __name__ == "__main__":
    main()
