"""A person's level at rest, found by a device that says only classes."""

import numpy as np
import pytest
from eeg2fpga.board.decision import OFFSET_HIGH, OFFSET_LOW, offset, resting_level, search_level


def test_half_of_the_margins_reach_the_level():
    assert resting_level(np.array([5])) == 5
    assert resting_level(np.array([9, -3])) == 9, "one of two is half"
    assert resting_level(np.array([4, 1, 4, 7, 0])) == 4
    assert resting_level(np.array([0.5, 2.5, 1.5])) == 1.5


@pytest.mark.parametrize("count", [1, 2, 3, 60, 61])
@pytest.mark.parametrize("spread", [0, 1, 40, 3000])
def test_a_device_finds_the_level_by_its_classes(count, spread):
    margins = np.random.default_rng(count + spread).integers(-spread, spread + 1, count)
    asked = []

    def above(value: int) -> int:
        assert OFFSET_LOW <= value <= OFFSET_HIGH
        asked.append(value)
        return int((margins + value > 0).sum())

    assert search_level(above, count) == resting_level(margins)
    assert len(asked) <= 17


def test_the_offset_makes_the_relative_decision():
    margins = np.arange(-50, 50)
    for level, threshold in ((7, 3), (-20, 0), (4, -9)):
        np.testing.assert_array_equal(margins + offset(level, threshold) > 0, margins - level > threshold)
    assert offset(40_000, 0) == OFFSET_LOW and offset(-40_000, 0) == OFFSET_HIGH
