"""Marks that several test files share."""

from importlib.util import find_spec

import pytest

from rosenblatt.engines.native import native_module

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
needs_native = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")
