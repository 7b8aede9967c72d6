"""Place and route with nextpnr-xilinx, bit file with prjxray. A fault of any of the programs leaves no bit file."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from eeg2fpga.errors import CheckError
from eeg2fpga.implement.bitfile import check_bitfile
from eeg2fpga.implement.placed import Placed, run_program
from eeg2fpga.implement.project import Project
from eeg2fpga.implement.tools import OpenXC7
from eeg2fpga.implement.whole import Whole

MARGIN = 1.2
"""Times the clock must be reached: nextpnr-xilinx knows no delays of block RAM, LUTRAM and the processor's ports."""
FRAME_WORDS = 101
ECC_WORD = 50
"""xc7frames2bit computes this word of a frame."""
_REFUSED = ("RAM32X1S", "RAM64X1S", "RAM128X1S", "RAM256X1S", "DSP48E1", "MMCME2_ADV", "PLLE2_ADV")
"""Primitives that the tools reject or get wrong: LUTRAM with one port, DSP slices, clock managers."""
_CLOCK = re.compile(r"Max frequency for clock +'([^']*)': ([\d.]+) MHz")
_USED = re.compile(r"\b(SLICE_LUTX|SLICE_FFX|RAMB18E1_RAMB18E1|RAMB36E1_RAMB36E1|DSP48E1_DSP48E1): *(\d+)/")


def implement(
    project: Project, whole: Whole, tools: OpenXC7, seeds: Sequence[int], said: Callable[[str], None]
) -> Placed:
    """Place and route with each seed, make a bit file of the fastest result.

    Raises CheckError when a program fails, when its output is not whole, and when the fastest misses the clock.
    """
    refused = [kind for kind in _REFUSED if whole.cells.get(kind)]
    if refused:
        raise CheckError(f"the netlist has {refused[0]}, which the open tools do not take")
    for pattern in ("seed*.fasm", "seed*.frames", "seed*.bit"):
        for path in project.folder.glob(pattern):
            path.unlink()
    mhz, seed, text = _fastest(project, whole, tools, seeds, said)
    asked = MARGIN * project.clock_mhz
    if mhz < asked:
        raise CheckError(
            f"timing missed: {mhz:.1f} MHz at best (seed {seed}), {asked:.0f} are needed for {project.clock_mhz:g} "
            f"since not all delays are known: hardware.clock_mhz: {int(mhz / MARGIN)} would do, or more --seeds, or Vivado"
        )
    bit = _bit(project, tools, seed)
    timing = {"met": True, "worst_slack_ns": round(project.period_ns - 1000 / mhz, 3), "achieved_mhz": round(mhz, 2)}
    return Placed(bit, tools.versions() | {"seed": seed}, timing, _utilisation(text))


def _fastest(
    project: Project, whole: Whole, tools: OpenXC7, seeds: Sequence[int], said: Callable[[str], None]
) -> tuple[float, int, str]:
    """Frequency in MHz, seed and log of the fastest; a seed whose run fails is passed over, unless all do."""
    results: list[tuple[float, int, str]] = []
    failed: CheckError | None = None
    for seed in seeds:
        try:
            text = run_program(_nextpnr(project, whole, tools, seed), project.folder, f"nextpnr.{seed}.log")
            _check_fasm(project.folder / _fasm(seed))
            results.append((_frequency(text), seed, text))
            said(f"seed {seed}: {results[-1][0]:.1f} MHz")
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
        *("--json", whole.netlist.name, "--fasm", _fasm(seed), "--freq", f"{MARGIN * project.clock_mhz:g}"),
        *("--seed", str(seed), "--timing-allow-fail"),
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
    command = [str(tools.fasm2frames), "--part", part, "--db-root", str(tools.database), _fasm(seed), frames.name]
    try:
        run_program(command, folder, "fasm2frames.log")
        words = list(_frames(frames))
        part_file = tools.database / part / "part.yaml"
        command = [str(tools.frames2bit), "--part_file", str(part_file), "--part_name", part]
        command += ["--frm_file", frames.name, "--output_file", bit.name]
        run_program(command, folder, "frames2bit.log")
        _check_bit(bit, part, words)
    except BaseException:
        bit.unlink(missing_ok=True)
        raise
    return bit


def _check_bit(bit: Path, part: str, frames: list[bytes]) -> None:
    if not bit.is_file():
        raise CheckError("xc7frames2bit wrote no bit file")
    try:
        check_bitfile(bit, part, frames)
    except ValueError as error:
        raise CheckError(f"xc7frames2bit wrote a bit file that is no good: {error}") from None


def _frames(path: Path) -> Iterator[bytes]:
    """The frames of fasm2frames' file, each up to its ECC word, big-endian.

    An empty file is legal to xc7frames2bit, which makes a blank bit file of it: here it is an error, as is a cut one.
    """
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    filled = False
    for number, line in enumerate(lines, 1):
        _, _, words = line.partition(" ")
        try:
            values = [int(word, 16) for word in words.split(",")]
        except ValueError:
            values = []
        if len(values) != FRAME_WORDS:
            raise CheckError(f"fasm2frames wrote a frame that is not whole: {path}, line {number}")
        filled |= any(values)
        yield b"".join(value.to_bytes(4, "big") for value in values[:ECC_WORD])
    if not filled:
        raise CheckError(f"fasm2frames wrote no frame to {path}: of that a blank bit file would be made")


def _utilisation(text: str) -> dict[str, int]:
    used = {name: int(count) for name, count in _USED.findall(text)}
    bram = used.get("RAMB18E1_RAMB18E1", 0) + 2 * used.get("RAMB36E1_RAMB36E1", 0)
    counts = (used.get("SLICE_LUTX", 0), used.get("SLICE_FFX", 0), bram, used.get("DSP48E1_DSP48E1", 0))
    return dict(zip(("lut", "ff", "bram18", "dsp"), counts, strict=True))
