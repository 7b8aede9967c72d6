"""Several thresholds on one binary number: y = count(x >= T) as a step function of the number's bits.

The number counts on a circle (modulo 2**width, with any offset), so the function is a table over the circle; part of
it is never reached. Three ways, the smallest counts:
- direct: a LUT an output bit, up to six bits;
- search: a comparison an output bit, its constant chosen by the bits above (binary search);
- blocks: saturate to the window where the thresholds lie, cut it into blocks with at most one threshold each; then one
  comparison with the block's own constant is left, and each output bit is a LUT of block and comparison.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile.logic.evaluate import evaluate
from eeg2fpga.compile.logic.functions import bits_of, function, indices
from eeg2fpga.compile.logic.netlist import FALSE, Netlist
from eeg2fpga.compile.logic.operands import Number
from eeg2fpga.compile.logic.pairing import count_luts

Builder = Callable[[Netlist, Sequence[int]], list[int]]


@dataclass(frozen=True)
class Steps:
    """What to compute: `code[u]` for the unsigned number u, and which u occur. Codes have `bits` bits."""

    code: NDArray
    reached: NDArray
    bits: int

    @cached_property
    def first(self) -> int:
        """Where the lowest code begins: the number after the top code's end, on the roundest border in the gap."""
        numbers = np.flatnonzero(~self.reached)
        if len(numbers) == 0:
            return 0
        numbers = np.append(numbers, (numbers[-1] + 1) % len(self.code))
        border = numbers[self.code[numbers] != self.code[numbers - 1]]
        if len(border):
            return int(border[0])
        start = np.flatnonzero(self.reached & ~np.roll(self.reached, 1))
        return int(start[0]) if len(start) else 0

    @cached_property
    def ranks(self) -> tuple[list[int], NDArray]:
        """Distinct codes in the order of the circle, from the one after the fall; and each number's place in it."""
        ring = np.roll(self.code, -self.first)
        rises = np.concatenate([[False], ring[1:] != ring[:-1]])
        rank = np.cumsum(rises)
        codes = ring[np.concatenate([[True], rises[1:]])]
        return [int(code) for code in codes], np.roll(rank, self.first)


def threshold_bits(
    net: Netlist, number: Number, lowest: int, highest: int, thresholds: Sequence[int], bits: int, offset: int
) -> list[int]:
    """Low `bits` bits of count(number >= thresholds) + offset, for a number modulo 2**len(number.bits)."""
    width = len(number.bits)
    return _smallest(width, number.offset, lowest, highest, thresholds, bits, offset)[1](net, number.bits)


def threshold_luts(
    width: int, number_offset: int, lowest: int, highest: int, thresholds: Sequence[int], bits: int, offset: int
) -> int:
    """LUT sites of `threshold_bits` for a number of so many bits."""
    return _smallest(width, number_offset, lowest, highest, thresholds, bits, offset)[0]


def _smallest(width, number_offset, lowest, highest, thresholds, bits, offset) -> tuple[int, Builder]:
    """LUT sites and builder of the smallest way."""
    moved = tuple(int(threshold) - lowest for threshold in thresholds)
    return _searched(width, (lowest - number_offset) % (1 << width), highest - lowest, moved, bits, offset)


@lru_cache(1 << 12)
def _searched(
    width: int, start: int, span: int, thresholds: tuple[int, ...], bits: int, offset: int
) -> tuple[int, Builder]:
    """The same where start + k on the circle stands for k = 0..span."""
    steps = _steps(width, start, span, thresholds, bits, offset)
    best = None
    for builder in _builders(steps):
        scratch = Netlist(width)
        scratch.outputs = builder(scratch, [scratch.input(k) for k in range(scratch.inputs)])
        cost = count_luts(scratch)[::-1], scratch.depth()
        if (best is None or cost < best[0]) and _exact(scratch, steps):
            best = cost, builder
    assert best is not None, "the search is always exact"
    return best[0][0][0], best[1]


