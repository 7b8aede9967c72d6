import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.config import SyntheticConfig
from eeg2fpga.data import synthetic
from eeg2fpga.data.load import data_root
from eeg2fpga.data.recording import Recording

from .edf import write_edf

EEGMAT_NAMES = [
    *("EEG Fp1", "EEG Fp2", "EEG F3", "EEG F4", "EEG F7", "EEG F8", "EEG T3", "EEG T4", "EEG C3", "EEG C4"),
    *("EEG T5", "EEG T6", "EEG P3", "EEG P4", "EEG O1", "EEG O2", "EEG Fz", "EEG Cz", "EEG Pz", "EEG A2-A1", "ECG ECG"),
]


@pytest.fixture(scope="session")
def made_eegmat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three made-up people in EEGMAT's layout, at 500 Hz."""
    folder = tmp_path_factory.mktemp("eegmat")
    rng = np.random.default_rng(1)
    for subject in range(3):
        for part, seconds in ((1, 182), (2, 62)):
            data = 10 * rng.standard_normal((21, seconds * 500))
            write_edf(folder / f"Subject{subject:02d}_{part}.edf", data, EEGMAT_NAMES, 500)
    return folder


@pytest.fixture(scope="session")
def eegmat_folder(tmp_path_factory: pytest.TempPathFactory, made_eegmat: Path) -> Path:
    """The first people of the real EEGMAT where it is, else made-up ones."""
    root = data_root()
    if root is None or not (root / "eegmat").is_dir():
        return made_eegmat
    folder = tmp_path_factory.mktemp("eegmat-real")
    for file in sorted((root / "eegmat").glob("Subject0[0-3]_?.edf")):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="session")
def deap_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two synthetic people in DEAP's format."""
    folder = tmp_path_factory.mktemp("deap")
    synthetic.write_dataset(folder, SyntheticConfig(subjects=2, seed=3))
    return folder


@pytest.fixture
def recordings() -> Callable[..., list[Recording]]:
    """Make `subjects` people with `trials` recordings each, classes in turn, each sample its own."""

    def make(subjects: int = 4, trials: int = 6, samples: int = 500, baseline: bool = True) -> list[Recording]:
        rng = np.random.default_rng(0)
        return [
            Recording(
                data=(rng.normal(3, 20, (3, samples))).astype(np.float32),
                sampling_rate=128,
                electrodes=("Fz", "Cz", "Pz"),
                label=trial % 2,
                subject=f"s{subject}",
                trial=f"t{trial}",
                baseline=rng.normal(1, 10, (3, 200)).astype(np.float32) if baseline else None,
                file=f"s{subject}t{trial}",
            )
            for subject in range(subjects)
            for trial in range(trials)
        ]

    return make
