"""Losses for numbers: scikit-learn's deviances, SciPy's density, quantiles as minima, corners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics

from rosenblatt.catalogue import catalogue
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.regression_losses import MAE, Gamma, GaussianNLL, Huber, Quantile, Quantiles, Tweedie
from tests.rule_checks import close, loss_points
from tests.strategies import SEEDS, np_namespace
from tests.tolerances import LIMIT_OF_A_FAMILY, SAME_FORMULA, SECOND_ORDER

XP = np_namespace()

DEVIANCES = [
    (Gamma(), metrics.mean_gamma_deviance),
    *(
        (Tweedie(p), lambda y, o, p=p, **named: metrics.mean_tweedie_deviance(y, o, power=p, **named))
        for p in (1.1, 1.5, 1.9, 2.5, 3.0)
    ),
]


@pytest.mark.parametrize(("loss", "deviance"), DEVIANCES, ids=lambda value: repr(value)[:20])
@given(seed=SEEDS)
def test_half_the_deviance_of_scikit_learn(loss, deviance, seed):
    a, y = loss_points(loss, seed, n=8, r=1)
    a = np.clip(a, -3, 3)
    weight = np.random.default_rng(seed).uniform(0.1, 2.0, 8)
    o = np.exp(a)
    wanted = deviance(y.ravel(), o.ravel(), sample_weight=weight) / 2
    for entries in (loss.value(XP, a, y), loss.reported(XP, o, y)):
        close(np.average(entries.ravel(), weights=weight), wanted, 100 * SAME_FORMULA)  # theirs cancels


@pytest.mark.parametrize("loss", [Gamma(), Tweedie(1.5), Tweedie(3.0)], ids=repr)
def test_a_deviance_is_0_at_the_target_and_exact_beside_it(loss):
    y = np.array([[1e-3, 1.0, 50.0]])
    close(loss.value(XP, np.log(y), y), np.zeros_like(y), SAME_FORMULA)
    # to second order it is the squared relative error over two, times y^(2 - p): nothing cancels
    p = getattr(loss, "power", 2.0)
    off = 1e-7
    assert np.allclose(
        loss.value(XP, np.log(y) + off, y), y ** (2 - p) * off**2 / 2, rtol=SECOND_ORDER, atol=0
    )


def test_tweedie_goes_over_into_gamma_and_poisson():
    a, y = np.array([[-1.0, 0.3, 2.0]]), np.array([[0.5, 1.0, 4.0]])
    poisson = np.exp(a) - y * a + y * np.log(y) - y
    for power, wanted in ((2 + 1e-9, Gamma().value(XP, a, y)), (1 + 1e-9, poisson)):
        assert np.allclose(Tweedie(power).value(XP, a, y), wanted, rtol=LIMIT_OF_A_FAMILY, atol=0)


def test_tweedie_takes_zeros_below_two_and_never_gives_nan():
    far = np.array([[-700.0, 0.0, 700.0]])
    zero = np.zeros_like(far)
    for power in (1.01, 1.5, 1.99):
        loss = Tweedie(power)
        assert loss.domain == "[0, inf)"
        close(loss.value(XP, zero, zero), np.full_like(zero, 1 / (2 - power)), SAME_FORMULA)
        for entries in (loss.value(XP, far, zero), loss.derivative(XP, far, zero)):
            assert np.isfinite(entries).all()
            assert (entries >= 0).all()
    assert Tweedie(3.0).domain == "(0, inf)"


@pytest.mark.parametrize("power", [0, 1, 2, 0.5, -1.0, float("nan"), float("inf")])
def test_other_powers_are_refused_with_the_loss_to_take(power):
    with pytest.raises(
        ValueError, match=r"Tweedie\(power=...\) must lie in .* 1 is 'poisson' and 2 is 'gamma'"
    ):
        Tweedie(power)


def test_gamma_of_an_output_that_underflowed_is_infinite_and_not_nan():
    o, y = np.array([[0.0, np.inf]]), np.ones((1, 2))
    with np.errstate(all="ignore"):
        assert Gamma().reported(XP, o, y).tolist() == [[np.inf, np.inf]]
        assert Gamma().derivative(XP, o, y).tolist() == [[-np.inf, 1.0]]


# -- quantiles ---------------------------------------------------------------------------------------


@given(q=st.floats(0.01, 0.99), seed=SEEDS)
def test_pinball_equals_scikit_learn(q, seed):
    o, y = loss_points(Quantile(), seed, r=1)
    wanted = metrics.mean_pinball_loss(y, o, alpha=q)
    close(Quantile(q).value(XP, o, y).mean(), wanted, 10 * SAME_FORMULA)


@given(q=st.floats(0.05, 0.95), seed=SEEDS)
def test_the_best_constant_is_the_quantile(q, seed):
    y = np.random.default_rng(seed).normal(size=(41, 1))
    places = np.sort(y.ravel())
    totals = [Quantile(q).value(XP, np.full_like(y, place), y).sum() for place in places]
    best = Quantile(q).value(XP, np.full_like(y, np.quantile(y, q, method="inverted_cdf")), y).sum()
    assert best <= min(totals) + 1e-12
    # the sum of the slopes changes its sign there
    slopes = [
        Quantile(q).derivative(XP, np.full_like(y, place + e), y).sum()
        for place in places
        for e in (-1e-9, 1e-9)
    ]
    assert slopes == sorted(slopes)
    assert slopes[0] < 0 < slopes[-1]


@given(seed=SEEDS)
def test_several_quantiles_are_single_ones_side_by_side(seed):
    loss = Quantiles((0.2, 0.5, 0.9))
    o, y = loss_points(loss, seed, r=2)  # two targets, six outputs
    for method in ("value", "derivative"):
        together = getattr(loss, method)(XP, o, y)
        for column in range(6):
            single = getattr(Quantile(loss.qs[column % 3]), method)(XP, o[:, [column]], y[:, [column]])
            assert together[:, [column]].tolist() == single.tolist()


def test_the_median_is_half_the_absolute_error():
    o, y = loss_points(MAE(), 3)
    close(2 * Quantile(0.5).value(XP, o, y), MAE().value(XP, o, y), SAME_FORMULA)
    close(2 * Quantile(0.5).derivative(XP, o, y), MAE().derivative(XP, o, y), SAME_FORMULA)


def test_slopes_at_the_corners_are_0():
    y = np.array([[2.0, 2.0, 2.0]])
    for loss in (MAE(), Quantile(0.9), Quantiles((0.1, 0.5, 0.9)), Huber()):
        assert loss.derivative(XP, y, y).tolist() == [[0.0, 0.0, 0.0]]
        assert loss.value(XP, y, y).tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("make", "error", "fragment"),
    [
        (lambda: Quantiles((0.5, 0.1)), ValueError, "each larger than the one before"),
        (lambda: Quantiles((0.5, 0.5)), ValueError, "each larger than the one before"),
        (lambda: Quantiles((0.0, 0.5)), ValueError, "must lie in (0, 1), got 0.0"),
        (lambda: Quantiles((0.5, float("nan"))), ValueError, "must lie in (0, 1), got nan"),
        (lambda: Quantiles(()), ValueError, "one number or more"),
        (lambda: Quantiles(0.5), TypeError, "must be a tuple of numbers in (0, 1), got 0.5; one is (0.5,)"),
        (lambda: Quantiles("0.5"), TypeError, "must be a tuple of numbers"),
        (lambda: Quantile(1.0), ValueError, "must lie in (0, 1), got 1.0"),
        (lambda: Quantile((0.1, 0.9)), TypeError, "must be a number in (0, 1), got (0.1, 0.9)"),
        (lambda: Huber(0.0), ValueError, "Huber(delta=...) must lie in (0, inf), got 0.0"),
        (lambda: Huber(-1.0), ValueError, "Huber(delta=...) must lie in (0, inf), got -1.0"),
        (lambda: Huber(float("nan")), ValueError, "got nan"),
    ],
)
def test_parameters_that_cannot_be(make, error, fragment):
    with pytest.raises(error) as caught:
        make()
    assert fragment in str(caught.value)


def test_a_list_of_quantiles_becomes_a_tuple():
    assert Quantiles([0.1, 0.9]) == Quantiles((0.1, 0.9))
    assert Quantiles(np.array([0.1, 0.9])).outputs_per_target == 2


# -- the others --------------------------------------------------------------------------------------


def test_huber_is_half_the_square_and_then_the_absolute_error():
    o, y = np.array([[0.4, -0.4, 7.0, -7.0]]), np.zeros((1, 4))
    close(Huber(0.5).value(XP, o, y)[:, :2], HalfSquaredError().value(XP, o, y)[:, :2], SAME_FORMULA)
    assert Huber(0.5).derivative(XP, o, y).tolist() == [[0.4, -0.4, 0.5, -0.5]]
    close(Huber(1e9).value(XP, o, y), HalfSquaredError().value(XP, o, y), SAME_FORMULA)
    with np.errstate(all="raise"):
        assert np.isfinite(
            Huber().value(XP, np.array([[1e200]]), np.zeros((1, 1)))
        ).all()  # no square is taken


@given(seed=SEEDS)
def test_the_gaussian_is_the_density_of_scipy(seed):
    random = np.random.default_rng(seed)
    a, y = random.normal(size=(5, 6)), np.repeat(random.normal(size=(5, 3)), 2, axis=1)
    o = catalogue(Activation)["mean_variance"]()(XP, a)
    assert (o[:, 0::2] == a[:, 0::2]).all()
    density = stats.norm.logpdf(y[:, 0::2], loc=o[:, 0::2], scale=np.sqrt(o[:, 1::2]))
    for entries in (GaussianNLL().value(XP, a, y), GaussianNLL().reported(XP, o, y)):
        close(entries.sum(axis=1), -density.sum(axis=1), 100 * SAME_FORMULA)
