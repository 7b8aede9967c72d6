"""The folder for a board: complete, whole or not at all, and its driver is what a board's Python can run."""

import ast
import json
import shutil
import sys

import numpy as np
import pytest
from eeg2fpga.board import registers
from eeg2fpga.board.manifest import NAME, SELFTEST, file_hash, file_names, read_manifest
from eeg2fpga.board.simulator import Simulator
from eeg2fpga.errors import UserError
from eeg2fpga.implement import folder as folder_module
from eeg2fpga.implement.example import example_recording, selftest_windows
from eeg2fpga.implement.folder import DRIVER, DRIVER_NAME, NOTEBOOK, build_hash, write_folder
from eeg2fpga.verify.golden import GoldenModel

from .conftest import SIMULATOR

BOARD_PYTHON = (3, 8)
ABOUT = {"electrodes": ["Cz", "Fz", "O1"], "sampling_rate": 128, "window": 128, "normalisation": "calibration"}


def test_contents(outputs):
    target = outputs / "pynq-z2"
    names = {*file_names(read_manifest(target)["build_hash"]).values(), NAME, DRIVER_NAME, NOTEBOOK} - {SIMULATOR}
    assert {path.name for path in target.iterdir()} == names
    assert len([name for name in names if read_manifest(target)["build_hash"][:12] in name]) == 2
    assert {path.name for path in (target / DRIVER_NAME).iterdir()} == {path.name for path in DRIVER.glob("*.py")}
    manifest = read_manifest(target)
    about = json.loads((outputs / "network.json").read_text())["input"]
    assert {key: manifest["input"][key] for key in about} == about
    assert manifest["hashes"]["model"] == file_hash(outputs / "qonnx" / "model.onnx")
    assert manifest["hashes"]["rtl"].startswith(manifest["build_hash"])
    checked = json.loads((outputs / "verification.json").read_text())
    assert manifest["cycles_per_window"] == checked["cycles_per_window"] == checked["expected_cycles_per_window"]
    # Left and right, front and back, top.
    places = {name: np.array(place) for name, place in manifest["input"]["montage"].items()}
    assert set(places) == set(about["electrodes"])
    assert places["T7"][0] < -0.05 < 0.05 < places["T8"][0]
    assert places["O1"][1] < -0.05 < 0.05 < places["Fp1"][1]
    assert max(places, key=lambda name: places[name][2]) == "Cz"


def test_the_device_is_the_manifests(outputs):
    manifest = read_manifest(outputs / "simulator")
    device = Simulator(outputs / "simulator" / SIMULATOR)
    assert registers.read_hash(device.read) == manifest["build_hash"] == build_hash(outputs / "rtl")[:32]
    assert device.read(registers.VERSION) == registers.MAJOR << 16 | registers.MINOR
    device.close()


def test_self_test_says_every_class(outputs):
    with np.load(outputs / "simulator" / SELFTEST) as stored:
        windows, scores, classes = stored["windows"], stored["scores"], stored["classes"]
    assert windows.dtype == np.int8 and windows.shape == (64, 19, 128) and classes.dtype == np.int64
    golden = GoldenModel.load(outputs / "golden.npz")
    np.testing.assert_array_equal(golden.predict(windows), classes)
    np.testing.assert_array_equal(golden.scores(windows), scores)
    assert np.bincount(classes).tolist() == [32, 32]
    assert len(np.unique(scores, axis=0)) > 32, "scores must tell windows apart"


@pytest.mark.parametrize(("rate", "window"), [(128, 128), (250, 100), (64, 64), (128, 4000)])
def test_examples_of_other_networks(rate, window):
    """Any rate; windows longer than the example leave random ones for the self-test."""
    about = ABOUT | {"sampling_rate": rate, "window": window, "class_names": ["a", "b"]}
    example = example_recording(about)
    assert example.data.shape == (3, 20 * rate) and example.data.dtype == np.float32
    assert example.electrodes == ("Cz", "Fz", "O1") and example.baseline.shape == (3, 3 * rate)
    assert 2 < example.data.std() < 50

    class Constant:
        electrodes, samples = 3, window

        def predict(self, windows):
            return np.ones(len(windows), np.int64)

    assert selftest_windows(Constant(), about, example).shape == (64, 3, window)


def test_electrodes_that_cannot_be_generated():
    with pytest.raises(UserError, match="no EEG can be generated for electrode Iz"):
        example_recording(ABOUT | {"electrodes": ["Cz", "Iz"]})


def test_hash_depends_on_every_file(outputs, tmp_path):
    rtl = tmp_path / "rtl"
    shutil.copytree(outputs / "rtl", rtl)
    whole = build_hash(outputs / "rtl")
    assert build_hash(rtl) == whole
    listed = [rtl / name for name in (rtl / "files.f").read_text().split()]
    for path in [*listed, *(rtl / "memory").iterdir()]:
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert build_hash(rtl) != whole, path.name
        path.write_bytes(content)
    assert build_hash(rtl) == whole


def test_nothing_is_left_of_a_failure(outputs, tmp_path, monkeypatch):
    """The folder of before stays; no temporary one does."""
    target = tmp_path / "out" / "board"
    arguments = (target, outputs, "pynq-z2", "part", 100, "none")
    write_folder(*arguments, {})
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    with pytest.raises(FileNotFoundError):
        write_folder(*arguments, {"bit": tmp_path / "missing.bit"})

    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module, "_montage", fails)
    with pytest.raises(KeyboardInterrupt):
        write_folder(*arguments, {})
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before
    assert [path.name for path in target.parent.iterdir()] == ["board"]


@pytest.mark.parametrize(
    "name", ["golden.npz", "network.json", "verification.json", "netlist_verification.json", "rtl/files.f"]
)
def test_an_incomplete_build_is_refused(outputs, tmp_path, name):
    copy = tmp_path / "build"
    shutil.copytree(outputs, copy, ignore=shutil.ignore_patterns("verilated", "simulator", "pynq-z2"))
    (copy / name).unlink()
    with pytest.raises(UserError, match=f"lacks {name}: run"):
        write_folder(copy / "board", copy, "pynq-z2", "part", 100, "none", {})
    assert not list(copy.glob("*board*"))


@pytest.mark.parametrize("path", sorted(DRIVER.glob("*.py")), ids=lambda path: path.name)
def test_a_boards_python_can_run_it(path):
    """Syntax of 3.8; imports of the standard library, numpy, pynq, and of its own modules, relatively."""
    tree = ast.parse(path.read_text(), feature_version=BOARD_PYTHON)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in {*sys.stdlib_module_names, "numpy", "pynq"}, name
