"""lut_estimation and block RAMs against Yosys: small random networks at random foldings, total and unit by unit."""

import numpy as np
import pytest
from eeg2fpga.compile.blocks import SHARE
from eeg2fpga.compile.dataflow import build_dataflow, predicted_luts
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.parts import CAPACITY
from eeg2fpga.compile.rtl import generate, identifier
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.implement.yosys import synthesise
from eeg2fpga.verify.fuzz import random_folding
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network

NETWORK = ModelConfig(width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))
ELECTRODES, SAMPLES = 5, 32
TOTAL = 0.10
UNIT = 0.35
SLACK = 12
"""LUTs that a small unit may be off."""


@pytest.mark.parametrize("seed", [1, 2])
def test_estimates_are_close_to_synthesis(seed, tmp_path):
    network = random_network(NETWORK, ELECTRODES, SAMPLES, seed=seed)
    export_qonnx(network, ELECTRODES, SAMPLES, tmp_path / "model.onnx")
    streamlined = streamline(ModelWrapper(str(tmp_path / "model.onnx")), None)
    model = build_dataflow(streamlined, random_folding(streamlined, np.random.default_rng(seed), logic=0.3))
    generate(model, tmp_path / "rtl", "test")
    synthesis = synthesise(tmp_path / "rtl")
    total, instances = synthesis.total, synthesis.units
    predicted = predicted_luts(model)
    for op in operators(model):
        name, estimate = identifier(op.onnx_node.name), predicted[op.onnx_node.name]
        # Synthesis simplifies a fully parallel unit by its weights, which the estimate does not read.
        if op.unit != "binary_mvu" or op.get_exp_cycles() > op["Pixels"]:
            assert estimate == pytest.approx(instances[name].lut, rel=UNIT, abs=SLACK), name
    assert sum(predicted.values()) == pytest.approx(total.lut, rel=TOTAL)
    chosen = [
        blocks for op in operators(model) for name, (_, blocks) in op.block_choices().items() if op.get_nodeattr(name)
    ]
    assert sum(chosen) == pytest.approx(total.bram18, abs=1)
    assert total.bram18 <= SHARE * CAPACITY["xc7z020"]["bram18"]
