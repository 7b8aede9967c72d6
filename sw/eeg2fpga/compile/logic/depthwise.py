"""Depthwise layers: each channel has its own inputs, so channels share nothing and each is one row."""

from collections.abc import Sequence

from numpy.typing import NDArray

from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.operands import Total, inputs_of, product_range
from eeg2fpga.compile.logic.pairs import add_pair_taps, code_bits
from eeg2fpga.compile.logic.problem import RowOutput


def depthwise_form(weights: NDArray, input_bits: int, rows: Sequence[RowOutput], beam: int) -> Netlist:
    """weights: (channels, kernel) of +-1; input element channel * kernel + tap.

    A heap of all taps a channel: for a bipolar kernel of seven, two LUTs and a carry chain; of nine, three LUTs.
    """
    channels, kernel = weights.shape
    net = Netlist(channels * kernel * input_bits, beam)
    numbers = inputs_of(net, channels * kernel, input_bits)
    for channel, row in enumerate(rows):
        own = numbers[channel * kernel : (channel + 1) * kernel]
        signs = [int(weight) for weight in weights[channel]]
        total = Total(net)
        for number, sign in zip(own, signs, strict=True):
            total.add(number, sign)
        net.outputs += row.of_total(net, total, *product_range(own, signs))
    return net


def paired_depthwise_form(weights: NDArray, input_bits: int, rows: Sequence[RowOutput], beam: int) -> Netlist:
    """The same on codes of tap pairs (pairs.py), the kernel even; input element channel * kernel / 2 + pair."""
    channels, kernel = weights.shape
    width = code_bits(input_bits)
    net = Netlist(channels * kernel // 2 * width, beam)
    ends = -(1 << (input_bits - 1)), (1 << (input_bits - 1)) - 1
    for channel, row in enumerate(rows):
        signs = [int(weight) for weight in weights[channel]]
        total = Total(net)
        for pair in range(kernel // 2):
            first = (channel * kernel // 2 + pair) * width
            add_pair_taps(total, net, first, input_bits, signs[2 * pair : 2 * pair + 2])
        low, high = (sum(pick(sign * end for end in ends) for sign in signs) for pick in (min, max))
        net.outputs += row.of_total(net, total, low, high)
    return net
