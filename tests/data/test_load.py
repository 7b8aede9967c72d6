import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.config import DataConfig, SyntheticConfig
from eeg2fpga.data import load
from eeg2fpga.data.load import cache_key, data_root, load_dataset
from eeg2fpga.errors import UserError


def test_cached_equals_computed(made_eegmat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = tmp_path / "data"
    shutil.copytree(made_eegmat, root / "eegmat")
    config = DataConfig(source="eegmat")
    first = load_dataset(config, root, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1
    # No reader from here on: what comes back can only be the cache's.
    monkeypatch.setattr(load, "_recordings", lambda *_: pytest.fail("read again"))
    again = load_dataset(config, root, tmp_path / "cache")
    np.testing.assert_array_equal(first.windows(), again.windows())
    for name in ("labels", "subjects", "trials", "window_signal", "window_start", "signal_baseline"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert len(first.baselines) == len(np.unique(first.subjects))
    for ours, theirs in zip(first.baselines, again.baselines, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert first.metadata() == again.metadata()
    assert first.class_names == again.class_names == ("rest", "task")
    assert len(first) == 3 * 2 * 60


def test_damaged_cache_is_made_again(deap_folder: Path, tmp_path: Path):
    config = DataConfig(source="deap", path=deap_folder)
    first = load_dataset(config, None, tmp_path)
    (stored,) = tmp_path.iterdir()
    stored.write_bytes(stored.read_bytes()[:1000])
    np.testing.assert_array_equal(load_dataset(config, None, tmp_path).windows(), first.windows())


def test_key_follows_what_the_windows_depend_on(made_eegmat: Path, tmp_path: Path):
    folder = tmp_path / "eegmat"
    shutil.copytree(made_eegmat, folder)
    config = DataConfig(source="eegmat")
    keys = {cache_key(config, folder)}
    assert cache_key(config, folder) in keys
    for change in ({"window": 64}, {"stride": 64}, {"normalisation": "fixed"}, {"sampling_rate": 100}):
        keys.add(cache_key(config.model_copy(update=change), folder))
    os.utime(folder / "Subject01_2.edf", (1, 1))
    keys.add(cache_key(config, folder))
    with (folder / "Subject01_2.edf").open("ab") as stream:
        stream.write(b"\0")
    os.utime(folder / "Subject01_2.edf", (1, 1))
    keys.add(cache_key(config, folder))
    for part in (1, 2):
        (folder / f"Subject02_{part}.edf").unlink()
    keys.add(cache_key(config, folder))
    assert len(keys) == 8


def test_synthetic(tmp_path: Path):
    settings = SyntheticConfig(subjects=1)
    config = DataConfig(source="synthetic", label="valence", synthetic=settings)
    valence = load_dataset(config, None, tmp_path)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("synthetic*/s*.dat")}
    assert len(files) == 1
    arousal = load_dataset(config.model_copy(update={"label": "arousal"}), None, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in files} == files, "the other label reads the same files"
    assert len(valence) == 40 * 60
    np.testing.assert_array_equal(valence.windows(), arousal.windows())
    assert not np.array_equal(valence.labels, arousal.labels)
    assert valence.class_names == ("low", "high")


def test_root_from_the_environment(tmp_path: Path, deap_folder: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(deap_folder, tmp_path / "deap")
    monkeypatch.setenv("EEG2FPGA_DATA", str(tmp_path))
    assert data_root() == tmp_path
    dataset = load_dataset(DataConfig(source="deap", label="liking"), None, tmp_path / "cache")
    assert len(set(dataset.subjects)) == 2
    monkeypatch.setenv("EEG2FPGA_DATA", str(tmp_path / "none"))
    with pytest.raises(UserError, match=r"EEG2FPGA_DATA names .*none"):
        data_root()


@pytest.mark.parametrize(("source", "remedy"), [("eegmat", "eeg2fpga download"), ("deap", "sXX.dat"), ("files", "put")])
def test_no_data_folder_says_how_to_get_it(tmp_path: Path, source: str, remedy: str):
    with pytest.raises(UserError, match=f"no data folder.*{remedy}.*EEG2FPGA_DATA"):
        load_dataset(DataConfig(source=source), tmp_path, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_config_that_does_not_fit(tmp_path: Path):
    with pytest.raises(UserError, match="128 Hz"):
        load_dataset(DataConfig(source="synthetic", sampling_rate=100), None, tmp_path)
    with pytest.raises(UserError, match="no label `joy`"):
        load_dataset(DataConfig(source="synthetic", label="joy"), None, tmp_path)
    with pytest.raises(UserError, match=r"data\.label is for deap and synthetic"):
        load_dataset(DataConfig(source="eegmat", label="valence"), tmp_path, tmp_path)
