"""Pictures of data, of fitted models and of proofs, in the manner of scikit-learn's displays."""
