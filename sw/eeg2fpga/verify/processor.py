"""The whole design's netlist as a library: a host where the Zynq's processor is, as in verify/shell.py at the shell."""

from pathlib import Path

from eeg2fpga.compile.rtl import primitive_models
from eeg2fpga.locations import HARDWARE
from eeg2fpga.verify.library import STOPS, build_library, harness_source

PROCESSOR = "processor"
FAULTS = (
    "GP0 or HP0 has another clock than FCLK0",
    "an answer on GP0 has another ID than was asked with, or its only beat is not the last",
    "a burst or its data on HP0 has an ID that is not 0",
    "a burst on HP0 is locked",
    "an interrupt line beside IRQF2P[0] is up",
)
"""What the bits of `fault` in hw/models/ps7/processor.sv mean."""


def build_processor(netlist: Path, objects: Path) -> Path:
    """Build the library that `board.simulator.Simulator` loads; again only when a source changed.

    netlist: the whole design in primitives, Verilog, PS7 among them as `zynq.ps7` (implement.whole.synthesise_whole) or
    where the file's macro PS7 says. objects: where libraries are kept. Raises RuntimeError with Verilator's or the
    compiler's message.
    """
    # The netlist's macro counts in processor.sv, which comes after it.
    sources = [netlist, *primitive_models(), *sorted(HARDWARE.glob("models/ps7/*.sv"))]
    harness = harness_source("shell_harness.cpp.j2", top=PROCESSOR, memories={}, faults=FAULTS)
    # A netlist compiles for minutes where it is optimised, and its cycles are few.
    return build_library(PROCESSOR, PROCESSOR, sources, harness, objects, flags=f"-O0 {STOPS}")
