"""Walking and editing a dataflow graph: operators by node, streams between them."""

import json
from collections.abc import Iterator

import numpy as np
from onnx import NodeProto, TensorProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.ops.base import DOMAIN, Unit

LAYERS_KEY = "eeg2fpga.layers"
COPIES_KEY = "eeg2fpga.copies"


def copied(model: ModelWrapper) -> ModelWrapper:
    """A graph of its own."""
    return ModelWrapper(model.model, make_deepcopy=True)


def operators(model: ModelWrapper) -> Iterator[Unit]:
    """The operators in topological order."""
    for node in model.graph.node:
        yield getCustomOp(node)


def layer_tensors(model: ModelWrapper) -> dict[str, str]:
    """Output tensor of each network layer, in order (docs/design.md, 'layer names')."""
    return json.loads(model.get_metadata_prop(LAYERS_KEY))


def make_node(kind: str, name: str, inputs: list[str], outputs: list[str], **attributes: object) -> NodeProto:
    """An operator's node. `attributes`: see the operator's class."""
    return helper.make_node(
        f"{kind}_rtl", inputs, outputs, name=name, domain=DOMAIN, backend="fpgadataflow", **attributes
    )


def add_tensor(model: ModelWrapper, name: str, like: str) -> str:
    """A new tensor with the shape and data type of `like`."""
    info = helper.make_tensor_value_info(name, TensorProto.FLOAT, model.get_tensor_shape(like))
    model.graph.value_info.append(info)
    model.set_tensor_datatype(name, model.get_tensor_datatype(like))
    return name


def stream_attributes(model: ModelWrapper, tensor: str) -> dict[str, object]:
    """Pixels, Channels, Taps and data types of the stream that carries `tensor`."""
    _, pixels, *rest = model.get_tensor_shape(tensor)
    channels, taps = rest if rest[0] != 1 else (rest[1], 1)
    kind = model.get_tensor_datatype(tensor).name
    kinds = {"inputDataType": kind, "outputDataType": kind}
    return {"Pixels": pixels, "Channels": channels, "Taps": taps, **kinds}


def insert_before(
    model: ModelWrapper, consumer: NodeProto, port: int, kind: str, name: str, **attributes: object
) -> NodeProto:
    """Put a new operator, which passes the stream on that `consumer` takes at `port`, before that port."""
    source = consumer.input[port]
    described = stream_attributes(model, source)
    node = make_node(kind, name, [source], [add_tensor(model, name, source)], **described, **attributes)
    consumer.input[port] = node.output[0]
    model.graph.node.insert(list(model.graph.node).index(consumer), node)
    return node


def run(model: ModelWrapper, windows: Integers, luts: bool = False) -> dict[str, Integers]:
    """Execute the whole graph on a batch.

    windows: int (n, electrodes, samples). luts: layers of logic by evaluating their LUTs. Returns
    each layer's output, int64 (n, pixels, channels).
    """
    values = {model.graph.input[0].name: windows.transpose(0, 2, 1).astype(np.int64)}
    for op in operators(model):
        node = op.onnx_node
        initialisers = [model.get_initializer(name) for name in node.input[op.streams :]]
        operands = [values[name] for name in node.input[: op.streams]] + [i.astype(np.int64) for i in initialisers]
        result = op.evaluate_netlist(model, *operands) if luts else op.compute(*operands)
        values.update(dict.fromkeys(node.output, result))
    return {layer: values[tensor] for layer, tensor in layer_tensors(model).items()}
