"""lut_estimation and block RAMs against Yosys: small random networks at random foldings, total and unit by unit."""

import random

import pytest
from eeg2fpga.compile.blocks import SHARE
from eeg2fpga.compile.convert import to_dataflow
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.rtl import generate, identifier
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, FoldingConfig, HardwareConfig, ModelConfig
from eeg2fpga.implement.yosys import CAPACITY, synthesise
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network

NETWORK = ModelConfig(width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))
ELECTRODES, SAMPLES = 5, 32
TOTAL = 0.10
UNIT = 0.35
SLACK = 12
"""LUTs that a small unit may be off."""


def random_folding(streamlined: ModelWrapper, seed: int) -> HardwareConfig:
    """PE and SIMD of every layer, uniformly among the divisors."""
    generator = random.Random(seed)
    folding = {}
    for op in operators(to_dataflow(streamlined)):
        if op.unit in ("binary_mvu", "depthwise"):
            pe = generator.choice(_divisors(op.output_stream().channels))
            simd = generator.choice(_divisors(op["MW"])) if op.unit == "binary_mvu" else None
            folding[op.onnx_node.name] = FoldingConfig(pe=pe, simd=simd)
    return HardwareConfig(windows_per_second=1, folding=folding)


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]


@pytest.mark.parametrize("seed", [1, 2])
def test_estimates_are_close_to_synthesis(seed, tmp_path):
    network = random_network(NETWORK, ELECTRODES, SAMPLES, seed=seed)
    export_qonnx(network, ELECTRODES, SAMPLES, tmp_path / "model.onnx")
    streamlined = streamline(ModelWrapper(str(tmp_path / "model.onnx")), None)
    model = build_dataflow(streamlined, random_folding(streamlined, seed))
    generate(model, tmp_path / "rtl", "test")
    total, instances = synthesise(tmp_path / "rtl", "xc7z020clg400-1")
    estimated = 0
    for op in operators(model):
        name, estimate = identifier(op.onnx_node.name), op.lut_estimation("xc7z020clg400-1")
        estimated += estimate
        # Synthesis simplifies a fully parallel unit by its weights, which the estimate does not read.
        if op.unit != "binary_mvu" or op.get_exp_cycles() > op["Pixels"]:
            assert estimate == pytest.approx(instances[name].lut, rel=UNIT, abs=SLACK), name
    assert estimated == pytest.approx(total.lut, rel=TOTAL)
    chosen = [
        blocks for op in operators(model) for name, (_, blocks) in op.block_choices().items() if op.get_nodeattr(name)
    ]
    assert sum(chosen) == pytest.approx(total.bram18, abs=1)
    assert 0 < total.bram18 <= SHARE * CAPACITY["xc7z020"]["bram18"]
