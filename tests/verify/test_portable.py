"""Sources read alike by Verilator, Yosys and slang: constructs that they read differently are named and refused."""

import pytest
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import TOP, generate, simulation_files
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.implement.yosys import run_yosys
from eeg2fpga.locations import HARDWARE
from eeg2fpga.verify.portable import faults
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network

BODY = """`default_nettype none
module unit (
    input wire clk,
    input wire signed [3:0] a,
    input wire [3:0] b,
    output reg [7:0] y
);
{}
endmodule
"""
RULES = {
    "operator on a cast": ("always @(posedge clk) y <= -8'(1);", "applies an operator to a cast"),
    "cast that extends a sign": ("always @(posedge clk) y <= b[0] ? 8'(b) : 8'(a);", "extends a sign by a cast"),
    "sign lost": ("wire [7:0] c = 8'd1; always @(posedge clk) y <= a + c;", "widened as unsigned"),
    "signs compared": ("always @(posedge clk) y <= {7'd0, a > b};", "compares signed with unsigned"),
    "expression as attribute": (
        '(* ram_style = 1 == 1 ? "block" : "distributed" *) reg [7:0] m[0:1]; always @(posedge clk) y <= m[b[0]];',
        "has a value that is no literal",
    ),
    "loop to a computed end": (
        "integer k; always @* begin y = 0; for (k = 0; k < $signed({1'b0, b}); k = k + 1) y = y + 8'd1; end",
        "is computed while it runs",
    ),
    "net before its declaration": ("assign c = b[0]; wire c; always @(posedge clk) y <= {7'd0, c};", "c"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_construct_that_front_ends_read_differently_is_named(rule, tmp_path):
    body, said = RULES[rule]
    source = tmp_path / "unit.sv"
    source.write_text(BODY.format(body))
    found = faults("unit", [source])
    assert len(found) == 1 and said in found[0], found
    source.write_text(BODY.format("always @(posedge clk) y <= {4'd0, b};"))
    assert faults("unit", [source]) == []


def test_the_cast_that_yosys_read_wrongly_is_named(tmp_path):
    text = (HARDWARE / "rtl" / "sliding_window" / "sliding_window.sv").read_text()
    altered = tmp_path / "sliding_window.sv"
    altered.write_text(text.replace("HELD_BITS'(-1)", "-HELD_BITS'(1)"))
    assert ["`-HELD_BITS'(1)`" in fault for fault in faults("sliding_window", [altered])] == [True, True]


def test_the_source_of_every_unit_is_portable():
    units = sorted(HARDWARE.glob("rtl/*/*.sv")) + sorted(HARDWARE.glob("shell/*/*.sv"))
    assert len(units) > 25
    found = {unit.stem: faults(unit.stem, units) for unit in units}
    assert not any(found.values()), {name: texts for name, texts in found.items() if texts}


@pytest.mark.parametrize("rate", [20_000, 150_000, None])
def test_a_generated_accelerator_is_portable(rate, tmp_path):
    """Verilator elaborates them in every simulation; here slang and Yosys do."""
    blocks = (BlockConfig(hidden=12, kernel=3, stride=2), BlockConfig(hidden=12, kernel=5))
    network = random_network(ModelConfig(width=6, stem_kernel=8, blocks=blocks), 5, 32, seed=9)
    export_qonnx(network, 5, 32, tmp_path / "model.onnx")
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=rate)) if rate else HardwareConfig(parallel=True)
    generate(build_dataflow(streamline(ModelWrapper(str(tmp_path / "model.onnx"))), hardware), tmp_path / "rtl", "test")
    listed = (tmp_path / "rtl" / "files.f").read_text().split()
    assert faults(TOP, [tmp_path / "rtl" / name for name in listed]) == []
    assert faults(TOP, simulation_files(tmp_path / "rtl", top=TOP)) == []
    read = f"read_verilog -lib +/xilinx/cells_sim.v; read_verilog -sv {' '.join(listed)}"
    run_yosys(f"{read}; hierarchy -check -top {TOP}; proc; check -assert", tmp_path / "rtl")
