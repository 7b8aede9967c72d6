"""The models of primitives against the RTL that Yosys makes of them, against each other, and what they refuse."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from bench import BUILDS
from eeg2fpga.compile.rtl import primitive_models
from eeg2fpga.implement.yosys import run_yosys
from eeg2fpga.verify.simulator import verilator_environment

TEMPLATES = Path(__file__).with_name("test_templates.sv")
FOLDER = BUILDS / "xc7"
CYCLES = 30_000

# Few: Yosys takes seconds for each block RAM.
BLOCK = [
    *(("t_block", {"WIDTH": width, "DEPTH": 512}) for width in (2, 9, 18, 26)),
    *(("t_block", {"WIDTH": width, "DEPTH": depth}) for width, depth in ((72, 512), (4, 4096), (36, 1024))),
    *(("t_block", {"WIDTH": width, "DEPTH": 1024, "PAD": 1}) for width in (7, 16)),
    *(("t_single", {"WIDTH": 18, "DEPTH": 1024, "MODE": mode, "LANES": 2}) for mode in (0, 1, 2)),
    *(
        ("t_rom", {"WIDTH": width, "DEPTH": depth, "PORTS": ports})
        for width, depth, ports in ((1, 16384, 1), (9, 512, 2))
    ),
]
DISTRIBUTED = [
    *(("t_distributed", {"WIDTH": width, "DEPTH": depth}) for width, depth in ((1, 2), (7, 32), (6, 64), (5, 128))),
    *(
        ("t_distributed", {"WIDTH": width, "DEPTH": depth, "READS": reads, "SAME": 1})
        for width, depth, reads in (
            (8, 32, 0),
            (3, 64, 0),
            (1, 128, 0),
            (1, 256, 0),
            (2, 64, 1),
            (1, 128, 1),
            (3, 64, 3),
        )
    ),
    *(("t_shift", {"LENGTH": length, "TAP": tap}) for length, tap in ((5, 0), (16, 1), (32, 1), (40, 0))),
]
LOGIC = [("t_registers", {}), ("t_logic", {}), ("t_function", {})]
CASES = [*BLOCK, *DISTRIBUTED, *LOGIC]
WIRED = [
    (("t_distributed", {"WIDTH": 1, "DEPTH": 32, "SAME": 1}), ("p_dual", {"DEPTH": 32})),
    (("t_distributed", {"WIDTH": 1, "DEPTH": 128, "SAME": 1}), ("p_dual", {"DEPTH": 128})),
    (("t_distributed", {"WIDTH": 1, "DEPTH": 32, "READS": 0, "SAME": 1}), ("p_single", {})),
    (("t_two_shifts", {}), ("p_two_shifts", {})),
    (("t_registered", {}), ("p_registered", {})),
    (("t_select", {}), ("p_select", {})),
]
"""What Yosys does not emit, but other tools do: primitives beside the template that they equal."""
ELSEWHERE = {"LUT6_2", "IBUF", "OBUF", "BUFG", "GND", "VCC"}
"""Models without a state, that no template reaches: LUT6_2 is compared by the tests of layers of logic."""

MAIN = """
#include <random>
#include <cstdio>
#include "Vbench.h"
int main(int count, char** values) {
  Verilated::commandArgs(count, values);
  Vbench bench;
  std::mt19937 random(7);
  for (int cycle = 0; cycle < CYCLES; ++cycle) {
    for (int word = 0; word < 8; ++word) bench.r[word] = random();
    bench.eval();
    bench.compare = 1; bench.eval(); bench.compare = 0;
    bench.clk = 1; bench.eval(); bench.clk = 0; bench.eval();
  }
}
"""


def instance(case: tuple[str, dict], name: str, output: str) -> str:
    module, parameters = case
    given = ", ".join(f".{key}({value})" for key, value in parameters.items())
    return f"  {module} #({given}) {name} (.clk(clk), .r(r), .y({output}));\n"


@cache
def cells() -> list[dict]:
    """All templates as one netlist, net.v in FOLDER: its cells."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    cases = "".join(instance(case, f"case{k}", f"y[{80 * k}+:80]") for k, case in enumerate(CASES))
    ports = f"(input wire clk, input wire [255:0] r, output wire [{80 * len(CASES) - 1}:0] y)"
    (FOLDER / "all.v").write_text(f"module all_cases {ports};\n{cases}endmodule\n")
    (FOLDER / "templates.v").write_text(TEMPLATES.read_text())
    run_yosys(
        "read_verilog -sv templates.v all.v; "
        "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -top all_cases; "
        "rename all_cases netlist; write_json net.json; write_verilog -noattr net.v",
        FOLDER,
    )
    return list(json.loads((FOLDER / "net.json").read_text())["modules"]["netlist"]["cells"].values())


def differences(bench: str, files: list[Path], seed: int = 1) -> set[int]:
    """What `bench` prints, numbers, in CYCLES cycles of random inputs; registers of value x start random."""
    name = f"bench{seed}"
    (FOLDER / f"{name}.v").write_text(bench)
    (FOLDER / f"{name}.cpp").write_text(MAIN.replace("CYCLES", str(CYCLES)))
    environment = verilator_environment() | {"MAKEFLAGS": "OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O0"}
    command = ["verilator", "--cc", "--exe", "--build", "--x-assign", "unique", "--x-initial", "unique", "-Wno-fatal"]
    # One C++ file: with more, the wheel's makefile wants precompiled headers and gets their option wrong.
    command += [
        "--output-split",
        "0",
        "-Wno-lint",
        "-Wno-style",
        "--Mdir",
        name,
        "--top-module",
        "bench",
        f"{name}.cpp",
    ]
    command += [*map(str, (*files, *primitive_models())), f"{name}.v"]
    subprocess.run(command, cwd=FOLDER, env=environment, check=True, capture_output=True, text=True)
    run = [FOLDER / name / "Vbench", "+verilator+rand+reset+2", f"+verilator+seed+{seed}"]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    return {int(number) for number in done.stdout.split()}


