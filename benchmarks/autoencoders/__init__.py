"""What the autoencoders reach: known values, claims on MNIST, time of a step beside PyTorch and JAX."""
