"""Batches with a decision offset: golden's classes, whatever was run before."""

import numpy as np
import pytest
from eeg2fpga.board import DeviceError, registers
from eeg2fpga.board.batches import Batches
from eeg2fpga.board.simulator import SLAVE_ERROR
from eeg2fpga.verify.golden import GoldenModel


@pytest.fixture
def golden(outputs) -> GoldenModel:
    return GoldenModel.load(outputs / "golden.npz")


@pytest.fixture
def batches(accelerator, monkeypatch) -> Batches:
    """Of seven windows each."""
    monkeypatch.setattr(accelerator._batches, "capacity", 7)
    return accelerator._batches


def test_offset_moves_the_decision(batches, device, vectors, golden):
    """In every batch of a call and in no later call; the register reads as it was meant."""
    windows = vectors["windows"][:30]
    margins = np.diff(golden.scores(windows))[:, 0]
    for offset in (*-np.sort(margins)[[3, 15, 27]], 1 - margins[0], 32767, -32768):
        expected = golden.predict(windows, offset)
        np.testing.assert_array_equal(expected, margins + offset > 0)
        np.testing.assert_array_equal(batches.run(windows, offset)[0], expected)
        assert device.read(registers.OFFSET) == int(offset) & 0xFFFFFFFF
        np.testing.assert_array_equal(batches.run(windows)[0], vectors["classes"][:30])


def test_offset_after_what_ends_a_batch(batches, device, vectors, golden):
    """An error, and a reset, which puts the register back to 0: the next batch has its own offset."""
    windows = vectors["windows"][:10]
    offset = 1 - int(np.median(np.diff(golden.scores(windows))[:, 0]))
    expected = golden.predict(windows, offset)
    assert (expected != golden.predict(windows)).any()
    batches.run(windows, offset)
    address = device.read(registers.SOURCE)
    device.fault(address, address + 1, SLAVE_ERROR)
    with pytest.raises(DeviceError, match="READ_SLAVE"):
        batches.run(windows, offset)
    device.clear_faults()
    np.testing.assert_array_equal(batches.run(windows, offset)[0], expected)
    device.reset()
    assert device.read(registers.OFFSET) == 0
    np.testing.assert_array_equal(batches.run(windows, offset)[0], expected)
