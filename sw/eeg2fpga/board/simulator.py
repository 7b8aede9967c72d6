"""The shell on a PC: a device for the driver that is the verilated RTL with an AXI memory (docs/board.md).

The library comes from eeg2fpga.verify.shell.build_shell; here it is only loaded.
"""

import ctypes
import threading
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from .errors import DeviceGoneError

BASE = 0x10000000
"""Address of the simulated memory's first byte."""
PAGE = 4096
"""Buffers begin at multiples of it, as those of pynq.allocate do."""
OKAY, EXCLUSIVE_OKAY, SLAVE_ERROR, DECODE_ERROR = range(4)
"""AXI responses."""


class ProtocolError(RuntimeError):
    """The shell broke the AXI protocol, or a register access was never answered."""


class _Settings(ctypes.Structure):
    _fields_ = (
        ("read_latency", ctypes.c_long),
        ("write_latency", ctypes.c_long),
        ("read_outstanding", ctypes.c_long),
        ("write_outstanding", ctypes.c_long),
        ("stall_per_mille", ctypes.c_long),
        ("seed", ctypes.c_uint64),
    )


class _Counts(ctypes.Structure):
    _fields_ = (
        ("cycles", ctypes.c_long),
        ("read_bursts", ctypes.c_long),
        ("write_bursts", ctypes.c_long),
        ("read_beats", ctypes.c_long),
        ("write_beats", ctypes.c_long),
        ("most_reads", ctypes.c_long),
        ("most_writes", ctypes.c_long),
        ("blocked_reads", ctypes.c_long),
        ("reads_now", ctypes.c_long),
        ("writes_now", ctypes.c_long),
    )


class Buffer(np.ndarray):
    """An array of the host with a copy in device memory, at `device_address`.

    As with caches on the board, the two agree only after `flush` (host to device) or `invalidate` (device to host). A
    part of it that lies in one piece is a buffer too.
    """

    device_address = None
    _device = None
    _freed = None

    def __array_finalize__(self, whole):
        if isinstance(whole, Buffer) and whole.device_address is not None:
            place = self.ctypes.data - whole.ctypes.data
            # Not of copies, which lie elsewhere.
            if place >= 0 and place + self.nbytes <= whole.nbytes and self.flags.c_contiguous:
                self.device_address = whole.device_address + place
                self._device, self._freed = whole._device, whole._freed

    def flush(self):
        """Copy to device memory."""
        self._bytes()[:] = np.ascontiguousarray(self).reshape(-1).view(np.uint8)

    def invalidate(self):
        """Copy from device memory."""
        self[...] = self._bytes().view(self.dtype).reshape(self.shape)

    def freebuffer(self):
        """Give the device memory back; the array and its parts must not be used after that."""
        if self._freed is None or self._freed:
            return
        self._freed.append(True)
        self._device._free(self.device_address)

    def _bytes(self):
        if self._device is None or self._freed:
            raise ValueError("this is no buffer, a copy of one, or a buffer that was freed: flush the buffer itself")
        return self._device._view(self.device_address, self.nbytes)


