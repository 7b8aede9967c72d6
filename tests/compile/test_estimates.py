"""lut_estimation and block RAMs against Yosys: small random networks at random foldings, total and unit by unit."""

from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.compile.blocks import SHARE
from eeg2fpga.compile.dataflow import build_dataflow, draft_dataflow, estimated_luts, predicted_luts
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.parts import CAPACITY
from eeg2fpga.compile.rtl import generate, identifier
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig
from eeg2fpga.implement.yosys import synthesise
from eeg2fpga.locations import CHECKPOINTS
from eeg2fpga.models.checkpoint import load_checkpoint
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.verify.fuzz import random_folding
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network

NETWORK = ModelConfig(width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))
ELECTRODES, SAMPLES = 5, 32
TOTAL = 0.10
UNIT = 0.35
SLACK = 12
"""LUTs that a small unit may be off."""


def streamlined_network(network: EEGNet, samples: int, folder: Path) -> ModelWrapper:
    export_qonnx(network, network.inputs, samples, folder / "model.onnx")
    return streamline(ModelWrapper(str(folder / "model.onnx")), None)


def test_formulas_are_close_to_the_layers_generated(tmp_path):
    """What the folding pass weighs layers of logic with, before any is generated: trained weights, two copies."""
    network = load_checkpoint(CHECKPOINTS / "eegmat-s" / "binary.npz").model
    streamlined = streamlined_network(network, 128, tmp_path)
    hardware = HardwareConfig(parallel=True)
    estimated = estimated_luts(draft_dataflow(streamlined, hardware), hardware.part)
    predicted = predicted_luts(build_dataflow(streamlined, hardware))
    assert estimated["spatial"] == pytest.approx(predicted["spatial"], rel=TOTAL)
    assert sum(estimated.values()) == pytest.approx(sum(predicted.values()), rel=TOTAL)


@pytest.mark.parametrize(("seed", "copies"), [(1, 1), (2, 2)])
def test_estimates_are_close_to_synthesis(seed, copies, tmp_path):
    network = random_network(NETWORK.model_copy(update={"copies": copies}), ELECTRODES, SAMPLES, seed=seed)
    streamlined = streamlined_network(network, SAMPLES, tmp_path)
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
