"""scikit-learn's words: arguments, checks, attributes; each estimator makes a Network and a Plan of them."""
