"""EEGMAT, EEG during mental arithmetic (Zyma et al. 2019, doi:10.3390/data4010014), as PhysioNet publishes it.

SubjectNN_1.edf is about 182 s of rest, SubjectNN_2.edf about 62 s of mental arithmetic; 500 Hz, 19 electrodes.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from eeg2fpga.data.formats import read_electrodes
from eeg2fpga.data.recording import Recording
from eeg2fpga.errors import UserError

CLASSES = ("rest", "task")
SECONDS = 60
"""Of each class, a person."""


def find_files(folder: Path) -> list[Path]:
    """The EDF files, rest and task of each subject in turn.

    Raises UserError if there is none, or if a subject has one of the two only.
    """
    rests = sorted(folder.glob("Subject*_1.edf"))
    tasks = sorted(folder.glob("Subject*_2.edf"))
    if not rests and not tasks:
        raise UserError(f"no SubjectNN_1.edf in {folder}: run `eeg2fpga download {folder}`, or set EEG2FPGA_DATA")
    odd = {path.name[:-6] for path in rests} ^ {path.name[:-6] for path in tasks}
    if odd:
        raise UserError(f"{folder}: {min(odd)} lacks its _1.edf or its _2.edf: get both, or remove the other")
    return [path for pair in zip(rests, tasks, strict=True) for path in pair]


def read(folder: Path, sampling_rate: int = 128) -> Iterator[Recording]:
    """Yield, a subject, the rest (class 0) and the task (class 1) recording, 60 s each at `sampling_rate`.

    Both have the rest minute before the rest recording as baseline. Raises UserError for a damaged or short file.
    """
    files = find_files(folder)
    for rest_file, task_file in zip(files[::2], files[1::2], strict=True):
        yield from _read_subject(rest_file, task_file, sampling_rate)


def _read_subject(rest_file: Path, task_file: Path, rate: int) -> Iterator[Recording]:
    rest, electrodes = read_electrodes(rest_file, rate)
    task, task_electrodes = read_electrodes(task_file, rate)
    if electrodes != task_electrodes:
        raise UserError(f"{task_file}: its electrodes differ from those of {rest_file.name}: get both again")
    # The first and the last second hold the edges of the recording and of resampling.
    cuts = {
        rest_file: (rest, rest.shape[1] - (SECONDS + 1) * rate),
        task_file: (task, rate),
    }
    baseline_end = cuts[rest_file][1]
    baseline_start = max(rate, baseline_end - (SECONDS + 1) * rate)
    if baseline_end - baseline_start < SECONDS * rate // 2:
        raise UserError(f"{rest_file}: too short for a minute of rest and a baseline before it: get it again")
    baseline = rest[:, baseline_start:baseline_end]
    for label, (file, (data, start)) in enumerate(cuts.items()):
        cut = data[:, start : start + SECONDS * rate]
        if cut.shape[1] < SECONDS * rate:
            raise UserError(f"{file}: shorter than the {SECONDS + 1} s that are cut from it: get it again")
        yield Recording(
            np.ascontiguousarray(cut), rate, electrodes, label, file.stem[:-2], file.stem, baseline, str(file)
        )
