"""Batches through registers and memory: results equal to golden, whatever their length, place and timing."""

import numpy as np
import pytest
from eeg2fpga.board import registers as reg
from eeg2fpga.board.simulator import BASE, PAGE, Simulator

from tests.shell.conftest import BUILD_HASH
from tests.shell.host import Host

LENGTHS = (1, 2, 7, 8, 9, 64, 130, 300)


@pytest.mark.parametrize("stall", [0, 300, 700])
def test_back_to_back(quick, host, stall):
    """Windows of 155 bytes, so batches end inside a beat; no pause and no reset between batches."""
    host.device.configure(stall_per_mille=stall, seed=stall)
    for seed, count in enumerate(LENGTHS):
        windows = quick.windows(count, seed)
        host.check(windows, quick.classes(windows))
    counts = host.device.counts()
    assert counts["most_reads"] > 1, "reads do not overlap"


def test_folded_layers_with_memory_files(folded):
    device = Simulator(folded.library)
    windows = folded.windows(100)
    assert np.ptp(folded.classes(windows)) > 0
    for stall in (0, 500):
        device.configure(stall_per_mille=stall)
        Host(device).check(windows, folded.classes(windows))
    device.close()


def test_starts_around_4_kb(quick, host):
    """Every multiple of 8 in the last 128 bytes of a page; results across a page's end too."""
    windows = quick.windows(30)
    classes = quick.classes(windows)
    for back in range(8, 136, 8):
        host.check(windows, classes, source_offset=PAGE - back, offset=PAGE - back)


@pytest.mark.parametrize("latency", [0, 1, 200])
def test_any_latency(quick, host, latency):
    host.device.configure(read_latency=latency, write_latency=latency, read_outstanding=1, write_outstanding=1)
    windows = quick.windows(200)
    host.check(windows, quick.classes(windows))


def test_writes_overlap(quick, host):
    """Slow responses: the next burst of results does not wait for them."""
    host.device.configure(write_latency=40_000)
    windows = quick.windows(600)
    host.check(windows, quick.classes(windows))
    assert host.device.counts()["most_writes"] == 4


def test_registers_may_change_while_a_batch_runs(quick, host):
    windows = quick.windows(50)
    batch = host.place(windows)
    host.start(batch)
    for offset in (reg.SOURCE, reg.DESTINATION, reg.WINDOWS):
        host.device.write(offset, 0xFFFFFFF8)
    assert host.finish() == reg.DONE
    np.testing.assert_array_equal(host.results(batch), quick.classes(windows))


@pytest.mark.parametrize("network", ["quick", "folded"])
def test_offset_moves_the_decision(network, request):
    """Golden's classes with the same offset: at ties, beside them, beyond all margins; kept from batch to batch."""
    network = request.getfixturevalue(network)
    device, windows = Simulator(network.library), network.windows(100)
    host, margins = Host(device), np.diff(network.golden.scores(windows))[:, 0]
    for offset in (*-np.sort(margins)[20:90:20], *1 - margins[:3], 32767, -32768):
        device.write(reg.OFFSET, int(offset) & 0xFFFF)
        for _ in range(2):
            host.check(windows, network.classes(windows, offset))
        assert device.read(reg.OFFSET) == int(offset) & 0xFFFFFFFF
    assert np.ptp(network.classes(windows, -np.median(margins))) > 0
    device.reset()
    assert device.read(reg.OFFSET) == 0
    Host(device).check(windows, network.classes(windows))
    device.close()


def test_identity(quick, host):
    read = host.device.read
    assert read(reg.IDENTITY) == reg.IDENTITY_VALUE
    assert read(reg.VERSION) == reg.MAJOR << 16 | reg.MINOR
    assert reg.read_hash(read) == BUILD_HASH
    assert read(reg.GEOMETRY) == quick.samples << 16 | quick.electrodes


def test_counters(quick, host):
    """CYCLES is what passed between START and the end; CYCLES_HIGH and the counters are cleared by CLEAR."""
    batch = host.place(quick.windows(40))
    host.start(batch)
    before = host.device.counts()["cycles"]
    host.finish()
    passed = host.device.counts()["cycles"] - before
    cycles, first = host.device.read(reg.CYCLES), host.device.read(reg.FIRST_RESULT)
    assert 0 <= passed - cycles < 20
    assert 0 < first < cycles - 39 * quick.cycles
    assert host.device.read(reg.CYCLES_HIGH) == 0
    assert host.device.read(reg.STALL_INPUT) > 0
    assert host.device.read(reg.STALL_OUTPUT) == 0
    host.device.write(reg.CONTROL, reg.CLEAR)
    counters = (reg.WINDOWS_DONE, reg.CYCLES, reg.STALL_INPUT, reg.STALL_OUTPUT, reg.FIRST_RESULT, reg.STATUS)
    assert [host.device.read(offset) for offset in counters] == [0] * len(counters)


