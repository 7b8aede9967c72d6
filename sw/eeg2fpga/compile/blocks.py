"""Which memories go to block RAM: those that save the most LUTs a block, within a share of the device."""

from collections.abc import Iterable

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.ops.base import Unit
from eeg2fpga.compile.parts import CAPACITY, capacity

SHARE = 0.2
"""Of the device's block RAMs."""
WORTH = 12
"""LUTs that a RAMB18 must save."""


def place_memories(model: ModelWrapper, part: str) -> ModelWrapper:
    """Set the block attributes of every operator; a part that is not in the table counts as the smallest that is."""
    place(operators(model), block_budget(part))
    return model


def block_budget(part: str) -> int:
    """RAMB18s that an accelerator may take."""
    held = capacity(part) or min(CAPACITY.values(), key=lambda each: each["bram18"])
    return int(SHARE * held["bram18"])


def place(ops: Iterable[Unit], left: int) -> None:
    """Set the block attributes of `ops`, whose memories may take `left` RAMB18s."""
    choices = [(op, name, luts, blocks) for op in ops for name, (luts, blocks) in op.block_choices().items()]
    for op, name, luts, blocks in sorted(choices, key=lambda choice: choice[3] / max(choice[2], 1)):
        chosen = luts >= WORTH * blocks and blocks <= left
        op.set_nodeattr(name, int(chosen))
        left -= blocks if chosen else 0
