"""Decisions relative to rest, for two classes (numpy only): a person's level at rest, and how a device decides by it.

The margin is the score of class 1 less that of class 0. An `absolute` decision is class 1 where the margin is above
0, a `relative` one where it exceeds the person's level at rest by more than a threshold from training. A device
adds an offset to the margin.
"""

from __future__ import annotations

import numpy as np

from .registers import OFFSET_BITS

OFFSET_LOW, OFFSET_HIGH = -(1 << (OFFSET_BITS - 1)), (1 << (OFFSET_BITS - 1)) - 1
"""What the device can add to the margin."""


def resting_level(margins: np.ndarray) -> float | int:
    """The largest value that at least half of `margins` (n,), n > 0, reach: their median, of two the upper one."""
    return np.sort(margins)[len(margins) // 2].item()


def offset(level: int, threshold: int) -> int:
    """What the device adds to the margin: class 1 where margin - level > threshold."""
    return min(max(-level - threshold, OFFSET_LOW), OFFSET_HIGH)
