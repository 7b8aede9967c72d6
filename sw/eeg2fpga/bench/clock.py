"""`make clock`: S, M and L at rates of the chart and fully parallel: size, levels, estimated clock, what limits it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console
from rich.table import Table

from eeg2fpga.bench.accelerators import SIZES
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import generate
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import HardwareConfig, TargetConfig
from eeg2fpga.errors import UserError
from eeg2fpga.files import write_json
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.project import write_project
from eeg2fpga.implement.whole import synthesise_whole
from eeg2fpga.implement.yosys import synthesise
from eeg2fpga.locations import BUILDS, CHECKPOINTS, OUTPUTS
from eeg2fpga.models.checkpoint import load_checkpoint
from eeg2fpga.stages import Stages

RATES = ("100", "10000", "100000", "parallel")
"""Windows/s at 100 MHz, or every layer as logic."""
BASELINE = BUILDS / "clock.json"
TOLERANCE = 0.02
"""By which LUTs may grow and the clock may fall."""
BOARD = "pynq-z2"
_CODE = ("compile", "hw/rtl", "models", "bench/clock.py")
_SYNTHESIS = ("implement", "hw/axi")


@dataclass(frozen=True)
class ClockPoint:
    """One accelerator. Of `whole`, where asked for, the clock is that of the whole design for BOARD."""

    lut: int
    ff: int
    bram18: int
    levels: int
    mhz: float
    loads: int
    """Of the net that has the most."""
    ready_ns: float
    ready_levels: int
    broken: list[str]
    """Structural rules."""
    whole_mhz: float | None = None

    @property
    def met(self) -> str:
        """The rules in words."""
        return "all hold" if not self.broken else f"{len(self.broken)} broken"


def clock_points(
    sizes: Sequence[str], rates: Sequence[str], whole: bool, console: Console
) -> Iterator[tuple[str, ClockPoint]]:
    """(name, figures) of each size at each rate, as they are made; what is up to date is kept."""
    for size in sizes:
        for rate in rates:
            if size not in SIZES or not (rate == "parallel" or rate.isdigit()):
                raise UserError(f"no accelerator {size} at {rate}: sizes {', '.join(SIZES)}; windows/s or parallel")
            yield f"{size} {rate}", _point(size, rate, whole, console)


def _point(size: str, rate: str, whole: bool, console: Console) -> ClockPoint:
    folder = OUTPUTS / "clock" / f"{size}-{rate}"
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = CHECKPOINTS / f"eegmat-{size}" / "binary.npz"
    hardware = hardware_at(rate)
    stages = Stages(folder, console)
    accelerator, design = folder / "accelerator.json", folder / "whole.json"

    def compile_() -> None:
        model = load_checkpoint(checkpoint).model
        exported = export_qonnx(model, model.inputs, model.samples, folder / "model.onnx")
        dataflow = build_dataflow(streamline(exported), hardware)
        dataflow.save(str(folder / "dataflow.onnx"))
        generate(dataflow, folder / "rtl", f"eegmat-{size}")

    def synthesise_accelerator() -> None:
        write_json(accelerator, synthesise(folder / "rtl").dictionary(hardware.clock_mhz))

    def synthesise_design() -> None:
        dataflow = ModelWrapper(str(folder / "dataflow.onnx"))
        board = find_board(BOARD)
        project = write_project(folder / BOARD, folder.name, dataflow, folder / "rtl", board, hardware.clock_mhz)
        write_json(design, synthesise_whole(project).timing.dictionary(hardware.clock_mhz))

    console.print(f"[bold]{size} at {rate}[/bold]", highlight=False)
    outputs = [folder / "rtl" / "files.f", folder / "dataflow.onnx"]
    stages.run("rtl", [hardware, checkpoint.read_bytes()], _CODE, outputs, compile_)
    stages.run("accelerator", None, _SYNTHESIS, [accelerator], synthesise_accelerator)
    if whole:
        stages.run("whole", BOARD, _SYNTHESIS, [design], synthesise_design)
    found = json.loads(accelerator.read_text())
    total, timing = found["total"], found["timing"]
    ready = timing["ready_path"] or {"ns": 0.0, "levels": 0}
    return ClockPoint(
        *(total[kind] for kind in ("lut", "ff", "bram18")),
        levels=timing["levels"],
        mhz=round(timing["mhz"], 1),
        loads=timing["fanout"]["loads"],
        ready_ns=round(ready["ns"], 2),
        ready_levels=ready["levels"],
        broken=[f"{each['rule']}: {each['where']}, {each['what']}" for each in timing["broken"]],
        whole_mhz=round(json.loads(design.read_text())["mhz"], 1) if whole else None,
    )


def hardware_at(rate: str) -> HardwareConfig:
    """The configuration of a point."""
    if rate == "parallel":
        return HardwareConfig(parallel=True)
    return HardwareConfig(target=TargetConfig(windows_per_second=int(rate)))


def clock_table(found: dict[str, ClockPoint], before: dict[str, dict]) -> Table:
    """A row a point; the growth of LUTs is that since the committed figures."""
    names = ("LUT", "FF", "block RAM", "levels", "estimated MHz", "whole design", "most loads", "ready", "rules")
    table = Table("at 100 MHz, not placed", *names)
    for name, point in found.items():
        grown = f" ({100 * (point.lut / before[name]['lut'] - 1):+.1f} %)" if name in before else ""
        table.add_row(
            name,
            f"{point.lut}{grown}",
            *(str(value) for value in (point.ff, point.bram18, point.levels)),
            f"{point.mhz:.0f}",
            "-" if point.whole_mhz is None else f"{point.whole_mhz:.0f}",
            str(point.loads),
            f"{point.ready_ns:.2f} ns, {point.ready_levels} levels",
            point.met,
        )
    return table


def read_baseline(path: Path = BASELINE) -> dict[str, dict]:
    """The committed figures by name; none where there is no file."""
    return json.loads(path.read_text()) if path.exists() else {}


def write_baseline(found: dict[str, ClockPoint], path: Path = BASELINE) -> None:
    """Make the figures those to compare with; points that were not made stay as they are."""
    write_json(path, read_baseline(path) | {name: asdict(point) for name, point in found.items()})


def regressions(found: dict[str, ClockPoint], before: dict[str, dict]) -> list[str]:
    """A sentence for each figure that is worse than before."""
    worse = []
    for name, point in found.items():
        if name not in before:
            continue
        known = before[name]
        if point.lut > known["lut"] * (1 + TOLERANCE):
            worse.append(f"{name}: {point.lut} LUTs, not {known['lut']}")
        for what, now in (("mhz", point.mhz), ("whole_mhz", point.whole_mhz)):
            if now is not None and known[what] is not None and now < known[what] * (1 - TOLERANCE):
                worse.append(f"{name}: an estimated {now} MHz ({what}), not {known[what]}")
        worse += [f"{name}: {rule}" for rule in point.broken if rule not in known["broken"]]
    return worse
