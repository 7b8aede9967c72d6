"""The accelerator on this board's FPGA, through pynq."""

from __future__ import annotations

import os
import select
import struct
import time
from pathlib import Path

import numpy as np

from . import registers
from .device import Buffer
from .errors import AcceleratorError, DeviceError
from .manifest import HASHED

CLOCK_TOLERANCE = 0.01
"""How far below the build's clock FCLK0 may be: what its dividers cannot meet."""
POLL_SECONDS = 50e-6
LATE_SECONDS = 0.1
"""Within which the kernel delivers an interrupt that is up."""
INTERRUPT_LINE = 61
"""IRQ_F2P[0] at the interrupt controller (UG585, table 7-4); PYNQ's images have a UIO device for it, `fabric`."""


class PynqDevice:
    """Loads the folder's bit file and sets FCLK0. A Device (device.py).

    With a .hwh that pynq can read the bit file is an Overlay, else a Bitstream. The interrupt is waited for where the
    kernel has a UIO device for it, else the registers are polled. (pynq's own Interrupt is for asyncio alone, and its
    metadata leave out interrupts that go to the PS without a controller between.)

    Raises AcceleratorError where there is no pynq, DeviceError where FCLK0 cannot be what the build was timed for.
    """

    def __init__(self, folder: Path, manifest: dict) -> None:
        try:
            import pynq
        except ImportError:
            raise AcceleratorError("no pynq here: run this on the board, or say device='simulator'") from None
        self._pynq = pynq
        self._clock_mhz = manifest["clock_mhz"]
        self._bitstream = _bitstream(pynq, str((Path(folder) / HASHED["bit"]).resolve()))
        self.reset()
        self._registers = pynq.MMIO(manifest["base_address"], manifest["address_range"], device=self._bitstream.device)
        self._interrupt = _open_interrupt()

    @property
    def waits_for(self) -> str:
        """How `wait` notices the end of a batch: `interrupt` or `polling`."""
        return "polling" if self._interrupt is None else "interrupt"

    def read(self, offset: int) -> int:
        """A register's value, 32 bits, by byte offset."""
        return int(self._registers.read(offset))

    def write(self, offset: int, value: int) -> None:
        """Write a register, 32 bits, by byte offset."""
        # pynq tells numbers by their exact type.
        self._registers.write(offset, int(value))

    def allocate(self, shape: tuple[int, ...], dtype: np.dtype) -> Buffer:
        """Contiguous memory of the board."""
        return self._pynq.allocate(shape, dtype, target=self._bitstream.device)

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
        """Load the bit file (again): every register and whatever was under way is gone. FCLK0 is set before."""
        clocks = self._pynq.Clocks
        clocks.fclk0_mhz = self._clock_mhz
        self._bitstream.download()
        found = clocks.fclk0_mhz
        if not self._clock_mhz * (1 - CLOCK_TOLERANCE) <= found <= self._clock_mhz * 1.0005:
            raise DeviceError(
                f"FCLK0 is at {found:g} MHz, the build was timed for {self._clock_mhz:g}: "
                "build for a clock that 1000 MHz divided by a whole number gives"
            )
        self.clock_hz = found * 1e6

    def close(self) -> None:
        """The FPGA keeps its configuration."""
        self._forget_interrupt()

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
