from pathlib import Path

import mne
import numpy as np
import pytest
import scipy.io
from eeg2fpga.config import DataConfig
from eeg2fpga.data import own
from eeg2fpga.data.load import load_dataset
from eeg2fpga.errors import UserError

from .edf import write_edf

NAMES = ["EEG Fz", "EEG Cz-REF", "EEG T3"]
RATE = 128
HEADER = "file,onset,duration,label,subject\n"


def noise(seconds: int = 20, seed: int = 0) -> np.ndarray:
    return 20 * np.random.default_rng(seed).standard_normal((len(NAMES), seconds * RATE))


def write_fif(path: Path, data: np.ndarray, names: list[str] | None = None) -> None:
    info = mne.create_info(names or ["Fz", "Cz", "T3"], RATE, "eeg")
    mne.io.RawArray(data * 1e-6, info, verbose="error").save(path, verbose="error")


def write_brainvision(path: Path, data: np.ndarray) -> None:
    data.T.astype("<f4").tofile(path.with_suffix(".eeg"))
    channels = "".join(f"Ch{i + 1}={name},,1,µV\n" for i, name in enumerate(("Fz", "Cz", "T3")))
    path.with_suffix(".vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\n"
        f"Codepage=UTF-8\nDataFile={path.stem}.eeg\n[Marker Infos]\nMk1=New Segment,,1,1,0,20200101000000000000\n"
    )
    path.write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        f"DataFile={path.stem}.eeg\nMarkerFile={path.stem}.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\n"
        f"NumberOfChannels={len(data)}\nSamplingInterval={1e6 / RATE:g}\n"
        f"[Binary Infos]\nBinaryFormat=IEEE_FLOAT_32\n[Channel Infos]\n{channels}",
        encoding="utf-8",
    )


def write_set(path: Path, data: np.ndarray) -> None:
    # EEGLAB's structure, as far as MNE reads it; the samples inside the file.
    channels = np.array([(name, "EEG") for name in ("Fz", "Cz", "T3")], dtype=[("labels", "O"), ("type", "O")])
    fields = {"setname": "a", "nbchan": 3, "pnts": data.shape[1], "trials": 1, "srate": RATE, "xmin": 0.0}
    fields |= {"xmax": data.shape[1] / RATE, "data": data.astype(np.float32), "chanlocs": channels, "event": []}
    scipy.io.savemat(path, {"EEG": fields | {"epoch": [], "icawinv": [], "icaweights": [], "icasphere": []}})


WRITERS = {
    "a.edf": lambda path, data: write_edf(path, data, NAMES, RATE),
    "a.bdf": lambda path, data: write_edf(path, data, NAMES, RATE),
    "a_raw.fif": write_fif,
    "a.vhdr": write_brainvision,
    "a.set": write_set,
}


