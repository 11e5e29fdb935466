"""How scikit-learn's diagrams of estimators explain arguments: by what the docstrings say of them."""

from __future__ import annotations


class Explained:
    """An estimator whose arguments are explained where a notebook shows it.

    scikit-learn shows what a docstring says of an argument where there is a link to the documentation too. There is
    no site yet: the link is to a place on the page that is shown, and leads nowhere.
    """

    _doc_link_module = "rosenblatt"
    _doc_link_template = "#rosenblatt.{estimator_name}"
