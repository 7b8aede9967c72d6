"""PE and SIMD of FINN's layers, by FINN; width converters and FIFOs between them; names after our layers."""

from collections import Counter

from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
from finn.transformation.fpgadataflow.set_folding import SetFolding
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import GiveUniqueNodeNames

from eeg2fpga.compile.hls.layers import layer_of
from eeg2fpga.compile.hls.square_pool import SquarePool
from eeg2fpga.compile.ops.base import identifier
from eeg2fpga.config import HardwareConfig
from eeg2fpga.errors import UserError


def target_cycles(hardware: HardwareConfig) -> int:
    """Cycles a window that SetFolding aims at.

    Raises UserError for what FINN's folding cannot be asked: it knows rates only.
    """
    if hardware.parallel or hardware.folding:
        raise UserError("FINN folds its layers itself: leave out hardware.parallel and hardware.folding")
    if hardware.target.max_luts is not None:
        raise UserError("FINN folds for a rate: give hardware.target windows_per_second or max_throughput")
    return 1 if hardware.target.max_throughput else max(1, hardware.cycles())


def fold(model: ModelWrapper, cycles: int) -> ModelWrapper:
    """FINN's layers (layers.to_finn_layers) folded for `cycles` a window; out of reach, the fastest that FINN finds."""
    return model.transform(SetFolding(cycles)).transform(GiveUniqueNodeNames())


def for_synthesis(folded: ModelWrapper, part: str) -> ModelWrapper:
    """Folded layers as they compute what they must in hardware too (square_pool)."""
    return folded.transform(SquarePool()).transform(SpecializeLayers(part)).transform(GiveUniqueNodeNames())


def with_fifos(model: ModelWrapper, part: str) -> ModelWrapper:
    """Folded layers with the width converters and FIFOs that they need, these at FINN's default depths."""
    for step in (InsertDWC(), InsertFIFO(create_shallow_fifos=True), SpecializeLayers(part), GiveUniqueNodeNames()):
        model = model.transform(step)
    return model


def name_after_layers(model: ModelWrapper) -> None:
    """Rename the nodes in place: <layer>_<FINN's operator>, numbered where a layer has several, as C and Verilog take.

    `block0.depthwise` has block0_depthwise_FMPadding, _ConvolutionInputGenerator, _VVAU and _StreamingFIFO_0 ...
    """
    names = [f"{identifier(layer_of(model, node))}_{node.op_type.rsplit('_', 1)[0]}" for node in model.graph.node]
    several, seen = Counter(names), Counter()
    for node, name in zip(model.graph.node, names, strict=True):
        node.name = f"{name}_{seen[name]}" if several[name] > 1 else name
        seen[name] += 1
