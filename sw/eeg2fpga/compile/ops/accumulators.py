"""Widths and thresholds of accumulators: what binary_mvu and depthwise have in common."""

import numpy as np

from eeg2fpga.compile.arithmetic import Integers, popcount_thresholds


def accumulator_range(fan_in: int, input_bits: int, bias: int = 0) -> tuple[int, int]:
    """Least and greatest value: agreements 0..fan_in for bipolar inputs, else sums of +-x, and `bias` at most."""
    if input_bits == 1:
        return -bias, fan_in + bias
    reach = fan_in * (1 << (input_bits - 1)) + bias
    return -reach, reach


def accumulator_bits(fan_in: int, input_bits: int, bias: int = 0) -> int:
    """Bits, two's complement, for the range and one more (the threshold that is never reached)."""
    low, high = accumulator_range(fan_in, input_bits, bias)
    return max(int(high + 1).bit_length(), int(-low - 1).bit_length() if low < 0 else 0) + 1


def memory_thresholds(thresholds: Integers, fan_in: int, input_bits: int) -> Integers:
    """Thresholds on signed sums as the unit compares them: (channels, 2^n - 1), in the accumulator's own domain.

    Values outside the accumulator's range are moved to its edges, where they decide the same.
    """
    own = popcount_thresholds(thresholds, fan_in) if input_bits == 1 else thresholds
    low, high = accumulator_range(fan_in, input_bits)
    own = np.clip(own, low, high + 1)
    levels = own.shape[1]
    missing = (1 << levels.bit_length()) - 1 - levels
    return np.pad(own, ((0, 0), (0, missing)), constant_values=high + 1)


def output_stages(levels: int) -> int:
    """Cycles from an accumulator to the output: a stage a bit of the threshold count, or one for the bias."""
    return levels.bit_length() if levels else 1
