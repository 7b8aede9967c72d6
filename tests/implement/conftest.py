"""A small accelerator in a project folder, and stand-ins of the toolchains on PATH."""

import sys
from pathlib import Path

import pytest
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import generate
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.project import write_project
from eeg2fpga.implement.timing import Timing
from eeg2fpga.implement.whole import NETLIST, VERILOG, Whole
from eeg2fpga.implement.yosys import Resources
from eeg2fpga.locations import REPOSITORY

from tests.bitfiles import part_yaml
from tests.networks import random_network

STAND_INS = Path(__file__).with_name("stand_ins")
PROGRAMS = {
    "vivado": ("vivado",),
    "openxc7": ("nextpnr-xilinx", "fasm2frames", "xc7frames2bit"),
}


@pytest.fixture(scope="session")
def accelerator(tmp_path_factory):
    """Dataflow graph and RTL folder of a small random network, a layer of it as logic, one with memories."""
    folder = tmp_path_factory.mktemp("accelerator")
    network = random_network(
        ModelConfig(width=4, stem_kernel=4, blocks=(BlockConfig(hidden=8, kernel=3),)), 3, 16, seed=36
    )
    exported = export_qonnx(network, network.inputs, 16, folder / "model.onnx")
    folding = {"spatial": {"parallel": True}, "block0.expand": {"pe": 2, "simd": 2}}
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=10_000), folding=folding)
    model = build_dataflow(streamline(exported), hardware)
    generate(model, folder / "rtl", "small")
    return model, folder / "rtl"


@pytest.fixture
def project(accelerator, tmp_path):
    model, rtl = accelerator
    return write_project(tmp_path / "project", "small", model, rtl, find_board("pynq-z2"), 100)


@pytest.fixture
def whole(project):
    """A netlist that only the stand-ins read."""
    (project.folder / NETLIST).write_text("{}")
    return Whole(
        project.folder / NETLIST,
        project.folder / VERILOG,
        {"PS7": 1, "BUFG": 1},
        Resources(3400, 4000, 13, 0),
        Timing(120.0, 7),
    )


@pytest.fixture
def toolchain(tmp_path, monkeypatch):
    """A function that puts the stand-ins of a toolchain on PATH, with settings for them in the environment."""

    def install(name: str, **settings: str) -> None:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for program in PROGRAMS[name]:
            script = STAND_INS / f"{name}.py"
            arguments = "" if name == "vivado" else program
            path = folder / program
            python = f'PYTHONPATH="{REPOSITORY}:{REPOSITORY}/sw" exec "{sys.executable}"'
            path.write_text(f'#!/bin/sh\n{python} "{script}" {arguments} "$@"\n')
            path.chmod(0o755)
        settings = {"SETUP": "0.512", "HOLD": "0.031", "PULSE": "3.750"} | settings
        if name == "openxc7":
            settings |= _openxc7_files(folder)
        for key, value in settings.items():
            monkeypatch.setenv(key, value)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for key in ("XILINX_VIVADO", "CHIPDB", "PRJXRAY_DB_DIR", "BIT"):
        monkeypatch.delenv(key, raising=False)
    return install


def _openxc7_files(folder: Path) -> dict[str, str]:
    part = folder / "database" / "zynq7" / "xc7z020clg400-1"
    part.mkdir(parents=True, exist_ok=True)
    (part / "part.yaml").write_text(part_yaml())
    (folder / "xc7z020.bin").write_bytes(b"chip")
    return {"CHIPDB": str(folder), "PRJXRAY_DB_DIR": str(folder / "database")}
