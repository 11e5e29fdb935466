"""scikit-learn's common checks: none is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import (
    L1,
    L2,
    Clip,
    Cosine,
    InputNoise,
    LogLoss,
    MaxNorm,
    MLPClassifier,
    MLPRegressor,
    ProximalL1,
    WeightDecay,
    after,
)

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
    # everything at once that draws no random numbers of a row's own
    MLPClassifier(
        (10,),
        loss=LogLoss(smoothing=0.05),
        scale_inputs="standard",
        regularizers=(L1(after(epochs=5, value=1e-4)), L2(1e-4), WeightDecay(1e-3), MaxNorm(10), Clip(10, 1)),
        learning_rate=Cosine(),
        learning_rate_init=0.1,
        average="ema",
    ),
    MLPRegressor(
        "huber",
        (10,),
        scale_inputs="robust",
        scale_target=True,
        regularizers=(ProximalL1(1e-4), Clip(norm=10)),
        learning_rate_init=0.1,
        average="swa",
    ),
]
# A mask belongs to a row, so a repeated row is not a row of weight 2.
WITH_NOISE = [
    MLPClassifier(
        (20,), dropout=(0.0, 0.1), scale_inputs="standard", learning_rate_init=0.1, regularizers=(L1(1e-4),)
    ),
    MLPRegressor(
        "squared_error",
        (20,),
        dropout=0.05,
        scale_inputs="standard",
        scale_target=True,
        learning_rate_init=0.05,
        regularizers=(InputNoise(0.01), MaxNorm(5)),
    ),
]
BY_ROWS = ("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data")


# The checks fit for a moment or on noise: that training does not converge there is not their subject.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(ESTIMATORS)
def test_common_check(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    WITH_NOISE,
    expected_failed_checks=lambda _: dict.fromkeys(BY_ROWS, "masks belong to rows, not to their weights"),
)
def test_common_check_with_noise(estimator, check):
    check(estimator)
