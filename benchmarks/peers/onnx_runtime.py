"""onnxruntime: its bare call on a model written with ``onnx``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ..data import initial_weights
from ..shapes import Shape
from .peer import Peer, best_blocks


def model_bytes(shape: Shape, dtype: str) -> bytes:
    """Return the network as an ONNX model."""
    element = TensorProto.FLOAT if dtype == "float32" else TensorProto.DOUBLE
    nodes, constants, current = [], [], "X"
    layers = initial_weights(shape, dtype)
    for k, (W, b) in enumerate(layers, 1):
        constants += [numpy_helper.from_array(W, f"W{k}"), numpy_helper.from_array(b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [current, f"W{k}", f"b{k}"], [f"a{k}"]))
        kind, current = ("Relu", f"o{k}") if k < len(layers) else ("Softmax", "probabilities")
        nodes.append(helper.make_node(kind, [f"a{k}"], [current]))
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("X", element, ["rows", shape.sizes[0]])],
        [helper.make_tensor_value_info("probabilities", element, ["rows", shape.sizes[-1]])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


class OnnxRuntime(Peer):
    """``InferenceSession.run``."""

    def set_threads(self, threads: int) -> None:
        """Remember the number for the session."""
        self.threads = threads

    def version(self) -> str:
        """Return the library's version."""
        return onnxruntime.__version__

    def prepare_predictions(self, shape: Shape, dtype: str, X: Any) -> Callable[[], Any]:
        """Return the session's call on X."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            model_bytes(shape, dtype), options, providers=["CPUExecutionProvider"]
        )
        run = session.run
        return best_blocks(self, lambda block: run(None, {"X": block})[0], X)
