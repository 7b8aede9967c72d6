"""Electrode names and their places on the 9x9 scalp grid.

The grid is that of the DEAP literature (Yang et al., Emotion Recognition from Multi-Channel EEG through Parallel
Convolutional Recurrent Neural Network, IJCNN 2018): row 0 is the forehead, column 0 the left ear.
"""

from collections.abc import Sequence

import numpy as np

from eeg2fpga.board import electrodes
from eeg2fpga.board.electrodes import ALIASES
from eeg2fpga.errors import UserError

GRID = (
    ".   .   .   Fp1 .   Fp2 .   .   .",
    ".   .   .   AF3 .   AF4 .   .   .",
    "F7  .   F3  .   Fz  .   F4  .   F8",
    ".   FC5 .   FC1 .   FC2 .   FC6 .",
    "T7  .   C3  .   Cz  .   C4  .   T8",
    ".   CP5 .   CP1 .   CP2 .   CP6 .",
    "P7  .   P3  .   Pz  .   P4  .   P8",
    ".   .   .   PO3 .   PO4 .   .   .",
    ".   .   .   O1  Oz  O2  .   .   .",
)
POSITIONS: dict[str, tuple[int, int]] = {
    name: (row, column) for row, line in enumerate(GRID) for column, name in enumerate(line.split()) if name != "."
}
"""Electrode -> (row, column)."""

DEAP_ELECTRODES = (
    *("Fp1", "AF3", "F3", "F7", "FC5", "FC1", "C3", "T7", "CP5", "CP1", "P3", "P7", "PO3", "O1", "Oz", "Pz"),
    *("Fp2", "AF4", "Fz", "F4", "F8", "FC6", "FC2", "Cz", "C4", "T8", "CP6", "CP2", "P4", "P8", "PO4", "O2"),
)
"""Rows 0..31 of DEAP's preprocessed files (the Geneva order)."""


def normalise_name(name: str) -> str:
    """The montage's spelling of an electrode ('EEG Fp1' -> 'Fp1', 'FP1-REF' -> 'Fp1', 'T3' -> 'T7').

    A name that the montage does not know comes back without its 'EEG ' and otherwise unchanged.
    """
    return electrodes.normalise_name(name, POSITIONS)


def known_electrode(name: str, file: str = "") -> str:
    """`normalise_name`, or UserError with the known names if the montage has no place for it."""
    electrode = normalise_name(name)
    if electrode not in POSITIONS:
        where = f"{file}: " if file else ""
        raise UserError(
            f"{where}the montage does not know electrode `{name}`: rename or drop it; known: "
            f"{', '.join(POSITIONS)} (and {', '.join(ALIASES)})"
        )
    return electrode


def to_grid(windows: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Scatter windows (n, electrodes, T) on the scalp: (n, T, 9, 9) of the same dtype, 0 where no electrode is."""
    places = np.array([POSITIONS[known_electrode(name)] for name in names])
    count, _, samples = windows.shape
    grid = np.zeros((count, samples, len(GRID), len(GRID)), windows.dtype)
    grid[:, :, places[:, 0], places[:, 1]] = windows.transpose(0, 2, 1)
    return grid
