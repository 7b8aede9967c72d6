"""Every AXI response in every position: an error ends the batch, never a hang; the next batch is right."""

import numpy as np
import pytest
from eeg2fpga.board import registers as reg
from eeg2fpga.board.simulator import DECODE_ERROR, EXCLUSIVE_OKAY, SLAVE_ERROR, Simulator

from tests.shell.host import Batch, Host

WINDOWS = 300
BURST = 128
OFFSET = 40
"""Of source and destination in a block of 128 bytes: first and last bursts are short."""
KINDS = {
    ("read", SLAVE_ERROR): "READ_SLAVE",
    ("read", DECODE_ERROR): "READ_DECODE",
    ("write", SLAVE_ERROR): "WRITE_SLAVE",
    ("write", DECODE_ERROR): "WRITE_DECODE",
}


def bursts(address: int, size: int) -> list[int]:
    """Addresses of the bursts of `size` bytes from `address` on."""
    return [address, *range((address // BURST + 1) * BURST, address + size, BURST)]


def place(host: Host, windows: np.ndarray) -> Batch:
    return host.place(windows, source_offset=OFFSET, destination_offset=OFFSET)


@pytest.mark.parametrize("stall", [0, 400])
@pytest.mark.parametrize(("kind", "response"), KINDS)
def test_errors_end_a_batch(quick, host, kind, response, stall):
    """In the first, the second, a middle and the last burst, at its first and at its last beat."""
    host.device.configure(stall_per_mille=stall, seed=response)
    windows = quick.windows(WINDOWS)
    classes = quick.classes(windows)
    for which in (0, 1, "middle", -1):
        for last_beat in (False, True):
            batch = place(host, windows)
            burst, beat = target(batch, kind, which, last_beat, quick.window_bytes)
            host.device.fault(beat, beat + 8, response)
            host.start(batch)
            status = host.finish(cycles=100_000)
            assert status == reg.ERRED, f"{which} burst, beat at {beat:#x}"
            assert names(host.device.read(reg.ERROR)) == {KINDS[kind, response]}
            assert host.device.read(reg.ERROR_ADDRESS) == burst
            host.device.clear_faults()
            host.free(batch)
            host.check(windows[:20], classes[:20])


def target(batch: Batch, kind: str, which: int | str, last_beat: bool, window_bytes: int) -> tuple[int, int]:
    """Address of a burst, and of its first or last beat."""
    address, size = (
        (batch.source_address, batch.windows * window_bytes)
        if kind == "read"
        else (batch.destination_address, batch.windows)
    )
    starts = bursts(address, size)
    index = len(starts) // 2 if which == "middle" else which
    begin = starts[index]
    end = min((begin // BURST + 1) * BURST, address + size)
    return begin, (end - 1) // 8 * 8 if last_beat else begin


def test_the_first_of_many_errors_is_told(quick, host):
    """Outstanding bursts fail as well: their bits are set too, the address is the first one's."""
    batch = place(host, quick.windows(WINDOWS))
    first, second = bursts(batch.source_address, 1000)[2:4]
    host.device.fault(first, first + 8, SLAVE_ERROR)
    host.device.fault(second, second + 8, DECODE_ERROR)
    host.start(batch)
    assert host.finish() == reg.ERRED
    assert names(host.device.read(reg.ERROR)) == {"READ_SLAVE", "READ_DECODE"}
    assert host.device.read(reg.ERROR_ADDRESS) == first


def test_an_error_without_memory_at_all(quick, host):
    """Reads and writes where nothing answers."""
    batch = host.place(quick.windows(20))
    host.start_at(0x40000000, batch.destination_address, 20)
    assert host.finish() == reg.ERRED
    host.start_at(batch.source_address, 0x40000000, 20)
    assert host.finish() == reg.ERRED
    assert names(host.device.read(reg.ERROR)) == {"WRITE_DECODE"}
    assert host.device.read(reg.ERROR_ADDRESS) == 0x40000000


def test_exclusive_okay_is_okay(quick, host):
    windows = quick.windows(20)
    host.device.fault(0, 1 << 32, EXCLUSIVE_OKAY)
    host.check(windows, quick.classes(windows))


def test_folded_layers_recover(folded):
    """Layers with memories and counters, stopped anywhere in a window, begin anew."""
    device = Simulator(folded.library)
    host = Host(device)
    windows = folded.windows(12)
    classes = folded.classes(windows)
    for beat in range(3, 12 * folded.window_bytes // 8, 29):
        batch = host.place(windows)
        device.fault(batch.source_address + 8 * beat, batch.source_address + 8 * beat + 8, SLAVE_ERROR)
        host.start(batch)
        assert host.finish() == reg.ERRED
        device.clear_faults()
        host.free(batch)
        host.check(windows, classes)
    device.close()


def names(found: int) -> set[str]:
    return {name for bit, name, _ in reg.ERRORS if found & bit}
