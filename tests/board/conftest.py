"""The committed network of EEGMAT as hardware, once for all workers: its outputs, its folders, 1,000 windows."""

import fcntl
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.board import EEGAccelerator
from eeg2fpga.board.manifest import NAME, file_hash, file_names
from eeg2fpga.board.simulator import Simulator
from eeg2fpga.compile.shell import shell_parameters
from eeg2fpga.config import load_build
from eeg2fpga.files import write_json
from eeg2fpga.flow import Flow
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.folder import build_hash, write_folder
from eeg2fpga.implement.handoff import handoff
from eeg2fpga.implement.simulator import write_simulator
from eeg2fpga.locations import BUILDS, CHECKPOINTS
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.shell import build_shell
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console

from .bit import write_bit

BUILD = "eegmat-s"
WINDOWS = 1000
OTHER = "pynq-z2-other"
"""Folder of the same network as another build: in all but its hash and bits."""
SIMULATOR = file_names("")["simulator"]
VERIFIED = 32
"""Windows that the flow itself compares here; its own tests compare all."""


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What builds/out/<build> has after the flow, with simulator/, pynq-z2/ and vectors.npz (windows, classes)."""
    shared = tmp_path_factory.getbasetemp()
    # Under xdist this is a worker's folder in the one of the session.
    shared = shared.parent if shared.name.startswith("popen-") else shared
    folder = shared / BUILD
    with (shared / "board.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _build(folder)
            (folder / "complete").touch()
    return folder


def _build(folder: Path) -> None:
    config = load_build(BUILDS / f"{BUILD}.yaml")
    flow = Flow(BUILD, config, Console(file=io.StringIO()), CHECKPOINTS / BUILD, folder)
    dataset, split = flow.data()
    few = replace(split, test=split.test[:VERIFIED])
    flow.train(dataset, few)
    flow.compile(dataset, few)
    flow.check(dataset, few)
    write_simulator(folder, config.hardware)
    _write_board(folder, config.hardware.clock_mhz)
    chosen = dataset.windows(np.linspace(0, len(dataset) - 1, WINDOWS).astype(int))
    classes = GoldenModel.load(folder / "golden.npz").predict(chosen)
    np.savez(folder / "vectors.npz", windows=chosen, classes=classes, source=np.array(dataset.source))


def _write_board(folder: Path, clock_mhz: float) -> None:
    """The folder for a PYNQ-Z2, whose bit file has a right form and nothing in it; and OTHER, with its library."""
    board, digest = find_board("pynq-z2"), build_hash(folder / "rtl")[:32]
    model = ModelWrapper(str(folder / "dataflow.onnx"))
    parameters = shell_parameters(model, digest)
    hwh = folder / "made.hwh"
    hwh.write_text(handoff(board, clock_mhz, BUILD, digest, parameters))
    files = {"bit": write_bit(folder / "made.bit"), "hwh": hwh}
    write_folder(folder / board.name, folder, board.name, board.part, clock_mhz, "none", files)
    _write_other(folder, model, folder / board.name, digest)


def _write_other(folder: Path, model: ModelWrapper, like: Path, digest: str) -> None:
    other, target = digest[::-1], folder / OTHER
    library = build_shell(folder / "rtl", model, folder / "verilated", other)
    shutil.copyfile(library, folder / "other.so")
    shutil.copytree(like, target)
    old, new = file_names(digest), file_names(other)
    for key in ("bit", "hwh"):
        (target / old[key]).rename(target / new[key])
    with (target / new["bit"]).open("r+b") as bit:
        bit.seek(-1, os.SEEK_END)
        bit.write(b"\x5a")
    manifest = json.loads((target / NAME).read_text()) | {"build_hash": other}
    manifest["hashes"]["bit"] = file_hash(target / new["bit"])
    write_json(target / NAME, manifest)


@pytest.fixture(scope="session")
def vectors(outputs: Path) -> dict[str, np.ndarray]:
    """windows int8 (1000, electrodes, samples), their golden classes, and source: where the recordings come from."""
    with np.load(outputs / "vectors.npz") as stored:
        return {name: stored[name] for name in stored.files}


@pytest.fixture
def folder(outputs: Path) -> Path:
    """The folder with the simulator."""
    return outputs / "simulator"


@pytest.fixture
def device(folder: Path) -> Iterator[Simulator]:
    """A simulator of the folder; no buffer may be left in it."""
    device = Simulator(folder / SIMULATOR)
    yield device
    assert device.buffers == 0
    device.close()


@pytest.fixture
def accelerator(folder: Path, device: Simulator) -> Iterator[EEGAccelerator]:
    """On `device`."""
    with EEGAccelerator(folder, device) as accelerator:
        yield accelerator


@pytest.fixture
def altered(folder: Path, tmp_path: Path) -> Callable:
    """A copy of the folder, changed: a context that yields folder and manifest; both are written when it ends."""

    @contextmanager
    def change() -> Iterator[tuple[Path, dict]]:
        copy = tmp_path / "altered"
        shutil.copytree(folder, copy)
        manifest = json.loads((copy / NAME).read_text())
        yield copy, manifest
        names = file_names(manifest["build_hash"])
        manifest["hashes"] |= {key: file_hash(copy / name) for key, name in names.items() if (copy / name).exists()}
        write_json(copy / NAME, manifest)

    return change
