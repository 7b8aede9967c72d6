"""S from its committed checkpoint through the HLS flow, and small random networks."""

import io

import pytest
import torch
from eeg2fpga import flow as flow_module
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.hls.fold import fold, for_synthesis, name_after_layers, with_fifos
from eeg2fpga.compile.hls.layers import to_finn_layers
from eeg2fpga.compile.hls.libraries import AP_TYPES, FINN_HLSLIB, find_libraries
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, ModelConfig, load_build
from eeg2fpga.hls_flow import HlsFlow
from eeg2fpga.locations import BUILDS, CHECKPOINTS
from eeg2fpga.verify.golden import GoldenModel
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console

from tests.networks import random_network

PART = "xc7z020clg400-1"
ELECTRODES, SAMPLES = 5, 32
SMALL = ModelConfig(width=6, stem_kernel=8, hidden_bits=1, blocks=(BlockConfig(hidden=12, kernel=3, stride=1),))
"""Eight pixels before the pool, no square number; signs inside the block."""


@pytest.fixture(scope="package")
def libraries():
    """FINN's C++ library and ap_int headers, where the environment names them."""
    found = find_libraries()
    if found is None:
        pytest.skip(f"{FINN_HLSLIB} and {AP_TYPES} name no libraries: FINN's C simulation is not run (docs/hls.md)")
    return found


@pytest.fixture(scope="package")
def s(tmp_path_factory) -> HlsFlow:
    """The flow of eegmat-s, done; its windows are real where there are recordings."""
    outputs = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow_module, "OUTPUTS", outputs)
        config = load_build(BUILDS / "eegmat-s.yaml")
        flow = HlsFlow("eegmat-s", config, Console(file=io.StringIO()), CHECKPOINTS / "eegmat-s")
        flow.generate_checked()
    return flow


class Small:
    """A random network: golden, streamlined, and FINN's layers folded and named. Its classes' biases are +1 and -1."""

    def __init__(self, folder, config: ModelConfig = SMALL, seed: int = 3) -> None:
        network = random_network(config, ELECTRODES, SAMPLES, seed=seed)
        network.classifier.bias.data[:] = torch.tensor([1.0, -1.0])
        export_qonnx(network, ELECTRODES, SAMPLES, folder / "model.onnx")
        self.golden = GoldenModel.from_model(network)
        self.streamlined = streamline(ModelWrapper(str(folder / "model.onnx")))
        folded = for_synthesis(fold(to_finn_layers(self.streamlined, PART), 500), PART)
        self.folded = with_fifos(folded, PART)
        name_after_layers(self.folded)


@pytest.fixture(scope="package")
def small(tmp_path_factory) -> Small:
    return Small(tmp_path_factory.mktemp("small"))
