"""LUTs of one Verilog module, by the Yosys that counts the accelerator, with a limit on its time."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from eeg2fpga.implement.yosys import run_yosys


def count_luts(sources: dict[str, str], top: str, seconds: float | None, flatten: bool = False) -> int | None:
    """LUT1 to LUT6 and LUT6_2 cells, each one LUT site, for Xilinx 7-series without pads; None if `seconds` run out.

    sources: Verilog by file name. flatten: optimise over the borders of modules. Raises RuntimeError with Yosys'
    message when it fails.
    """
    script = (
        f"read_verilog -sv {' '.join(sources)}; synth_xilinx -family xc7 -top {top} -noiopad"
        f"{' -flatten' if flatten else ''}; flatten; opt_clean; tee -q -o statistics.json stat -json"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in sources.items():
            (folder / file).write_text(text)
        try:
            run_yosys(script, folder, seconds)
        except subprocess.TimeoutExpired:
            return None
        statistics = json.loads(re.sub(r"^[^{]*", "", (folder / "statistics.json").read_text()))
    cells = statistics["modules"][f"\\{top}"]["num_cells_by_type"]
    return sum(count for kind, count in cells.items() if kind.startswith("LUT"))
