"""What FINN itself estimates for the same streamlined network at the same windows a second.

FINN's conversions (finn_layers.py), its SetFolding, its width converters and FIFOs, and its analyses: no vendor tool.
FINN's models say nothing of the LUTs of some operators; those have `lut` None here and are named in `unmodelled`, and
those of which only the memory is modelled are named in `memory_only`. So totals are lower bounds of what FINN builds.
"""

from dataclasses import dataclass
from functools import cached_property

from finn.analysis.fpgadataflow.dataflow_performance import dataflow_performance
from finn.analysis.fpgadataflow.exp_cycles_per_layer import exp_cycles_per_layer
from finn.analysis.fpgadataflow.res_estimation import res_estimation
from finn.custom_op.fpgadataflow.hwcustomop import HWCustomOp
from finn.transformation.fpgadataflow.annotate_cycles import AnnotateCycles
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.hls.fold import fold, with_fifos
from eeg2fpga.compile.hls.layers import layer_of, to_finn_layers

MEMORY_ONLY = ("Thresholding_rtl", "ElementwiseAdd_hls")
"""Their lut_estimation counts parameters in LUTRAM, but no comparator and no adder (finn-plus 1.6.1)."""

NOTES = (
    "FIFOs at FINN's default depths: it sizes them by simulation in Vivado's simulator, so the skip branch's is short",
    "bipolar weights stay one bit wide: FINN's MinimizeWeightBitWidth, which makes them INT2, is left out",
)


@dataclass(frozen=True)
class FinnNode:
    """One of FINN's operators. `lut`: None where FINN has no model of it; `bram18` in 18-kbit blocks."""

    name: str
    operator: str
    layer: str
    pe: int | None
    simd: int | None
    lut: int | None
    bram18: int
    dsp: int
    cycles: int
    """A window."""


@dataclass(frozen=True)
class FinnEstimate:
    """FINN's estimate of the whole network."""

    part: str
    clock_mhz: int
    asked_windows_per_second: float
    cycles_per_window: int
    """Of the slowest operator."""
    latency_cycles: int
    """FINN's, which is pessimistic: the sum over the longest path, nothing overlapping."""
    standalone_thresholds: bool
    nodes: tuple[FinnNode, ...]
    notes: tuple[str, ...]

    @property
    def windows_per_second(self) -> float:
        """What the folding reaches."""
        return self.clock_mhz * 1e6 / self.cycles_per_window

    @property
    def reached(self) -> bool:
        """Whether that is what was asked."""
        return self.windows_per_second >= self.asked_windows_per_second

    @property
    def lut(self) -> int:
        """All LUTs that FINN has a model of."""
        return sum(node.lut or 0 for node in self.nodes)

    @property
    def bram18(self) -> int:
        """All 18-kbit block RAMs."""
        return sum(node.bram18 for node in self.nodes)

    @property
    def fifo_lut(self) -> int:
        """Of those, the FIFOs' at their default depths."""
        return sum(node.lut or 0 for node in self.nodes if node.operator.startswith("StreamingFIFO"))

    @property
    def unmodelled(self) -> tuple[str, ...]:
        """Operators that are in the design and of which FINN has no LUT model."""
        return tuple(node.name for node in self.nodes if node.lut is None)

    @property
    def memory_only(self) -> tuple[str, ...]:
        """Operators of which FINN counts the memory alone."""
        return tuple(node.name for node in self.nodes if node.operator in MEMORY_ONLY)

    @cached_property
    def layers(self) -> dict[str, dict[str, int]]:
        """lut and bram18 summed, cycles at most, by layer; an operator on the way to a layer is that layer's."""
        found: dict[str, dict[str, int]] = {}
        for node in self.nodes:
            layer = found.setdefault(node.layer, {"lut": 0, "bram18": 0, "cycles": 0})
            layer["lut"] += node.lut or 0
            layer["bram18"] += node.bram18
            layer["cycles"] = max(layer["cycles"], node.cycles)
        return found


def finn_estimate(
    streamlined: ModelWrapper,
    clock_mhz: int,
    windows_per_second: float,
    part: str,
    standalone_thresholds: bool = False,
) -> FinnEstimate:
    """FINN's folding of the streamlined graph for a rate, and its estimates.

    A rate out of FINN's reach gives the fastest folding that SetFolding finds, balanced for the rate of its slowest
    operator (SetFolding's second pass): see `reached`. standalone_thresholds: see to_finn_layers. Raises UserError,
    naming the nodes, for a network that FINN has no layers for.
    """
    target = max(1, int(clock_mhz * 1e6 / windows_per_second))
    model = fold(to_finn_layers(streamlined, part, standalone_thresholds), target)
    model = with_fifos(model, part).transform(AnnotateCycles())
    performance = model.analysis(dataflow_performance)
    return FinnEstimate(
        part=part,
        clock_mhz=clock_mhz,
        asked_windows_per_second=windows_per_second,
        cycles_per_window=performance["max_cycles"],
        latency_cycles=performance["critical_path_cycles"],
        standalone_thresholds=standalone_thresholds,
        nodes=_nodes(model, part),
        notes=NOTES,
    )


def _nodes(model: ModelWrapper, part: str) -> tuple[FinnNode, ...]:
    cycles, resources = model.analysis(exp_cycles_per_layer), res_estimation(model, part)
    nodes = []
    for node in model.graph.node:
        op, found = getCustomOp(node), resources[node.name]
        modelled = type(op).lut_estimation is not HWCustomOp.lut_estimation
        folding = {name: op.get_nodeattr(name) if name in op.get_nodeattr_types() else None for name in ("PE", "SIMD")}
        nodes.append(
            FinnNode(
                name=node.name,
                operator=node.op_type,
                layer=layer_of(model, node),
                pe=folding["PE"],
                simd=folding["SIMD"],
                lut=int(found["LUT"]) if modelled else None,
                bram18=int(found["BRAM_18K"]),
                dsp=int(found["DSP"]),
                cycles=cycles[node.name],
            )
        )
    return tuple(nodes)
