"""Pictures of autoencoders refuse what they cannot draw, and name it."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError

from rosenblatt import (
    ActivityDisplay,
    Autoencoder,
    AutoencoderDetector,
    CodeDisplay,
    ErrorHistogramDisplay,
    FeatureErrorDisplay,
    FilterDisplay,
    MLPClassifier,
    ReconstructionDisplay,
)

pytest.importorskip("matplotlib")
X = np.random.default_rng(0).uniform(size=(20, 4))
NAN = np.nan
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
            lambda: ErrorHistogramDisplay.from_estimator(PCA(2).fit(X), X),
            "estimator must be an AutoencoderDetector",
        ),
        (lambda: FeatureErrorDisplay.from_estimator(CODER, X, row=1.5), "row must be the number of a row"),
        (lambda: ActivityDisplay.from_estimator(CODER, X, near="a"), "near must be a number"),
    ],
)
def test_another_kind_is_refused_by_name(draw, message):
    with pytest.raises(TypeError, match=message):
        draw()


@pytest.mark.parametrize(
    "draw",
    [
        lambda: FilterDisplay.from_estimator(Autoencoder(2)),
        lambda: FilterDisplay.from_estimator(MLPClassifier((4,))),
        lambda: CodeDisplay.from_estimator(Autoencoder(2), X),
        lambda: ActivityDisplay.from_estimator(Autoencoder(2), X),
        lambda: FeatureErrorDisplay.from_estimator(Autoencoder(2), X),
        lambda: ReconstructionDisplay.from_estimator(Autoencoder(2), X),
        lambda: ErrorHistogramDisplay.from_estimator(AutoencoderDetector(), X),
    ],
)
def test_what_is_not_fitted_is_not_drawn(draw):
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        draw()


@pytest.mark.parametrize("noisy", [X[:3], X[:, :3], X[0], np.vstack([X, X])], ids=np.shape)
def test_noisy_rows_are_those_of_the_clean_ones(noisy, monkeypatch):
    monkeypatch.setattr(Autoencoder, "reconstruct", None)  # it is not even asked
    with pytest.raises(ValueError, match=r"noisy must have the shape of X, \(20, 4\), got"):
        ReconstructionDisplay.from_estimator(CODER, X, noisy)


def test_errors_and_thresholds_are_finite_and_labels_are_those_of_a_detector():
    with pytest.raises(ValueError, match="errors must be finite"):
        ErrorHistogramDisplay([np.inf, 1.0], 1.0)
    for threshold in (np.nan, -1.0, np.inf):
        with pytest.raises(ValueError, match="threshold must lie in"):
            ErrorHistogramDisplay([2.0, 1.0], threshold)
    assert ErrorHistogramDisplay([2.0, 1.0], 1.0, [-1, 1]).outlier.tolist() == [True, False]
    assert ErrorHistogramDisplay([2.0, 1.0], 1.0, [1, 1]).outlier.tolist() == [False, False]
    assert ErrorHistogramDisplay([2.0, 1.0], 1.0, [True, True]).outlier.tolist() == [True, True]
    for labels in (["a", "b"], [np.nan, 1.0], [2, 3], [0, 1], [0, 0]):
        with pytest.raises(ValueError, match="outlier must hold True"):
            ErrorHistogramDisplay([2.0, 1.0], 1.0, labels)
    with pytest.raises(ValueError, match="image_shape='ab'"):
        FilterDisplay.from_estimator(CODER, image_shape="ab")


@pytest.mark.parametrize("target", [3, "a", [1, 2]])
def test_somewhere_else_than_on_a_figure_is_refused(target):
    for draw in (
        lambda: ReconstructionDisplay.from_estimator(CODER, X, figure=target),
        lambda: FilterDisplay.from_estimator(CODER, figure=target),
        lambda: ActivityDisplay.from_estimator(CODER, X, figure=target),
        lambda: CodeDisplay.from_estimator(CODER, X, figure=target),
    ):
        with pytest.raises(TypeError, match="figure must be the Figure to draw on"):
            draw()
    for draw in (
        lambda: FeatureErrorDisplay.from_estimator(CODER, X, ax=target),
        lambda: ErrorHistogramDisplay([1.0], 1.0).plot(target),
    ):
        with pytest.raises(TypeError, match="ax must be the Axes to draw on"):
            draw()


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda bad: ReconstructionDisplay({"input": bad}), r"rows\['input'\]"),
        (FilterDisplay, "weights"),
        (ActivityDisplay, "activities"),
        (lambda bad: CodeDisplay(bad, [[1.0]]), "codes"),
        (lambda bad: CodeDisplay([[1.0]], bad), "inputs"),
        (lambda bad: FeatureErrorDisplay(bad[0]), "errors"),
        (lambda bad: FeatureErrorDisplay([1.0], bad[0]), "usual"),
        (lambda bad: ErrorHistogramDisplay(bad[0], 1.0), "errors"),
    ],
)
def test_what_is_no_number_is_not_drawn(draw, message):
    with pytest.raises(ValueError, match=f"{message} must be finite numbers, got nan"):
        draw([[NAN]])
    with pytest.raises(TypeError, match=f"{message} must hold numbers, got 'a'"):
        draw([["a"]])


@pytest.mark.parametrize("names", [3, "abcd"])
def test_names_are_a_sequence(names):
    with pytest.raises(TypeError, match="names must be a sequence of names"):
        FeatureErrorDisplay.from_estimator(CODER, X, names=names)


@pytest.mark.parametrize("threshold", ["a", True])
def test_a_threshold_is_a_number(threshold):
    with pytest.raises(TypeError, match="threshold must be a number"):
        ErrorHistogramDisplay([1.0], threshold)


@pytest.mark.parametrize("label", [None, NAN, object(), 1])
def test_labels_are_of_one_kind_and_none_is_missing(label):
    others = [0.5] * 19 if label is NAN else ["a"] * 19
    with pytest.raises(ValueError, match="y must hold labels of one kind, str or numbers, and none missing"):
        CodeDisplay(X, X, np.array([label, *others], dtype=None if label is NAN else object))


@pytest.mark.parametrize("shape", [(8, 8), (4, 16), (1, 64)])
def test_names_of_rows_are_whole_and_do_not_overlap_however_flat_images_are(shape):
    images = np.ones((2, 64))
    drawn = ReconstructionDisplay({"input": images, "reconstruction": images}, shape).plot()
    drawn.figure_.canvas.draw()
    upper, lower = (ax.yaxis.label.get_window_extent() for ax in drawn.ax_[:, 0])
    assert upper.y0 > lower.y1
    assert lower.x0 >= 0
    assert lower.y0 >= 0
