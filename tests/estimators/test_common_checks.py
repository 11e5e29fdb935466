"""scikit-learn's common checks: none is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import MLPClassifier, MLPRegressor

# The defaults, then few nodes or none, and the solvers that the defaults leave out. Every batch holds
# all samples of a check: several check that a weight of 2 equals two samples, which no one promises
# for batches that are cut otherwise. L-BFGS takes few iterations there: each amplifies rounding.
# partial_fit is checked too, so that nobody stops early.
ESTIMATORS = [
    MLPClassifier(),
    MLPRegressor(),
    MLPClassifier((5,), activation="tanh", solver="sgd", learning_rate_init=0.05),
    MLPClassifier((), solver="lbfgs", alpha=0.1),
    MLPRegressor("squared_error", (4, 3), activation="tanh", solver="lbfgs", max_iter=15),
    MLPRegressor("squared_error", (), solver="sgd", learning_rate="adaptive"),
    MLPClassifier((10,), loss="squared_hinge", solver="irprop"),
    MLPRegressor("huber", (10,), solver="amsgrad"),
    # scaled, by weighted means and quantiles
    MLPClassifier((10,), scale_inputs="standard", learning_rate_init=0.1),
    MLPClassifier((4,), activation="tanh", scale_inputs="robust", solver="lbfgs", max_iter=10),
    MLPRegressor("squared_error", (10,), scale_inputs="minmax", scale_target=True, learning_rate_init=0.1),
    MLPRegressor(
        "squared_error",
        (),
        "tanh",
        scale_inputs="standard",
        scale_target=True,
        solver="sgd",
        learning_rate_init=0.1,
    ),
]


# The checks fit for a moment or on noise: that training does not converge there is not their subject.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(ESTIMATORS)
def test_common_check(estimator, check):
    check(estimator)
