"""A person's level at rest, and the offset that a device decides by."""

import numpy as np
from eeg2fpga.board.decision import OFFSET_HIGH, OFFSET_LOW, offset, resting_level


def test_half_of_the_margins_reach_the_level():
    assert resting_level(np.array([5])) == 5
    assert resting_level(np.array([9, -3])) == 9, "one of two is half"
    assert resting_level(np.array([4, 1, 4, 7, 0])) == 4
    assert resting_level(np.array([0.5, 2.5, 1.5])) == 1.5


def test_the_offset_makes_the_relative_decision():
    margins = np.arange(-50, 50)
    for level, threshold in ((7, 3), (-20, 0), (4, -9)):
        np.testing.assert_array_equal(margins + offset(level, threshold) > 0, margins - level > threshold)
    assert offset(40_000, 0) == OFFSET_LOW and offset(-40_000, 0) == OFFSET_HIGH