def test_stalled_results_are_counted(quick, host):
    """Responses that do not come: four bursts of 128 results wait, two more are held, then the accelerator stands."""
    host.device.configure(write_latency=100_000)
    batch = host.place(quick.windows(1000))
    host.start(batch)
    host.device.run(90_000)
    assert host.device.read(reg.STALL_OUTPUT) > 30_000
    assert 6 * 128 <= host.device.read(reg.WINDOWS_DONE) <= 6 * 128 + 16
    assert host.finish() == reg.DONE


def test_clear_while_busy_clears_the_interrupt_alone(quick, host):
    windows = quick.windows(100)
    host.check(windows, quick.classes(windows))
    batch = host.place(windows)
    host.start(batch)
    assert host.device.run(1_000_000, until_interrupt=True)
    host.start(batch)
    assert host.device.read(reg.INTERRUPT) == 1
    host.device.run(500)
    host.device.write(reg.CONTROL, reg.CLEAR)
    assert host.device.read(reg.INTERRUPT) == 0
    assert host.device.read(reg.STATUS) == reg.BUSY
    assert host.device.read(reg.CYCLES) > 500
    assert host.finish() == reg.DONE
    np.testing.assert_array_equal(host.results(batch), quick.classes(windows))


def test_start_while_busy_is_an_error_of_the_host_alone(quick, host):
    windows = quick.windows(100)
    batch = host.place(windows)
    host.start(batch)
    host.start_at(BASE, BASE, 1)
    assert host.finish() == reg.DONE | reg.ERRED
    assert error_names(host) == {"START_WHILE_BUSY"}
    np.testing.assert_array_equal(host.results(batch), quick.classes(windows))
    host.check(windows, quick.classes(windows))


@pytest.mark.parametrize(
    ("source", "destination", "windows", "error"),
    [
        (BASE + 4, BASE, 1, "BAD_ADDRESS"),
        (BASE + 1, BASE, 1, "BAD_ADDRESS"),
        (BASE, BASE + 4, 1, "BAD_ADDRESS"),
        (BASE, BASE + 2, 1, "BAD_ADDRESS"),
        (BASE, BASE, 0, "NO_WINDOWS"),
        # 155 bytes a window: past 2^32 by the windows alone, by one byte, and at a batch of 2^32 - 1.
        (0, BASE, 2**32 // 155 + 1, "BAD_ADDRESS"),
        (2**32 - 152, BASE, 1, "BAD_ADDRESS"),
        (0, BASE, 2**32 - 1, "BAD_ADDRESS"),
    ],
)
def test_what_cannot_start_ends_at_once(quick, host, source, destination, windows, error):
    """With the interrupt, and before the first burst."""
    host.start_at(source, destination, windows)
    assert host.finish(cycles=100) == reg.ERRED
    assert error_names(host) == {error}
    assert host.device.counts()["read_bursts"] == host.device.counts()["write_bursts"] == 0
    batch = quick.windows(20)
    host.check(batch, quick.classes(batch))


def test_the_end_of_the_address_space_may_be_read(quick, host):
    """A window that ends there is read (nothing answers there here), to its last byte and not beyond."""
    host.start_at(2**32 - 160, BASE, 1)
    assert host.finish() == reg.ERRED
    assert error_names(host) == {"READ_DECODE"}
    assert host.device.read(reg.ERROR_ADDRESS) == 2**32 - 160


def test_results_do_not_wrap_around_the_address_space(quick, host):
    batch = host.place(quick.windows(300))
    host.device.fault(2**32 - 128, 2**32, 0)
    host.start_at(batch.source_address, 2**32 - 128, 300)
    status = host.finish()
    assert status == reg.ERRED
    assert "BAD_ADDRESS" in error_names(host)


def error_names(host: Host) -> set[str]:
    found = host.device.read(reg.ERROR)
    return {name for bit, name, _ in reg.ERRORS if found & bit}
