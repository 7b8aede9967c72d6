"""The streamlined graph to the dataflow graph that RTL is generated from: converted, folded, buffered."""

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.blocks import place_memories
from eeg2fpga.compile.buffers import insert_fifos, insert_width_converters
from eeg2fpga.compile.convert import to_dataflow
from eeg2fpga.compile.depths import TooSlowError, set_fifo_depths
from eeg2fpga.compile.folding import Folding
from eeg2fpga.compile.graph import copied, operators
from eeg2fpga.compile.ops.constant_layers import ConstantLayer, build_layers
from eeg2fpga.compile.parts import capacity
from eeg2fpga.compile.sections import insert_sections
from eeg2fpga.config import HardwareConfig
from eeg2fpga.errors import UserError


def build_dataflow(streamlined: ModelWrapper, hardware: HardwareConfig) -> ModelWrapper:
    """Our operators folded for `hardware.target`, width converters and FIFOs of the least depths between them.

    Raises UserError for a node without a unit, for a folding that is illegal or out of reach, and for an accelerator
    that by estimate is larger than the part or than max_luts.
    """
    model = draft_dataflow(streamlined, hardware)
    build_layers(model, (op for op in operators(model) if isinstance(op, ConstantLayer)))
    model = insert_sections(model)
    try:
        buffered = set_fifo_depths(insert_fifos(copied(model)))
    except TooSlowError:
        buffered = set_fifo_depths(insert_fifos(model, everywhere=True))
    return place_memories(buffered, hardware.part)


def draft_dataflow(streamlined: ModelWrapper, hardware: HardwareConfig) -> ModelWrapper:
    """The folding that build_dataflow buffers: in milliseconds, no netlist generated. Raises its UserErrors."""
    folding, budget = choose_folding(streamlined, hardware)
    model = _folded(folding, budget)
    _refuse_overfull(model, hardware.part)
    return model


def choose_folding(streamlined: ModelWrapper, hardware: HardwareConfig) -> tuple[Folding, int]:
    """What each layer could be, and the cycles a window that `hardware.target` leaves it."""
    folding = Folding(to_dataflow(streamlined), hardware)
    target = hardware.target
    if target.max_luts is not None:
        return folding, _least_budget(folding, target.max_luts, hardware.part)
    return folding, folding.budgets()[0] if target.max_throughput else hardware.cycles()


def estimated_luts(draft: ModelWrapper, part: str) -> dict[str, int]:
    """LUTs by operator, by their formulas; FIFOs with the least depth, memories placed."""
    model = place_memories(insert_fifos(insert_sections(copied(draft))), part)
    return {op.onnx_node.name: op.lut_estimation("") for op in operators(model)}


def predicted_luts(model: ModelWrapper) -> dict[str, int]:
    """LUTs by operator, before synthesis; layers of logic are generated (seconds, once) and counted."""
    return {op.onnx_node.name: op.exact_luts(model) for op in operators(model)}


def expected_cycles(model: ModelWrapper) -> int:
    """Cycles a window: those of the slowest operator."""
    return max(op.get_exp_cycles() for op in operators(model))


def _folded(folding: Folding, budget: int) -> ModelWrapper:
    return insert_width_converters(folding.apply(budget))


def _least_budget(folding: Folding, luts: int, part: str) -> int:
    """That of the fastest accelerator that is small enough: LUTs fall as the budget grows, so by bisection."""
    budgets = folding.budgets()
    low, high = 0, len(budgets)
    while low < high:
        middle = (low + high) // 2
        if sum(estimated_luts(_folded(folding, budgets[middle]), part).values()) <= luts:
            high = middle
        else:
            low = middle + 1
    if low == len(budgets):
        _refuse("hardware.target.max_luts", _folded(folding, budgets[-1]), luts, part, "the smallest accelerator")
    return budgets[low]


def _refuse_overfull(model: ModelWrapper, part: str) -> None:
    held = capacity(part)
    if held is not None and sum(estimated_luts(model, part).values()) > held["lut"]:
        _refuse(f"hardware.part {part}", model, held["lut"], part, "this accelerator")


def _refuse(what: str, model: ModelWrapper, limit: int, part: str, which: str) -> None:
    luts = estimated_luts(model, part)
    total, largest = sum(luts.values()), max(luts, key=luts.get)
    raise UserError(
        f"{what}: {which} needs about {total} LUTs, {total - limit} more than {limit}; "
        f"the largest part is {largest} with {luts[largest]}: lower the rate or make the network smaller"
    )
