"""The folding pass: for each layer, the implementation with the fewest LUTs that keeps pace."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.blocks import block_budget, place
from eeg2fpga.compile.graph import copied, operators
from eeg2fpga.compile.ops.base import Unit
from eeg2fpga.compile.ops.binary_mvu import BinaryMVU
from eeg2fpga.config import FoldingConfig, HardwareConfig
from eeg2fpga.errors import UserError

FOLLOWERS = ("stream_duplicate", "subsample", "residual_add", "global_pool")
"""Units that take the lanes of the stream that they sit on: they keep pace with any producer, and need no converter."""
CHOSEN = ("binary_mvu", "depthwise", "argmax")
"""Units with a choice; a sliding window goes with the depthwise layer behind it."""


@dataclass(frozen=True, order=True)
class Choice:
    """One way to build a layer (with its window). Ordered by preference: LUTs, then lanes."""

    luts: int
    lanes: int
    """Products a cycle."""
    cycles: int
    """A window."""
    pe: int
    simd: int
    parallel: bool


class Folding:
    """The choices that an unfolded dataflow graph (convert.to_dataflow) leaves; `options`: all of them by layer.

    Raises UserError for an unknown layer in `hardware.folding`, and a PE or SIMD that does not divide.
    """

    def __init__(self, unfolded: ModelWrapper, hardware: HardwareConfig) -> None:
        self._model, self._hardware = unfolded, hardware
        names = [op.onnx_node.name for op in operators(unfolded) if op.unit in CHOSEN]
        for name in hardware.folding:
            if name not in names:
                raise UserError(f"hardware.folding: no layer `{name}`; layers: {', '.join(names)}")
        # A layer is weighed with the memories that its share of the block RAM can hold.
        self._blocks = block_budget(hardware.part) // max(len(names), 1)
        self.options = {name: list(self._choices(name)) for name in names}

    def budgets(self) -> list[int]:
        """Every number of cycles a window at which the result changes, ascending."""
        least = max(min(choice.cycles for choice in options) for options in self.options.values())
        return sorted({c.cycles for options in self.options.values() for c in options if c.cycles >= least})

    def choose(self, budget: int) -> dict[str, Choice]:
        """By layer: the fewest LUTs within `budget` cycles a window. Raises UserError where none is so fast."""
        return {name: self._cheapest(name, options, budget) for name, options in self.options.items()}

    def apply(self, budget: int) -> ModelWrapper:
        """A folded copy of the graph."""
        model = copied(self._model)
        for name, choice in self.choose(budget).items():
            _set(model, model.get_node_from_name(name), choice)
        for op in operators(model):
            if op.unit in FOLLOWERS:
                producer = getCustomOp(model.find_producer(op.onnx_node.input[0]))
                op.set_nodeattr("PE", producer.output_stream().lanes)
        return model

    def _cheapest(self, name: str, options: list[Choice], budget: int) -> Choice:
        fitting = [choice for choice in options if choice.cycles <= budget]
        if fitting:
            return min(fitting)
        clock = self._hardware.clock_mhz * 1_000_000
        best = min(choice.cycles for choice in options)
        raise UserError(
            f"hardware.target.windows_per_second: {name} needs at least {best} cycles a window, so {clock // best} "
            f"windows/s at {self._hardware.clock_mhz} MHz is the most; {clock // budget} were asked"
        )

    def _choices(self, name: str) -> Iterator[Choice]:
        """All ways to build a layer, or the one that the configuration names."""
        model = copied(self._model)
        node = model.get_node_from_name(name)
        op = getCustomOp(node)
        wanted = self._hardware.folding.get(name)
        if wanted is None and self._hardware.parallel and op.unit != "argmax":
            wanted = FoldingConfig(parallel=True)
        if wanted is not None:
            _check(op, wanted)
        if wanted is None or not wanted.parallel:
            pairs = _pairs(op) if wanted is None else [(wanted.pe, wanted.simd or _widest(op))]
            for pe, simd in pairs:
                if not _is_logic(op, pe, simd):
                    yield self._weigh(model, node, pe, simd, parallel=False)
        everything = wanted is None or wanted.parallel or _is_logic(op, wanted.pe, wanted.simd or _widest(op))
        if op.unit != "argmax" and everything:
            yield self._weigh(model, node, _channels(op), _widest(op), parallel=True)

    def _weigh(self, model: ModelWrapper, node: NodeProto, pe: int, simd: int, parallel: bool) -> Choice:
        """Build it that way and ask the operators."""
        _set(model, node, Choice(0, 0, 0, pe, simd, parallel))
        ops = [getCustomOp(node)]
        if "depthwise" in node.op_type.lower():
            ops.append(getCustomOp(model.find_producer(node.input[0])))
        place(ops, self._blocks)
        luts = sum(op.lut_estimation("") for op in ops)
        return Choice(luts, pe * simd, max(op.get_exp_cycles() for op in ops), pe, simd, parallel)


def _set(model: ModelWrapper, node: NodeProto, choice: Choice) -> None:
    """Make `node` (and the window before it) what was chosen."""
    if choice.parallel:
        _make_parallel(model, node)
        return
    op = getCustomOp(node)
    op.set_nodeattr("PE", choice.pe)
    if isinstance(op, BinaryMVU):
        op.set_nodeattr("SIMD", choice.simd)
    if op.unit == "depthwise":
        # A sliding window's words are as wide as its depthwise unit takes them: their order leaves no room to convert.
        getCustomOp(model.find_producer(node.input[0])).set_nodeattr("PE", choice.pe)


def _make_parallel(model: ModelWrapper, node: NodeProto) -> None:
    if node.op_type == "BinaryMVU_rtl":
        node.op_type = "ConstantMVU_rtl"
        getCustomOp(node).set_nodeattr("PE", getCustomOp(node)["MH"])
        return
    window = model.find_producer(node.input[0])
    node.op_type, window.op_type = "ConstantDepthwise_rtl", "TapWindow_rtl"
    for each in (node, window):
        op = getCustomOp(each)
        op.set_nodeattr("PE", op["Channels"])
    taps = getCustomOp(window)
    paired = taps["Kernel"] % 2 == taps["Stride"] % 2 == 0 and taps.get_input_datatype().bitwidth() > 1
    for each in (node, window):
        getCustomOp(each).set_nodeattr("Group", 2 if paired else 1)


def _check(op: Unit, wanted: FoldingConfig) -> None:
    """Raise UserError for what the layer cannot be."""
    name = f"hardware.folding.{op.onnx_node.name}"
    if wanted.parallel:
        if op.unit == "argmax":
            raise UserError(f"{name}: this layer has no parallel form; legal pe: {_list(_channels(op))}")
        return
    if wanted.simd is not None and not isinstance(op, BinaryMVU):
        raise UserError(f"{name}: this layer has no SIMD, only PE: leave simd out")
    if _channels(op) % wanted.pe:
        raise UserError(
            f"{name}: PE {wanted.pe} does not divide {_channels(op)} channels; legal PE: {_list(_channels(op))}"
        )
    if _widest(op) % (wanted.simd or 1):
        raise UserError(
            f"{name}: SIMD {wanted.simd} does not divide {_widest(op)} input channels; legal SIMD: {_list(_widest(op))}"
        )


def _pairs(op: Unit) -> Iterator[tuple[int, int]]:
    """Every PE and SIMD."""
    return product(_divisors(_channels(op)), _divisors(_widest(op)))


def _is_logic(op: Unit, pe: int, simd: int) -> bool:
    """Whether all weights would be constants, a pixel a cycle: the form as logic does that with far fewer LUTs."""
    return isinstance(op, BinaryMVU) and (pe, simd) == (_channels(op), _widest(op))


def _channels(op: Unit) -> int:
    """What PE divides."""
    return op.input_stream().channels if op.unit == "argmax" else op.output_stream().channels


def _widest(op: Unit) -> int:
    """What SIMD divides."""
    return op["MW"] if isinstance(op, BinaryMVU) else 1


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]


def _list(number: int) -> str:
    return ", ".join(str(n) for n in _divisors(number))
