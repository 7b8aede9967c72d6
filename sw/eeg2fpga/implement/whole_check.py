"""The whole design's netlist against the golden model: the driver's batches through registers, DMA, interrupt."""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.board import EEGAccelerator, registers
from eeg2fpga.board.errors import AcceleratorError
from eeg2fpga.board.manifest import HASHED
from eeg2fpga.board.simulator import ProtocolError, Simulator
from eeg2fpga.errors import CheckError
from eeg2fpga.implement.folder import write_folder
from eeg2fpga.implement.project import Project
from eeg2fpga.implement.whole import Whole
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.processor import build_processor

RESULT = "whole.json"
WINDOWS = 100
CYCLES = 3_000_000
"""Of simulation that the windows may take; of a slow accelerator's windows fewer are run, but FEWEST."""
FEWEST = 4
SIZES = (1, 7)
"""Windows of the first batches; the last one has the others."""


class Witness(Simulator):
    """The simulated device; counts the batches that were started and those whose wait the interrupt ended."""

    def __init__(self, library: Path, clock_hz: float) -> None:
        self.batches = self.interrupts = 0
        super().__init__(library, clock_hz)

    def write(self, offset: int, value: int, strobes: int = 15) -> None:
        """As a Simulator's."""
        self.batches += offset == registers.CONTROL and value & registers.START
        super().write(offset, value, strobes)

    def wait(self, seconds: float) -> bool:
        """As a Simulator's."""
        came = super().wait(seconds)
        self.interrupts += came
        return came


def affordable(windows: int, cycles_per_window: int) -> int:
    """How many of so many windows are run."""
    return min(WINDOWS, windows, max(FEWEST, CYCLES // cycles_per_window))


def check_whole(project: Project, whole: Whole, outputs: Path, windows: NDArray[np.int8]) -> dict:
    """Classify `windows`, int8 (n, electrodes, samples), by the netlist; what was found, JSON types only.

    outputs: the build's folder, whose golden model and manifest the driver gets. The driver's checks of identity,
    geometry and self-test run before. Raises CheckError, with the first difference, where a class is not the golden
    model's, a batch ends without its interrupt, or the design breaks a bus rule or stands still.
    """
    start = time.perf_counter()
    library = build_processor(whole.verilog, outputs / "verilated")
    built = time.perf_counter()
    folder, board = project.folder / "simulator", project.board
    write_folder(
        folder, outputs, "simulator", board.part, project.clock_mhz, "verilator", {HASHED["simulator"]: library}
    )
    device = Witness(library, project.clock_mhz * 1e6)
    try:
        classes = _classify(folder, device, windows)
        cycles = device.counts()["cycles"]
    except (AcceleratorError, ProtocolError) as error:
        raise CheckError(f"netlist of the whole design: {error}") from None
    finally:
        device.close()
    expected = GoldenModel.load(outputs / "golden.npz").predict(windows)
    _compare(classes, expected, device)
    return {
        "windows": len(windows),
        "mismatches": 0,
        "batches": device.batches,
        "interrupts": device.interrupts,
        "cycles": cycles,
        "build_seconds": round(built - start, 1),
        "seconds": round(time.perf_counter() - start, 1),
    }


def _classify(folder: Path, device: Simulator, windows: NDArray[np.int8]) -> NDArray[np.int64]:
    ends = [size for size in np.cumsum(SIZES) if size < len(windows)]
    with EEGAccelerator(folder, device) as accelerator:
        return np.concatenate([accelerator.predict(part) for part in np.split(windows, ends)])


def _compare(classes: NDArray[np.int64], expected: NDArray[np.int64], device: Witness) -> None:
    wrong = np.flatnonzero(classes != expected)
    if len(wrong):
        first = wrong[0]
        raise CheckError(
            f"netlist of the whole design: {len(wrong)} of {len(classes)} windows have another class than the golden "
            f"model says, first window {first}: {classes[first]} instead of {expected[first]}"
        )
    if device.interrupts != device.batches:
        raise CheckError(
            f"netlist of the whole design: {device.batches} batches, {device.interrupts} interrupts: the results "
            "are right, but IRQ_F2P does not say when"
        )
