"""The detector: scikit-learn's contract, a threshold by weights, errors in units of the scaling."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import AutoencoderDetector
from tests.estimators.refusals import table

X = table(n=80, columns=4)[0]


@parametrize_with_checks(
    [
        AutoencoderDetector(),
        AutoencoderDetector((6, 2, 6), activation="relu", n_estimators=2, engine="array", batch_size="full"),
        AutoencoderDetector(1, solver="lbfgs", scale_inputs="standard", max_iter=5, engine="native"),
    ],
    # rows of weight 2 are cut into other batches than repeated ones
    expected_failed_checks=lambda estimator: (
        {}
        if estimator.batch_size == "full" or estimator.solver == "lbfgs"
        else dict.fromkeys(
            (
                "check_sample_weight_equivalence_on_dense_data",
                "check_sample_weight_equivalence_on_sparse_data",
            ),
            "batches",
        )
    ),
)
def test_common_check(estimator, check):
    check(estimator)
