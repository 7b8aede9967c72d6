"""A build to a folder for a board: checked accelerator, whole netlist, place and route, bit file, manifest, driver."""

import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console
from rich.table import Table

from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import CheckError, MissingToolsError, UserError
from eeg2fpga.files import write_json, write_text
from eeg2fpga.flow import Flow
from eeg2fpga.implement import openxc7, vivado
from eeg2fpga.implement.boards import Board, divide
from eeg2fpga.implement.folder import write_folder
from eeg2fpga.implement.handoff import handoff
from eeg2fpga.implement.placed import Placed
from eeg2fpga.implement.project import Project, write_project
from eeg2fpga.implement.routed import check_routed
from eeg2fpga.implement.timing import clock_warning, timing_rows
from eeg2fpga.implement.tools import OpenXC7, Toolchain, Vivado, remark
from eeg2fpga.implement.whole import Whole, refuse_overfull, synthesise_whole
from eeg2fpga.implement.whole_check import RESULT, affordable, check_whole
from eeg2fpga.implement.yosys import share
from eeg2fpga.verify.integrity import altered_files
from eeg2fpga.verify.verdict import faults


def make_bitstream(
    flow: Flow,
    board: Board,
    tools: Toolchain | list[str],
    seeds: Sequence[int],
    console: Console,
    processor_ip: bool = False,
) -> Path:
    """Write builds/out/<build>/<board>/ and return it.

    tools: what find_toolchain gave. seeds: for openXC7, one run of place and route each. processor_ip: for Vivado, the
    processor as a block design of its IP. What an earlier run left for this board is removed first. Raises
    MissingToolsError when only place and route is left to do and no tool is there, CheckError when the accelerator or
    the whole netlist differs from the golden model, a tool fails or the clock is missed, UserError when the build is
    for another part or too large.
    """
    hardware = flow.config.hardware
    if hardware.part != board.part:
        raise UserError(f"build {flow.name} is for {hardware.part}, {board.title} has {board.part}: set hardware.part")
    divide(board, hardware.clock_mhz)
    target = flow.folder / board.name
    shutil.rmtree(target, ignore_errors=True)
    console.print(f"toolchain: {'none found' if isinstance(tools, list) else remark(tools)}", soft_wrap=True)
    windows = _some_windows(flow, *_check_accelerator(flow))
    work = flow.folder / "implementation" / board.name
    model = ModelWrapper(str(flow.dataflow))
    project = write_project(work, flow.folder.name, model, flow.rtl, board, hardware.clock_mhz)
    vivado.write_script(project, processor_ip)
    console.print("[bold]whole design[/bold] ...")
    whole = synthesise_whole(project)
    refuse_overfull(whole.total, board.part, whole.sites if isinstance(tools, OpenXC7) else 0)
    console.print("[bold]its netlist, driven[/bold] ...")
    found = check_whole(project, whole, flow.folder, windows)
    timing = whole.timing.dictionary(hardware.clock_mhz)
    write_json(work / RESULT, {"total": whole.total.dictionary(), "timing": timing, "netlist": found})
    _print_whole(whole, found, board, hardware.clock_mhz, console)
    if isinstance(tools, list):
        raise MissingToolsError(_message(tools, flow, board, project))
    console.print("[bold]place and route[/bold] ...")
    placed = _implement(project, whole, tools, seeds, processor_ip, console)
    if isinstance(tools, Vivado):
        console.print("[bold]netlist after routing, driven[/bold] ...")
        try:
            found = check_routed(project, whole, flow.folder, windows)
        except BaseException:
            placed.bit.unlink(missing_ok=True)
            raise
        console.print(f"netlist after routing = golden: {found['windows']} windows, all equal, in {found['seconds']} s")
    return _write(flow, board, tools, project, placed, target)


def _check_accelerator(flow: Flow) -> tuple[Dataset, Split]:
    """Raise CheckError if it is not what was trained; what it was tested with."""
    dataset, split = flow.generate_checked()
    found = faults(flow.folder)
    if found:
        raise CheckError(f"{flow.name} is not what was trained: {found[0]}")
    # The check is skipped when nothing it depends on changed, and a person may have edited the RTL since.
    altered = altered_files(ModelWrapper(str(flow.dataflow)), flow.rtl, flow.name)
    if altered:
        raise CheckError(f"{flow.rtl / altered[0]} is not what was checked: delete {flow.rtl} and build again")
    return dataset, split


def _some_windows(flow: Flow, dataset: Dataset, split: Split) -> NDArray[np.int8]:
    """Test windows, evenly spread, as many as a simulation of the netlist can take."""
    count = affordable(len(split.test), flow.read("verification.json")["cycles_per_window"])
    return dataset.windows(split.test[np.linspace(0, len(split.test) - 1, count).astype(int)])


def _implement(
    project: Project, whole: Whole, tools: Toolchain, seeds: Sequence[int], processor_ip: bool, console: Console
) -> Placed:
    if isinstance(tools, Vivado):
        return vivado.implement(project, tools, processor_ip)
    return openxc7.implement(project, whole, tools, seeds, lambda text: console.print(text, soft_wrap=True))


def _write(flow: Flow, board: Board, tools: Toolchain, project: Project, placed: Placed, target: Path) -> Path:
    clock = divide(board, project.clock_mhz).mhz
    described = project.folder / "eeg2fpga.hwh"
    write_text(described, handoff(board, project.clock_mhz, project.build, project.build_hash[:32], project.parameters))
    write_folder(
        target,
        flow.folder,
        board.name,
        board.part,
        clock,
        tools.name,
        {"bit": placed.bit, "hwh": described},
        placed.tools | {"yosys": version("pyosys")},
        placed.timing,
        placed.utilisation,
        placed.power_w,
    )
    return target


def _print_whole(whole: Whole, found: dict, board: Board, clock_mhz: float, console: Console) -> None:
    table = Table(title=f"whole design for {board.title}, synthesised", show_header=False, title_justify="left")
    shares = share(whole.total, board.part)
    for kind, count in whole.total.dictionary().items():
        table.add_row(kind.upper(), f"{count}  ({shares[kind]:.1%} of {board.part})")
    table.add_row("LUT sites with open tools", str(whole.sites))
    timing = whole.timing.dictionary(clock_mhz)
    for row in timing_rows(timing):
        table.add_row(*row)
    table.add_row("netlist = golden, by the driver", f"{found['windows']} windows, all equal, in {found['seconds']} s")
    table.add_row("batches ended by the interrupt", f"{found['interrupts']} of {found['batches']}")
    console.print(table)
    if warning := clock_warning(timing):
        console.print(warning, style="yellow", soft_wrap=True, highlight=False)


def _message(missing: list[str], flow: Flow, board: Board, project: Project) -> str:
    """What is missing, how to get it, how to go on."""
    lines = [
        f"no bit file: {flow.folder.name} for {board.title} is done and checked up to its netlist, but no tool "
        "for place and route is there.",
        *(f"  {line}." for line in missing),
        "Then run the same command again: it goes on from here. Sources, netlist and Vivado's script: "
        f"{project.folder}",
    ]
    return "\n".join(lines)
