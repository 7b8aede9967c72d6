"""A small random network, exported and streamlined."""

import pytest
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.models.random_network import random_network
from qonnx.core.modelwrapper import ModelWrapper

ELECTRODES, SAMPLES = 5, 32
SMALL = ModelConfig(width=6, stem_kernel=8, hidden_bits=1, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))


@pytest.fixture(scope="package")
def streamlined(tmp_path_factory) -> ModelWrapper:
    path = tmp_path_factory.mktemp("bench") / "model.onnx"
    export_qonnx(random_network(SMALL, ELECTRODES, SAMPLES, seed=3), ELECTRODES, SAMPLES, path)
    return streamline(ModelWrapper(str(path)), None)
