"""Objects as arguments are replaced as a whole: set_params says so and shows how; cloning and searching work."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import rosenblatt
from rosenblatt import Adam, Cosine, Focal, MLPClassifier, MLPRegressor, Quantile
from tests.estimators.own_rules import SignDescent
from tests.estimators.refusals import table
from tests.marks import needs_native
from tests.tolerances import ENGINES_EPOCHS

X, LABELS, NUMBERS = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize(
    ("model", "params", "advice"),
    [
        (MLPClassifier(), {"solver__beta_1": 0.8}, "pass an object, solver=Adam(beta_1=0.8)"),
        (MLPClassifier(solver="lion"), {"solver__decay": 0.9}, "solver=Lion(decay=0.9)"),
        (
            MLPClassifier(solver=Adam(beta_2=0.9)),
            {"solver__beta_1": 0.8},
            "solver=Adam(beta_1=0.8, beta_2=0.9)",
        ),
        (
            MLPClassifier(),
            {"solver__beta_3": 0.8},
            "Adam has no parameter 'beta_3'; it has beta_1, beta_2, epsilon",
        ),
        (MLPClassifier(solver=SignDescent()), {"solver__size": 1}, "solver=...(size=1)"),
        (MLPClassifier(), {"loss__smoothing": 0.1}, "loss=LogLoss(smoothing=0.1)"),
        (MLPClassifier(loss="focal"), {"loss__gamma": 1.0}, "loss=Focal(gamma=1.0)"),
        (MLPRegressor(Quantile(0.1)), {"loss__q": 0.2}, "loss=Quantile(q=0.2)"),
        (MLPRegressor(), {"loss__delta": 0.2}, "HalfSquaredError has no parameter 'delta'; it has none"),
        (
            MLPClassifier(learning_rate=Cosine()),
            {"learning_rate__final": 0.1},
            "learning_rate=Cosine(final=0.1)",
        ),
        (MLPClassifier(), {"learning_rate__peak": 0.1}, "learning_rate=Constant(peak=0.1)"),
        (MLPClassifier(activation="elu"), {"activation__alpha": 0.5}, "activation=ELU(alpha=0.5)"),
        (MLPClassifier(), {"alpha__value": 1.0}, "alpha=...(value=1.0)"),
        (MLPClassifier(), {"callbacks__seconds": 1.0}, "callbacks=...(seconds=1.0)"),
    ],
)
def test_a_parameter_of_an_object_cannot_be_set_from_outside(model, params, advice):
    before = model.get_params()
    with pytest.raises(ValueError, match=r"is not an estimator, so .* cannot be set") as caught:
        model.set_params(**{"max_iter": 3, **params})
    assert advice in str(caught.value)
    assert model.get_params() == before
    pipeline = make_pipeline(StandardScaler(), model)
    name = type(model).__name__.lower()
    with pytest.raises(ValueError, match="is not an estimator"):
        pipeline.set_params(**{f"{name}__{key}": value for key, value in params.items()})


def test_other_arguments_are_set_as_ever():
    model = MLPClassifier()
    assert model.set_params(alpha=0.1, solver=Adam(beta_1=0.8)) is model
    assert model.solver == Adam(beta_1=0.8)
    assert model.set_params() is model
    for wrong in ("solvr__beta_1", "solvr"):
        with pytest.raises(ValueError, match="Invalid parameter 'solvr'"):
            model.set_params(**{wrong: 1})


OPTIMIZERS = [
    getattr(rosenblatt, name)() for name in ("NAdam", "AMSGrad", "Adagrad", "Rprop", "IRprop", "Lion")
]


def test_objects_are_cloned_searched_and_shown():
    grid = {"solver": OPTIMIZERS, "loss": ["log_loss", Focal(1.0)]}
    search = GridSearchCV(MLPClassifier((4,), max_iter=3, random_state=0), grid, cv=2).fit(X, LABELS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert len(search.cv_results_["params"]) == 12
    for solver in OPTIMIZERS:
        model = MLPClassifier(solver=solver, loss=Focal(0.5))
        twin = clone(model)
        assert twin.get_params() == model.get_params()
        assert "".join(repr(solver).split()) in "".join(repr(twin).split())
        assert "loss=Focal(gamma=0.5)" in repr(twin)


@needs_native
@pytest.mark.parametrize("solver", ["nadam", "amsgrad", "adagrad", "rprop", "irprop", "lion"])
def test_every_solver_by_name_on_both_engines(solver):
    model = MLPRegressor(
        hidden_layer_sizes=(6,), solver=solver, max_iter=60, learning_rate_init=0.02, random_state=0
    )
    native, array = (clone(model).set_params(engine=engine).fit(X, NUMBERS) for engine in ("native", "array"))
    assert native.engine_ == "native"
    np.testing.assert_allclose(native.loss_curve_, array.loss_curve_, rtol=ENGINES_EPOCHS["float64"])
    assert native.loss_curve_[-1] < 0.9 * native.loss_curve_[0]
    again = native.set_params(warm_start=True).fit(X, NUMBERS)
    assert np.isfinite(again.theta_).all()


def test_plain_arguments_go_to_the_kin_of_adam():
    fitted = MLPRegressor(hidden_layer_sizes=(2,), solver="nadam", beta_1=0.8, epsilon=1e-6, max_iter=1).fit(
        X, NUMBERS
    )
    assert fitted.plan_.optimizer == rosenblatt.NAdam(beta_1=0.8, beta_2=0.999, epsilon=1e-6)
    lion = MLPRegressor(hidden_layer_sizes=(2,), solver="lion", max_iter=1).fit(X, NUMBERS)
    assert lion.plan_.optimizer == rosenblatt.Lion()  # its decays are others than Adam's


@pytest.mark.parametrize("solver", ["rprop", rosenblatt.IRprop()], ids=str)
def test_resilient_propagation_takes_all_samples_at_once(solver):
    big, y = np.tile(X, (5, 1)), np.tile(NUMBERS, 5)
    model = MLPRegressor(hidden_layer_sizes=(2,), solver=solver, max_iter=2, random_state=0)
    for batch_size in ("auto", "full", 300):
        assert clone(model).set_params(batch_size=batch_size).fit(big, y).plan_.batch_size == 300
    with pytest.raises(
        ValueError, match=r"batch_size=50 does not fit solver=.* 300 samples; leave batch_size='auto'"
    ):
        clone(model).set_params(batch_size=50).fit(big, y)
    assert clone(model).partial_fit(big, y).plan_.batch_size == 300
