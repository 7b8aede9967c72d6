"""Functions of more than six inputs, and multi-output ones, as LUTs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile.logic import tables
from eeg2fpga.compile.logic.netlist import FALSE, TRUE, Netlist


def function(net: Netlist, signals: Sequence[int], values: NDArray) -> int:
    """The literal of values[signals], `signals[0]` the lowest index bit; over six inputs: Shannon on the last two."""
    values = np.asarray(values, bool)
    if values.all():
        return TRUE
    if not values.any():
        return FALSE
    if len(signals) <= 6:
        return net.lut(signals, tables.from_array(values))
    halves = [function(net, signals[:-1], part) for part in np.split(values, 2)]
    return net.lut([*halves, signals[-1]], 0b11001010)


def bits_of(net: Netlist, signals: Sequence[int], values: NDArray, count: int) -> list[int]:
    """Literals of the low `count` bits of the integers values[signals]."""
    return [function(net, signals, np.asarray(values) >> bit & 1) for bit in range(count)]


def indices(count: int) -> NDArray:
    """0 .. 2**count - 1."""
    return np.arange(1 << count)


def popcount(count: int) -> NDArray:
    """Ones in 0 .. 2**count - 1."""
    return (indices(count)[:, None] >> np.arange(max(count, 1)) & 1).sum(1)