class Simulator:
    """The verilated shell in the file `library`, fresh from reset; a Device of docs/board.md.

    clock_hz: what a second of `wait` is worth. memory_bytes: size of the simulated memory, a multiple of 8. Threads may
    share it. Raises OSError if the library cannot be loaded, DeviceGoneError for what is called after `close`.
    """

    def __init__(self, library, clock_hz=100e6, memory_bytes=1 << 26):
        self.clock_hz = float(clock_hz)
        self._memory = np.zeros(memory_bytes, np.uint8)
        self._allocated = {}
        self._library = _load(library)
        self._settings, self._faults, self._shell, self._closed = None, [], None, False
        self._lock = threading.RLock()
        self.reset()
        self.configure()

    def reset(self):
        """A shell fresh from reset, with no burst on its way; memory, its settings and its faults stay."""
        with self._lock:
            if self._closed:
                raise DeviceGoneError("this simulator is closed: make a new one")
            self._destroy()
            self._shell = self._library.shell_create(self._memory.ctypes.data, BASE, len(self._memory))
            if not self._shell:
                raise OSError("the simulation could not write to the temporary folder (TMPDIR)")
            if self._settings is not None:
                self._library.shell_configure(self._shell, ctypes.byref(self._settings))
            for fault in self._faults:
                self._library.shell_fault(self._shell, *fault)

    @contextmanager
    def use(self):
        """The simulator for one thread; others wait. Raises DeviceGoneError after `close`."""
        with self._lock:
            if self._shell is None:
                raise DeviceGoneError("this simulator is closed: make a new one")
            yield

    def configure(
        self,
        read_latency=30,
        write_latency=10,
        read_outstanding=8,
        write_outstanding=8,
        stall_per_mille=0,
        seed=1,
    ):
        """Set the memory's timing; also restarts the random numbers that stalls are drawn from.

        read_latency, write_latency: cycles from address to first data, from last data to response. read_outstanding,
        write_outstanding: bursts that it accepts before it has finished others. stall_per_mille: of 1000 cycles, those
        in which a channel pauses (each channel for itself; registers too).
        """
        arguments = (read_latency, write_latency, read_outstanding, write_outstanding, stall_per_mille, seed)
        self._settings = _Settings(*arguments)
        with self.use():
            self._library.shell_configure(self._shell, ctypes.byref(self._settings))

    def fault(self, low, high, response):
        """Answer accesses to bytes `low` to `high` - 1 with an AXI response; errors (2, 3) move no data.

        What lies outside the memory is answered with DECODE_ERROR in any case.
        """
        with self.use():
            self._faults.append((low, high, response))
            self._library.shell_fault(self._shell, low, high, response)

    def clear_faults(self):
        """Forget all faults."""
        with self.use():
            self._faults = []
            self._library.shell_clear_faults(self._shell)

    def read(self, offset):
        """A register, by a transaction on the bus."""
        with self.use():
            value = self._library.shell_read(self._shell, offset)
            self._check()
            return value

    def write(self, offset, value, strobes=15):
        """Set a register, by a transaction on the bus. strobes: a bit for each byte that is written."""
        with self.use():
            self._library.shell_write(self._shell, offset, value, strobes)
            self._check()

    def allocate(self, shape, dtype=np.uint8):
        """An array of zeros with a place in device memory. Raises MemoryError when there is none left."""
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        buffer = np.zeros(shape, dtype).view(Buffer)
        with self.use():
            buffer.device_address = self._place(size)
            buffer._device, buffer._freed = self, []
            self._allocated[buffer.device_address] = size
        return buffer

    @property
    def buffers(self):
        """How many buffers are allocated and not freed."""
        return len(self._allocated)

    def wait(self, seconds):
        """Run until the interrupt comes, at most `seconds` of the clock; return whether it came."""
        return self.run(int(seconds * self.clock_hz), until_interrupt=True)

    def run(self, cycles, until_interrupt=False):
        """Run so many clock cycles; return whether the interrupt is up."""
        with self.use():
            interrupt = self._library.shell_run(self._shell, cycles, until_interrupt)
            self._check()
            return bool(interrupt)

    def counts(self):
        """What the memory saw since reset, by name.

        cycles; bursts and beats of reads and writes; the most bursts that were on their way at once (most_reads,
        most_writes) and that are now (reads_now, writes_now); cycles in which the shell did not take read data
        (blocked_reads).
        """
        counts = _Counts()
        with self.use():
            self._library.shell_counts(self._shell, ctypes.byref(counts))
        return {name: getattr(counts, name) for name, _ in _Counts._fields_}

    def close(self):
        """End the simulation, once whoever uses it has left. Buffers can be freed later too."""
        with self._lock:
            self._closed = True
            self._destroy()

    def _destroy(self):
        if self._shell:
            self._library.shell_destroy(self._shell)
            self._shell = None

    def _check(self):
        violation = self._library.shell_violation(self._shell).decode()
        if violation:
            raise ProtocolError(violation)

    def _place(self, size):
        """Address of the first gap of `size` bytes."""
        address = BASE
        for start, length in sorted(self._allocated.items()):
            if address + size <= start:
                break
            address = start + -(-max(length, 1) // PAGE) * PAGE
        if address + size > BASE + len(self._memory):
            raise MemoryError(f"{size} bytes do not fit the {len(self._memory)} of simulated memory")
        return address

    def _free(self, address):
        del self._allocated[address]

    def _view(self, address, size):
        return self._memory[address - BASE : address - BASE + size]


def _load(path):
    library = ctypes.CDLL(str(Path(path).resolve()))
    shell, number, address = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint64
    signatures = {
        "shell_create": (shell, [ctypes.c_void_p, address, address]),
        "shell_destroy": (None, [shell]),
        "shell_configure": (None, [shell, ctypes.c_void_p]),
        "shell_fault": (None, [shell, address, address, number]),
        "shell_clear_faults": (None, [shell]),
        "shell_read": (ctypes.c_int64, [shell, ctypes.c_uint32]),
        "shell_write": (number, [shell, ctypes.c_uint32, ctypes.c_uint32, number]),
        "shell_run": (number, [shell, ctypes.c_long, number]),
        "shell_counts": (None, [shell, ctypes.c_void_p]),
        "shell_violation": (ctypes.c_char_p, [shell]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