def table(folder: Path, rows: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(HEADER + rows)
    return path


@pytest.mark.parametrize("name", WRITERS)
def test_formats(tmp_path: Path, name: str):
    data = noise()
    WRITERS[name](tmp_path / name, data)
    rows = f"{name},0,5,baseline,anna\n{name},5,4.5,open,anna\n{name},10,2,closed,anna\n"
    opened, closed = own.read(table(tmp_path, rows), tmp_path, RATE)
    assert opened.electrodes == ("Fz", "Cz", "T7")
    assert (opened.label, closed.label) == (1, 0), "sorted labels"
    assert opened.subject == "anna"
    assert opened.trial != closed.trial
    for found, start, stop in ((opened.data, 5, 9.5), (closed.data, 10, 12), (closed.baseline, 0, 5)):
        np.testing.assert_allclose(found, data[:, round(start * RATE) : round(stop * RATE)], atol=0.05)


def test_electrodes_take_the_first_files_order(tmp_path: Path):
    data = noise()
    write_fif(tmp_path / "a_raw.fif", data)
    write_fif(tmp_path / "b_raw.fif", data[::-1], ["T7", "Cz", "Fz"])
    first, second = own.read(table(tmp_path, "a_raw.fif,1,2,x,s\nb_raw.fif,1,2,y,s\n"), tmp_path, RATE)
    np.testing.assert_array_equal(first.data, second.data)


@pytest.mark.parametrize("rate", [500, 512, 250, 173])
def test_resampling_keeps_time(tmp_path: Path, rate: int):
    time = np.arange(20 * rate) / rate
    data = np.stack([50 * np.sin(2 * np.pi * frequency * time) for frequency in (5, 10, 20)])
    write_edf(tmp_path / "a.edf", data, NAMES, rate)
    found = next(own.read(table(tmp_path, "a.edf,5,4,x,s\na.edf,9,4,y,s\n"), tmp_path, RATE))
    at = 5 + np.arange(4 * RATE) / RATE
    np.testing.assert_allclose(found.data[1], 50 * np.sin(2 * np.pi * 10 * at), atol=1)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a.edf,abc,2,x,s", "line 3: onset `abc`"),
        ("a.edf,-1,2,x,s", "line 3: onset `-1`"),
        ("a.edf,1,0,x,s", "line 3: duration `0`"),
        ("a.edf,1,nan,x,s", "line 3: duration `nan`"),
        ("a.edf,1,inf,x,s", "line 3: duration `inf`"),
        ("a.edf,1,2,x", "line 3: a row has 5 fields"),
        ("a.edf,1,2,x,s,more", "line 3: a row has 5 fields"),
        ("a.edf,1,2,,s", "line 3: label is empty"),
        ("none.edf,1,2,x,s", "line 3: no such recording .*none.edf"),
        ("a.edf,19,2,x,s", "line 3: onset \\+ duration is 21 s, but a.edf lasts 20 s"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, row: str, message: str):
    write_edf(tmp_path / "a.edf", noise(), NAMES, RATE)
    with pytest.raises(UserError, match=message) as caught:
        list(own.read(table(tmp_path, f"a.edf,0,2,y,s\n{row}\n"), tmp_path, RATE))
    assert "\n" not in str(caught.value)


def test_bad_table(tmp_path: Path):
    with pytest.raises(UserError, match="no such CSV"):
        own.read_table(tmp_path / "none.csv", tmp_path)
    path = tmp_path / "labels.csv"
    path.write_text("file,start\n")
    with pytest.raises(UserError, match="line 1: the header"):
        own.read_table(path, tmp_path)
    path.write_text(HEADER)
    with pytest.raises(UserError, match="no rows"):
        own.read_table(path, tmp_path)
    path.write_bytes(HEADER.encode() + b"\xff\xfe,1,1,x,s\n")
    with pytest.raises(UserError, match="UTF-8"):
        own.read_table(path, tmp_path)


@pytest.mark.parametrize("name", WRITERS)
def test_half_a_file(tmp_path: Path, name: str):
    """A cut file is refused, or, where its format has no length in it, shorter than the table says."""
    WRITERS[name](tmp_path / name, noise())
    samples = tmp_path / name.replace(".vhdr", ".eeg")
    samples.write_bytes(samples.read_bytes()[: samples.stat().st_size // 2])
    with pytest.raises(UserError) as caught:
        list(own.read(table(tmp_path, f"{name},0,5,x,s\n{name},14,5,y,s\n"), tmp_path, RATE))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_label_only(tmp_path: Path):
    write_edf(tmp_path / "a.edf", noise(), NAMES, RATE)
    with pytest.raises(UserError, match="only the label x"):
        list(own.read(table(tmp_path, "a.edf,0,2,x,s\n"), tmp_path, RATE))


def test_nan_samples(tmp_path: Path):
    data = noise()
    data[1, 700] = np.nan
    write_fif(tmp_path / "a_raw.fif", data)
    with pytest.raises(UserError, match=r"a_raw\.fif: electrode Cz has NaN"):
        list(own.read(table(tmp_path, "a_raw.fif,0,2,x,s\na_raw.fif,2,2,y,s\n"), tmp_path, RATE))


def test_unknown_electrode_and_different_electrodes(tmp_path: Path):
    write_fif(tmp_path / "a_raw.fif", noise())
    write_fif(tmp_path / "b_raw.fif", noise(), ["Fz", "Foo", "T3"])
    write_fif(tmp_path / "c_raw.fif", noise(), ["Fz", "Pz", "T3"])
    for name, message in (
        ("b", "does not know electrode `Foo`"),
        ("c", r"c_raw\.fif: electrode (Cz|Pz) is not in all"),
    ):
        with pytest.raises(UserError, match=message):
            list(own.read(table(tmp_path, f"a_raw.fif,0,2,x,s\n{name}_raw.fif,0,2,y,s\n"), tmp_path, RATE))


@pytest.mark.parametrize("name", ["a.edf", "a_raw.fif", "a.vhdr", "a.set", "a.txt"])
def test_rubbish(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"no recording at all " * 50)
    with pytest.raises(UserError) as caught:
        list(own.read(table(tmp_path, f"{name},0,2,x,s\n{name},2,2,y,s\n"), tmp_path, RATE))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_loads_as_a_dataset(tmp_path: Path):
    write_edf(tmp_path / "a.edf", noise(), NAMES, RATE)
    table(tmp_path, "a.edf,0,5,baseline,s\na.edf,5,4,open,s\na.edf,10,4,closed,s\n")
    config = DataConfig(source="files", path=tmp_path)
    dataset = load_dataset(config, None, tmp_path / "cache")
    assert dataset.class_names == ("closed", "open")
    assert dataset.labels.tolist() == [1] * 4 + [0] * 4


def test_calibration_without_baseline(tmp_path: Path):
    write_edf(tmp_path / "a.edf", noise(), NAMES, RATE)
    table(tmp_path, "a.edf,5,4,open,s\na.edf,10,4,closed,s\n")
    with pytest.raises(UserError, match="subject s has no baseline"):
        load_dataset(DataConfig(source="files", path=tmp_path), None, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*")), "nothing half-written"
