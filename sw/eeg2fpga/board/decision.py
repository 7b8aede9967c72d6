"""Decisions relative to rest, for two classes (numpy only): a person's level at rest, and how a device finds it.

The margin is the score of class 1 less that of class 0. An `absolute` decision is class 1 where the margin is above
0, a `relative` one where it exceeds the person's level at rest by more than a threshold from training. A device says
classes only, but can add an offset to the margin.
"""

from __future__ import annotations

from typing import Callable

import numpy as np

from .registers import OFFSET_BITS

OFFSET_LOW, OFFSET_HIGH = -(1 << (OFFSET_BITS - 1)), (1 << (OFFSET_BITS - 1)) - 1
"""What the device can add to the margin."""


def resting_level(margins: np.ndarray) -> float | int:
    """The largest value that at least half of `margins` (n,), n > 0, reach: their median, of two the upper one."""
    return np.sort(margins)[len(margins) // 2].item()


def search_level(above: Callable[[int], int], count: int) -> int:
    """`resting_level` of the margins of `count` windows, by bisection over offsets.

    above: offset -> in how many of the windows margin + offset > 0. The level is clipped to what offsets can show.
    """
    low, high = 1 - OFFSET_HIGH, 1 - OFFSET_LOW
    while low < high:
        middle = (low + high + 1) // 2
        # margin + 1 - middle > 0 where the margin reaches `middle`.
        if 2 * above(1 - middle) >= count:
            low = middle
        else:
            high = middle - 1
    return low


def offset(level: int, threshold: int) -> int:
    """What the device adds to the margin: class 1 where margin - level > threshold."""
    return min(max(-level - threshold, OFFSET_LOW), OFFSET_HIGH)
