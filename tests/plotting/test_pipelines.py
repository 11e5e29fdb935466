"""Pictures of a fitted pipeline, of colour images, and of the errors of any autoencoder."""

import warnings

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import (
    ActivityDisplay,
    Autoencoder,
    AutoencoderDetector,
    CodeDisplay,
    ErrorHistogramDisplay,
    FeatureErrorDisplay,
    FilterDisplay,
    GradientNorms,
    GradientNormsDisplay,
    LearningRateDisplay,
    MarginDisplay,
    MistakesDisplay,
    MLPClassifier,
    Perceptron,
    ReconstructionDisplay,
)

pytest.importorskip("matplotlib")
r = np.random.default_rng(0)
X = r.normal(size=(40, 12)) * 9 + 4
y = (X[:, 0] > 4).astype(int)


def fitted(*steps, target=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_pipeline(*steps).fit(X, target)


@pytest.fixture(scope="module")
def coder():
    return fitted(StandardScaler(), Autoencoder((2,), max_iter=3, random_state=0))


OF_CODERS = [
    lambda one, Z: ReconstructionDisplay.from_estimator(one, Z, Z, image_shape=(3, 4)).rows["denoised"],
    lambda one, Z: CodeDisplay.from_estimator(one, Z).codes,
    lambda one, Z: ActivityDisplay.from_estimator(one, Z).activities,
    lambda one, Z: FeatureErrorDisplay.from_estimator(one, Z).errors,
    lambda one, Z: ErrorHistogramDisplay.from_estimator(one, Z).errors,
    lambda one, Z: FilterDisplay.from_estimator(one, image_shape=(3, 4)).weights,
]


@pytest.mark.parametrize("draw", OF_CODERS)
def test_a_pipeline_is_drawn_as_its_last_step(coder, draw):
    scaled = coder[:-1].transform(X)
    np.testing.assert_array_equal(draw(coder, X), draw(coder[-1], scaled))
    nested = make_pipeline(coder)
    np.testing.assert_array_equal(draw(nested, X), draw(coder, X))


def test_pipelines_of_other_estimators():
    perceptron = fitted(StandardScaler(), PCA(2), Perceptron(max_iter=20), target=y)
    drawn = MarginDisplay.from_estimator(perceptron, X, y)
    np.testing.assert_allclose(drawn.samples.X, perceptron[:-1].transform(X))
    assert MistakesDisplay.from_estimator(perceptron).figure_ is not None
    watch = GradientNorms()
    network = fitted(
        StandardScaler(), MLPClassifier((3,), max_iter=3, callbacks=[watch], random_state=0), target=y
    )
    assert GradientNormsDisplay.from_estimator(network).figure_ is not None
    ours = LearningRateDisplay.from_estimator(network, X, y, steps=8)
    theirs = LearningRateDisplay.from_estimator(network[-1], network[:-1].transform(X), y, steps=8)
    assert ours.result.suggestion == theirs.result.suggestion


def test_images_have_colours(coder):
    drawn = ReconstructionDisplay.from_estimator(coder, X, image_shape=(2, 2, 3), n=3)
    image = drawn.images_[0, 1].get_array()
    assert image.shape == (2, 2, 3)
    first = next(iter(drawn.rows.values()))
    expected = (first[1].reshape(2, 2, 3) - first.min()) / (first.max() - first.min())
    np.testing.assert_allclose(image, expected)
    filters = FilterDisplay.from_estimator(coder, image_shape=(2, 2, 3), n=1).images_[0].get_array()
    assert filters.shape == (2, 2, 3)
    assert 0 <= filters.min() < 0.5 < filters.max() <= 1
    for shape in ((2, 2, 4), (2, 3, 3), (4, 3, 1), (2, 6, 1, 1)):
        with pytest.raises(ValueError, match=r"\(height, width, 3\) for colours"):
            FilterDisplay.from_estimator(coder, image_shape=shape)


def test_errors_of_an_autoencoder_have_no_threshold(coder):
    drawn = ErrorHistogramDisplay.from_estimator(coder, X)
    assert drawn.threshold_ is None
    np.testing.assert_allclose(drawn.errors, coder[-1].reconstruction_error(coder[:-1].transform(X)))
    detector = fitted(StandardScaler(), AutoencoderDetector(max_iter=3, n_estimators=1, random_state=0))
    assert ErrorHistogramDisplay.from_estimator(detector, X).threshold_ is not None
    with pytest.raises(ValueError, match="threshold must"):
        ErrorHistogramDisplay([1.0, 2.0], threshold=-1)
