"""The sides of the comparison, one file for each library.

A worker process imports just the one it measures, so a library that is not installed is missed
by nobody else.
"""

from __future__ import annotations

import importlib

from .peer import Peer

# name: module and class
HOMES = {
    "rosenblatt": ("rosenblatt_fit", "Rosenblatt"),
    "rosenblatt-array": ("rosenblatt_fit", "RosenblattArray"),
    "scikit-learn": ("scikit_learn_fit", "ScikitLearn"),
    "torch": ("torch_eager", "TorchEager"),
    "torch-compiled": ("torch_compiled", "TorchCompiled"),
    "jax": ("jax_scan", "JaxScan"),
    "numpy": ("numpy_loop", "NumpyLoop"),
    "onnxruntime": ("onnx_runtime", "OnnxRuntime"),
}
OURS = "rosenblatt"
TRAINING = ["rosenblatt", "scikit-learn", "torch", "torch-compiled", "jax", "numpy"]
INFERENCE = ["rosenblatt", "scikit-learn", "torch", "jax", "onnxruntime"]
SCALING = ["rosenblatt", "scikit-learn", "torch", "jax", "numpy"]
MEMORY = ["rosenblatt", "scikit-learn", "torch", "jax", "numpy"]


def peer_named(name: str) -> Peer:
    """Return a new side; raises ImportError where its library is not installed."""
    module, kind = HOMES[name]
    side: Peer = getattr(importlib.import_module(f".{module}", __name__), kind)()
    return side
