"""What the shell costs by itself: Yosys' netlist of it around an accelerator that is a box without contents."""

import json
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

from eeg2fpga.compile.rtl import TOP
from eeg2fpga.compile.shell import SHELL, shell_files
from eeg2fpga.files import write_text
from eeg2fpga.implement.timing import analyse
from eeg2fpga.implement.yosys import Synthesis, resources, run_yosys

SCORE_BITS = 12
"""Of each of two classes: the committed networks have 10 to 13."""
_BOX = """module {top} (
    input wire clk, input wire rst_n, input wire [15:0] offset, input wire scores,
    input wire [{msb}:0] s_axis_tdata, input wire s_axis_tvalid, output wire s_axis_tready,
    output wire [{score_msb}:0] scores_axis_tdata, output wire scores_axis_tvalid, input wire scores_axis_tready,
    output wire [7:0] m_axis_tdata, output wire m_axis_tvalid, input wire m_axis_tready
);
endmodule
"""


def synthesise_shell(folder: Path, electrodes: int, samples: int, lanes: int) -> Synthesis:
    """Synthesise the shell of an accelerator that takes words of `lanes` bytes, in `folder`, out of context: no pads.

    Paths begin and end at the accelerator as at registers. Raises RuntimeError with Yosys' message when it fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = shell_files([])
    for path in files:
        shutil.copy(path, folder)
    # An accelerator with lanes enough for a sample a cycle is parallel, and so are its scores.
    score_lanes = 2 if lanes == electrodes else 1
    score_msb = -(-score_lanes * SCORE_BITS // 8) * 8 - 1
    write_text(folder / "box.v", _BOX.format(top=TOP, msb=8 * lanes - 1, score_msb=score_msb))
    # A hash as irregular as a real one: constants cost what they cost.
    parameters = f"-set ELECTRODES {electrodes} -set SAMPLES {samples} -set LANES {lanes} "
    parameters += f"-set SCORE_LANES {score_lanes} -set SCORE_BITS {SCORE_BITS}"
    parameters += " -set BUILD_HASH 128'h9e3779b97f4a7c15f39cc0605cedc834"
    run_yosys(
        f"read_verilog -lib box.v; read_verilog -sv {' '.join(path.name for path in files)}; "
        f"chparam {parameters} {SHELL}; synth_xilinx -family xc7 -top {SHELL} -noiopad; flatten; opt_clean; "
        "write_json flat.json",
        folder,
    )
    cells = json.loads((folder / "flat.json").read_text())["modules"][SHELL]["cells"]
    units: dict[str, Counter[str]] = defaultdict(Counter)
    for name, cell in cells.items():
        unit = re.search(r"\bu_(\w+)\.", name)
        units[unit[1] if unit else SHELL][cell["type"]] += 1
    counted = {name: resources(found) for name, found in sorted(units.items())}
    total = sum(units.values(), Counter())
    return Synthesis(resources(total), counted, analyse(folder / "flat.json", SHELL, boxes=(TOP,)))
