"""Everything that a toolchain reads, in one folder: sources, memory files, top level, constraints."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga import __version__
from eeg2fpga.board.manifest import BASE_ADDRESS
from eeg2fpga.compile.rtl import NETLIST
from eeg2fpga.compile.shell import shell_files, shell_parameters
from eeg2fpga.errors import UserError
from eeg2fpga.files import write_text
from eeg2fpga.implement.boards import Board
from eeg2fpga.implement.folder import build_hash
from eeg2fpga.implement.render import render

TOP = "eeg2fpga_top"
CLOCK = "clock.xdc"
_MEMORY = re.compile(r'"memory/([^"/]+)"')


@dataclass(frozen=True)
class Project:
    """A folder of sources. Names are relative to it, in the order in which they are read."""

    folder: Path
    build: str
    board: Board
    clock_mhz: float
    build_hash: str
    """SHA-256, 64 hex digits (implement.folder.build_hash)."""
    parameters: dict[str, str]
    """Of the shell, Verilog literals."""
    sources: tuple[str, ...]
    memories: tuple[str, ...]
    constraints: tuple[str, ...]

    @property
    def netlists(self) -> tuple[str, ...]:
        """Sources that are primitives already: layers of logic."""
        return tuple(name for name in self.sources if name.endswith(NETLIST))

    @property
    def period_ns(self) -> float:
        """Of the clock."""
        return 1000 / self.clock_mhz


def write_project(folder: Path, build: str, model: ModelWrapper, rtl: Path, board: Board, clock_mhz: float) -> Project:
    """Write the sources to `folder`, replacing what was there.

    model: the dataflow graph; rtl: its accelerator (compile.rtl.generate). Raises UserError for a memory file that is
    missing or cut: tools read fewer words than there are from a file whose last line has no end, or zeros, and go on.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    listed = [rtl / name for name in (rtl / "files.f").read_text().split()]
    files = [*listed, *shell_files(listed)]
    for path in files:
        shutil.copyfile(path, folder / path.name)
    memories = _copy_memories(rtl, files, folder / "memory")
    whole = build_hash(rtl)
    parameters = shell_parameters(model, whole[:32])
    top = {"BASE": f"32'h{BASE_ADDRESS:08X}"} | parameters
    text = render("top.sv.j2", build=build, board=board.title, version=__version__, top=TOP, parameters=top)
    write_text(folder / f"{TOP}.sv", text)
    shutil.copyfile(board.constraints, folder / board.constraints.name)
    clock = render("clock.xdc.j2", build=build, clock_mhz=clock_mhz, period_ns=1000 / clock_mhz)
    write_text(folder / CLOCK, clock)
    return Project(
        folder,
        build,
        board,
        clock_mhz,
        whole,
        parameters,
        (*(path.name for path in files), f"{TOP}.sv"),
        tuple(f"memory/{name}" for name in memories),
        (board.constraints.name, CLOCK),
    )


def _copy_memories(rtl: Path, sources: list[Path], target: Path) -> list[str]:
    """Copy every memory file that a source names; return their names."""
    target.mkdir()
    names = sorted({name for path in sources for name in _MEMORY.findall(path.read_text())})
    for name in names:
        source = rtl / "memory" / name
        remedy = f"delete {rtl} and build again"
        if not source.is_file():
            raise UserError(f"no {name} in {source.parent}: {remedy}")
        content = source.read_bytes()
        if not content.endswith(b"\n"):
            raise UserError(f"{source} is empty or cut off (no line end): {remedy}")
        (target / name).write_bytes(content)
    return names
