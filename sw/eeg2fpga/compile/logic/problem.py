"""What a layer computes, apart from how."""

from dataclasses import dataclass

from numpy.typing import NDArray

from eeg2fpga.compile.logic.netlist import FALSE, TRUE, Netlist
from eeg2fpga.compile.logic.operands import Number, Total, row_width
from eeg2fpga.compile.logic.plan import CAREFUL
from eeg2fpga.compile.logic.threshold import threshold_bits, threshold_luts

_SMALL = 12
"""Constants below this are tried, where plans are careful."""


@dataclass(frozen=True)
class RowOutput:
    """What becomes of one row: thresholds on z, or z * scale + bias as it is. z is the row over the Numbers.

    Bipolar inputs are the bits 0 and 1 in z, so that acc = 2 * z - sum of the weights; otherwise z = acc.
    """

    bits: int
    thresholds: tuple[int, ...] | None
    offset: int
    scale: int
    bias: int

    @property
    def is_sign(self) -> bool:
        """Whether one comparison is all that is asked."""
        return self.thresholds is not None and len(self.thresholds) == 1 and self.bits == 1 and self.offset == 0

    def of_total(self, net: Netlist, total: Total, low: int, high: int) -> list[int]:
        """The output bits from a heap that counts upwards without wrapping."""
        if self.is_sign:
            return [
                self._known(low, high) if self._known(low, high) is not None else total.at_least(self.thresholds[0])
            ]
        if self.thresholds is None:
            return self._raw(total)
        return self.of_number(net, self.sum(total, row_width(low, high), low, high), low, high)

    def sum(self, total: Total, width: int, low: int, high: int) -> Number:
        """The sum modulo 2**width, moved by the constant with which it and its thresholds are smallest."""
        if self.thresholds is not None and total.heap.net.beam >= CAREFUL:
            total.add_constant(self._constant(total, width, low, high))
        return total.number(width)

    def _constant(self, total: Total, width: int, low: int, high: int) -> int:
        """Of none, what brings the middle threshold to half the circle, whose top bit then compares, and small ones."""
        middle = sorted(self.thresholds)[len(self.thresholds) // 2]
        constants = [*range(_SMALL), (total.offset - middle) % (1 << (width - 1))]
        sums = {constant: total.luts(constant, width) for constant in constants}
        best, fewest = 0, float("inf")
        for constant in sorted(constants, key=sums.get):
            if sums[constant] >= fewest:
                break
            offset = total.offset - constant
            luts = threshold_luts(width, offset, low, high, self.thresholds, self.bits, self.offset)
            if sums[constant] + luts < fewest:
                best, fewest = constant, sums[constant] + luts
        return best

    def of_number(self, net: Netlist, number: Number, low: int, high: int) -> list[int]:
        """The output bits from the finished sum, modulo 2**width; low..high can occur."""
        if self.thresholds is None:
            total = Total(net)
            total.add(number)
            return self._raw(total)
        return threshold_bits(net, number, low, high, self.thresholds, self.bits, self.offset)

    def _known(self, low: int, high: int) -> int | None:
        threshold = self.thresholds[0]
        return TRUE if threshold <= low else FALSE if threshold > high else None

    def _raw(self, total: Total) -> list[int]:
        """scale * z + bias modulo 2**bits, as wires."""
        low_bits = self.scale.bit_length() - 1
        constant = total.offset * self.scale + self.bias
        width = self.bits - low_bits
        total.heap.add_constant((constant >> low_bits) % (1 << width))
        low = [TRUE if constant >> k & 1 else FALSE for k in range(low_bits)]
        return low + total.heap.sum(width)


@dataclass(frozen=True)
class Problem:
    """A layer: weights (MW, MH), and what becomes of each row."""

    weights: NDArray
    input_bits: int
    rows: tuple[RowOutput, ...]


def row_outputs(
    weights: NDArray,
    input_bits: int,
    thresholds: NDArray | None,
    bias: NDArray | None,
    output_bits: int,
    offset: int,
) -> tuple[RowOutput, ...]:
    """By row, thresholds and bias in terms of z. weights: (MW, MH); thresholds: (MH, levels) on signed sums."""
    rows = []
    bipolar = input_bits == 1
    for row in range(weights.shape[1]):
        shift = -int(weights[:, row].sum()) if bipolar else 0
        scale = 2 if bipolar else 1
        if thresholds is None:
            constant = shift + (int(bias[row]) if bias is not None else 0)
            rows.append(RowOutput(output_bits, None, 0, scale, constant))
        else:
            levels = tuple(-((shift - int(t)) // scale) for t in thresholds[row])
            rows.append(RowOutput(output_bits, levels, offset, scale, 0))
    return tuple(rows)
