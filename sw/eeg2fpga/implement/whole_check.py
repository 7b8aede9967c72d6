"""The whole design's netlist against the golden model: the driver's batches through registers, DMA, interrupt."""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.board import EEGAccelerator, registers
from eeg2fpga.board.errors import AcceleratorError
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
SCORED = 4
"""Of so many windows one is sent again for its scores, which say more than a class."""
LOOPED = 4096
"""Bytes that go through the DMA and back before."""


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

    outputs: the build's folder, whose golden model and manifest the driver gets. The driver's checks of identity and
    geometry, and its loopback, run before. Raises CheckError, with the first difference, where a class or a score is
    not the golden model's, a batch ends without its interrupt, or the design breaks a bus rule or stands still.
    """
    start = time.perf_counter()
    library = build_processor(whole.verilog, outputs / "verilated")
    built = time.perf_counter()
    folder, board = project.folder / "simulator", project.board
    write_folder(folder, outputs, "simulator", board.part, project.clock_mhz, "verilator", {"simulator": library})
    device = Witness(library, project.clock_mhz * 1e6)
    try:
        classes, scores = _drive(folder, device, windows)
        cycles = device.counts()["cycles"]
    except (AcceleratorError, ProtocolError) as error:
        raise CheckError(f"netlist of the whole design: {error}") from None
    finally:
        device.close()
    golden = GoldenModel.load(outputs / "golden.npz")
    _compare("scores", scores, golden.scores(windows[::SCORED]), SCORED)
    _compare("class", classes, golden.predict(windows)[:, None])
    _check_interrupts(device)
    return {
        "windows": len(windows),
        "mismatches": 0,
        "scored": len(scores),
        "batches": device.batches,
        "interrupts": device.interrupts,
        "cycles": cycles,
        "build_seconds": round(built - start, 1),
        "seconds": round(time.perf_counter() - start, 1),
    }


def _drive(folder: Path, device: Simulator, windows: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Classes (n, 1) of the windows, scores (m, classes) of each SCOREDth. Raises what the driver does."""
    ends = [size for size in np.cumsum(SIZES) if size < len(windows)]
    # Without the self-test: its windows would take as long as these.
    with EEGAccelerator(folder, device, prove=False) as accelerator:
        accelerator.loopback(LOOPED)
        classes = np.concatenate([accelerator.predict(part) for part in np.split(windows, ends)])
        return classes[:, None], accelerator.scores(windows[::SCORED])


def _compare(what: str, found: NDArray[np.int64], expected: NDArray[np.int64], step: int = 1) -> None:
    wrong = np.flatnonzero((found != expected).any(axis=1))
    if len(wrong):
        first = wrong[0]
        raise CheckError(
            f"netlist of the whole design: {len(wrong)} of {len(found)} windows have another {what} than the golden "
            f"model says, first window {first * step}: {found[first].tolist()} instead of {expected[first].tolist()}"
        )


def _check_interrupts(device: Witness) -> None:
    if device.interrupts != device.batches:
        raise CheckError(
            f"netlist of the whole design: {device.batches} batches, {device.interrupts} interrupts: the results "
            "are right, but IRQ_F2P does not say when"
        )
