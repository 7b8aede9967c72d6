"""The streamlined graph to the dataflow graph that RTL is generated from: converted, folded, buffered."""

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.blocks import place_memories
from eeg2fpga.compile.buffers import insert_fifos, insert_width_converters
from eeg2fpga.compile.convert import to_dataflow
from eeg2fpga.compile.folding import fold
from eeg2fpga.config import HardwareConfig


def build_dataflow(streamlined: ModelWrapper, hardware: HardwareConfig) -> ModelWrapper:
    """Our operators with PE and SIMD for `hardware`, width converters and FIFOs between them, memories placed.

    Raises UserError for a node without a unit and for a folding that is illegal or out of reach.
    """
    buffered = insert_fifos(insert_width_converters(fold(to_dataflow(streamlined), hardware)))
    return place_memories(buffered, hardware.part)
