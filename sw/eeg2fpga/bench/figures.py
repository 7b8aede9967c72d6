"""What a dataflow graph holds and does, before synthesis."""

from collections.abc import Callable

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.ops.base import Unit
from eeg2fpga.compile.ops.sections import FIFOS


def buffer_bits(dataflow: ModelWrapper) -> int:
    """Bits of stream that FIFOs and windows can hold; weights and thresholds are none of these."""
    return sum(_BUFFERS[op.unit](op) for op in operators(dataflow) if op.unit in _BUFFERS)


def parallel_macs(dataflow: ModelWrapper) -> int:
    """Products that all units can do in a cycle; one of n bits by 1 bit counts as n."""
    return sum(op.parallel_macs() for op in operators(dataflow))


def _fifo(op: Unit) -> int:
    stream = op.input_stream()
    return op["Depth"] * stream.lanes * stream.bits


def _window(op: Unit) -> int:
    return op.depth() * op["Channels"] * op.input_stream().bits


def _taps(op: Unit) -> int:
    stream = op.output_stream()
    return stream.lanes * stream.bits


_BUFFERS: dict[str, Callable[[Unit], int]] = {
    **dict.fromkeys(FIFOS, _fifo),
    "sliding_window": _window,
    "tap_window": _taps,
}
"""By unit: bits that it holds."""
