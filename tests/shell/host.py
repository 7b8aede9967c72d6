"""A host that drives the shell by its registers alone, as the driver does, and sees what the driver does not."""

from dataclasses import dataclass

import numpy as np
from eeg2fpga.board import registers as reg
from eeg2fpga.board.simulator import Buffer, Simulator

GUARD = 0xA5
"""What lies around results: a stray write shows."""
MARGIN = 64


@dataclass(frozen=True)
class Batch:
    """Windows in device memory, and room for their results between guards."""

    windows: int
    source: Buffer
    destination: Buffer
    source_offset: int
    destination_offset: int
    result_bytes: int
    """Of all results."""

    @property
    def source_address(self) -> int:
        return self.source.device_address + self.source_offset

    @property
    def destination_address(self) -> int:
        return self.destination.device_address + self.destination_offset


class Host:
    """Batches on `device`."""

    def __init__(self, device: Simulator) -> None:
        self.device = device
        device.write(reg.INTERRUPT_ENABLE, 1)

    def place(
        self, windows: np.ndarray, source_offset: int = 0, destination_offset: int = 0, result_bytes: int = 1
    ) -> Batch:
        """Copy windows, int8 (n, electrodes, samples), to device memory, so many bytes behind a page's beginning."""
        data = np.ascontiguousarray(windows.transpose(0, 2, 1)).reshape(-1)
        source = self.device.allocate((source_offset + data.size + MARGIN,), np.int8)
        source[source_offset : source_offset + data.size] = data
        source.flush()
        size = len(windows) * result_bytes
        destination = self.device.allocate((destination_offset + size + MARGIN,), np.uint8)
        destination[:] = GUARD
        destination.flush()
        return Batch(len(windows), source, destination, source_offset, destination_offset, size)

    def start(self, batch: Batch) -> None:
        self.start_at(batch.source_address, batch.destination_address, batch.windows)

    def start_at(self, source: int, destination: int, windows: int) -> None:
        self.device.write(reg.SOURCE, source)
        self.device.write(reg.DESTINATION, destination)
        self.device.write(reg.WINDOWS, windows)
        self.device.write(reg.CONTROL, reg.START)

    def finish(self, cycles: int = 2_000_000) -> int:
        """Wait for the interrupt, acknowledge it and return STATUS; fails after so many cycles."""
        assert self.device.run(cycles, until_interrupt=True), f"no interrupt: {self.dump()}"
        self.device.write(reg.INTERRUPT, 1)
        status = self.device.read(reg.STATUS)
        assert not status & reg.BUSY
        counts = self.device.counts()
        assert counts["reads_now"] == counts["writes_now"] == 0, "idle with bursts on their way"
        return status

    def results(self, batch: Batch) -> np.ndarray:
        """Results of a batch that is done; fails where a byte beside them was written."""
        written = self.written(batch)
        begin, end = batch.destination_offset, batch.destination_offset + batch.result_bytes
        assert (written[:begin] == GUARD).all() and (written[end:] == GUARD).all(), "bytes beside the results"
        return written[begin:end]

    def written(self, batch: Batch) -> np.ndarray:
        batch.destination.invalidate()
        return np.array(batch.destination)

    def free(self, batch: Batch) -> None:
        batch.source.freebuffer()
        batch.destination.freebuffer()

    def check(self, windows: np.ndarray, classes: np.ndarray, source_offset: int = 0, offset: int = 0) -> None:
        """Run a batch and compare its results and its counters."""
        batch = self.place(windows, source_offset, offset)
        self.start(batch)
        assert self.finish() == reg.DONE
        np.testing.assert_array_equal(self.results(batch), classes)
        assert self.device.read(reg.WINDOWS_DONE) == batch.windows
        assert self.device.read(reg.ERROR) == self.device.read(reg.ERROR_ADDRESS) == 0
        assert self.device.counts()["blocked_reads"] == 0
        self.free(batch)

    def dump(self) -> dict[str, str]:
        return {name: hex(self.device.read(offset)) for name, offset in reg.DUMPED.items()}
