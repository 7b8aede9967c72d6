"""The whole design, processor and pins included, as a netlist: what place and route starts from."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eeg2fpga.compile.parts import CAPACITY, capacity
from eeg2fpga.errors import UserError
from eeg2fpga.implement.lut_sites import lut_sites
from eeg2fpga.implement.project import TOP, Project
from eeg2fpga.implement.timing import Timing, analyse
from eeg2fpga.implement.yosys import Resources, logic_boxes, resources, run_yosys

NETLIST, VERILOG = "netlist.json", "netlist.v"
"""Of place and route, and the same for simulation."""
SHARE = {"lut": 0.85, "ff": 0.85, "bram18": 0.95, "dsp": 1.0}
"""Of the part, what a design may take: beyond it place and route runs for hours and rarely ends well."""
_LATCHES = ("LDCE", "LDPE", "$_DLATCH", "$dlatch")
_ONCE = ("PS7", "BUFG", "OBUF")


@dataclass(frozen=True)
class Whole:
    """The netlist of a project, its cells by type, what it takes, how fast it is by our estimate."""

    netlist: Path
    verilog: Path
    cells: dict[str, int]
    total: Resources
    timing: Timing

    @cached_property
    def sites(self) -> int:
        """LUT sites that the open tools take for it."""
        return lut_sites(self.netlist, TOP)


def synthesise_whole(project: Project) -> Whole:
    """Synthesise a project with Yosys for place and route; no DSP slices, which the open bitstream tools get wrong.

    Raises RuntimeError, with what is wrong, when Yosys fails or the netlist is not what a board can run.
    """
    boxes, filled = logic_boxes(project.netlists, TOP)
    sources = " ".join(name for name in project.sources if name not in project.netlists)
    # Flattened last: mapped unit by unit a design is smaller (S: 2,477 LUTs, 2,580 in one piece) and no deeper.
    # -abc9 knows the delays of LUTs and carry chains. `check` ends the run on a net without a driver or with two, or a
    # loop: before optimisation, which drops what depends on such nets, and after it.
    synthesis = f"synth_xilinx -family xc7 -abc9 -nodsp -top {TOP}"
    run_yosys(
        f"{boxes} read_verilog -sv {sources}; {synthesis} -run begin:prepare; proc; check -assert; "
        f"{synthesis} -run prepare:; {filled} flatten; opt_clean; check -assert; "
        f"delete t:$scopeinfo; write_json {NETLIST}; write_verilog -noattr {VERILOG}",
        project.folder,
    )
    return read_whole(project)


def read_whole(project: Project) -> Whole:
    """The netlist that was synthesised. Raises RuntimeError where a board cannot run it."""
    path = project.folder / NETLIST
    cells = Counter(cell["type"] for cell in json.loads(path.read_text())["modules"][TOP]["cells"].values())
    _check_cells(cells)
    # Place and route makes an inverter a LUT where nothing takes it in.
    total = resources(cells + Counter({"LUT1": cells["INV"]}))
    return Whole(path, project.folder / VERILOG, dict(cells), total, analyse(path, TOP))


def _check_cells(cells: Counter[str]) -> None:
    wrong = [f"{cells[kind]} {kind}" for kind in cells if kind.startswith(_LATCHES) or kind.startswith("DSP")]
    wrong += [f"{cells[kind]} {kind} instead of one" for kind in _ONCE if cells[kind] != 1]
    if wrong:
        raise RuntimeError(f"the synthesised design has {', '.join(wrong)}")


def refuse_overfull(total: Resources, part: str, sites: int = 0) -> None:
    """Raise UserError where a design takes more of the part than place and route manages (SHARE).

    sites: the LUT sites that it takes, where they are more than its LUTs.
    """
    limits = capacity(part)
    if limits is None:
        raise UserError(f"no capacity of part {part} is known: use one of {', '.join(CAPACITY)}")
    for kind, held in limits.items():
        taken, named = getattr(total, kind), kind.upper()
        if kind == "lut" and sites > taken:
            taken, named = sites, "LUT sites"
        if taken > SHARE[kind] * held:
            raise UserError(
                f"the design takes {taken} of {held} {named} of {part}, place and route manages "
                f"{SHARE[kind]:.0%}: lower hardware.target, or take a smaller model"
            )
