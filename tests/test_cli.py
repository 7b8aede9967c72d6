"""The command line on bad input: exit code 2, one line that says what to do, no traceback, nothing written."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from brevitas.export import export_qonnx
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.locations import OUTPUTS
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.verilated import VerilatedAccelerator
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "eeg2fpga.cli", *arguments], capture_output=True, text=True)


def expect_one_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 2, done.stderr
    lines = done.stderr.strip().split("\n")
    assert len(lines) == 1, done.stderr
    for part in parts:
        assert part in lines[0]


def test_no_such_build():
    expect_one_line(run("demo", "no-such-build"), "no-such-build", "builds/*.yaml")
    assert not (OUTPUTS / "no-such-build").exists()


@pytest.mark.parametrize("command", ["demo", "verify"])
def test_unknown_key(tmp_path, command):
    build = tmp_path / "unknown-key.yaml"
    build.write_text("data: {source: synthetic, lable: valence}\nsplit: {protocol: trial}\n")
    expect_one_line(run(command, str(build)), "unknown key `data.lable`", "legal keys there: source, label")
    assert not (OUTPUTS / "unknown-key").exists()


def test_no_such_folder(tmp_path):
    build = tmp_path / "no-folder.yaml"
    build.write_text("data: {source: deap, label: valence, path: nowhere}\nsplit: {protocol: trial}\n")
    expect_one_line(run("demo", str(build)), "nowhere")
    assert not (OUTPUTS / "no-folder").exists()


def test_verify_before_demo(tmp_path):
    build = tmp_path / "never-built.yaml"
    build.write_text("data: {source: synthetic, label: valence}\nsplit: {protocol: trial}\n")
    expect_one_line(run("verify", str(build)), "never-built", "make demo")


def test_compile_takes_any_export(tmp_path: Path):
    """A QONNX file from Brevitas itself, which lists no layers, becomes RTL that equals the golden model."""
    model = random_network(
        ModelConfig(width=4, stem_kernel=4, blocks=(BlockConfig(hidden=8, kernel=3),)), 3, 16, seed=1
    )
    with torch.no_grad():
        export_qonnx(model, torch.zeros(1, 3, 16, 1), str(tmp_path / "own.onnx"))
    done = run("compile", str(tmp_path / "own.onnx"), str(tmp_path / "out"), "--windows-per-second", "100000")
    assert done.returncode == 0, done.stderr
    dataflow = ModelWrapper(str(tmp_path / "out" / "dataflow.onnx"))
    rtl = VerilatedAccelerator(dataflow, tmp_path / "out" / "rtl", tmp_path / "objects")
    windows = np.random.default_rng(0).integers(-127, 128, (30, 3, 16)).astype(np.int8)
    np.testing.assert_array_equal(rtl.predict(windows), GoldenModel.from_model(model).predict(windows))
