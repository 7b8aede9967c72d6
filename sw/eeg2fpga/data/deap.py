"""DEAP's preprocessed recordings (Koelstra et al. 2012, doi:10.1109/T-AFFC.2011.15): data_preprocessed_python/sXX.dat.

A file is a Python 2 pickle of {data: (40 trials, 40 signals, 8064 samples), labels: (40 trials, 4)} at 128 Hz; rows
0..31 are EEG in the Geneva order, the first 3 s come before the video.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from eeg2fpga.data.montage import DEAP_ELECTRODES
from eeg2fpga.data.recording import Recording, check_finite
from eeg2fpga.data.safe_pickle import load_arrays
from eeg2fpga.errors import UserError

SAMPLING_RATE = 128
BASELINE_SECONDS = 3
SHAPE = (40, 40, 8064)
"""Trials, signals, samples."""
LABELS = ("valence", "arousal", "dominance", "liking")
CLASSES = ("low", "high")
THRESHOLD = 5.0
"""Ratings above are high (the scale is 1..9)."""


def find_files(folder: Path) -> list[Path]:
    """The sXX.dat files of a folder, or of its data_preprocessed_python; UserError if there is none."""
    for candidate in (folder, folder / "data_preprocessed_python"):
        files = sorted(candidate.glob("s[0-9][0-9].dat"))
        if files:
            return files
    raise UserError(f"no sXX.dat in {folder}: put DEAP's data_preprocessed_python there, or set EEG2FPGA_DATA")


def read(folder: Path, label: str = "valence") -> Iterator[Recording]:
    """Yield the trials of every file, 60 s each, baseline removed; class 1 where the rating of `label` is above 5.

    Raises UserError for an unknown label and for a file that is not such a pickle.
    """
    column = label_column(label)
    for path in find_files(folder):
        yield from read_file(path, column)


def label_column(label: str) -> int:
    """The column of `labels`, or UserError with the legal names."""
    if label not in LABELS:
        raise UserError(f"no label `{label}` in DEAP files; legal: {', '.join(LABELS)}")
    return LABELS.index(label)


def read_file(path: Path, column: int) -> Iterator[Recording]:
    """Yield the trials of one file; `column` of its labels is the class."""
    arrays = load_arrays(path)
    if arrays.get("data", np.empty(0)).shape != SHAPE or arrays.get("labels", np.empty(0)).shape != (SHAPE[0], 4):
        raise UserError(f"{path} is no DEAP file (it needs data {SHAPE} and labels (40, 4)): get it again")
    ratings = arrays["labels"][:, column]
    if not np.isfinite(ratings).all():
        raise UserError(f"{path}: the rating of trial {np.argmin(np.isfinite(ratings)) + 1} is NaN: get it again")
    for trial, rating in enumerate(ratings):
        signals = arrays["data"][trial, : len(DEAP_ELECTRODES)].astype(np.float32)
        check_finite(signals, DEAP_ELECTRODES, f"{path} trial {trial + 1}")
        data, baseline = remove_baseline(signals)
        yield Recording(
            data,
            SAMPLING_RATE,
            DEAP_ELECTRODES,
            int(rating > THRESHOLD),
            path.stem,
            f"trial{trial + 1:02d}",
            baseline,
            f"{path} trial {trial + 1}",
        )


def remove_baseline(signals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Subtract the mean of the three 1-s baseline segments from each 1-s segment (Yang et al., IJCNN 2018).

    `signals` is (electrodes, 3 s + trial). Returns the trial and the baseline, both so corrected.
    """
    split = BASELINE_SECONDS * SAMPLING_RATE
    segment = signals[:, :split].reshape(len(signals), BASELINE_SECONDS, SAMPLING_RATE).mean(axis=1)
    corrected = signals - np.tile(segment, signals.shape[1] // SAMPLING_RATE)
    return corrected[:, split:], corrected[:, :split]
