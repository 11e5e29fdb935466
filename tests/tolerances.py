"""All tolerances of the tests, each with its reason."""
