"""Engines: the four verbs forward, backward, combine and update, on one kind of machine each."""