def test_the_netlist_of_every_template_equals_its_rtl():
    """Every cycle of random reads and writes; then primitives that Yosys does not emit."""
    assert cells()
    lines = [f"  wire [{80 * len(CASES) - 1}:0] rtl, net;", "  all_cases a (.clk(clk), .r(r), .y(rtl));"]
    lines += ["  netlist b (.clk(clk), .r(r), .y(net));"]
    lines += [
        f"  always @(posedge compare) if (rtl[{80 * k}+:80] !== net[{80 * k}+:80]) $display({k});"
        for k in range(len(CASES))
    ]
    for k, (template, wired) in enumerate(WIRED):
        lines += [
            f"  wire [79:0] t{k}, p{k};",
            instance(template, f"template{k}", f"t{k}"),
            instance(wired, f"wired{k}", f"p{k}"),
        ]
        lines += [f"  always @(posedge compare) if (t{k} !== p{k}) $display({len(CASES) + k});"]
    bench = "module bench (input clk, input compare, input [255:0] r);\n" + "\n".join(lines) + "\nendmodule\n"
    found = differences(bench, [TEMPLATES, FOLDER / "all.v", FOLDER / "net.v"])
    assert [[*CASES, *WIRED][k] for k in sorted(found)] == []


def test_the_templates_reach_every_model():
    """Every module of the models, and block RAM in the widths and modes that Yosys gives the units' memories."""
    wired = set(re.findall(r"^ +([A-Z]+[0-9]+[A-Z0-9]*E?) (?:#\(|\w+ \()", TEMPLATES.read_text(), re.M))
    modules = {name for path in primitive_models() for name in re.findall(r"^module (\w+)", path.read_text(), re.M)}
    reached = {cell["type"] for cell in cells()} | wired
    assert {name for name in modules if name.isupper() or name[-1].isdigit()} - reached == ELSEWHERE
    widths = {
        (c["type"], p, int(c["parameters"][p], 2))
        for c in cells()
        if c["type"].startswith("RAMB")
        for p in ("READ_WIDTH_A", "READ_WIDTH_B", "WRITE_WIDTH_A", "WRITE_WIDTH_B")
    }
    assert {width for _, _, width in widths} == {0, 1, 2, 4, 9, 18, 36, 72}
    modes = {c["parameters"]["WRITE_MODE_A"] for c in cells() if c["type"].startswith("RAMB")}
    assert modes == {"READ_FIRST", "WRITE_FIRST", "NO_CHANGE"}


BLOCK_RAM = (
    '  RAMB18E1 #(.RAM_MODE("TDP"), .WRITE_WIDTH_A(18), .WRITE_WIDTH_B(9), .READ_WIDTH_B(9), {parameters}) ram (\n'
    "    .CLKARDCLK(clk), .CLKBWRCLK({clock}), .ENARDEN(r[0]), .ENBWREN(r[1]), .REGCEAREGCE(1'b0), .REGCEB(1'b0),\n"
    "    .RSTRAMARSTRAM(1'b0), .RSTRAMB(1'b0), .RSTREGARSTREG(1'b0), .RSTREGB(1'b0), .ADDRARDADDR(14'd16),\n"
    "    .ADDRBWRADDR(14'd24), .DIADI(r[47:32]), .DIBDI(r[63:48]), .DIPADIP(2'd0), .DIPBDIP(2'd0), .WEA(2'b11),\n"
    "    .WEBWE({enables}), .DOADO(), .DOBDO(out), .DOPADOP(), .DOPBDOP());\n"
)


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("RAMB18E1: WRITE_MODE_A = OLD_FIRST", {"parameters": '.WRITE_MODE_A("OLD_FIRST")'}),
        ("write enables 01 of words of 9 bits do not repeat", {"enables": "4'b0001"}),
        ("both ports write the same word at the same edge", {"enables": "4'b0011"}),
        ("the ports have different clocks", {"clock": "!clk"}),
    ],
)
def test_what_is_not_modelled_ends_the_simulation(said, change):
    given = {"parameters": '.WRITE_MODE_B("READ_FIRST")', "clock": "clk", "enables": "4'b0000"} | change
    bench = (
        f"module bench (input clk, input compare, input [255:0] r);\n  wire [15:0] out;\n{BLOCK_RAM.format(**given)}"
    )
    with pytest.raises(subprocess.CalledProcessError) as caught:
        differences(bench + "endmodule\n", [])
    assert said in caught.value.stdout


def test_a_word_that_is_written_as_it_is_read_is_random_unless_the_writer_reads_first():
    """The other port's word: UG473 calls it undefined where the writing port is WRITE_FIRST."""
    found = []
    for mode in ("READ_FIRST", "WRITE_FIRST"):
        given = {"parameters": f'.WRITE_MODE_A("{mode}")', "clock": "clk", "enables": "4'b0000"}
        # Byte 3 is the upper half of the word that port A writes whenever r[0] is set; `old` is what it was before.
        bench = f"""module bench (input clk, input compare, input [255:0] r);
  wire [15:0] out;
{BLOCK_RAM.format(**given)}  reg [7:0] now, old;
  initial {{now, old}} = 0;
  always @(posedge clk) begin
    if (r[0]) now <= r[47:40];
    if (r[1]) old <= now;
  end
  always @(posedge compare) if (out[7:0] != old) $display(1);
endmodule
"""
        found.append(differences(bench, []))
    assert found == [set(), {1}]
