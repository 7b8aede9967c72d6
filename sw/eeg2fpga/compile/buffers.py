"""Width converters and FIFOs between the units."""

from math import lcm

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.graph import add_tensor, insert_between, make_node, operators
from eeg2fpga.compile.ops.base import Unit

SHALLOW = 2
"""Words of the FIFO behind every unit: it registers the handshake, so no ready signal runs through two units."""


def insert_width_converters(model: ModelWrapper) -> ModelWrapper:
    """Convert where a producer's lanes differ from a consumer's; over their common multiple if neither divides."""
    for op in list(operators(model)):
        for port in range(op.streams):
            tensor = op.onnx_node.input[port]
            producer = model.find_producer(tensor)
            if producer is None:
                continue
            have = _lanes_out(producer)
            want = op.input_stream(port).lanes
            wide = lcm(have, want)
            steps = [want] if wide in (have, want) else [wide, want]
            for step in steps if have != want else []:
                _convert(model, op.onnx_node, port, have, step)
                have = step
    return model


def insert_fifos(model: ModelWrapper) -> ModelWrapper:
    """A FIFO on every stream between units: two words, a pixel before a binary_mvu, a whole window on a skip branch.

    None behind a tap window, whose output is a line of registers as wide as many words.

    A binary_mvu takes a pixel in one burst and then works on it while its producer goes on: the FIFO collects the next.

    A duplicate blocks only while one of its branches is full. Every unit emits a window's outputs once it has the
    window's inputs, so a skip branch that holds a window of its words never stops the other branch before that one has
    all that it needs to drain it: no deadlock, whatever the units' latencies.
    """
    for op in list(operators(model)):
        for port in range(op.streams):
            producer = model.find_producer(op.onnx_node.input[port])
            if producer is not None and not producer.op_type.startswith("TapWindow"):
                _fifo(model, op.onnx_node, port, _depth(op, port))
    return model


def _depth(op: Unit, port: int) -> int:
    """Words of the FIFO before a port; port 1 of a residual add is the skip."""
    stream = op.input_stream(port)
    if op.unit == "residual_add" and port == 1:
        return max(SHALLOW, stream.words)
    return max(SHALLOW, stream.words // stream.pixels) if op.unit == "binary_mvu" else SHALLOW


def _lanes_out(producer: NodeProto) -> int:
    return getCustomOp(producer).output_stream().lanes


def _stream_attributes(model: ModelWrapper, tensor: str) -> dict[str, object]:
    """Pixels, Channels, Taps and data types of the stream that carries `tensor`."""
    _, pixels, *rest = model.get_tensor_shape(tensor)
    channels, taps = rest if rest[0] != 1 else (rest[1], 1)
    kind = model.get_tensor_datatype(tensor).name
    kinds = {"inputDataType": kind, "outputDataType": kind}
    return {"Pixels": pixels, "Channels": channels, "Taps": taps, **kinds}


def _convert(model: ModelWrapper, consumer: NodeProto, port: int, have: int, want: int) -> None:
    source = consumer.input[port]
    name = f"{consumer.name}_width{port}_{want}"
    target = add_tensor(model, name, source)
    attributes = _stream_attributes(model, source)
    node = make_node("WidthConverter", name, [source], [target], InLanes=have, PE=want, **attributes)
    insert_between(model, consumer, port, node)


def _fifo(model: ModelWrapper, consumer: NodeProto, port: int, depth: int) -> None:
    source = consumer.input[port]
    lanes = getCustomOp(consumer).input_stream(port).lanes
    name = f"{consumer.name}_fifo{port}"
    target = add_tensor(model, name, source)
    node = make_node("Fifo", name, [source], [target], Depth=depth, PE=lanes, **_stream_attributes(model, source))
    insert_between(model, consumer, port, node)
