"""Bit heaps: sums of many bits of a netlist, added up by a plan (plan.py)."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile.logic import tables
from eeg2fpga.compile.logic.functions import bits_of, function, popcount
from eeg2fpga.compile.logic.netlist import FALSE, TRUE, Netlist, Position, constant
from eeg2fpga.compile.logic.plan import QUICK, AdderStep, ChainStep, Heights, comparison, finishing_chain, plan


class Heap:
    """Columns of literals; column j has weight 2**j."""

    def __init__(self, net: Netlist):
        self.net = net
        self.columns: list[list[int]] = []

    def add(self, literal: int, column: int) -> None:
        """One more bit. FALSE is dropped; a TRUE pair becomes a TRUE of the next column."""
        if literal == FALSE:
            return
        while len(self.columns) <= column:
            self.columns.append([])
        bits = self.columns[column]
        if literal == TRUE and TRUE in bits:
            bits.remove(TRUE)
            self.add(TRUE, column + 1)
        else:
            bits.append(literal)

    def add_number(self, literals: Sequence[int], shift: int = 0) -> None:
        """An unsigned number, low bit first, times 2**shift."""
        for k, literal in enumerate(literals):
            self.add(literal, shift + k)

    def add_constant(self, value: int) -> None:
        """A non-negative integer."""
        for k in range(value.bit_length()):
            if value >> k & 1:
                self.add(TRUE, k)

    def heights(self) -> Heights:
        """Bits a column."""
        return tuple(len(column) for column in self.columns)

    def sum(self, width: int) -> list[int]:
        """The sum modulo 2**width, low bit first."""
        del self.columns[width:]
        for step in plan(self.heights(), None, width, self._beam()).steps:
            self._step(step, width)
        finish = finishing_chain(self.heights())
        assert finish is not None
        if finish.taken:
            self._chain(ChainStep(finish.start, finish.carry_in, finish.taken[: width - finish.start]), width)
        return [column[0] if column else FALSE for column in self.columns] + [FALSE] * (width - len(self.columns))

    def luts(self, constant: int, width: int) -> float:
        """LUT sites that a quick plan of `sum(width)` has with a constant added."""
        return plan(self._plus(constant).heights()[:width], None, width, QUICK).luts

    def at_least(self, threshold: int) -> int:
        """The literal of sum >= threshold: constants in the heap or in the comparison, whichever plan is smaller."""
        maximum = sum(len(column) << j for j, column in enumerate(self.columns))
        if threshold <= 0:
            return TRUE
        if threshold > maximum:
            return FALSE
        top = max((threshold - 1).bit_length(), (maximum - threshold).bit_length())
        complement = (1 << top) - threshold
        beam = self._beam()
        apart = plan(self.heights(), complement, None, beam)
        inside = self._plus(complement)
        together = plan(inside.heights(), 0, None, beam)
        heap, chosen, rest = (self, apart, complement) if apart.luts <= together.luts else (inside, together, 0)
        for step in chosen.steps:
            heap._step(step, None)
        return heap._compare(rest, top)

    def _plus(self, constant: int) -> "Heap":
        """A copy with a constant added."""
        heap = Heap(self.net)
        heap.columns = [list(column) for column in self.columns]
        heap.add_constant(constant)
        return heap

    def _beam(self) -> int:
        """Beam width: narrower for large heaps, whose searches are long and where a LUT more or less hardly counts."""
        return min(self.net.beam, 8) if sum(self.heights()) > 90 else self.net.beam

    def _step(self, step: ChainStep | AdderStep, width: int | None) -> None:
        if isinstance(step, ChainStep):
            self._chain(step, width)
            return
        bits = self._take(step.column, 3)
        self.add(self.net.lut(bits, _PARITY[len(bits)]), step.column)
        if len(bits) > 1 and (width is None or step.column + 1 < width):
            self.add(self.net.lut(bits, _MAJORITY[len(bits)]), step.column + 1)

    def _take(self, column: int, count: int) -> list[int]:
        """The `count` bits of a column that are there first."""
        bits = self.columns[column] if column < len(self.columns) else []
        bits.sort(key=lambda literal: self.net.levels[literal >> 1])
        taken, bits[:] = bits[:count], bits[count:]
        return taken

    def _chain(self, step: ChainStep, width: int | None) -> None:
        """Build a chain; tolerates fewer bits than planned, since constants fold away on the way."""
        total = step.carry_in
        first = self._take(step.start, step.carry_in + step.taken[0])
        carry_in = FALSE
        if step.carry_in and first:
            carry_in = first.pop(_upright(first))
        positions = []
        pending: tuple[tuple[int, ...], NDArray] = ((), np.zeros(1, np.int64))
        for j, count in enumerate(step.taken):
            bits = first if j == 0 else self._take(step.start + j, count)
            total += len(bits) << j
            position, pending = _site(pending, bits)
            positions.append(position)
        results = self.net.chain(carry_in, positions)
        if not total >> len(step.taken):
            results.pop()
        for j, literal in enumerate(results):
            if width is None or step.start + j < width:
                self.add(literal, step.start + j)

    def _compare(self, constant_value: int, top: int) -> int:
        """sum + constant_value >= 2**top, a run of columns after the other, lowest first (see plan.comparison)."""
        begins = comparison(self.heights(), constant_value)[1]
        carry: list[int] = []
        maximum = 0
        for begin, end in zip(begins, [*begins[1:], len(self.columns)], strict=True):
            signals, weights = list(carry), [1 << k for k in range(len(carry))]
            part = constant_value >> begin & ((1 << (end - begin)) - 1)
            for j in range(begin, end):
                signals += self.columns[j]
                weights += [1 << (j - begin)] * len(self.columns[j])
                maximum = (maximum + len(self.columns[j]) + (constant_value >> j & 1)) >> 1
            values = _weighted(tuple(weights)) + part
            if end == len(self.columns):
                high = constant_value >> end << (end - begin)
                return function(self.net, signals, values + high >= 1 << (top - begin))
            carry = bits_of(self.net, signals, values >> (end - begin), maximum.bit_length())
        raise AssertionError("an empty heap reached a comparison")


_PARITY = [tables.from_array(popcount(k) & 1) for k in range(7)]
_MAJORITY = [tables.from_array(popcount(k) >= 2) for k in range(7)]


def _site(pending: tuple[tuple[int, ...], NDArray], bits: list[int]) -> tuple[Position, tuple]:
    """One site of a chain (plan.advance): its LUT functions, and what is pending for the next."""
    signals, values = pending
    bits = list(bits)
    if bits:
        last = bits.pop(_upright(bits))
        signals = (*signals, *bits)
        total = np.add.outer(popcount(len(bits)), values).ravel()
        select = np.concatenate([total & 1, ~total & 1])
        position = Position((*signals, last), tables.from_array(select), (last,), 0b10)
        rest = total >> 1
    elif values.max() <= 2:
        # S = value & 1, and the carry of value 2 is generated by DI.
        position = Position(signals, tables.from_array(values & 1), signals, tables.from_array(values >> 1))
        rest = np.zeros(1, np.int64)
    else:
        position = Position(signals, tables.from_array(values & 1), (), 0)
        rest = values >> 1
    return position, ((signals, rest) if rest.any() else ((), np.zeros(1, np.int64)))


def _upright(bits: list[int]) -> int:
    """Index of a bit that a carry input takes as it is: a constant, else one that is not inverted, else the last."""
    order = [k for k, bit in enumerate(bits) if constant(bit)] + [k for k, bit in enumerate(bits) if not bit & 1]
    return order[0] if order else len(bits) - 1


@lru_cache(1 << 12)
def _weighted(weights: tuple[int, ...]) -> NDArray:
    """By assignment of len(weights) bits: the sum of the weights of the ones."""
    index = np.arange(1 << len(weights))
    return sum(((index >> k & 1) * weight for k, weight in enumerate(weights)), np.zeros(1 << len(weights), np.int64))
