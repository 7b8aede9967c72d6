"""The place-and-route tools of this machine: where they are, which versions, and how to get them."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eeg2fpga.errors import UserError
from eeg2fpga.implement.boards import Board

VIVADO_OLDEST = (2020, 2)
"""Older ones drop conditional expressions in nested generate blocks (OpenTitan, issues 1355, 1364, 1408)."""
NEXTPNR_OLDEST = (0, 9, 5)
"""Older ones get block RAM 36 or 72 bits wide wrong, and LUTs with one net at two inputs, and cannot route a LUT6_2
(openXC7/nextpnr-xilinx, pull requests 95, 150, 158, 103)."""
GET = {
    "vivado": f"AMD Vivado {VIVADO_OLDEST[0]}.{VIVADO_OLDEST[1]} or newer (the free edition has these parts): put "
    "`vivado` on PATH or set XILINX_VIVADO to its folder",
    "openxc7": f"openXC7 (https://github.com/openXC7/toolchain-installer), nextpnr-xilinx "
    f"{'.'.join(map(str, NEXTPNR_OLDEST))} or newer and the prjxray that comes with it: put nextpnr-xilinx, "
    "fasm2frames and xc7frames2bit on PATH, set CHIPDB to the folder with xc7z020.bin and PRJXRAY_DB_DIR to the one "
    "with zynq7",
}


@dataclass(frozen=True)
class Vivado:
    """AMD's tools."""

    path: Path
    version: str
    name = "vivado"

    def versions(self) -> dict[str, str]:
        """For the manifest."""
        return {"vivado": self.version}


@dataclass(frozen=True)
class OpenXC7:
    """nextpnr-xilinx and prjxray."""

    nextpnr: Path
    fasm2frames: Path
    frames2bit: Path
    chipdb: Path
    database: Path
    version: str
    name = "openxc7"

    @property
    def old(self) -> bool:
        """Whether it is older than NEXTPNR_OLDEST, or may be: builds of Nix (before 2026) and others name a commit."""
        return not _at_least(self.version, NEXTPNR_OLDEST)

    def versions(self) -> dict[str, str]:
        """For the manifest."""
        return {"nextpnr-xilinx": self.version, "chipdb": self.chipdb.name, "prjxray": str(self.database.parent.name)}


Toolchain = Vivado | OpenXC7


def find_toolchain(
    wanted: str | None, board: Board, any_version: bool = False, env: Mapping[str, str] = os.environ
) -> Toolchain | list[str]:
    """The toolchain called `wanted`, or the first that is there; or else what is missing of each, a line each.

    any_version: take versions that are too old or say no number. Raises UserError for a name that is none and for a
    version that is known to be too old.
    """
    finders = {"vivado": _find_vivado, "openxc7": _find_openxc7}
    if wanted is not None and wanted not in finders:
        raise UserError(f"no toolchain `{wanted}`: pick one of {', '.join(finders)}")
    missing = []
    for name in [wanted] if wanted else finders:
        found = finders[name](board, env)
        if not isinstance(found, str):
            _check_version(found, any_version)
            return found
        missing.append(f"{name}: {found}. Get {GET[name]}")
    return missing


def remark(tools: Toolchain) -> str:
    """Which version it is, and what is known of it."""
    numbers = ".".join(map(str, _oldest(tools)))
    known = (
        "never run on these designs, so look at its reports"
        if isinstance(tools, Vivado)
        else "one of February 2025 placed and routed S, L and a parallel S: docs/board.md"
    )
    return f"{_program(tools)} {tools.version or 'of unknown version'} ({numbers} or newer is asked for; {known})"


def _program(tools: Toolchain) -> str:
    return "vivado" if isinstance(tools, Vivado) else "nextpnr-xilinx"


def _oldest(tools: Toolchain) -> tuple[int, ...]:
    return VIVADO_OLDEST if isinstance(tools, Vivado) else NEXTPNR_OLDEST


def _at_least(version: str, oldest: tuple[int, ...]) -> bool:
    """Whether a version is one of numbers, and not before `oldest`: 0.9.5-3-g1234567 is, 1234567 is a commit."""
    numbers = re.match(r"\d+(\.\d+)+", version)
    return numbers is not None and tuple(map(int, numbers[0].split("."))) >= oldest


def _check_version(tools: Toolchain, any_version: bool) -> None:
    if any_version or _at_least(tools.version, _oldest(tools)):
        return
    named = f"is of version {tools.version}" if tools.version else "does not say its version"
    if re.fullmatch(r"[0-9a-f]{7,40}", tools.version):
        named = f"names commit {tools.version} as its version, as builds of Nix do"
    raise UserError(
        f"{_program(tools)} {named}, {'.'.join(map(str, _oldest(tools)))} or newer is needed: update it, or take it as "
        "it is with --any-version"
    )


def _find_vivado(board: Board, env: Mapping[str, str]) -> Vivado | str:
    folder = env.get("XILINX_VIVADO")
    inside = Path(folder) / "bin" / "vivado" if folder else None
    found = str(inside) if inside and inside.is_file() else shutil.which("vivado", path=env.get("PATH"))
    if found is None:
        return (
            "no vivado on PATH, nor in XILINX_VIVADO" if folder else "no vivado on PATH, and XILINX_VIVADO is not set"
        )
    return Vivado(Path(found), _version([found, "-version"], r"[Vv]ivado v(\S+)"))


def _find_openxc7(board: Board, env: Mapping[str, str]) -> OpenXC7 | str:
    programs = {name: shutil.which(name, path=env.get("PATH")) for name in ("nextpnr-xilinx", "xc7frames2bit")}
    programs["fasm2frames"] = shutil.which("fasm2frames", path=env.get("PATH")) or shutil.which(
        "fasm2frames.py", path=env.get("PATH")
    )
    absent = [name for name, path in programs.items() if path is None]
    if absent:
        return f"no {', '.join(absent)} on PATH"
    chipdb = _chipdb(board, env.get("CHIPDB"))
    if chipdb is None:
        return f"CHIPDB ({env.get('CHIPDB', 'not set')}) names no chip database of {board.part[:7]}"
    database = Path(env.get("PRJXRAY_DB_DIR", "")) / "zynq7"
    if not (database / board.part / "part.yaml").is_file():
        return f"PRJXRAY_DB_DIR ({env.get('PRJXRAY_DB_DIR', 'not set')}) has no zynq7/{board.part}/part.yaml"
    nextpnr, frames2bit, fasm2frames = (Path(path) for path in programs.values() if path)
    version = _version([str(nextpnr), "--version"], r"Version ([^\s)]+)\)")
    return OpenXC7(nextpnr, fasm2frames, frames2bit, chipdb, database, version)


def _chipdb(board: Board, named: str | None) -> Path | None:
    """The chip database that CHIPDB names: a file, or a folder with one called as the device or the part."""
    if not named:
        return None
    folder = Path(named)
    names = [board.part, board.part.rpartition("-")[0], board.part[:7]]
    files = [folder] if folder.is_file() else [folder / f"{name}.bin" for name in names]
    return next((path for path in files if path.is_file() and path.stat().st_size), None)


def _version(command: list[str], pattern: str) -> str:
    """What a program says its version is; empty if it says none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"{command[0]} does not run ({error}): mend its installation") from None
    found = re.search(pattern, done.stdout + done.stderr)
    return found[1] if found else ""
