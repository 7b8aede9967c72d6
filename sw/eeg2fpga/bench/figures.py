"""Figures of a dataflow graph before synthesis."""

from collections.abc import Callable

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.ops.base import Unit


def expected_cycles(dataflow: ModelWrapper) -> int:
    """Cycles a window: those of the slowest operator."""
    return max(op.get_exp_cycles() for op in operators(dataflow))


def estimated_luts(dataflow: ModelWrapper, part: str) -> int:
    """Sum of the operators' own estimates."""
    return sum(op.lut_estimation(part) for op in operators(dataflow))


def buffer_bits(dataflow: ModelWrapper) -> int:
    """Bits of stream that FIFOs and sliding windows can hold; weights and thresholds are none of these."""
    return sum(_BUFFERS[op.unit](op) for op in operators(dataflow) if op.unit in _BUFFERS)


def _fifo(op: Unit) -> int:
    stream = op.input_stream()
    return op["Depth"] * stream.lanes * stream.bits


def _window(op: Unit) -> int:
    return op.depth() * op["Channels"] * op.input_stream().bits


_BUFFERS: dict[str, Callable[[Unit], int]] = {"fifo": _fifo, "sliding_window": _window}
"""By unit: bits that it holds."""
