"""Depthwise taps in pairs: what two neighbouring samples a, b have in common is computed once, when they arrive.

a + b and a - b have the same parity p, so a pair is the code (p, half sum, half difference) of 1 + 2 * bits bits:
a + b = 2 * half_sum + p, a - b = 2 * half_difference + p. Delayed by whole pairs, the code serves all taps of the
kernel (the stride must be even), and a tap pair adds bits + 1 bits instead of 2 * bits. The halves are kept with their
middle added, as tap_window's chains make them, so the pair of two zeros is not 0: encode() tells what to pad with.
"""

from numpy.typing import NDArray

from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.operands import Number, Total


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
