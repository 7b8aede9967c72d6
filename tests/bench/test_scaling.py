"""Power laws, buffers and sweeps of small random networks."""

import json
from pathlib import Path

import pytest
from eeg2fpga.bench.figures import buffer_bits, parallel_macs
from eeg2fpga.bench.power_law import fit_power_law
from eeg2fpga.bench.scaling import FIGURES, Network, Sweep, measure, sweep
from eeg2fpga.bench.scaling_report import scaling_table, write_scaling
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.graph import operators
from eeg2fpga.config import FoldingConfig, HardwareConfig
from rich.console import Console

SMALL = Network(width=4, window=32, electrodes=4, stem_kernel=4, block_kernel=3)


def test_a_power_law_is_found():
    law = fit_power_law([1, 2, 4, 8], [3 * x**1.5 for x in (1, 2, 4, 8)])
    assert law.exponent == pytest.approx(1.5)
    assert law.factor == pytest.approx(3)
    assert law.r_squared == pytest.approx(1)
    assert law(16) == pytest.approx(192)


def test_noise_lowers_r_squared():
    assert fit_power_law([1, 2, 4, 8], [3, 9, 8, 30]).r_squared < 0.95


def test_a_constant_has_no_r_squared():
    law = fit_power_law([1, 2, 3], [7, 7, 7])
    assert (law.exponent, law.factor, law.r_squared) == (0, 7, None)


@pytest.mark.parametrize(("x", "y"), [([2, 2], [1, 3]), ([1, 2], [0, 3])])
def test_no_power_law(x, y):
    with pytest.raises(ValueError, match="two different x and positive"):
        fit_power_law(x, y)


def test_figures_of_a_graph(streamlined):
    layers = ("spatial", "block0.expand", "block0.project", "classifier", "stem", "block0.depthwise")
    dataflow = build_dataflow(streamlined, HardwareConfig(folding={name: FoldingConfig(pe=1) for name in layers}))
    ops = {op.onnx_node.name: op for op in operators(dataflow)}
    windows = {name: op for name, op in ops.items() if op.unit == "sliding_window"}
    fifos = [op for op in ops.values() if op.unit == "fifo"]
    held = windows["stem.Im2Col"].depth() * 6 * 4 + windows["block0.depthwise.Im2Col"].depth() * 12
    held += sum(op["Depth"] * op["PE"] * op.get_input_datatype().bitwidth() for op in fifos)
    assert buffer_bits(dataflow) == held
    lanes = {name: op["PE"] * op["SIMD"] for name, op in ops.items() if op.unit == "binary_mvu"}
    bits = {name: ops[name].get_input_datatype().bitwidth() for name in lanes}
    macs = sum(lanes[name] * bits[name] for name in lanes) + 4 * ops["stem"]["PE"] + ops["block0.depthwise"]["PE"]
    assert parallel_macs(dataflow) == macs


def test_a_network_is_measured_to_synthesis():
    found = measure(SMALL, HardwareConfig(), synthesis=True)
    assert found.lut > 300
    assert list(found.seconds) == ["export", "streamline", "rtl", "synthesis"]
    assert all(value > 0 for value in found.seconds.values())


def test_a_sweep(tmp_path):
    hardware = HardwareConfig(folding={"spatial": FoldingConfig(pe=4, simd=1)})
    told = []
    sweeps = sweep(hardware, False, SMALL, {"electrodes": (4, 8), "width": (4, 6, 8)}, told.append)
    electrodes, width = sweeps
    assert electrodes.values() == [4, 8]
    assert electrodes.figure("lut") is None
    assert electrodes.measured[0] is width.measured[0], "the same network is measured once"
    assert list(width.refused) == [6]
    assert "PE 4 does not divide 6" in width.refused[6]
    assert len(told) == 5
    _written(sweeps, hardware, tmp_path)


def _written(sweeps: list[Sweep], hardware: HardwareConfig, folder: Path) -> None:
    write_scaling(sweeps, hardware, folder)
    written = json.loads((folder / "scaling.json").read_text())
    fits = written["sweeps"][1]["fits"]
    assert set(fits) == set(FIGURES) - {"lut"}
    assert fits["buffer_bits"]["exponent"] > 0.5
    assert (folder / "scaling.png").read_bytes().startswith(b"\x89PNG")
    console = Console(record=True, width=160)
    console.print(scaling_table(sweeps))
    assert "electrodes" in console.export_text()


def test_no_fit_through_one_point():
    assert Sweep("width").fits() == {}
