"""The accelerator on this board's FPGA, through pynq."""

from __future__ import annotations

import errno
import os
import select
import struct
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import numpy as np

from . import registers, zynq
from .device import Buffer
from .errors import AcceleratorError, DeviceError, DeviceGoneError
from .manifest import file_names
from .ownership import FPGA

CLOCK_TOLERANCE = 0.01
"""How far below the build's clock FCLK0 may be: what its dividers cannot meet."""
POLL_SECONDS = 50e-6
LATE_SECONDS = 0.1
"""Within which the kernel delivers an interrupt that is up."""
STOP_SECONDS = 0.1
"""What bursts that are under way get before the FPGA is configured anew."""
INTERRUPT_LINE = 61
"""IRQ_F2P[0] at the interrupt controller (UG585, table 7-4); PYNQ's images have a UIO device for it, `fabric`."""


class PynqDevice:
    """Loads the folder's bit file and sets FCLK0. A Device (device.py), the last one made of which has the FPGA.

    With a .hwh that pynq can read the bit file is an Overlay, else a Bitstream. The interrupt is waited for where the
    kernel has a UIO device for it, else the registers are polled. (pynq's own Interrupt is for asyncio alone, and its
    metadata leave out interrupts that go to the PS without a controller between.)

    Raises AcceleratorError where there is no pynq; DeviceError where another process has the FPGA, pynq cannot load the
    bit file, FCLK0 cannot be what the build was timed for, the FPGA has no clock or is in reset, or HP0 is narrow.
    """

    def __init__(self, folder: Path, manifest: dict) -> None:
        self._pynq = _import_pynq()
        self._clock_mhz = manifest["clock_mhz"]
        self._build_hash = manifest["build_hash"]
        self._place = (manifest["base_address"], manifest["address_range"])
        self._interrupt: int | None = None
        self._closed = False
        bit = str((Path(folder) / file_names(self._build_hash)["bit"]).resolve())
        noted = FPGA.acquire()
        try:
            with FPGA.lock, _sentences("loading the bit file"):
                # Before pynq takes note of this one.
                loaded = _loaded(self._pynq)
                self._bitstream = _bitstream(self._pynq, bit)
                self._device = self._bitstream.device
                self._system = self._map(zynq.SYSTEM, zynq.PAGE)
                self._stop_what_runs(noted, loaded)
                FPGA.take(self)
                self._load()
                self._interrupt = _open_interrupt()
        except BaseException:
            self.close()
            raise

    @property
    def waits_for(self) -> str:
        """How `wait` notices the end of a batch: `interrupt` or `polling`."""
        return "polling" if self._interrupt is None else "interrupt"

    @contextmanager
    def use(self) -> Iterator[None]:
        """The FPGA for this thread; others wait.

        Raises DeviceGoneError where it is another object's, or another overlay was loaded, DeviceError where nothing in
        it would answer.
        """
        with FPGA.lock:
            FPGA.check(self)
            loaded = _loaded(self._pynq)
            if loaded != self._bitstream.bitfile_name:
                raise DeviceGoneError(
                    f"another overlay was loaded ({loaded}): make a new EEGAccelerator to load this one again"
                )
            zynq.check_alive(self._system.read)
            yield

    def read(self, offset: int) -> int:
        """A register's value, 32 bits, by byte offset."""
        return int(self._registers.read(offset))

    def write(self, offset: int, value: int) -> None:
        """Write a register, 32 bits, by byte offset."""
        # pynq tells numbers by their exact type.
        self._registers.write(offset, int(value))

    def allocate(self, shape: tuple[int, ...], dtype: np.dtype) -> Buffer:
        """Contiguous memory of the board."""
        return self._pynq.allocate(shape, dtype, target=self._device)

    def wait(self, seconds: float) -> bool:
        """Until the interrupt, at most so long; True when it came."""
        if self._interrupt is None:
            return self._poll(seconds)
        # A write of 1 enables the interrupt in the kernel, a read takes its count.
        os.write(self._interrupt, struct.pack("<I", 1))
        if self._delivered(seconds):
            return True
        if not self.read(registers.INTERRUPT) & 1:
            return False
        # The accelerator raised it: if the kernel does not hear of it now, its device is of another interrupt.
        if not self._delivered(LATE_SECONDS):
            self._forget_interrupt()
        return True

    def reset(self) -> None:
        """Load the bit file again: every register and whatever was under way is gone. FCLK0 is set before.

        What is under way is ended by ABORT first, if that helps: bursts that the FPGA leaves behind block the port.
        """
        with FPGA.lock, _sentences("loading the bit file"):
            FPGA.check(self)
            self._stop(self._registers)
            self._load()

    def close(self) -> None:
        """The FPGA keeps its configuration."""
        with FPGA.lock:
            self._forget_interrupt()
            FPGA.give_up(self)
            if not self._closed:
                self._closed = True
                FPGA.release()

    def _load(self) -> None:
        clocks, bitstream = self._pynq.Clocks, self._bitstream
        clocks.fclk0_mhz = self._clock_mhz
        # pynq would take what lies under that name from the last time, whosever it is by now.
        bitstream.binfile_name = ""
        port = self._map(zynq.PORT, zynq.PAGE)
        zynq.widen_port(port.read, lambda offset, value: port.write(offset, int(value)))
        FPGA.note()
        bitstream.download()
        FPGA.note(build_hash=self._build_hash, bit=bitstream.bitfile_name, base=self._place[0])
        found = clocks.fclk0_mhz
        if not self._clock_mhz * (1 - CLOCK_TOLERANCE) <= found <= self._clock_mhz * 1.0005:
            raise DeviceError(
                f"FCLK0 is at {found:g} MHz, the build was timed for {self._clock_mhz:g}: "
                "build for a clock that 1000 MHz divided by a whole number gives"
            )
        self.clock_hz = found * 1e6
        zynq.check_alive(self._system.read)
        self._registers = self._map(*self._place)

    def _map(self, address: int, size: int) -> object:
        return self._pynq.MMIO(address, size, device=self._device)

    def _stop_what_runs(self, noted: dict | None, loaded: str | None) -> None:
        """End the batch of whoever had the FPGA before, if it still holds what an EEGAccelerator loaded.

        noted: what that one wrote to the lock file. loaded: the bit file that pynq loaded last. Nothing else is asked:
        what does not answer stops the processor.
        """
        if noted is None or noted.get("bit") is None or noted["bit"] != loaded:
            return
        self._stop(self._map(int(noted["base"]), self._place[1]))

    def _stop(self, mapped: object) -> None:
        """ABORT what runs, and wait until its bursts are done, STOP_SECONDS at most."""
        try:
            zynq.check_alive(self._system.read)
        except DeviceError:
            return
        if mapped.read(registers.IDENTITY) != registers.IDENTITY_VALUE:
            return
        end = time.monotonic() + STOP_SECONDS
        if mapped.read(registers.STATUS) & registers.BUSY:
            mapped.write(registers.CONTROL, registers.ABORT)
            while mapped.read(registers.STATUS) & registers.BUSY and time.monotonic() < end:
                time.sleep(POLL_SECONDS)

    def _delivered(self, seconds: float) -> bool:
        """Whether the kernel says within so long that the interrupt came."""
        if not select.select([self._interrupt], [], [], seconds)[0]:
            return False
        os.read(self._interrupt, 4)
        return True

    def _forget_interrupt(self) -> None:
        if self._interrupt is not None:
            os.close(self._interrupt)
            self._interrupt = None

    def _poll(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.read(registers.INTERRUPT) & 1:
            if time.monotonic() >= end:
                return False
            time.sleep(POLL_SECONDS)
        return True


def _import_pynq() -> object:
    try:
        import pynq
    except ImportError:
        raise AcceleratorError("no pynq here: run this on the board, or say device='simulator'") from None
    # XRT's bindings load a library of C that may be missing or another's.
    except (OSError, AttributeError) as error:
        raise AcceleratorError(f"pynq cannot be loaded ({error}): {_XRT}") from None
    return pynq


_XRT = "XRT is missing or not set up: in a shell of PYNQ's image run `source /etc/profile.d/xrt_setup.sh` first"


@contextmanager
def _sentences(what: str) -> Iterator[None]:
    """What pynq raises, as a DeviceError that says what to do."""
    try:
        yield
    except AcceleratorError:
        raise
    # pynq raises whatever its parsers, XRT and the kernel lead to.
    except Exception as error:
        raise DeviceError(f"{what} failed ({type(error).__name__}: {_one_line(error)}): {_remedy(error)}") from error


def _remedy(error: Exception) -> str:
    said = str(error)
    if isinstance(error, PermissionError) or "Root permissions" in said:
        return "the FPGA needs root: use PYNQ's Jupyter, or sudo -E python"
    if isinstance(error, OSError) and error.errno == errno.EBUSY:
        return "the FPGA manager is busy with another program: end that one and try again"
    if "No Devices Found" in said:
        return f"pynq sees no FPGA. Run this on a board; there, {_XRT}"
    if "xrt" in said.lower() or "xclbin" in said.lower():
        return _XRT
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "no room in /lib/firmware: remove old files"
    return "run pynq's own base overlay to see whether pynq works; restart the board if it does not"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _loaded(pynq: object) -> str | None:
    """The bit file that was loaded last, whichever process did it through pynq; None if pynq knows of none."""
    try:
        from pynq.pl_server import global_state
    except ImportError:  # pynq 2: a server knows
        return pynq.PL.bitfile_name
    return global_state.load_global_state().bitfile_name if global_state.global_state_file_exists() else None


def _bitstream(pynq: object, bit: str) -> object:
    """An Overlay, not downloaded yet, or a Bitstream where there is no .hwh that pynq can read."""
    if not Path(bit).with_suffix(".hwh").is_file():
        return pynq.Bitstream(bit)
    try:
        return pynq.Overlay(bit, download=False)
    # pynq's parsers, and xclbinutil behind them, raise whatever the file leads to; nothing here needs the metadata.
    except Exception:
        return pynq.Bitstream(bit)


def _open_interrupt() -> int | None:
    """File descriptor of the UIO device of the accelerator's interrupt; None if there is none that may be used."""
    from pynq.interrupt import get_uio_irq

    try:
        path = get_uio_irq(INTERRUPT_LINE)
        return None if path is None else os.open(path, os.O_RDWR)
    except OSError:
        return None
