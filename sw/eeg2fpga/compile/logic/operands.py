"""Integers as unsigned bits plus a constant, so that signs cost nothing: -U = ~U - (2**n - 1) flips literals."""

from collections.abc import Sequence
from dataclasses import dataclass

from eeg2fpga.compile.logic.heap import Heap
from eeg2fpga.compile.logic.netlist import Netlist


@dataclass(frozen=True)
class Number:
    """The integer sum(bits[k] * 2**k) + offset; modulo 2**len(bits) where a row sum says so."""

    bits: tuple[int, ...]
    offset: int

    def signed(self, sign: int) -> "Number":
        """This number times sign (+-1)."""
        if sign > 0:
            return self
        return Number(tuple(bit ^ 1 for bit in self.bits), -self.offset - (1 << len(self.bits)) + 1)


def inputs_of(net: Netlist, count: int, bits: int) -> list[Number]:
    """The inputs as numbers: two's complement by its inverted top bit, bipolar as 0 and 1."""
    numbers = []
    for element in range(count):
        literals = [net.input(element * bits + k) for k in range(bits)]
        if bits > 1:
            literals[-1] ^= 1
        numbers.append(Number(tuple(literals), -(1 << (bits - 1)) if bits > 1 else 0))
    return numbers


class Total:
    """A heap of numbers and the sum of their offsets."""

    def __init__(self, net: Netlist):
        self.heap = Heap(net)
        self.offset = 0

    def add(self, number: Number, sign: int = 1, shift: int = 0) -> None:
        """Add sign * number * 2**shift."""
        number = number.signed(sign)
        self.heap.add_number(number.bits, shift)
        self.offset += number.offset << shift

    def add_constant(self, constant: int) -> None:
        """Move the bits by a non-negative constant, which the offset takes back."""
        self.heap.add_constant(constant)
        self.offset -= constant

    def luts(self, constant: int, width: int) -> float:
        """LUT sites of `number(width)` with a constant added."""
        return self.heap.luts(constant, width)

    def maximum(self) -> int:
        """The largest sum of the bits."""
        return sum(height << column for column, height in enumerate(self.heap.heights()))

    def number(self, width: int | None = None) -> Number:
        """The sum, modulo 2**width, or as wide as it gets."""
        width = self.maximum().bit_length() if width is None else width
        return Number(tuple(self.heap.sum(width)), self.offset)

    def at_least(self, threshold: int) -> int:
        """The literal of sum >= threshold."""
        return self.heap.at_least(threshold - self.offset)


def add_pair(net: Netlist, first: Number, second: Number, sign: int) -> Number:
    """first + sign * second by a carry chain, as wide as it gets."""
    total = Total(net)
    total.add(first)
    total.add(second, sign)
    return total.number()


def row_width(lowest: int, highest: int) -> int:
    """Bits of a sum modulo 2**bits such that a quarter of the circle at least is never reached.

    Then the place where the circle wraps can be put on a multiple of a quarter, which the top two bits tell.
    """
    width = max(2, (highest - lowest).bit_length())
    return width if highest - lowest + 1 <= 3 << (width - 2) else width + 1


def unwrapped(total: Total, lowest: int, highest: int, width: int) -> Number:
    """The sum of `width` bits as a Number that does not wrap: turned by a multiple of a quarter of the circle."""
    quarter = 1 << (width - 2)
    for k in range(4):
        start = (lowest - total.offset + k * quarter) % (1 << width)
        if start + highest - lowest < 1 << width:
            total.heap.add_constant(k * quarter)
            return Number(tuple(total.heap.sum(width)), lowest - start)
    raise AssertionError("row_width leaves a quarter free")


def product_range(numbers: Sequence[Number], weights: Sequence[int]) -> tuple[int, int]:
    """Lowest and highest sum(weights * numbers)."""
    low = high = 0
    for number, weight in zip(numbers, weights, strict=True):
        ends = (weight * number.offset, weight * (number.offset + (1 << len(number.bits)) - 1))
        low += min(ends)
        high += max(ends)
    return low, high
