"""Bit file with Vivado: a Tcl script in batch mode, with the processor bare or as a block design of its IP."""

import json
import re
import shutil
from pathlib import Path

from eeg2fpga.errors import CheckError
from eeg2fpga.files import write_text
from eeg2fpga.implement.bitfile import check_bitfile
from eeg2fpga.implement.placed import Placed, run_program
from eeg2fpga.implement.project import CLOCK, TOP, Project
from eeg2fpga.implement.render import render
from eeg2fpga.implement.tools import Vivado
from eeg2fpga.locations import HARDWARE

SCRIPT = "build.tcl"
LOG = "vivado.log"
RESULT = "result.json"
UTILISATION = "utilisation.rpt"
POWER = "power.rpt"
NETLIST = "routed.v"
BIT = "eeg2fpga.bit"
DEFINE = "EEG2FPGA_PROCESSOR_IP"
"""Of zynq_top: the processor's IP in place of the bare PS7."""
PROCESSOR_IP = HARDWARE / "vivado" / "processor_ip" / "processor_ip.sv"
_ROWS = {"lut": "Slice LUTs", "ff": "Slice Registers", "bram18": "Block RAM Tile", "dsp": "DSPs"}
_SLACKS = {"setup": "lower hardware.clock_mhz", "hold": "try another Vivado", "pulse_width": "lower hardware.clock_mhz"}
"""Kinds of slack, and what mends one that is negative; hold does not depend on the clock."""


def write_script(project: Project, ip: bool = False) -> Path:
    """build.tcl in the project's folder: from there `vivado -mode batch -source build.tcl` makes the bit file.

    ip: a block design of the processor's IP, which brings its own clock constraint, in place of the bare PS7.
    """
    if ip:
        shutil.copyfile(PROCESSOR_IP, project.folder / PROCESSOR_IP.name)
    text = render(
        "vivado.tcl.j2",
        project=project,
        ip=ip,
        sources=[*project.sources, *([PROCESSOR_IP.name] if ip else [])],
        constraints=[name for name in project.constraints if not (ip and name == CLOCK)],
        clock="clk_fpga_0" if ip else "fclk0",
        define=f"{DEFINE}=1",
        top=TOP,
        user_access=f"{user_access(project):08x}",
        bit=BIT,
        netlist=NETLIST,
        result=RESULT,
        utilisation=UTILISATION,
        power=POWER,
    )
    write_text(project.folder / SCRIPT, text)
    return project.folder / SCRIPT


def user_access(project: Project) -> int:
    """What the register USR_ACCESS is to hold: the first 32 bits of the build's hash, HASH3 of the register map."""
    return int(project.build_hash[:8], 16)


def implement(project: Project, tools: Vivado, ip: bool = False) -> Placed:
    """Run the script. Raises CheckError when Vivado fails, warns critically, misses the clock or writes a bit file
    that is not whole."""
    write_script(project, ip)
    bit = project.folder / BIT
    for name in (BIT, RESULT, UTILISATION, POWER, NETLIST):
        (project.folder / name).unlink(missing_ok=True)
    try:
        timing = _run(project, tools)
        if not bit.is_file():
            raise CheckError("vivado wrote no bit file")
        check_bitfile(bit, project.board.part, user_access=user_access(project))
        power = _power(project.folder / POWER)
        used = _utilisation(project.folder / UTILISATION)
    except ValueError as error:
        bit.unlink(missing_ok=True)
        raise CheckError(f"vivado wrote a bit file that is no good: {error}") from None
    except BaseException:
        bit.unlink(missing_ok=True)
        raise
    return Placed(bit, tools.versions() | {"processor": "ip" if ip else "bare"}, timing, used, power)


def _run(project: Project, tools: Vivado) -> dict:
    command = [str(tools.path), "-mode", "batch", "-nojournal", "-log", LOG, "-source", SCRIPT]
    failed = None
    try:
        run_program(command, project.folder, "vivado.out")
    except CheckError as error:
        failed = error
    slack = _slack(project.folder / RESULT)
    worst = min(slack, key=slack.__getitem__, default=None)
    if worst is not None and slack[worst] < 0:
        raise CheckError(
            f"timing missed: {worst.replace('_', ' ')} slack {slack[worst]} ns at {project.clock_mhz:g} MHz: "
            f"{_SLACKS[worst]} (see {project.folder / 'timing.rpt'})"
        )
    if failed:
        raise CheckError(f"{failed}{_critical(project.folder / LOG)}")
    if worst is None:
        raise CheckError(f"vivado reports no timing in {project.folder / RESULT}")
    reached = 1000 / (project.period_ns - slack["setup"])
    rest = {"hold_ns": slack["hold"], "pulse_width_ns": slack["pulse_width"]}
    return {"met": True, "worst_slack_ns": slack["setup"], "achieved_mhz": round(reached, 2)} | rest


def _slack(path: Path) -> dict[str, float]:
    """Worst slack of each kind, ns; empty where the run did not come so far."""
    try:
        found = json.loads(path.read_text())
        return {name: float(found[f"{name}_ns"]) for name in _SLACKS}
    except (OSError, ValueError, KeyError):
        return {}


def _critical(log: Path) -> str:
    """The first critical warning of a run, to be added to what ended it."""
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    found = next((line for line in lines if line.startswith("CRITICAL WARNING:")), None)
    return f"; {found[:300]}" if found else ""


def _power(report: Path) -> float:
    """Estimated power of the whole chip, W, from report_power's summary."""
    found = re.search(r"^\| Total On-Chip Power \(W\) *\| *([\d.]+)", report.read_text(), re.MULTILINE)
    if found is None:
        raise CheckError(f"{report} has no row `Total On-Chip Power (W)`")
    return float(found[1])


def _utilisation(report: Path) -> dict[str, int]:
    """Counts from report_utilization's tables."""
    text = report.read_text() if report.is_file() else ""
    counts = {}
    for kind, row in _ROWS.items():
        found = re.search(rf"^\| {row}\*? *\| *([\d.]+)", text, re.MULTILINE)
        if found is None:
            raise CheckError(f"{report} has no row `{row}`")
        counts[kind] = int(float(found[1]) * (2 if kind == "bram18" else 1))
    return counts
