"""Batches: windows into the device's memory, START, wait, results out; errors, time-outs and aborts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import registers
from .device import Buffer, Device
from .errors import DeviceError, DeviceTimeoutError

BUFFER_BYTES = 1 << 22
"""Of windows in one batch; more are split. Long enough that starting a batch costs nothing beside it."""
PATIENCE = 8
"""Times the cycles that a batch should take, after which it counts as hung (memory may be slow)."""
SPARE_CYCLES = 100_000
"""Beside those: the least time-out, a millisecond at 100 MHz. Also how long an abort may take."""
WAIT_SECONDS = 0.02
"""The longest wait without a look at the registers."""
UNWRITTEN = 0xFF
"""What the host puts where results will be: no class has this number."""


class Measured(NamedTuple):
    """What the counters said of one batch, or the sums of several."""

    windows: int
    cycles: int
    stall_input: int
    stall_output: int
    first_result: int
    """Cycles from the first batch's START to its first result."""

    def plus(self, other: Measured) -> Measured:
        """Both, one after the other."""
        first = self.first_result or other.first_result
        return Measured(*(a + b for a, b in zip(self[:4], other[:4])), first)


NOTHING = Measured(0, 0, 0, 0, 0)


class Batches:
    """Runs batches on a device. Buffers are allocated when first needed, kept, and freed by `free` or an exception.

    cycles_per_window, latency_cycles: of the bare accelerator.
    """

    def __init__(
        self, device: Device, electrodes: int, samples: int, classes: int, cycles_per_window: int, latency_cycles: int
    ) -> None:
        self._device = device
        self._shape = (samples, electrodes)
        self._classes = classes
        # The memory port brings 8 bytes a cycle: more than that no accelerator can take.
        self._interval = max(cycles_per_window, -(-samples * electrodes // registers.PORT_BYTES))
        self._latency = latency_cycles
        self.capacity = max(1, BUFFER_BYTES // (samples * electrodes))
        """Windows a batch."""
        self._windows: Buffer | None = None
        self._results: Buffer | None = None

    def run(self, windows: np.ndarray, offset: int = 0) -> tuple[np.ndarray, Measured]:
        """Classes int64 (n,) of windows int8 (n, electrodes, samples), and the counters.

        offset: of 16 bits, signed, what is added to the score of class 1 of two; more classes have none.
        Raises DeviceError for what the device reports and DeviceTimeoutError when it hangs. Whatever ends this call
        early, KeyboardInterrupt included: the device is stopped, then the buffers are freed.
        """
        classes, measured = np.empty(len(windows), np.int64), NOTHING
        try:
            for start in range(0, len(windows), self.capacity):
                part = windows[start : start + self.capacity]
                classes[start : start + len(part)], counted = self._batch(part, start, offset)
                measured = measured.plus(counted)
        except BaseException:
            self.free()
            raise
        return classes, measured

    def stop(self) -> None:
        """End the batch that runs, if one does: by ABORT, or by resetting the device if that does not help."""
        device = self._device
        try:
            if not device.read(registers.STATUS) & registers.BUSY:
                return
            device.write(registers.CONTROL, registers.ABORT)
            for _ in range(10):
                device.wait(SPARE_CYCLES / 10 / device.clock_hz)
                if not device.read(registers.STATUS) & registers.BUSY:
                    return
        except BaseException:
            device.reset()
            raise
        device.reset()

    def free(self) -> None:
        """Give the buffers back, after the device stopped: it must not write into memory that is another's by then."""
        held = [buffer for buffer in (self._windows, self._results) if buffer is not None]
        try:
            if held:
                self.stop()
        finally:
            self._windows = self._results = None
            for buffer in held:
                buffer.freebuffer()

    def _batch(self, windows: np.ndarray, first: int, offset: int) -> tuple[np.ndarray, Measured]:
        """One batch. first: number of its first window in the call, for messages."""
        count = len(windows)
        self._make_room(count)
        self._windows[:count] = windows.transpose(0, 2, 1)
        self._results[:count] = UNWRITTEN
        self._windows.flush()
        self._results.flush()
        self._start(count, offset)
        self._wait(count, first)
        self._results.invalidate()
        classes = np.array(self._results[:count])
        self._check_results(classes, first)
        return classes, self._count(count)

    def _make_room(self, count: int) -> None:
        if self._windows is not None and len(self._windows) >= count:
            return
        self.free()
        self._windows = self._allocate((count, *self._shape), np.int8)
        self._results = self._allocate((count,), np.uint8)

    def _allocate(self, shape: tuple[int, ...], dtype: type) -> Buffer:
        size = int(np.prod(shape))
        try:
            buffer = self._device.allocate(shape, dtype)
        except (MemoryError, RuntimeError, OSError) as error:
            raise DeviceError(
                f"no {size} bytes of memory for the accelerator ({error}): free other buffers, or restart the kernel"
            ) from error
        if buffer.device_address % registers.ALIGNMENT or buffer.device_address + size > 1 << 32:
            address = buffer.device_address
            buffer.freebuffer()
            raise DeviceError(f"the device gave a buffer at 0x{address:x}, which the accelerator cannot address")
        return buffer

    def _start(self, count: int, offset: int) -> None:
        write = self._device.write
        write(registers.CONTROL, registers.CLEAR)
        write(registers.INTERRUPT, 1)
        write(registers.INTERRUPT_ENABLE, 1)
        write(registers.SOURCE, self._windows.device_address)
        write(registers.DESTINATION, self._results.device_address)
        write(registers.WINDOWS, count)
        write(registers.OFFSET, int(offset) & ((1 << registers.OFFSET_BITS) - 1))
        write(registers.CONTROL, registers.START)

    def _wait(self, count: int, first: int) -> None:
        """Until the batch ended; raises if it did not end well."""
        device = self._device
        expected = self._latency + count * self._interval
        limit = PATIENCE * expected + SPARE_CYCLES
        before = -1
        while device.read(registers.STATUS) & registers.BUSY:
            cycles = self._cycles()
            # A counter that stands still means that there is no clock: then nothing will ever end.
            if cycles >= limit or cycles == before:
                said = f"did not end within {cycles} cycles ({expected} expected)"
                raise self._failure(f"{self._named(count, first)} {said}", DeviceTimeoutError)
            before = cycles
            device.wait(min(WAIT_SECONDS, limit / device.clock_hz))
        status = device.read(registers.STATUS)
        if status & registers.ERRED:
            raise self._failure(f"{self._named(count, first)} failed: {self._error(count)}")
        done = device.read(registers.WINDOWS_DONE)
        if not status & registers.DONE or done != count:
            raise self._failure(f"{self._named(count, first)} ended early with {done} results")

    def _check_results(self, classes: np.ndarray, first: int) -> None:
        wrong = np.flatnonzero(classes >= self._classes)
        if len(wrong):
            value = int(classes[wrong[0]])
            what = "was not written" if value == UNWRITTEN else f"is class {value}"
            raise self._failure(
                f"the result of window {first + wrong[0]} {what}, the network has {self._classes} classes"
            )

    def _error(self, count: int) -> str:
        """What the ERROR register says, and where."""
        error = self._device.read(registers.ERROR)
        said = [f"{name}, {meaning}" for bit, name, meaning in registers.ERRORS if error & bit] or [f"ERROR {error:#x}"]
        return f"{'; '.join(said)}; at {self._place(self._device.read(registers.ERROR_ADDRESS), count)}"

    def _place(self, address: int, count: int) -> str:
        size = self._shape[0] * self._shape[1]
        source, destination = self._windows.device_address, self._results.device_address
        if source <= address < source + count * size:
            return f"address {address:#x}, window {(address - source) // size} of the batch"
        if destination <= address < destination + count:
            return f"address {address:#x}, result {address - destination} of the batch"
        return f"address {address:#x}, outside the buffers"

    @staticmethod
    def _named(count: int, first: int) -> str:
        return f"the batch of windows {first} to {first + count - 1}"

    def _failure(self, message: str, kind: type[DeviceError] = DeviceError) -> DeviceError:
        """An exception whose one line ends with the registers."""
        values = registers.dump(self._device.read)
        return kind(f"{message} [{', '.join(f'{name} {value:#x}' for name, value in values.items())}]", values)

    def _cycles(self) -> int:
        low = self._device.read(registers.CYCLES)
        return self._device.read(registers.CYCLES_HIGH) << 32 | low

    def _count(self, count: int) -> Measured:
        read = self._device.read
        return Measured(
            count,
            self._cycles(),
            read(registers.STALL_INPUT),
            read(registers.STALL_OUTPUT),
            read(registers.FIRST_RESULT),
        )
