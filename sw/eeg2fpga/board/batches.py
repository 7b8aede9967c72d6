"""Batches: windows into the device's memory, START, wait, results out; errors, time-outs and aborts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import registers
from .device import Buffer, Device
from .errors import DeviceError, DeviceGoneError, DeviceTimeoutError

BUFFER_BYTES = 1 << 22
"""Of windows in one batch; more are split. Long enough that starting a batch costs nothing beside it."""
PATIENCE = 8
"""Times the cycles that a batch should take, after which it counts as hung (memory may be slow)."""
SPARE_CYCLES = 100_000
"""Beside those: the least time-out, a millisecond at 100 MHz. Also how long an abort may take."""
WAIT_SECONDS = 0.02
"""The longest wait without a look at the registers."""
BEAT_BYTES = 8
"""What a loopback moves at a time; two scores."""
BEAT_CYCLES = 4
"""How long it takes for one."""


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


class Kind(NamedTuple):
    """What the results of a batch are. unwritten: what the host puts where they will be, and no result is."""

    mode: int
    dtype: type
    width: int
    """Elements a window."""
    unwritten: int

    @property
    def size(self) -> int:
        """Bytes of a window's result."""
        return self.width * np.dtype(self.dtype).itemsize


class Batches:
    """Runs batches on a device. Buffers are allocated when first needed, kept, and freed by `free` or an exception.

    cycles_per_window, latency_cycles: of the bare accelerator. The caller holds `device.use()`.
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
        self._class_kind = Kind(registers.CLASSES_MODE, np.uint8, 1, 0xFF)
        self._score_kind = Kind(registers.SCORES, np.int32, 2 * -(-classes // 2), -(1 << 31))
        self._input: Buffer | None = None
        self._results: Buffer | None = None
        self._running = False
        """Whether a batch of this object may still be under way."""

    def run(self, windows: np.ndarray, offset: int = 0) -> tuple[np.ndarray, Measured]:
        """Classes int64 (n,) of windows int8 (n, electrodes, samples), and the counters.

        offset: of 16 bits, signed, what is added to the score of class 1 of two; more classes have none.
        Raises DeviceError for what the device reports and DeviceTimeoutError when it hangs. Whatever ends this call
        early, KeyboardInterrupt included: the device is stopped, then the buffers are freed.
        """
        found, measured = self._run(windows, self._class_kind, offset)
        return found[:, 0].astype(np.int64), measured

    def scores(self, windows: np.ndarray) -> tuple[np.ndarray, Measured]:
        """Scores int64 (n, classes) of windows int8 (n, electrodes, samples), and the counters. Raises as `run`."""
        found, measured = self._run(windows, self._score_kind)
        return found[:, : self._classes].astype(np.int64), measured

    def loopback(self, data: np.ndarray) -> np.ndarray:
        """`data`, uint8 (n,), n a multiple of 8, after its way through memory, DMA and memory. Raises as `run`."""
        beats = len(data) // BEAT_BYTES
        kind = Kind(registers.LOOPBACK, np.uint8, BEAT_BYTES, 0xFF)
        try:
            self._make_room(len(data), len(data))
            self._input[: len(data)] = data.view(np.int8)
            return self._move(beats, kind, 0, BEAT_BYTES, self._latency + beats * BEAT_CYCLES, "loopback of beats 0")
        except BaseException:
            self.free()
            raise

    def stop(self) -> None:
        """End the batch that runs, if one does: by ABORT, or by resetting the device if that does not help."""
        device = self._device
        try:
            with device.use():
                if not device.read(registers.STATUS) & registers.BUSY:
                    return
                device.write(registers.CONTROL, registers.ABORT)
                for _ in range(10):
                    device.wait(SPARE_CYCLES / 10 / device.clock_hz)
                    if not device.read(registers.STATUS) & registers.BUSY:
                        return
        except DeviceGoneError:
            return  # Who has it now stopped it before.
        except BaseException:
            device.reset()
            raise
        device.reset()

    def free(self) -> None:
        """Give the buffers back, after the device stopped: it must not write into memory that is another's by then."""
        held = [buffer for buffer in (self._input, self._results) if buffer is not None]
        try:
            if self._running:
                self.stop()
        finally:
            self._running = False
            self._input = self._results = None
            for buffer in held:
                buffer.freebuffer()

    def _run(self, windows: np.ndarray, kind: Kind, offset: int = 0) -> tuple[np.ndarray, Measured]:
        results, measured = np.empty((len(windows), kind.width), kind.dtype), NOTHING
        try:
            for start in range(0, len(windows), self.capacity):
                part = windows[start : start + self.capacity]
                results[start : start + len(part)], counted = self._batch(part, start, kind, offset)
                measured = measured.plus(counted)
        except BaseException:
            self.free()
            raise
        return results, measured

    def _batch(self, windows: np.ndarray, first: int, kind: Kind, offset: int) -> tuple[np.ndarray, Measured]:
        """One batch. first: number of its first window in the call, for messages."""
        count, size = len(windows), self._shape[0] * self._shape[1]
        self._make_room(count * size, count * kind.size)
        self._input[: count * size].reshape(count, *self._shape)[...] = windows.transpose(0, 2, 1)
        named = f"batch of windows {first} to {first + count - 1}"
        expected = self._latency + count * self._interval
        results = self._move(count, kind, offset, size, expected, named).view(kind.dtype).reshape(count, kind.width)
        self._check_results(results, first, kind)
        return results, self._count(count)

    def _move(self, count: int, kind: Kind, offset: int, size: int, expected: int, named: str) -> np.ndarray:
        """The bytes that a batch gives for `count` windows of `size` bytes in the buffer. expected: its cycles."""
        given, results = self._input[: count * size], self._results[: count * kind.size]
        results.view(kind.dtype)[:] = kind.unwritten
        given.flush()
        results.flush()
        self._running = True
        self._start(count, kind, offset)
        self._wait(count, size, kind, expected, named)
        self._running = False
        results.invalidate()
        return np.array(results)

    def _make_room(self, size: int, result_size: int) -> None:
        """Buffers of at least so many bytes. What is in use of them is flushed, not the whole."""
        if self._input is not None and len(self._input) >= size and len(self._results) >= result_size:
            return
        self.free()
        self._input = self._allocate(size, np.int8)
        self._results = self._allocate(result_size, np.uint8)

    def _allocate(self, size: int, dtype: type) -> Buffer:
        try:
            buffer = self._device.allocate((size,), dtype)
        except (MemoryError, RuntimeError, OSError) as error:
            raise DeviceError(
                f"no {size} bytes of memory for the accelerator ({error}): free other buffers, or restart the kernel"
            ) from error
        if buffer.device_address % registers.ALIGNMENT or buffer.device_address + size > 1 << 32:
            address = buffer.device_address
            buffer.freebuffer()
            raise DeviceError(f"the device gave a buffer at 0x{address:x}, which the accelerator cannot address")
        return buffer

    def _start(self, count: int, kind: Kind, offset: int) -> None:
        write = self._device.write
        write(registers.CONTROL, registers.CLEAR)
        write(registers.INTERRUPT, 1)
        write(registers.INTERRUPT_ENABLE, 1)
        write(registers.SOURCE, self._input.device_address)
        write(registers.DESTINATION, self._results.device_address)
        write(registers.WINDOWS, count)
        write(registers.OFFSET, int(offset) & ((1 << registers.OFFSET_BITS) - 1))
        write(registers.MODE, kind.mode)
        write(registers.CONTROL, registers.START)

    def _wait(self, count: int, size: int, kind: Kind, expected: int, named: str) -> None:
        """Until the batch ended; raises if it did not end well."""
        device = self._device
        limit = PATIENCE * expected + SPARE_CYCLES
        before = -1
        while device.read(registers.STATUS) & registers.BUSY:
            cycles = self._cycles()
            # A counter that stands still means that there is no clock: then nothing will ever end.
            if cycles >= limit or cycles == before:
                said = f"did not end within {cycles} cycles ({expected} expected)"
                raise self._failure(f"the {named} {said}", DeviceTimeoutError)
            before = cycles
            device.wait(min(WAIT_SECONDS, limit / device.clock_hz))
        status = device.read(registers.STATUS)
        if status & registers.ERRED:
            raise self._failure(f"the {named} failed: {self._error(count, size, kind)}")
        done = device.read(registers.WINDOWS_DONE)
        if not status & registers.DONE or done != count:
            raise self._failure(f"the {named} ended early with {done} results")

    def _check_results(self, results: np.ndarray, first: int, kind: Kind) -> None:
        wrong = results == kind.unwritten
        if kind.mode == registers.CLASSES_MODE:
            wrong = results >= self._classes
        places = np.argwhere(wrong)
        if len(places):
            index, value = int(places[0, 0]), int(results[tuple(places[0])])
            what = "was not written" if value == kind.unwritten else f"is class {value}"
            raise self._failure(f"the result of window {first + index} {what}, the network has {self._classes} classes")

    def _error(self, count: int, size: int, kind: Kind) -> str:
        """What the ERROR register says, and where."""
        error = self._device.read(registers.ERROR)
        said = [f"{name}, {meaning}" for bit, name, meaning in registers.ERRORS if error & bit] or [f"ERROR {error:#x}"]
        return f"{'; '.join(said)}; at {self._place(self._device.read(registers.ERROR_ADDRESS), count, size, kind)}"

    def _place(self, address: int, count: int, size: int, kind: Kind) -> str:
        source, destination = self._input.device_address, self._results.device_address
        if source <= address < source + count * size:
            return f"address {address:#x}, window {(address - source) // size} of the batch"
        if destination <= address < destination + count * kind.size:
            return f"address {address:#x}, result {(address - destination) // kind.size} of the batch"
        return f"address {address:#x}, outside the buffers"

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
