"""Every kind of bad input through the command line: exit code 2, one line with the remedy, nothing half-written."""

import os
import pickle
from pathlib import Path

import mne
import numpy as np
import pytest
import torch
from brevitas.export import export_qonnx
from eeg2fpga.locations import OUTPUTS
from torch import nn

from tests.compile.test_legality import MinusOnePad, Skip
from tests.data.edf import write_edf
from tests.test_cli import expect_one_line, run

HEADER = "file,onset,duration,label,subject\n"
RATE = 128


class Code:
    """Unpickled by an ordinary unpickler, it makes the folder `mark`."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def recordings(folder: Path, names: tuple[str, ...] = ("Fz", "Cz"), truncate: int = 0) -> None:
    """One EDF of 20 s and its CSV."""
    data = 20 * np.random.default_rng(0).standard_normal((len(names), 20 * RATE))
    write_edf(folder / "a.edf", data, list(names), RATE)
    (folder / "labels.csv").write_text(HEADER + "a.edf,0,8,calm,anna\na.edf,8,8,stress,anna\n")
    if truncate:
        content = (folder / "a.edf").read_bytes()
        (folder / "a.edf").write_bytes(content[:-truncate])


def build(folder: Path, text: str) -> str:
    path = folder / f"bad-{folder.name}.yaml"
    path.write_text(text)
    return str(path)


def own_build(folder: Path) -> str:
    return build(
        folder, "data: {source: files, path: ., normalisation: window}\nsplit: {protocol: shuffled, folds: 2}\n"
    )


def refused(path: str, *words: str) -> None:
    expect_one_line(run("demo", path), *words)
    assert not (OUTPUTS / Path(path).stem).exists()


def test_truncated_edf(tmp_path):
    recordings(tmp_path, truncate=1000)
    refused(own_build(tmp_path), "a.edf", "truncated")


def test_electrode_unknown_to_the_montage(tmp_path):
    recordings(tmp_path, ("Fz", "Elbow"))
    refused(own_build(tmp_path), "a.edf", "does not know electrode `Elbow`", "rename or drop it")


def test_samples_that_are_no_numbers(tmp_path):
    recordings(tmp_path)
    data = np.zeros((2, 20 * RATE))
    data[1, 300] = np.nan
    mne.io.RawArray(data, mne.create_info(["Fz", "Cz"], RATE, "eeg"), verbose="error").save(
        tmp_path / "a_raw.fif", verbose="error"
    )
    (tmp_path / "labels.csv").write_text(HEADER + "a_raw.fif,0,8,calm,anna\na_raw.fif,8,8,stress,anna\n")
    refused(own_build(tmp_path), "a_raw.fif", "NaN", "Cz")


def test_bad_row_is_named(tmp_path):
    recordings(tmp_path)
    (tmp_path / "labels.csv").write_text(HEADER + "a.edf,0,8,calm,anna\na.edf,eight,8,stress,anna\n")
    refused(own_build(tmp_path), "labels.csv line 3", "onset `eight`")


def test_pickled_code_does_not_run(tmp_path):
    mark = tmp_path / "ran"
    (tmp_path / "s01.dat").write_bytes(pickle.dumps({"data": Code(mark), "labels": np.zeros((40, 4))}))
    refused(build(tmp_path, "data: {source: deap, label: valence, path: .}\nsplit: {protocol: trial}\n"), "s01.dat")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("folding", "words"),
    [
        ("block0.expand: {pe: 7, simd: 1}", "PE 7 does not divide 80 channels; legal PE: 1, 2, 4"),
        ("block0.expand: {pe: 1, simd: 5}", "SIMD 5 does not divide 24 input channels"),
    ],
)
def test_folding_that_does_not_divide_is_refused_before_training(tmp_path, folding, words):
    text = "data: {source: synthetic, synthetic: {subjects: 1}}\nsplit: {protocol: trial}\n"
    refused(build(tmp_path, f"{text}hardware: {{folding: {{{folding}}}}}\n"), "block0.expand", words)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (MinusOnePad(0.0), "use F.pad(x, ..., value=-1)"),
        (Skip(False, True), "quantise both inputs and the sum"),
        (nn.Sequential(nn.Conv2d(4, 4, 1), nn.PReLU()), "PReLU has no hardware unit: use a sign"),
        (nn.Sequential(nn.Unflatten(1, (1, 4)), nn.Conv3d(1, 2, 3, padding=1)), "factorise it into 2-D convolutions"),
    ],
    ids=["padding", "skip", "prelu", "conv3d"],
)
def test_models_without_hardware(tmp_path, module, words):
    with torch.no_grad():
        export_qonnx(module.eval(), torch.zeros(1, 4, 8, 1), str(tmp_path / "model.onnx"))
    expect_one_line(run("compile", str(tmp_path / "model.onnx"), str(tmp_path / "out")), "layer `", words)
    assert not (tmp_path / "out").exists()


def test_no_model(tmp_path):
    (tmp_path / "text.onnx").write_text("no model")
    for name in ("missing.onnx", "text.onnx"):
        expect_one_line(run("compile", str(tmp_path / name), str(tmp_path / "out")), name, "export_qonnx")
    assert not (tmp_path / "out").exists()
