"""The folding pass: the smallest PE and SIMD of each layer that reach the wanted throughput."""

from itertools import product

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.ops.base import Unit
from eeg2fpga.compile.ops.binary_mvu import BinaryMVU
from eeg2fpga.config import FoldingConfig, HardwareConfig
from eeg2fpga.errors import UserError

FOLLOWERS = ("stream_duplicate", "subsample", "residual_add", "global_pool")
"""Units that take the lanes of the stream that they sit on: they keep pace with any producer, and need no converter."""


def fold(model: ModelWrapper, hardware: HardwareConfig) -> ModelWrapper:
    """Set PE and SIMD on every operator.

    A layer of `hardware.folding` gets what is written there; the others the fewest lanes whose cycles a window fit into
    clock_mhz * 1e6 / windows_per_second.
    Raises UserError for an unknown layer, a PE or SIMD that does not divide, or a throughput out of reach.
    """
    budget = hardware.clock_mhz * 1_000_000 // hardware.windows_per_second
    known = [op.onnx_node.name for op in operators(model)]
    for name in hardware.folding:
        if name not in known:
            raise UserError(f"hardware.folding: no layer `{name}`; layers: {', '.join(known)}")
    for op in operators(model):
        name = op.onnx_node.name
        if name in hardware.folding:
            _set(op, hardware.folding[name])
        elif op.unit in FOLLOWERS:
            producer = getCustomOp(model.find_producer(op.onnx_node.input[0]))
            op.set_nodeattr("PE", producer.output_stream().lanes)
        else:
            _choose(op, budget, hardware)
    _follow_windows(model)
    return model


def _set(op: Unit, wanted: FoldingConfig) -> None:
    op.set_nodeattr("PE", wanted.pe)
    if isinstance(op, BinaryMVU):
        op.set_nodeattr("SIMD", wanted.simd or op["MW"])
    elif wanted.simd is not None:
        raise UserError(f"hardware.folding.{op.onnx_node.name}: this layer has no SIMD, only PE: leave simd out")
    problem = op.check()
    if problem:
        legal = ", ".join(str(n) for n in _divisors(op.output_stream().channels))
        raise UserError(f"hardware.folding.{op.onnx_node.name}: {problem}; legal PE: {legal}")


def _choose(op: Unit, budget: int, hardware: HardwareConfig) -> None:
    """Fewest lanes within the budget; among equals the widest SIMD, whose adder tree is the cheapest to feed."""
    matrix = isinstance(op, BinaryMVU)
    simds = _divisors(op["MW"]) if matrix else [1]
    options = []
    for pe, simd in product(_pe_options(op), simds):
        op.set_nodeattr("PE", pe)
        if matrix:
            op.set_nodeattr("SIMD", simd)
        options.append((pe * simd, -simd, pe, simd, op.get_exp_cycles()))
    fitting = [option for option in options if option[4] <= budget]
    if not fitting:
        best = min(option[4] for option in options)
        reach = hardware.clock_mhz * 1_000_000 // best
        raise UserError(
            f"hardware.windows_per_second: {op.onnx_node.name} needs at least {best} cycles a window, so "
            f"{reach} windows/s at {hardware.clock_mhz} MHz is the most; {hardware.windows_per_second} were asked"
        )
    _, _, pe, simd, _ = min(fitting)
    op.set_nodeattr("PE", pe)
    if matrix:
        op.set_nodeattr("SIMD", simd)


def _pe_options(op: Unit) -> list[int]:
    return _divisors(op.input_stream().channels if op.unit == "argmax" else op.output_stream().channels)


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]


def _follow_windows(model: ModelWrapper) -> None:
    """A sliding window's words are as wide as its depthwise unit takes them: their order leaves no room to convert."""
    for op in operators(model):
        if op.unit == "sliding_window":
            (consumer,) = model.find_consumers(op.onnx_node.output[0])
            (depthwise,) = [o for o in operators(model) if o.onnx_node.name == consumer.name]
            op.set_nodeattr("PE", depthwise["PE"])