def _steps(width, start, span, thresholds, bits, code_offset) -> Steps:
    """The table. Never reached numbers continue the highest code up to a round number, the lowest code from there."""
    size = 1 << width
    values = np.arange(span + 1)
    gap = size - len(values)
    after = (start + len(values)) % size
    fall = max(range(gap + 1), key=lambda k: ((after + k) % size or size) & -((after + k) % size or size))
    counts = (values[:, None] >= np.asarray(thresholds)).sum(1) if len(thresholds) else np.zeros(len(values), int)
    ring = np.concatenate([counts, np.full(fall, counts[-1]), np.full(gap - fall, counts[0])])
    reached = np.arange(size) < len(values)
    return Steps(np.roll(ring, start) + code_offset & (1 << bits) - 1, np.roll(reached, start), bits)


def _exact(net: Netlist, steps: Steps) -> bool:
    """Whether the netlist gives the code for every number that occurs."""
    numbers = np.flatnonzero(steps.reached)
    result = evaluate(net, numbers[:, None] >> np.arange(net.inputs) & 1)
    return bool(((result << np.arange(steps.bits)).sum(1) == steps.code[numbers]).all())


def _builders(steps: Steps) -> Iterator[Builder]:
    width = len(steps.code).bit_length() - 1
    if width <= 6:
        yield lambda net, bits: bits_of(net, bits, steps.code, steps.bits)
        return
    yield lambda net, bits: _search(net, bits, steps)
    if steps.bits > 1:
        for low in range(width):
            for blocks in (5, 6) if low == 0 else (5, 4):
                window = _window(steps, width, low, blocks)
                if window is not None:
                    for flags in (True, False) if width > low + blocks else (True,):
                        yield lambda net, bits, w=window, f=flags: _blocks(net, bits, w, steps.bits, f)


def _search(net: Netlist, bits: Sequence[int], steps: Steps) -> list[int]:
    """Output bits from the top, each one comparison; the bits above choose the constant."""
    # Along the circle the codes ascend once from the lowest; their rank in that order is what is searched.
    ranks, rank = steps.ranks
    digits = max(1, (len(ranks) - 1).bit_length())
    found: list[int] = []
    for digit in reversed(range(digits)):
        above = indices(len(found))
        wanted = (2 * above + 1) << digit
        known = list(reversed(found))
        found.append(_compare(net, bits, known, [rank >= level for level in wanted]))
    count = list(reversed(found))
    return bits_of(net, count, np.array([*ranks, *[ranks[-1]] * ((1 << digits) - len(ranks))]), steps.bits)


def _compare(net: Netlist, bits: Sequence[int], chosen_by: Sequence[int], tables: list[NDArray]) -> int:
    """tables[chosen_by][bits], each table one rise (and a fall at a round number): a LUT for every few bits."""
    rises = [np.flatnonzero(table & ~np.roll(table, 1)) for table in tables]
    points = np.array([int(rise[0]) if len(rise) else 0 for rise in rises])
    state: list[int] = []
    done = 0
    while True:
        room = 6 - len(chosen_by) - len(state)
        last = len(bits) - done <= room
        take = len(bits) - done if last else max(1, min(room, len(bits) - done - 2))
        signals = [*chosen_by, *bits[done : done + take], *state]
        index = indices(len(signals))
        choice = index & (len(tables) - 1)
        piece = index >> len(chosen_by) & ((1 << take) - 1)
        above = index >> (len(chosen_by) + take) if state else np.ones_like(index)
        if last:
            # With the carry of the low bits known, any low bits on the right side of the rise stand for all.
            low = np.where(above > 0, (1 << done) - 1, 0) if state else 0
            values = np.array(
                [tables[c][(p << done) + w] for c, p, w in zip(choice, piece, low + 0 * index, strict=True)]
            )
            return function(net, signals, values)
        own = points[choice] >> done & ((1 << take) - 1)
        state = [function(net, signals, (piece > own) | ((piece == own) & (above > 0)))]
        done += take


@dataclass(frozen=True)
class _Window:
    """Blocks of 2**low numbers from `quarter` * 2**(low + blocks - 2) on; codes before and after each block's step."""

    low: int
    blocks: int
    quarter: int
    before: NDArray
    after: NDArray
    step: NDArray
    side: NDArray
    """By the bits above the window and its top two: 0..3 a quarter of the window, 4 below it, 5 above it."""


