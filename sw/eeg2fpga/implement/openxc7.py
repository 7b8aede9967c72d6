"""Place and route with nextpnr-xilinx, bit file with prjxray. A fault of any of the programs leaves no bit file."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eeg2fpga.errors import CheckError
from eeg2fpga.implement.bitfile import check_bitfile
from eeg2fpga.implement.frames import read_frames, read_part
from eeg2fpga.implement.old_nextpnr import write_for_old
from eeg2fpga.implement.placed import Placed, run_program
from eeg2fpga.implement.project import TOP, Project
from eeg2fpga.implement.timing.report import route
from eeg2fpga.implement.timing.routed import routed_path
from eeg2fpga.implement.tools import OpenXC7
from eeg2fpga.implement.whole import Whole

OLD_NETLIST = "netlist_for_old.json"
MARGIN = 1.05
"""Times the clock must be reached: for the clock's skew and jitter, which neither nextpnr-xilinx nor we compute."""
EFFORT = 1.2
"""Times the clock is asked of nextpnr-xilinx: it does not see what block RAM, LUTRAM and processor add."""
_REFUSED = ("RAM32X1S", "RAM64X1S", "RAM128X1S", "RAM256X1S", "DSP48E1", "MMCME2_ADV", "PLLE2_ADV")
"""Primitives that the tools reject or get wrong: LUTRAM with one port, DSP slices, clock managers."""
_CLOCK = re.compile(r"Max frequency for clock +'([^']*)': ([\d.]+) MHz")
_KINDS = ("SLICE_FFX", "RAMB18E1", "RAMB36E1", "DSP48E1")
_USED = re.compile(rf"\t *({'|'.join(_KINDS)})(?:_\1)?: *(\d+)/ *\d+ ")
"""Lines below `Device utilisation:`. Until 2023-10 a name was printed twice, and is again by nextpnr-himbaechel, which
is to take nextpnr-xilinx' place (2026)."""
_SITE = re.compile(r"^(CLB\S+\.SLICE[LM]_X\d\.[ABCD]LUT)\.INIT", re.MULTILINE)


def implement(
    project: Project, whole: Whole, tools: OpenXC7, seeds: Sequence[int], said: Callable[[str], None]
) -> Placed:
    """Place and route with each seed, make a bit file of the fastest result.

    Raises CheckError when a program fails, when its output is not whole, and when the fastest misses the clock.
    """
    refused = [kind for kind in _REFUSED if whole.cells.get(kind)]
    if refused:
        raise CheckError(f"the netlist has {refused[0]}, which the open tools do not take")
    whole = _writable(whole, tools, project.folder, said)
    for pattern in ("seed*.fasm", "seed*.frames", "seed*.bit", "seed*.json", "seed*.sdf"):
        for path in project.folder.glob(pattern):
            path.unlink()
    mhz, seed, text = _fastest(project, whole, tools, seeds, said)
    asked = MARGIN * project.clock_mhz
    if mhz < asked:
        raise CheckError(
            f"timing missed: {mhz:.1f} MHz at best (seed {seed}), {asked:.0f} are needed for {project.clock_mhz:g} "
            f"with skew and jitter: hardware.clock_mhz: {int(mhz / MARGIN)} would do, or --seeds, or Vivado"
        )
    used = _utilisation(text, (project.folder / _fasm(seed)).read_text())
    bit = _bit(project, tools, seed)
    timing = {"met": True, "worst_slack_ns": round(project.period_ns - 1000 / mhz, 3), "achieved_mhz": round(mhz, 2)}
    return Placed(bit, tools.versions() | {"seed": seed}, timing, used)


def _writable(whole: Whole, tools: OpenXC7, folder: Path, said: Callable[[str], None]) -> Whole:
    """The netlist as the version at hand takes it."""
    if not tools.old:
        return whole
    netlist = folder / OLD_NETLIST
    pairs = write_for_old(whole.netlist, netlist, TOP)
    said(f"nextpnr-xilinx may be older than 0.9.5: {pairs} pairs of LUTs are written as single ones")
    return replace(whole, netlist=netlist)


