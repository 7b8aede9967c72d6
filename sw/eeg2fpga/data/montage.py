"""Electrode names and their places on the 9x9 scalp grid.

The grid is that of the DEAP literature (Yang et al., Emotion Recognition from Multi-Channel EEG through Parallel
Convolutional Recurrent Neural Network, IJCNN 2018): row 0 is the forehead, column 0 the left ear.
"""

import re
from collections.abc import Sequence

import numpy as np

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

# The old 10-20 names of the same places.
ALIASES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}

DEAP_ELECTRODES = (
    *("Fp1", "AF3", "F3", "F7", "FC5", "FC1", "C3", "T7", "CP5", "CP1", "P3", "P7", "PO3", "O1", "Oz", "Pz"),
    *("Fp2", "AF4", "Fz", "F4", "F8", "FC6", "FC2", "Cz", "C4", "T8", "CP6", "CP2", "P4", "P8", "PO4", "O2"),
)
"""Rows 0..31 of DEAP's preprocessed files (the Geneva order)."""

_SPELLING = {name.lower(): name for name in POSITIONS} | {old.lower(): new for old, new in ALIASES.items()}
# A reference appended to the name: 'Fp1-REF', 'Fp1-A1', 'Fp1-LE', 'Fp1-M2', 'Fp1-Avg'.
_REFERENCE = re.compile(r"-(ref|le|re|a1|a2|a1a2|m1|m2|avg|av|car)$")


def normalise_name(name: str) -> str:
    """The montage's spelling of an electrode ('EEG Fp1' -> 'Fp1', 'FP1-REF' -> 'Fp1', 'T3' -> 'T7').

    A name that the montage does not know comes back without its 'EEG ' and otherwise unchanged.
    """
    bare = re.sub(r"^eeg[\s_-]+", "", name.strip(), flags=re.IGNORECASE).strip(" .")
    return _SPELLING.get(_REFERENCE.sub("", bare.lower()), bare)


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


def to_grid(windows: np.ndarray, electrodes: Sequence[str]) -> np.ndarray:
    """Scatter windows (n, electrodes, T) on the scalp: (n, T, 9, 9) of the same dtype, 0 where no electrode is."""
    places = np.array([POSITIONS[known_electrode(name)] for name in electrodes])
    count, _, samples = windows.shape
    grid = np.zeros((count, samples, len(GRID), len(GRID)), windows.dtype)
    grid[:, :, places[:, 0], places[:, 1]] = windows.transpose(0, 2, 1)
    return grid
