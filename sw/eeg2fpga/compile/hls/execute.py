"""FINN's own Python execution of its layers, compared as the golden model's integers are: layer by layer.

FINN's VVAU forgets its XNOR mode there (finn-plus 1.6.1): it multiplies the bits. The same node on -1 and +1 counts
agreements, so that it is what such a node is executed as.
"""

import json
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.graph import copied
from eeg2fpga.compile.hls.layers import BITS_KEY
from eeg2fpga.compile.passes.name_layers import TENSORS_KEY

Context = dict[str, NDArray[np.float32]]
"""Every tensor of the graph by name, for one window."""


class PythonLayers:
    """Execution of the generic layers (layers.to_generic_layers)."""

    def __init__(self, generic: ModelWrapper) -> None:
        self._model, self._signed = _xnor_on_signs(generic)

    def run(self, windows: NDArray[np.int8]) -> dict[str, Integers]:
        """windows: int8 (n, electrodes * copies, samples) -> each layer's output, int64 (n, pixels, channels)."""
        return run_windows(self._model, windows, self._execute)

    def _execute(self, node: NodeProto, context: Context) -> None:
        operands = dict(context)
        if node.name in self._signed:
            operands[node.input[0]] = 2 * context[node.input[0]] - 1
        getCustomOp(node).execute_node(operands, self._model.graph)
        context.update({name: operands[name] for name in node.output})


def run_windows(
    model: ModelWrapper, windows: NDArray[np.int8], execute: Callable[[NodeProto, Context], None]
) -> dict[str, Integers]:
    """Each layer's output for each window, int64 (n, pixels, channels), bits as -1 and +1 where the network has signs.

    execute: puts the outputs of a node into the tensors.
    """
    tensors = json.loads(model.get_metadata_prop(TENSORS_KEY))
    results = [_run_window(model, window, execute) for window in windows]
    return {
        layer: np.stack([layer_value(model, layer, r[tensor]) for r in results]) for layer, tensor in tensors.items()
    }


def layer_value(model: ModelWrapper, layer: str, tensor: NDArray) -> Integers:
    """A layer's output (1, pixels, 1, channels), as the golden model has it: int64 (pixels, channels)."""
    value = tensor.reshape(-1, tensor.shape[-1]).astype(np.int64)
    return 2 * value - 1 if _holds_bits(model, layer) else value


def layer_tensor(model: ModelWrapper, layer: str, value: Integers) -> NDArray[np.float32]:
    """The inverse of layer_value, in the shape of FINN's graph."""
    tensor = json.loads(model.get_metadata_prop(TENSORS_KEY))[layer]
    values = (value + 1) // 2 if _holds_bits(model, layer) else value
    return values.reshape(model.get_tensor_shape(tensor)).astype(np.float32)


def window_tensor(window: NDArray[np.int8]) -> NDArray[np.float32]:
    """int8 (electrodes, samples) -> (1, samples, 1, electrodes)."""
    return np.ascontiguousarray(window.T[None, :, None, :], np.float32)


def _holds_bits(model: ModelWrapper, layer: str) -> bool:
    return layer in json.loads(model.get_metadata_prop(BITS_KEY))


def _run_window(model: ModelWrapper, window: NDArray[np.int8], execute: Callable) -> Context:
    context = empty_context(model)
    context[model.graph.input[0].name] = window_tensor(window)
    for node in model.graph.node:
        execute(node, context)
    return context


def empty_context(model: ModelWrapper) -> Context:
    """Constants, and zeros of the right shape for the rest: FINN's operators ask their outputs for their shape."""
    context = {info.name: np.zeros(model.get_tensor_shape(info.name), np.float32) for info in model.graph.value_info}
    for info in (*model.graph.input, *model.graph.output):
        context[info.name] = np.zeros(model.get_tensor_shape(info.name), np.float32)
    return context | {tensor.name: model.get_initializer(tensor.name) for tensor in model.graph.initializer}


def _xnor_on_signs(generic: ModelWrapper) -> tuple[ModelWrapper, set[str]]:
    """A copy in which each VVAU in XNOR mode has BIPOLAR operands; the names of those."""
    model, changed = copied(generic), set()
    for node in model.graph.node:
        op = getCustomOp(node)
        if node.op_type != "VVAU" or not op.get_nodeattr("binaryXnorMode"):
            continue
        model.set_initializer(node.input[1], 2 * model.get_initializer(node.input[1]) - 1)
        for attribute, value in {"inputDataType": "BIPOLAR", "weightDataType": "BIPOLAR", "binaryXnorMode": 0}.items():
            op.set_nodeattr(attribute, value)
        changed.add(node.name)
    return model, changed