def _fastest(
    project: Project, whole: Whole, tools: OpenXC7, seeds: Sequence[int], said: Callable[[str], None]
) -> tuple[float, int, str]:
    """Frequency in MHz, seed and log of the fastest; a seed whose run fails is passed over, unless all do.

    Frequencies are those of timing.routed: nextpnr-xilinx' own leave out what may well be the longest path.
    """
    results: list[tuple[float, int, str]] = []
    failed: CheckError | None = None
    for seed in seeds:
        try:
            text = run_program(_nextpnr(project, whole, tools, seed), project.folder, f"nextpnr.{seed}.log")
            _check_fasm(project.folder / _fasm(seed))
            claimed = _frequency(text)
            path = routed_path(project.folder / f"seed{seed}.json", project.folder / f"seed{seed}.sdf")
            results.append((1000 / path.ns, seed, text))
            said(f"seed {seed}: {1000 / path.ns:.1f} MHz ({claimed:.1f} by nextpnr-xilinx); {route(path)}")
        except CheckError as error:
            failed = error
            said(f"seed {seed}: {error}")
    if not results:
        raise failed or CheckError("no seed was given")
    return max(results)


def _nextpnr(project: Project, whole: Whole, tools: OpenXC7, seed: int) -> list[str]:
    # It ends with an error where a clock is missed: this module judges timing itself, over all seeds.
    return [
        *(str(tools.nextpnr), "--chipdb", str(tools.chipdb), "--xdc", project.board.constraints.name),
        *("--json", whole.netlist.name, "--fasm", _fasm(seed), "--freq", f"{EFFORT * project.clock_mhz:g}"),
        *("--seed", str(seed), "--timing-allow-fail", "--write", f"seed{seed}.json", "--sdf", f"seed{seed}.sdf"),
    ]


def _fasm(seed: int) -> str:
    return f"seed{seed}.fasm"


def _frequency(text: str) -> float:
    """Of the slowest clock, MHz, as the last report, that after routing, has it."""
    clocks = {name: float(mhz) for name, mhz in _CLOCK.findall(text)}
    if not clocks:
        raise CheckError("nextpnr-xilinx reports no clock: nothing is known of the design's timing")
    return min(clocks.values())


def _check_fasm(path: Path) -> None:
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    if not any(line.startswith("CLB") for line in lines):
        raise CheckError(f"nextpnr-xilinx wrote no logic to {path}")


def _bit(project: Project, tools: OpenXC7, seed: int) -> Path:
    folder, part = project.folder, project.board.part
    frames, bit = folder / f"seed{seed}.frames", folder / f"seed{seed}.bit"
    part_file = tools.database / part / "part.yaml"
    command = [str(tools.fasm2frames), "--part", part, "--db-root", str(tools.database), _fasm(seed), frames.name]
    try:
        run_program(command, folder, "fasm2frames.log")
        words = read_frames(frames, read_part(part_file))
        command = [str(tools.frames2bit), "--part_file", str(part_file), "--part_name", part]
        command += ["--frm_file", frames.name, "--output_file", bit.name]
        run_program(command, folder, "frames2bit.log")
        _check_bit(bit, part, words)
    except BaseException:
        bit.unlink(missing_ok=True)
        raise
    return bit


def _check_bit(bit: Path, part: str, frames: np.ndarray) -> None:
    if not bit.is_file():
        raise CheckError("xc7frames2bit wrote no bit file")
    try:
        check_bitfile(bit, part, frames)
    except ValueError as error:
        raise CheckError(f"xc7frames2bit wrote a bit file that is no good: {error}") from None


def _utilisation(text: str, fasm: str) -> dict[str, int]:
    """What is used of the part, by kind: LUT sites from the FASM file, the rest as nextpnr-xilinx prints it.

    Its SLICE_LUTX counts LUT cells, of which a site holds one, or two of up to five inputs together.
    """
    used = {name: int(count) for name, count in _USED.findall(text)}
    missing = [name for name in _KINDS if name not in used]
    if missing:
        raise CheckError(f"nextpnr-xilinx prints no count of {', '.join(missing)}")
    bram = used["RAMB18E1"] + 2 * used["RAMB36E1"]
    return {"lut": len(set(_SITE.findall(fasm))), "ff": used["SLICE_FFX"], "bram18": bram, "dsp": used["DSP48E1"]}
