"""Depthwise taps in pairs: what two neighbouring samples a, b have in common is computed once, when they arrive.

a + b and a - b have the same parity p, so a pair is the code (p, half sum, half difference) of 1 + 2 * bits bits:
a + b = 2 * half_sum + p, a - b = 2 * half_difference + p. Delayed by whole pairs, the code serves all taps of the
kernel (the stride must be even), and a tap pair adds bits + 1 bits instead of 2 * bits. The halves are kept with their
middle added, as the chains make them, so the pair of two zeros is not 0: encode() tells what to pad with.
"""

from dataclasses import dataclass

from numpy.typing import NDArray

from eeg2fpga.compile.logic import verilog
from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.operands import Number, Total, inputs_of
from eeg2fpga.compile.logic.pairing import count_luts
from eeg2fpga.compile.logic.pipeline import Pipeline, cut


def code_bits(input_bits: int) -> int:
    """Bits of a pair's code: p lowest, then half sum and half difference, 2**(bits - 1) added to each, unsigned."""
    return 1 + 2 * input_bits


def encode(x: NDArray, input_bits: int) -> NDArray:
    """Codes (..., pairs) of samples (..., 2 * pairs)."""
    first, second = x[..., 0::2], x[..., 1::2]
    parity, mask = (first + second) & 1, (1 << input_bits) - 1
    middle = 1 << (input_bits - 1)
    halves = [((value - parity) >> 1) + middle & mask for value in (first + second, first - second)]
    return parity | halves[0] << 1 | halves[1] << (1 + input_bits)


def add_pair_taps(total: Total, net: Netlist, first_input: int, input_bits: int, signs: list[int]) -> None:
    """Add signs[0] * a + signs[1] * b of the pair whose code begins at input bit `first_input`."""
    literals = [net.input(first_input + k) for k in range(code_bits(input_bits))]
    begin = 1 if signs[0] == signs[1] else 1 + input_bits
    half = literals[begin : begin + input_bits]
    total.add(Number(tuple(half), -(1 << (input_bits - 1))), signs[0], 1)
    total.add(Number((literals[0],), 0), signs[0])


@dataclass(frozen=True)
class PairFront:
    """Codes of one pair of samples for each channel. x: element 2 * channel + (0: a, the earlier; 1: b)."""

    netlist: Netlist

    @property
    def luts_paired(self) -> int:
        """LUT sites."""
        return count_luts(self.netlist)[1]

    def pipeline(self, depth_target: int = 5) -> Pipeline:
        """With registers."""
        return cut(self.netlist, depth_target)

    def verilog(self, module_name: str, style: str = "paired", depth_target: int = 5) -> str:
        """A module in one of verilog.STYLES; y: the code of each channel, channel 0 in the low bits."""
        return verilog.module(self.pipeline(depth_target), module_name, style)


def build_pair_front(channels: int, input_bits: int) -> PairFront:
    """The codes of `channels` pairs: two carry chains of `input_bits` LUTs each."""
    net = Netlist(2 * channels * input_bits)
    numbers = inputs_of(net, 2 * channels, input_bits)
    for channel in range(channels):
        halves = []
        for sign in (1, -1):
            total = Total(net)
            total.add(numbers[2 * channel])
            total.add(numbers[2 * channel + 1], sign)
            # ~b is -b - 1: the one makes both sums 2 * (half + 2**(bits - 1)) + p.
            total.heap.add_constant(int(sign < 0))
            parity, *half = total.heap.sum(input_bits + 1)
            halves += [parity, *half] if sign > 0 else half
        net.outputs += halves
    net.turn_outputs()
    return PairFront(net)
