"""A notebook explains arguments and attributes where it shows an estimator."""

import re

import pytest
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr

import rosenblatt

X, y = load_iris(return_X_y=True)
ESTIMATORS = (
    "Autoencoder",
    "AutoencoderDetector",
    "ContractiveAutoencoder",
    "DenoisingAutoencoder",
    "MLPClassifier",
    "MLPRegressor",
    "Perceptron",
    "SparseAutoencoder",
)

tooltips = pytest.importorskip("sklearn.utils._repr_html.common")  # before scikit-learn 1.8 there are none


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_argument_is_explained(name):
    model = getattr(rosenblatt, name)()
    shown = estimator_html_repr(model)
    found = dict(re.findall(r'--doc-link-(\w+);">\s*([^<]*<br><br>[^<]+)', shown))
    assert set(found) >= set(model.get_params())
    assert found["max_iter"].startswith(
        f"max_iter: int &gt;= 1, default={model.max_iter}<br><br>Epochs at most"
    )


def test_links_lead_to_no_other_site():
    shown = estimator_html_repr(make_pipeline(StandardScaler(), rosenblatt.MLPClassifier()))
    assert 'href="#rosenblatt.MLPClassifier' in shown
    assert "MLPClassifier.html" not in shown


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_fitted_attributes_are_explained():
    shown = estimator_html_repr(
        rosenblatt.MLPClassifier((5,), learning_rate_init=0.1, random_state=0).fit(X, y)
    )
    assert "Epochs of the last fit" in shown


def test_an_estimator_of_ones_own_has_no_link_of_ours():
    class Mine(rosenblatt.MLPClassifier):
        """A classifier."""

    assert Mine()._get_doc_link() == ""
