"""The Zynq's side of the ports: what must be so before a register of the FPGA is read (UG585, appendix B).

A read that nothing in the FPGA answers stops the processor for good: without a clock, in reset, or with the level
shifters off. These registers are the processor's own and always answer.
"""

from __future__ import annotations

from typing import Callable

from .errors import DeviceError

SYSTEM = 0xF8000000
"""Of the SLCR, system-level control registers; a page."""
FPGA0_CLK_CTRL = 0x170
FPGA0_THR_STA = 0x17C
FPGA_RST_CTRL = 0x240
LVL_SHFTR_EN = 0x900
PORT = 0xF8008000
"""Of AFI0, the FIFOs of S_AXI_HP0; a page."""
AFI_RDCHAN_CTRL = 0x00
AFI_WRCHAN_CTRL = 0x14
PAGE = 0x1000

_RUNNING = 1 << 16
_IN_RESET = 1 << 0
_SHIFTERS = 0xF
_NARROW = 1 << 0


def check_alive(system: Callable[[int], int]) -> None:
    """Raise DeviceError unless FCLK0 runs, its reset is released and the level shifters are on.

    system: offset in the SLCR -> value.
    """
    control = system(FPGA0_CLK_CTRL)
    if not system(FPGA0_THR_STA) & _RUNNING or not control >> 8 & 0x3F or not control >> 20 & 0x3F:
        raise DeviceError(
            "FCLK0, the FPGA's clock, stands still (FPGA0_THR_STA): the boot image stopped it; "
            "reading the accelerator would hang the processor. Restart the board, or write 0 to 0xF8000178"
        )
    if system(FPGA_RST_CTRL) & _IN_RESET:
        raise DeviceError(
            "the FPGA is held in reset (FPGA_RST_CTRL bit 0): by another program, or a configuration that failed; "
            "load the bit file again"
        )
    if system(LVL_SHFTR_EN) & _SHIFTERS != _SHIFTERS:
        raise DeviceError(
            "the ports between processor and FPGA are off (LVL_SHFTR_EN): no bit file was loaded, or loading failed; "
            "load it again"
        )


def widen_port(read: Callable[[int], int], write: Callable[[int, int], None]) -> None:
    """Set S_AXI_HP0 to 64 bits, which the accelerator's DMA has. Nothing may be under way on it.

    read, write: AFI0's registers. Raises DeviceError where one stays as it was.
    """
    for offset, name in ((AFI_RDCHAN_CTRL, "AFI_RDCHAN_CTRL"), (AFI_WRCHAN_CTRL, "AFI_WRCHAN_CTRL")):
        value = read(offset)
        if value & _NARROW:
            write(offset, value & ~_NARROW)
        if read(offset) & _NARROW:
            raise DeviceError(
                f"the memory port S_AXI_HP0 has 32 bits and stays so ({name} bit 0), the accelerator needs 64: "
                "use a boot image with 64"
            )