def _window(steps: Steps, width: int, low: int, blocks: int) -> _Window | None:
    """A window outside which the code stays; None where a block has two steps or nothing fits."""
    if low + blocks >= width:
        if low + blocks > width:
            return None
        table = steps.code.reshape(-1, 1 << low)
        split = _split(table)
        return _Window(low, blocks, 0, *split, np.arange(4)) if split else None
    unit = 1 << (low + blocks - 2)
    quarters = len(steps.code) // unit
    lowest_end = (steps.first + np.count_nonzero(steps.ranks[1] == 0)) // unit
    for quarter in {(lowest_end - back) % quarters for back in range(4)}:
        ring = np.roll(steps.code, -quarter * unit).reshape(-1, unit)
        inside, outside = ring[:4].ravel(), ring[4:]
        if (outside != outside[:, :1]).any():
            continue
        table = inside.reshape(-1, 1 << low)
        split = _split(table)
        if split is None or (table[0] != table[0, 0]).any() or (table[-1] != table[-1, 0]).any():
            continue
        below = outside[:, 0] == table[0, 0]
        if not (below | (outside[:, 0] == table[-1, 0])).all():
            continue
        side = np.roll(np.concatenate([np.arange(4), np.where(below, 4, 5)]), quarter)
        return _Window(low, blocks, quarter, *split, side)
    return None


def _split(table: NDArray) -> tuple[NDArray, NDArray, NDArray] | None:
    """Codes before and after the one step of each block (row), and where it is (0: none)."""
    changes = table[:, 1:] != table[:, :-1]
    if (changes.sum(1) > 1).any():
        return None
    return table[:, 0], table[:, -1], np.where(changes.any(1), changes.argmax(1) + 1 if changes.size else 0, 0)


def _blocks(net: Netlist, bits: Sequence[int], window: _Window, count: int, flags: bool) -> list[int]:
    block = list(bits[window.low : window.low + window.blocks])
    if len(bits) > window.low + window.blocks:
        upper = list(bits[window.low + window.blocks - 2 :])
        top = np.where(window.side == 4, 0, np.where(window.side == 5, 3, window.side))
        if flags:
            sides = [function(net, upper, window.side == k) for k in (4, 5)]
            rest = [net.lut([bit, *sides], 0b11110010) for bit in block[:-2]]
        else:
            held = np.concatenate([window.side == 5, window.side != 4])
            rest = [function(net, [*upper, bit], held) for bit in block[:-2]]
        block = [*rest, *bits_of(net, upper, top, 2)]
    beyond = _beyond(net, block, list(bits[: window.low]), window.step)
    codes = np.concatenate([window.before, window.after])
    return bits_of(net, [*block, beyond], codes, count)


def _beyond(net: Netlist, block: list[int], low: list[int], step: NDArray) -> int:
    """low >= step[block] where step is not 0; anything where it is."""
    if not step.any():
        return FALSE
    step = _filled(step)
    if len(block) + len(low) <= 6:
        return function(net, [*low, *block], (indices(len(low)) >= step[:, None]).ravel())
    constants = bits_of(net, block, step, len(low))
    state: list[int] = []
    for begin in range(0, len(low), 3) if len(low) <= 3 else [0, *range(3, len(low), 2)]:
        end = min(len(low), begin + (2 if begin else 3))
        index = indices(2 * (end - begin) + len(state))
        mine = index & ((1 << (end - begin)) - 1)
        other = index >> (end - begin) & ((1 << (end - begin)) - 1)
        above = index >> 2 * (end - begin) if state else np.ones_like(index)
        state = [
            function(
                net, [*low[begin:end], *constants[begin:end], *state], (mine > other) | ((mine == other) & (above > 0))
            )
        ]
    return state[0]


def _filled(step: NDArray) -> NDArray:
    """The free entries (0) of a table copied from the next used one: fewer distinct values, smaller functions."""
    filled = step.copy()
    used = np.flatnonzero(step)
    for k in np.flatnonzero(step == 0):
        filled[k] = step[used[np.abs(used - k).argmin()]]
    return filled


@lru_cache(1 << 10)
def pad_thresholds(thresholds: tuple[int, ...], never: int) -> tuple[int, ...]:
    """To the next 2**n - 1 levels with thresholds that are never met."""
    count = (1 << len(thresholds).bit_length()) - 1
    return thresholds + (never,) * (count - len(thresholds))
