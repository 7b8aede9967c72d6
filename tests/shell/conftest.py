"""Small networks in their shells; built once a session."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.board.simulator import Simulator
from eeg2fpga.compile.dataflow import build_dataflow, expected_cycles
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import generate
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.shell import build_shell
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network
from tests.shell.host import Host

MODEL = ModelConfig(
    width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2), BlockConfig(hidden=12, kernel=5))
)
BUILD_HASH = "0123456789abcdef" * 2


@dataclass(frozen=True)
class Shelled:
    """A network in its shell."""

    golden: GoldenModel
    dataflow: ModelWrapper
    rtl: Path
    library: Path
    electrodes: int
    samples: int

    @property
    def window_bytes(self) -> int:
        return self.electrodes * self.samples

    @property
    def cycles(self) -> int:
        """Cycles a window of the bare accelerator."""
        return expected_cycles(self.dataflow)

    def windows(self, count: int, seed: int = 0) -> np.ndarray:
        """Noise, int8 (count, electrodes, samples)."""
        shape = (count, self.electrodes, self.samples)
        return np.random.default_rng(seed).integers(-127, 128, shape).astype(np.int8)

    def scores(self, windows: np.ndarray) -> np.ndarray:
        """The golden model's, int64 (n, classes)."""
        return self.golden.scores(windows)

    def classes(self, windows: np.ndarray, offset: int = 0) -> np.ndarray:
        """What the golden model says of them."""
        return self.golden.predict(windows, offset)


def shelled(network: EEGNet, electrodes: int, samples: int, hardware: HardwareConfig, folder: Path) -> Shelled:
    """Export, streamline, generate and verilate."""
    export_qonnx(network, network.inputs, samples, folder / "model.onnx")
    dataflow = build_dataflow(streamline(ModelWrapper(str(folder / "model.onnx")), None), hardware)
    generate(dataflow, folder / "rtl", "test")
    library = build_shell(folder / "rtl", dataflow, folder / "objects", BUILD_HASH)
    return Shelled(GoldenModel.from_model(network), dataflow, folder / "rtl", library, electrodes, samples)


@pytest.fixture(scope="session")
def quick(tmp_path_factory) -> Shelled:
    """A sample a cycle, five lanes of bytes, 155 bytes a window."""
    network = random_network(MODEL, 5, 31, seed=9)
    return shelled(network, 5, 31, HardwareConfig(parallel=True), tmp_path_factory.mktemp("quick"))


@pytest.fixture(scope="session")
def folded(tmp_path_factory) -> Shelled:
    """Layers folded, with memory files; a byte a word."""
    network = random_network(MODEL, 5, 31, seed=9)
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=60_000))
    return shelled(network, 5, 31, hardware, tmp_path_factory.mktemp("folded"))


@pytest.fixture(scope="session")
def three(tmp_path_factory) -> Shelled:
    """Of three classes, folded: a score a word, an odd number of them a window."""
    config = ModelConfig(width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))
    network = random_network(config, 5, 31, seed=4, classes=3)
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=60_000))
    return shelled(network, 5, 31, hardware, tmp_path_factory.mktemp("three"))


@pytest.fixture
def host(quick) -> Iterator[Host]:
    """A host of the quick network, fresh from reset."""
    device = Simulator(quick.library)
    yield Host(device)
    device.close()
