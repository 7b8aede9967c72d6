import os
import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.config import SyntheticConfig
from eeg2fpga.data import deap, synthetic
from eeg2fpga.data.safe_pickle import load_arrays
from eeg2fpga.errors import UserError


def small(**other: object) -> dict:
    return {"labels": np.arange(8.0).reshape(2, 4), "data": np.arange(24, dtype=np.float32).reshape(2, 3, 4), **other}


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4])
def test_arrays_of_python3(tmp_path: Path, protocol: int):
    (tmp_path / "a").write_bytes(pickle.dumps(small(fortran=np.asfortranarray(np.eye(3)[:, :2])), protocol))
    read = load_arrays(tmp_path / "a")
    np.testing.assert_array_equal(read["data"], small()["data"])
    np.testing.assert_array_equal(read["labels"], small()["labels"])
    np.testing.assert_array_equal(read["fortran"], np.eye(3)[:, :2])


def test_arrays_of_python2(tmp_path: Path):
    arrays = {"labels": np.random.default_rng(0).normal(size=(4, 4)), "data": np.arange(7, dtype=np.float32)}
    synthetic.write_python2_pickle(tmp_path / "a", arrays)
    content = (tmp_path / "a").read_bytes()
    # NumPy itself reads it as it reads DEAP's files, and its byte strings are Python 2's.
    for read in (load_arrays(tmp_path / "a"), pickle.loads(content, encoding="latin1")):
        assert list(read) == ["labels", "data"]
        for name, array in arrays.items():
            assert read[name].dtype == array.dtype
            np.testing.assert_array_equal(read[name], array)
    assert "BINSTRING" in {opcode.name for opcode, _, _ in pickletools.genops(content)}


class Evil:
    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


class EvilEval:
    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return eval, (f"open({str(self.path)!r}, 'w')",)


@pytest.mark.parametrize("evil", [Evil, EvilEval])
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_code_does_not_run(tmp_path: Path, evil: type, protocol: int):
    mark, path = tmp_path / "ran", tmp_path / "s01.dat"
    path.write_bytes(pickle.dumps(small(extra=evil(mark)), protocol))
    with pytest.raises(UserError, match=r"s01\.dat asks for .*(system|eval).*not run"):
        list(deap.read(tmp_path))
    assert not mark.exists()
    pickle.loads(path.read_bytes())
    assert mark.exists(), "the file does carry code that an ordinary unpickler runs"


@pytest.mark.parametrize(
    "content",
    [
        {"data": np.array([{}, []], dtype=object), "labels": np.zeros(2)},
        {"data": np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]), "labels": np.zeros(2)},
        {"data": np.memmap, "labels": np.zeros(2)},
        {"data": [1, 2], "labels": np.zeros(2)},
        [1, 2],
    ],
)
def test_other_things_than_number_arrays(tmp_path: Path, content: object):
    (tmp_path / "a").write_bytes(pickle.dumps(content, 2))
    with pytest.raises(UserError):
        load_arrays(tmp_path / "a")


def test_shape_that_does_not_fit_its_bytes(tmp_path: Path):
    content = pickle.dumps({"data": np.zeros((2, 3))}, 2)
    (tmp_path / "a").write_bytes(content.replace(b"K\x02K\x03", b"K\x02K\x04"))
    with pytest.raises(UserError, match="truncated or no pickle"):
        load_arrays(tmp_path / "a")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.999])
def test_truncated(tmp_path: Path, deap_folder: Path, part: float):
    content = (deap_folder / "s01.dat").read_bytes()
    (tmp_path / "s01.dat").write_bytes(content[: int(part * len(content))])
    with pytest.raises(UserError, match=r"s01\.dat is truncated"):
        list(deap.read(tmp_path))


def test_missing_and_wrong(tmp_path: Path):
    with pytest.raises(UserError, match=r"no sXX\.dat"):
        deap.find_files(tmp_path)
    with pytest.raises(UserError, match=r"no label `joy`.*valence, arousal"):
        deap.label_column("joy")
    synthetic.write_python2_pickle(tmp_path / "s01.dat", small())
    with pytest.raises(UserError, match="no DEAP file"):
        list(deap.read(tmp_path))


def test_nan_names_trial_and_electrode(tmp_path: Path, deap_folder: Path):
    arrays = dict(load_arrays(deap_folder / "s01.dat"))
    arrays["data"] = arrays["data"].copy()
    arrays["data"][2, 5, 100] = np.nan
    synthetic.write_python2_pickle(tmp_path / "s01.dat", arrays)
    with pytest.raises(UserError, match=r"s01\.dat trial 3: electrode FC1 .*sample 100"):
        list(deap.read(tmp_path))


def test_trials(deap_folder: Path):
    recordings = list(deap.read(deap_folder, "arousal"))
    ratings = np.concatenate([load_arrays(path)["labels"][:, 1] for path in deap.find_files(deap_folder)])
    assert [r.label for r in recordings] == [int(rating > 5) for rating in ratings]
    assert len({(r.subject, r.trial) for r in recordings}) == len(recordings) == 80
    assert recordings[0].data.shape == (32, 7680)
    assert recordings[0].baseline.shape == (32, 384)


def test_baseline_removal_by_loops():
    signals = np.random.default_rng(0).normal(size=(32, 8064)).astype(np.float32)
    data, baseline = deap.remove_baseline(signals)
    mean = (signals[:, 0:128] + signals[:, 128:256] + signals[:, 256:384]) / 3
    for second in range(60):
        start = 384 + 128 * second
        np.testing.assert_allclose(
            data[:, 128 * second : 128 * second + 128], signals[:, start : start + 128] - mean, atol=1e-5
        )
    np.testing.assert_allclose(baseline[:, 128:256], signals[:, 128:256] - mean, atol=1e-5)


def test_generator_is_seeded():
    config = SyntheticConfig(subjects=1, seed=5)
    data, labels = synthetic.generate_subject(config, 0)
    again, _ = synthetic.generate_subject(config, 0)
    other, _ = synthetic.generate_subject(config.model_copy(update={"seed": 6}), 0)
    assert data.shape == deap.SHAPE
    assert labels.shape == (40, 4)
    assert ((labels >= 1) & (labels <= 9)).all()
    assert [(labels[:, column] > 5).sum() for column in (0, 1)] == [20, 20]
    np.testing.assert_array_equal(data, again)
    assert not np.array_equal(data, other)
