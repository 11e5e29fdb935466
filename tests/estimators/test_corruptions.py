"""Noise that is clipped, and several corruptions at once, on both engines (A5)."""

import warnings

import numpy as np
import pytest
from scipy import sparse

from rosenblatt import Autoencoder, Gaussian, Masking, Multiplicative, SaltAndPepper
from rosenblatt.corruption import Several
from rosenblatt.engines.native import native_module
from rosenblatt.noise import Noise, corrupted
from tests.tolerances import ENGINES_FLOAT64

r = np.random.default_rng(0)
X = r.random((50, 7))


def fitted(**arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Autoencoder((3,), random_state=0, max_iter=3, batch_size=20, **arguments).fit(X)


@pytest.mark.parametrize("kind", [Gaussian, Multiplicative])
@pytest.mark.parametrize("clip", [(0, 1), (0.25, 0.5)])
def test_noise_is_clipped(kind, clip):
    free, chosen = corrupted(Noise(1, 2, 3, corruption=kind(0.5)), X)
    bound, also = corrupted(Noise(1, 2, 3, corruption=kind(0.5, clip=clip)), X)
    np.testing.assert_array_equal(bound, np.clip(free, *clip))
    np.testing.assert_array_equal(chosen, also)
    assert (free < clip[0]).any()


@pytest.mark.parametrize("emphasis", [None, (1.0, 0.5)])
@pytest.mark.parametrize("kind", [Gaussian, Multiplicative])
@pytest.mark.parametrize("clip", [(0, 1), (-0.5, 0.75)])
def test_both_engines_clip_alike(kind, clip, emphasis):
    if native_module() is None:
        pytest.skip("without the native engine there is one")
    array, native = (
        fitted(corruption=kind(0.6, emphasis=emphasis, clip=clip), engine=one) for one in ("array", "native")
    )
    np.testing.assert_allclose(array.theta_, native.theta_, rtol=ENGINES_FLOAT64, atol=ENGINES_FLOAT64)
    assert not np.allclose(
        native.theta_, fitted(corruption=kind(0.6, emphasis=emphasis), engine="native").theta_
    )


@pytest.mark.parametrize("clip", [(1, 0), (1, 1), (0,), 1.0, (0, np.inf), ("a", "b"), [0, 1]])
def test_what_is_no_range_is_named(clip):
    with pytest.raises(ValueError, match=r"Gaussian\(clip=\.\.\.\)"):
        Gaussian(0.5, clip=clip)


def test_several_act_one_after_the_other_with_noise_of_their_own():
    kinds = (Masking(0.4), Gaussian(0.3), Masking(0.4))
    after, chosen = corrupted(Noise(5, 0, 0, corruption=Several(kinds)), X)
    masked, _ = corrupted(Noise(5, 0, 0, corruption=kinds[0]), X)
    assert chosen.all()
    assert ((after != 0) & (masked == 0)).any()  # Gaussian noise came after the first mask
    assert np.mean(after == 0) > 0.25  # and the second mask after that
    twice = corrupted(Noise(5, 0, 0, corruption=Several((Masking(0.4), Masking(0.4)))), np.ones((200, 50)))[0]
    assert np.mean(twice) == pytest.approx(0.36, abs=0.02)  # 0.6 if both masked the same entries


@pytest.mark.parametrize("batch_size", [20, 50])
def test_several_do_not_depend_on_where_batches_end(batch_size):
    noise = Noise(5, 1, 0, corruption=Several((SaltAndPepper(0.2), Gaussian(0.3))))
    whole = corrupted(noise, X)[0]
    parts = [
        corrupted(noise._replace(position=start), X[start : start + batch_size])[0]
        for start in range(0, 50, batch_size)
    ]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_an_autoencoder_with_several():
    both = Autoencoder(
        (3,), corruption=(Masking(0.3), Gaussian(0.2, clip=(0, 1))), random_state=0, max_iter=3
    )
    if native_module() is not None:
        with pytest.warns(UserWarning, match="array engine, several times slower") as said:
            both.fit(X)
        assert sum("array engine" in str(one.message) for one in said) == 1
        assert both.engine_ == "array"
    quiet = Autoencoder((3,), corruption=[Masking(0.3), Gaussian(0)], random_state=0, max_iter=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = Autoencoder((3,), corruption=0.3, random_state=0, max_iter=3).fit(X)
        np.testing.assert_array_equal(
            quiet.fit(X).theta_, one.theta_
        )  # what is off is as if it were not given
        assert not np.array_equal(both.fit(X).theta_, one.theta_)


class Own:
    def corrupt(self, x, random):
        return x + random.normal(size=x.shape)


def test_a_corruption_of_ones_own_is_told_to_be_slow():
    if native_module() is None:
        pytest.skip("nothing is faster")
    with pytest.warns(UserWarning, match="is none of the compiled engine's"):
        Autoencoder((3,), corruption=Own(), random_state=0, max_iter=1).fit(X)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        Autoencoder((3,), corruption=Own(), random_state=0, max_iter=1, engine="array").fit(X)
    assert not [one for one in said if "compiled engine" in str(one.message)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((Masking(0.2), Gaussian(0.1, emphasis=(1.0, 2.0))), "without emphasis and schedules"),
        ((Masking(0.2), lambda clock: 0.1), "without emphasis and schedules"),
        ((Masking(0.2), "gaussian"), "corruption must be"),
    ],
)
def test_several_that_cannot_be_are_named(given, message):
    with pytest.raises(ValueError, match=message):
        fitted(corruption=given)
    with pytest.raises(ValueError, match="would fill a sparse matrix"):
        Autoencoder((3,), corruption=(Masking(0.2), Masking(0.1))).fit(sparse.csr_array(X))
