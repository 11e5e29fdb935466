"""Sparse matrices that contradict themselves are refused by name at every entrance; none of them ends the process."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

import rosenblatt as rb
from tests.architecture.sources import ROOT
from tests.broken_matrices import table

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_no_entrance_follows_an_index_out_of_memory():
    command = [sys.executable, "-m", "tests.estimators.broken_sparse_entrances"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    *complaints, tries = done.stdout.splitlines()
    assert not complaints
    assert int(tries.split()[0]) > 5_000


def broken_labels():
    y = sparse.csr_array((table()[:, :3] > 0).astype(int))
    y.indices[2] = 10**7
    return y


def test_targets_are_looked_at_as_well():
    X = table()
    y = sparse.csr_array((X[:, :3] > 0).astype(int))
    model = rb.MLPClassifier((3,), max_iter=2).fit(X, y)
    for enter in (
        lambda bad: rb.MLPClassifier((3,)).fit(X, bad),
        lambda bad: rb.MLPClassifier((3,)).partial_fit(X, bad, classes=[0, 1, 2]),
        lambda bad: rb.MLPRegressor(hidden_layer_sizes=(3,)).fit(X, bad),
        lambda bad: rb.MLPClassifier((3,)).fit(X, y, X_val=X, y_val=bad),
        lambda bad: model.score(X, bad),
        lambda bad: rb.MLPRegressor(hidden_layer_sizes=(3,), max_iter=2).fit(X, y.toarray()).score(X, bad),
        lambda bad: rb.separability(X, bad),
        lambda bad: rb.Perceptron().fit(X, bad),
        lambda bad: rb.CodeDisplay.from_estimator(rb.Autoencoder(2, max_iter=2).fit(X), X, bad),
    ):
        with pytest.raises(ValueError, match="y is a sparse matrix that contradicts itself"):
            enter(broken_labels())


@pytest.mark.parametrize("engine", ["array", "auto"])
def test_unsorted_and_repeated_indices_are_trained_on_as_ever(engine):
    data, indices, indptr = np.arange(1.0, 7.0), np.array([2, 0, 1, 1, 0, 2]), np.array([0, 2, 4, 6])
    X = sparse.csr_matrix((data, indices, indptr), shape=(3, 3))
    model = rb.MLPRegressor(hidden_layer_sizes=(4,), random_state=0, max_iter=5, engine=engine)
    predicted = model.fit(X, [0.0, 1.0, 2.0]).predict(X)
    plain = rb.MLPRegressor(hidden_layer_sizes=(4,), random_state=0, max_iter=5, engine=engine)
    np.testing.assert_allclose(predicted, plain.fit(X.toarray(), [0.0, 1.0, 2.0]).predict(X.toarray()))
