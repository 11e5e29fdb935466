"""Pictures of autoencoders refuse what they cannot draw, and name it."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from rosenblatt import (
    ActivityDisplay,
    Autoencoder,
    AutoencoderDetector,
    CodeDisplay,
    ErrorHistogramDisplay,
    FeatureErrorDisplay,
    FilterDisplay,
    ReconstructionDisplay,
)

pytest.importorskip("matplotlib")
X = np.random.default_rng(0).uniform(size=(20, 4))
CODER = Autoencoder(2, max_iter=2, tol=0, random_state=0).fit(X)


@pytest.mark.parametrize("n", [2.5, "a", None, True])
def test_a_number_of_images_is_whole(n):
    for draw in (
        lambda: ReconstructionDisplay.from_estimator(CODER, X, n=n),
        lambda: FilterDisplay.from_estimator(CODER, n=n),
        lambda: FeatureErrorDisplay.from_estimator(CODER, X, n=n),
    ):
        with pytest.raises(TypeError, match="n must be a whole number"):
            draw()


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: CodeDisplay.from_estimator(PCA(2).fit(X), X), "estimator must be an Autoencoder"),
        (lambda: FilterDisplay.from_estimator(AutoencoderDetector()), "estimator must be a network"),
        (lambda: ActivityDisplay.from_estimator(PCA(2).fit(X), X), "estimator must be an Autoencoder"),
        (lambda: ReconstructionDisplay.from_estimator(PCA(2).fit(X), X), "estimator must be an Autoencoder"),
        (lambda: FeatureErrorDisplay.from_estimator(PCA(2).fit(X), X), "estimator must be an Autoencoder"),
        (
            lambda: ErrorHistogramDisplay.from_estimator(CODER, X),
            "estimator must be a fitted AutoencoderDetector",
        ),
        (lambda: FeatureErrorDisplay.from_estimator(CODER, X, row=1.5), "row must be the number of a row"),
        (lambda: ActivityDisplay.from_estimator(CODER, X, near="a"), "near must be a number"),
    ],
)
def test_another_kind_is_refused_by_name(draw, message):
    with pytest.raises(TypeError, match=message):
        draw()


def test_errors_and_thresholds_are_finite_and_labels_are_those_of_a_detector():
    with pytest.raises(ValueError, match="errors must be finite"):
        ErrorHistogramDisplay([np.inf, 1.0], 1.0)
    for threshold in (np.nan, -1.0, np.inf):
        with pytest.raises(ValueError, match="threshold must lie in"):
            ErrorHistogramDisplay([2.0, 1.0], threshold)
    assert ErrorHistogramDisplay([2.0, 1.0], 1.0, [-1, 1]).outlier.tolist() == [True, False]
    for labels in (["a", "b"], [np.nan, 1.0], [2, 3]):
        with pytest.raises(ValueError, match="outlier must hold True"):
            ErrorHistogramDisplay([2.0, 1.0], 1.0, labels)
    with pytest.raises(ValueError, match="image_shape='ab'"):
        FilterDisplay.from_estimator(CODER, image_shape="ab")
