"""Sections: layers of logic, and their tap windows, that run freely between a gate and a FIFO.

Nothing in a section can be stopped, so nothing in it needs an enable, which would reach thousands of flip-flops, and no
`ready` runs through it. The gate counts the words on their way to the FIFO and lets in no more than fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.graph import insert_before, operators
from eeg2fpga.compile.ops.base import Unit

FREE = ("constant_layer", "tap_window")
"""Units that take every word when it comes."""
CREDITS = 32
"""Before the depths are computed."""


@dataclass(frozen=True)
class Section:
    """A gate, what is behind it, and the FIFO at the end."""

    gate: Unit
    units: list[Unit]
    fifo: Unit


def insert_sections(model: ModelWrapper) -> ModelWrapper:
    """A gate before each chain of layers of logic and a credit FIFO behind it; at most one tap window in each."""
    for chain in list(_chains(model)):
        _insert(model, chain)
    return model


def sections(model: ModelWrapper) -> Iterator[Section]:
    """Those that were inserted, in order."""
    for gate in operators(model):
        if gate.unit == "credit_gate":
            units = []
            op = _consumer(model, gate)
            while op.unit in FREE:
                units.append(op)
                op = _consumer(model, op)
            yield Section(gate, units, op)


def _chains(model: ModelWrapper) -> Iterator[list[Unit]]:
    taken = set()
    for op in operators(model):
        if op.unit not in FREE or op.onnx_node.name in taken:
            continue
        chain = [op]
        while (after := _consumer(model, chain[-1])).unit in FREE:
            if after.unit == "tap_window" and any(unit.unit == "tap_window" for unit in chain):
                break
            chain.append(after)
        taken.update(unit.onnx_node.name for unit in chain)
        yield chain


def _consumer(model: ModelWrapper, op: Unit) -> Unit:
    """The one unit that takes what `op` gives."""
    (node,) = model.find_consumers(op.onnx_node.output[0])
    return getCustomOp(node)


def _insert(model: ModelWrapper, chain: list[Unit]) -> None:
    head, behind = chain[0].onnx_node, _consumer(model, chain[-1]).onnx_node
    port = list(behind.input).index(chain[-1].onnx_node.output[0])
    latency = sum(op.latency() for op in chain)
    windows = [op for op in chain if op.unit == "tap_window"]
    steps = windows[0].steps() if windows else (chain[0].input_stream().words, 1, 1)
    pattern = dict(zip(("Steps", "First", "Stride"), steps, strict=True))
    _put(model, "CreditGate", head, 0, f"{head.name}_gate", Latency=latency, Credits=CREDITS, **pattern)
    _put(model, "CreditFifo", behind, port, f"{behind.name}_fifo{port}", Depth=CREDITS)


def _put(model: ModelWrapper, kind: str, consumer, port: int, name: str, **attributes: object) -> None:
    lanes = getCustomOp(consumer).input_stream(port).lanes
    insert_before(model, consumer, port, kind, name, PE=lanes, **attributes)
