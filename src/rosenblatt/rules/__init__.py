"""Every elementwise formula of the library, each written once.

A rule is a frozen object with a ``name`` and formulas over an array namespace ``xp``. Rules import
nothing of the library and branch on nothing (``xp.where`` chooses), so that one text runs on NumPy
arrays, on PyTorch tensors, on dual numbers (the tests) and on symbols.
"""
