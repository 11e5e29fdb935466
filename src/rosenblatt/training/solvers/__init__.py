"""Solvers that are not elementwise: loops over an engine's ``gradient``."""
