"""Width converters and FIFOs between the units."""

from math import lcm

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.depths import LEAST
from eeg2fpga.compile.graph import add_tensor, insert_between, make_node, operators


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
    """A FIFO of the least depth on every stream between units."""
    for op in list(operators(model)):
        for port in range(op.streams):
            if model.find_producer(op.onnx_node.input[port]) is not None:
                _fifo(model, op.onnx_node, port)
    return model


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


def _fifo(model: ModelWrapper, consumer: NodeProto, port: int) -> None:
    source = consumer.input[port]
    lanes = getCustomOp(consumer).input_stream(port).lanes
    name = f"{consumer.name}_fifo{port}"
    target = add_tensor(model, name, source)
    node = make_node("Fifo", name, [source], [target], Depth=LEAST, PE=lanes, **_stream_attributes(model, source))
    insert_between(model, consumer, port, node)
