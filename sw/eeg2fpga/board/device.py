"""What the driver drives: registers, memory that the accelerator reaches, and time."""

from __future__ import annotations

from typing import ContextManager, Protocol

import numpy as np


class Buffer(Protocol):
    """A numpy array in memory that the device reaches. The host's caches stand between: flush, then invalidate.

    A slice along the first axis is a buffer too, of its part alone; only the whole is freed.
    """

    device_address: int
    """Of its first byte."""

    def flush(self) -> None:
        """Let the device see what the host wrote."""

    def invalidate(self) -> None:
        """Let the host see what the device wrote."""

    def freebuffer(self) -> None:
        """Give the memory back; the array must not be used afterwards."""


class Device(Protocol):
    """A configured FPGA with the shell in it, or a simulation of one."""

    clock_hz: float

    def use(self) -> ContextManager[None]:
        """The device for one thread, which waits until others leave it; may be entered again inside.

        Raises DeviceGoneError where the device is not this object's any more, DeviceError where a register access would
        not be answered.
        """

    def read(self, offset: int) -> int:
        """A register's value, 32 bits, by byte offset."""

    def write(self, offset: int, value: int) -> None:
        """Write a register, 32 bits, by byte offset."""

    def allocate(self, shape: tuple[int, ...], dtype: np.dtype) -> Buffer:
        """An array in the device's memory, at an address that is a multiple of 8."""

    def wait(self, seconds: float) -> bool:
        """Let time pass, at most so long; True when the interrupt came."""

    def reset(self) -> None:
        """Bring the accelerator to its state after power-up, whatever it was doing: nothing moves any more."""

    def close(self) -> None:
        """Give back what the device holds. Buffers are freed before."""
