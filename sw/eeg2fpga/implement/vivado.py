"""Bit file with Vivado: a Tcl script in batch mode, no project, no block design."""

import json
import re
from pathlib import Path

from eeg2fpga.errors import CheckError
from eeg2fpga.files import write_text
from eeg2fpga.implement.bitfile import check_bitfile
from eeg2fpga.implement.placed import Placed, run_program
from eeg2fpga.implement.project import TOP, Project
from eeg2fpga.implement.render import render
from eeg2fpga.implement.tools import Vivado

SCRIPT = "build.tcl"
RESULT = "result.json"
UTILISATION = "utilisation.rpt"
BIT = "eeg2fpga.bit"
_ROWS = {"lut": "Slice LUTs", "ff": "Slice Registers", "bram18": "Block RAM Tile", "dsp": "DSPs"}


def write_script(project: Project) -> Path:
    """build.tcl in the project's folder: from there `vivado -mode batch -source build.tcl` makes the bit file."""
    text = render(
        "vivado.tcl.j2",
        project=project,
        top=TOP,
        bit=BIT,
        result=RESULT,
        utilisation=UTILISATION,
    )
    write_text(project.folder / SCRIPT, text)
    return project.folder / SCRIPT


def implement(project: Project, tools: Vivado) -> Placed:
    """Run the script. Raises CheckError when Vivado fails, misses the clock or writes a bit file that is not whole."""
    write_script(project)
    bit = project.folder / BIT
    for name in (BIT, RESULT, UTILISATION):
        (project.folder / name).unlink(missing_ok=True)
    try:
        timing = _run(project, tools)
        if not bit.is_file():
            raise CheckError("vivado wrote no bit file")
        check_bitfile(bit, project.board.part)
    except ValueError as error:
        bit.unlink(missing_ok=True)
        raise CheckError(f"vivado wrote a bit file that is no good: {error}") from None
    except BaseException:
        bit.unlink(missing_ok=True)
        raise
    return Placed(bit, tools.versions(), timing, _utilisation(project.folder / UTILISATION))


def _run(project: Project, tools: Vivado) -> dict:
    command = [str(tools.path), "-mode", "batch", "-nojournal", "-log", "vivado.log", "-source", SCRIPT]
    failed = None
    try:
        run_program(command, project.folder, "vivado.out")
    except CheckError as error:
        failed = error
    slack = _slack(project.folder / RESULT)
    worst = min(slack.values(), default=None)
    if worst is not None and worst < 0:
        # Hold does not depend on the clock: no setting of a build mends it.
        name, remedy = ("setup", "lower hardware.clock_mhz") if slack["setup"] < 0 else ("hold", "try another Vivado")
        raise CheckError(
            f"timing missed: {name} slack {slack[name]} ns at {project.clock_mhz:g} MHz: {remedy} "
            f"(see {project.folder / 'timing.rpt'})"
        )
    if failed:
        raise failed
    if worst is None:
        raise CheckError(f"vivado reports no timing in {project.folder / RESULT}")
    reached = 1000 / (project.period_ns - slack["setup"])
    return {"met": True, "worst_slack_ns": slack["setup"], "achieved_mhz": round(reached, 2), "hold_ns": slack["hold"]}


def _slack(path: Path) -> dict[str, float]:
    """Worst setup and hold slack, ns; empty where the run did not come so far."""
    try:
        found = json.loads(path.read_text())
        return {"setup": float(found["setup_ns"]), "hold": float(found["hold_ns"])}
    except (OSError, ValueError, KeyError):
        return {}


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
