"""What a batch returns: classes, scores, or what it read. Settings are those at START."""

import numpy as np
import pytest
from eeg2fpga.board import registers as reg
from eeg2fpga.board.simulator import BASE, PAGE, Simulator

from tests.shell.host import Host


@pytest.fixture(params=["quick", "folded", "three"])
def network(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def host_of(network):
    device = Simulator(network.library)
    yield Host(device)
    device.close()


def scores_of(host, network, windows, **places) -> np.ndarray:
    """Those that the device returns, int32 (n, classes); every counter and guard is looked at."""
    pairs = -(-network.scores(windows).shape[1] // 2)
    batch = host.place(windows, result_bytes=8 * pairs, **places)
    host.device.write(reg.MODE, reg.SCORES)
    host.start(batch)
    assert host.finish() == reg.DONE
    found = host.results(batch).view(np.int32).reshape(len(windows), 2 * pairs)
    assert host.device.read(reg.WINDOWS_DONE) == len(windows)
    host.free(batch)
    classes = network.scores(windows).shape[1]
    assert not found[:, classes:].any()
    return found[:, :classes]


@pytest.mark.parametrize("stall", [0, 400])
def test_scores_are_goldens(network, host_of, stall):
    """Of one window and of many, wherever they lie; classes before and after are as ever, the offset moves no score."""
    host_of.device.configure(stall_per_mille=stall, seed=stall)
    assert host_of.device.read(reg.CLASSES) == network.scores(network.windows(1)).shape[1]
    host_of.device.write(reg.OFFSET, 1234)
    for seed, count in enumerate((1, 2, 40, 7)):
        windows = network.windows(count, seed)
        found = scores_of(host_of, network, windows, source_offset=PAGE - 24, destination_offset=PAGE - 8)
        np.testing.assert_array_equal(found, network.scores(windows))
        host_of.device.write(reg.MODE, reg.CLASSES_MODE)
        host_of.device.write(reg.OFFSET, 0)
        host_of.check(windows, network.classes(windows))
    assert len(np.unique(network.scores(network.windows(40, 2)), axis=0)) > 20


@pytest.mark.parametrize("stall", [0, 400])
@pytest.mark.parametrize("mode", [reg.LOOPBACK, reg.LOOPBACK | reg.SCORES])
def test_loopback_copies(quick, host, stall, mode):
    """WINDOWS beats, whatever they hold, from anywhere to anywhere; then batches are right."""
    device = host.device
    device.configure(stall_per_mille=stall, seed=stall + 1)
    rng = np.random.default_rng(stall)
    for beats in (1, 2, 15, 16, 17, 200):
        sent, back = (
            device.allocate((8 * beats + 2 * PAGE,), np.uint8),
            device.allocate((8 * beats + 2 * PAGE,), np.uint8),
        )
        sent[:], back[:] = rng.integers(0, 256, sent.size), 0xA5
        sent.flush()
        back.flush()
        device.write(reg.MODE, mode)
        host.start_at(sent.device_address + PAGE - 40, back.device_address + PAGE - 8, beats)
        assert host.finish() == reg.DONE
        assert device.read(reg.WINDOWS_DONE) == beats
        assert device.read(reg.STALL_INPUT) == 0
        back.invalidate()
        expected = np.full(back.size, 0xA5, np.uint8)
        expected[PAGE - 8 : PAGE - 8 + 8 * beats] = sent[PAGE - 40 : PAGE - 40 + 8 * beats]
        np.testing.assert_array_equal(back, expected)
        sent.freebuffer()
        back.freebuffer()
    device.write(reg.MODE, reg.CLASSES_MODE)
    host.check(quick.windows(9), quick.classes(quick.windows(9)))


def test_loopback_past_the_address_space_is_refused(host):
    host.device.write(reg.MODE, reg.LOOPBACK)
    host.start_at(BASE, BASE, 1 << 29)
    assert host.finish() == reg.ERRED
    assert host.device.read(reg.ERROR) == 1 << 4
    assert host.device.counts()["read_bursts"] == 0


@pytest.mark.parametrize("moment", [0, 100, 700, 2000])
def test_settings_are_those_at_start(quick, host, moment):
    """OFFSET and MODE written at any moment of a batch change the next one."""
    windows = quick.windows(60)
    margins = np.diff(quick.scores(windows))[:, 0]
    offset = 1 - int(np.median(margins))
    assert (quick.classes(windows, offset) != quick.classes(windows)).any()
    batch = host.place(windows)
    host.device.write(reg.OFFSET, offset & 0xFFFF)
    host.start(batch)
    host.device.run(moment)
    host.device.write(reg.OFFSET, 0)
    host.device.write(reg.MODE, reg.SCORES)
    assert host.device.read(reg.STATUS) & reg.BUSY
    assert host.finish() == reg.DONE
    np.testing.assert_array_equal(host.results(batch), quick.classes(windows, offset))
    np.testing.assert_array_equal(scores_of(host, quick, windows), quick.scores(windows))


def test_aborts_in_every_mode(quick, host):
    windows = quick.windows(100)
    for mode in (reg.SCORES, reg.LOOPBACK):
        for moment in (5, 60, 250):
            batch = host.place(windows, result_bytes=8)
            host.device.write(reg.MODE, mode)
            host.start(batch)
            host.device.run(moment)
            host.device.write(reg.CONTROL, reg.ABORT)
            assert host.finish() == reg.ABORTED
            host.free(batch)
            np.testing.assert_array_equal(scores_of(host, quick, windows[:9]), quick.scores(windows[:9]))
