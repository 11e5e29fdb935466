"""scikit-learn's words: arguments, checks, attributes; each estimator makes a Network and a Plan of them."""

import contextlib

from ..engines.native import native_module

with contextlib.suppress(ImportError):  # said by whatever uses it
    native_module()  # now, as threadpool_limits binds only the pools that are there when it is entered
