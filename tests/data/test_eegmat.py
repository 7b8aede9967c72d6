import shutil
from pathlib import Path

import mne
import numpy as np
import pytest
from eeg2fpga.data import eegmat
from eeg2fpga.data.formats import read_electrodes
from eeg2fpga.errors import UserError
from scipy import signal

from .conftest import EEGMAT_NAMES
from .edf import write_edf


def test_shapes_labels_and_baseline(eegmat_folder: Path):
    recordings = list(eegmat.read(eegmat_folder))
    print(f"{len(recordings)} recordings of {eegmat_folder}")
    assert [r.label for r in recordings] == [0, 1] * (len(recordings) // 2)
    assert len({r.subject for r in recordings}) == len(recordings) // 2
    assert len({(r.subject, r.trial) for r in recordings}) == len(recordings)
    for recording in recordings:
        assert recording.data.shape == (19, 60 * 128)
        assert recording.data.dtype == np.float32
        assert recording.electrodes[:8] == ("Fp1", "Fp2", "F3", "F4", "F7", "F8", "T7", "T8")
        assert recording.baseline.shape == (19, 61 * 128) or recording.baseline.shape[1] > 30 * 128
        assert 1 < recording.data.std() < 100, "microvolt"


def test_stretches_lie_where_they_should(eegmat_folder: Path):
    rest, task = list(eegmat.read(eegmat_folder))[:2]
    files = eegmat.find_files(eegmat_folder)[:2]
    # An independent way to 128 Hz: polyphase filtering of MNE's samples, in microvolt.
    whole = [mne.io.read_raw_edf(file, verbose="error").get_data([3]) * 1e6 for file in files]
    slow = [signal.resample_poly(data[0], 32, 125) for data in whole]
    n = len(slow[0])
    for part, direct in (
        (rest.data, slow[0][n - 61 * 128 : n - 128]),
        (rest.baseline, slow[0][max(128, n - 122 * 128) : n - 61 * 128]),
        (task.data, slow[1][128 : 61 * 128]),
    ):
        assert part.shape[1] == len(direct)
        assert np.corrcoef(part[3], direct)[0, 1] > 0.98
    np.testing.assert_array_equal(rest.baseline, task.baseline)


def test_truncated_file(made_eegmat: Path, tmp_path: Path):
    for name in ("Subject00_1.edf", "Subject00_2.edf"):
        shutil.copy(made_eegmat / name, tmp_path)
    cut = tmp_path / "Subject00_2.edf"
    with cut.open("r+b") as stream:
        stream.truncate(cut.stat().st_size - 5001)
    with pytest.raises(UserError, match=r"Subject00_2\.edf is truncated"):
        list(eegmat.read(tmp_path))


@pytest.mark.parametrize("size", [0, 100, 300])
def test_truncated_header(made_eegmat: Path, tmp_path: Path, size: int):
    path = tmp_path / "a.edf"
    path.write_bytes((made_eegmat / "Subject00_2.edf").read_bytes()[:size])
    with pytest.raises(UserError, match="truncated"):
        read_electrodes(path, 128)


def test_lone_file(made_eegmat: Path, tmp_path: Path):
    shutil.copy(made_eegmat / "Subject00_1.edf", tmp_path)
    with pytest.raises(UserError, match="Subject00 lacks"):
        eegmat.find_files(tmp_path)


def test_too_short(made_eegmat: Path, tmp_path: Path):
    shutil.copy(made_eegmat / "Subject00_1.edf", tmp_path)
    write_edf(tmp_path / "Subject00_2.edf", np.zeros((21, 30 * 500)), EEGMAT_NAMES, 500)
    with pytest.raises(UserError, match=r"Subject00_2\.edf: shorter"):
        list(eegmat.read(tmp_path))


def test_unknown_electrode(tmp_path: Path):
    write_edf(tmp_path / "a.edf", np.zeros((2, 500)), ["EEG Fz", "EEG Foo"], 100)
    with pytest.raises(UserError, match=r"a\.edf: the montage does not know electrode `EEG Foo`"):
        read_electrodes(tmp_path / "a.edf", 128)
