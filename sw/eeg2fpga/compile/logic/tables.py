"""Truth tables as Python integers: bit k is the output for the inputs that spell k, input 0 lowest."""

from functools import cache

import numpy as np
from numpy.typing import NDArray


@cache
def full(inputs: int) -> int:
    """The table of constant 1."""
    return (1 << (1 << inputs)) - 1


@cache
def variable(inputs: int, index: int) -> int:
    """The table of input `index`."""
    return sum(1 << k for k in range(1 << inputs) if k >> index & 1)


def from_array(values: NDArray) -> int:
    """Table from 2**n outputs, zero or not."""
    return int.from_bytes(np.packbits(values.astype(bool), bitorder="little").tobytes(), "little")


def flip(table: int, inputs: int, index: int) -> int:
    """The table with input `index` inverted."""
    mask, shift = variable(inputs, index), 1 << index
    return (table & mask) >> shift | (table << shift) & mask


def depends(table: int, inputs: int, index: int) -> bool:
    """Whether input `index` matters."""
    mask = variable(inputs, index)
    return (table & mask) >> (1 << index) != table & (full(inputs) ^ mask)


def swap(table: int, inputs: int, low: int, high: int) -> int:
    """The table with inputs `low` < `high` exchanged."""
    only_low = variable(inputs, low) & ~variable(inputs, high)
    only_high = variable(inputs, high) & ~variable(inputs, low)
    shift = (1 << high) - (1 << low)
    return table & ~(only_low | only_high) | (table & only_low) << shift | (table & only_high) >> shift


def restrict(table: int, inputs: int, index: int, value: int) -> int:
    """The table over one input less, input `index` tied to `value`."""
    block = 1 << index
    mask = (1 << block) - 1
    parts = ((table >> (2 * k + value) * block) & mask for k in range(1 << (inputs - 1 - index)))
    return sum(part << k * block for k, part in enumerate(parts))


def merge(table: int, inputs: int, keep: int, drop: int, inverted: bool) -> int:
    """The table over one input less, where input `drop` equals input `keep` (or its inverse)."""
    result = 0
    for k in range(1 << (inputs - 1)):
        wide = (k >> drop) << (drop + 1) | k & ((1 << drop) - 1)
        if (wide >> keep & 1) != inverted:
            wide |= 1 << drop
        result |= (table >> wide & 1) << k
    return result
