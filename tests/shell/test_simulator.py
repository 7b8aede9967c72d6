"""The simulator as a device: buffers, memory, time."""

import numpy as np
import pytest
from eeg2fpga.board import registers as reg
from eeg2fpga.board.simulator import BASE, PAGE, Simulator


@pytest.fixture
def device(quick):
    device = Simulator(quick.library, clock_hz=1e6, memory_bytes=4 * PAGE)
    yield device
    device.close()


def test_buffers_are_not_coherent(device):
    """What the host writes is on the device after flush, and the other way round after invalidate: as with caches."""
    buffer = device.allocate((3, 5), np.int16)
    assert buffer.device_address == BASE
    buffer[:] = 7
    buffer.invalidate()
    assert (buffer == 0).all()
    buffer[:] = np.arange(15).reshape(3, 5)
    buffer.flush()
    buffer[:] = 0
    buffer.invalidate()
    np.testing.assert_array_equal(buffer, np.arange(15).reshape(3, 5))


def test_memory_is_given_back(device):
    first, second = device.allocate(PAGE), device.allocate(2 * PAGE + 1)
    assert second.device_address == BASE + PAGE
    with pytest.raises(MemoryError, match="do not fit"):
        device.allocate(PAGE)
    first.freebuffer()
    first.freebuffer()
    assert device.allocate(10).device_address == BASE
    with pytest.raises(ValueError, match="freed"):
        first.flush()


def test_a_part_is_a_buffer(device):
    """Of its bytes alone; what does not lie in one piece, a copy, and what was freed are none."""
    buffer = device.allocate((4, 4))
    buffer[:] = 5
    buffer[1:3].flush()
    assert buffer[1:3].device_address == buffer.device_address + 4
    buffer.invalidate()
    np.testing.assert_array_equal(buffer[:, 0], [0, 5, 5, 0])
    buffer[:] = 9
    buffer[2:].reshape(-1).view(np.int16).invalidate()
    np.testing.assert_array_equal(buffer[:, 0], [9, 9, 5, 0])
    for other in (buffer[:, 1], buffer.copy(), buffer + 1):
        with pytest.raises(ValueError, match="flush the buffer itself"):
            other.flush()
    part = buffer[:2]
    buffer.freebuffer()
    with pytest.raises(ValueError, match="flush the buffer itself"):
        part.flush()


def test_time_passes_as_the_clock_says(device):
    before = device.counts()["cycles"]
    assert not device.wait(0.002)
    assert device.counts()["cycles"] - before == 2000


def test_two_simulators_of_one_library_do_not_meet(quick, device):
    other = Simulator(quick.library)
    device.write(reg.SOURCE, 8)
    other.write(reg.SOURCE, 16)
    assert (device.read(reg.SOURCE), other.read(reg.SOURCE)) == (8, 16)
    other.close()
    other.close()
    assert device.read(reg.SOURCE) == 8


def test_strobes(device):
    device.write(reg.WINDOWS, 0x11223344)
    device.write(reg.WINDOWS, 0xAABBCCDD, strobes=0b0101)
    assert device.read(reg.WINDOWS) == 0x11BB33DD


def test_a_library_that_is_not_there():
    with pytest.raises(OSError):
        Simulator("nowhere.so")
