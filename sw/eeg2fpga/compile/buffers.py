"""Width converters and FIFOs between the units."""

from math import lcm

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.depths import LEAST, least_depth
from eeg2fpga.compile.graph import insert_before, operators
from eeg2fpga.compile.ops.base import Unit
from eeg2fpga.compile.sections import FREE

MOST_LEVELS = 4
"""LUT levels through which `ready` may run in one cycle, before the two at most of the FIFO that it ends at."""
RAM_LEVELS = 2
"""Those of a deep FIFO's own `ready`, a comparison of pointers."""
UNBUFFERED = (*FREE, "credit_gate", "credit_fifo")
"""Units that no FIFO follows: those of a section, where no word waits, and the FIFO at its end."""


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


def insert_fifos(model: ModelWrapper, everywhere: bool = False) -> ModelWrapper:
    """FIFOs of the least depth where a stream needs one, or on every stream between units that wait.

    A stream needs one on a skip branch, which waits for the other; before a folded binary_mvu, which takes a pixel in
    one burst and then works on it while the next is collected; and where `ready` would run through too many LUTs. A
    section (compile/sections.py) has its own.
    """
    passing: dict[str, int] = {}
    for op in list(operators(model))[::-1]:
        below = 0
        for consumer in _consumers(model, op):
            for port in _ports(op, consumer):
                levels = passing[consumer.onnx_node.name]
                needed = everywhere or _collects(consumer, port) or levels + _ready_levels(op) > MOST_LEVELS
                if needed and op.unit not in UNBUFFERED:
                    _fifo(model, consumer.onnx_node, port)
                    below = max(below, RAM_LEVELS if _collects(consumer, port) else 0)
                else:
                    below = max(below, levels)
        passing[op.onnx_node.name] = 0 if _answers(op) else below + _ready_levels(op)
    return model


def _answers(op: Unit) -> bool:
    """Whether a unit's `ready` at its input is a register's, or as good as, whatever its output's."""
    searches = op.unit in ("binary_mvu", "depthwise") and op.serial()
    return searches or op.unit in ("sliding_window", "argmax", *UNBUFFERED)


def _ready_levels(op: Unit) -> int:
    """LUT levels from a unit's output's `ready` to its input's."""
    if op.unit in ("binary_mvu", "depthwise"):
        # Serial thresholds end it; the counters of the others' are some levels further.
        return 2 if op.serial() else 4
    if op.unit == "subsample":
        # Of several words a pixel it counts the words.
        return 1 if op.input_stream().lanes == op.input_stream().channels else 2
    return 2 if op.unit in ("residual_add", "global_pool") else 1


def _consumers(model: ModelWrapper, op: Unit) -> list[Unit]:
    found = [model.find_consumers(tensor) or [] for tensor in op.onnx_node.output]
    return [getCustomOp(node) for nodes in found for node in nodes]


def _ports(op: Unit, consumer: Unit) -> list[int]:
    outputs = op.onnx_node.output
    return [port for port in range(consumer.streams) if consumer.onnx_node.input[port] in outputs]


def _collects(op: Unit, port: int) -> bool:
    """Whether a unit's input must hold words back."""
    return op.unit == "binary_mvu" or (op.unit == "residual_add" and port == 1)


def _lanes_out(producer: NodeProto) -> int:
    return getCustomOp(producer).output_stream().lanes


def _convert(model: ModelWrapper, consumer: NodeProto, port: int, have: int, want: int) -> None:
    insert_before(model, consumer, port, "WidthConverter", f"{consumer.name}_width{port}_{want}", InLanes=have, PE=want)


def _fifo(model: ModelWrapper, consumer: NodeProto, port: int) -> None:
    op = getCustomOp(consumer)
    # A binary_mvu that holds a word takes the next one cycles later.
    half = int(any(process.holds and not process.takes[0] for process in op.schedule()))
    attributes = {"Depth": LEAST, "Half": half, "PE": op.input_stream(port).lanes}
    fifo = getCustomOp(insert_before(model, consumer, port, "Fifo", f"{consumer.name}_fifo{port}", **attributes))
    fifo.set_nodeattr("Depth", least_depth(fifo))
