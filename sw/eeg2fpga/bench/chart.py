"""LUTs against windows a second for one network over several foldings."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from matplotlib.figure import Figure
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.bench.axes import plain_numbers
from eeg2fpga.compile.dataflow import build_dataflow, expected_cycles, predicted_luts
from eeg2fpga.compile.rtl import generate
from eeg2fpga.config import HardwareConfig
from eeg2fpga.files import replacing, write_json
from eeg2fpga.implement.yosys import synthesise


@dataclass(frozen=True)
class RatePoint:
    """One folding."""

    windows_per_second: float
    """What the folding reaches at its clock."""
    cycles_per_window: int
    lut_estimated: int
    lut: int | None
    """By Yosys; None where synthesis was left out."""


def rate_points(streamlined: ModelWrapper, foldings: Sequence[HardwareConfig], synthesis: bool) -> list[RatePoint]:
    """A point for each configuration, slowest first. Raises UserError for one that is out of reach."""
    points = [_point(streamlined, hardware, synthesis) for hardware in foldings]
    return sorted(points, key=lambda point: point.windows_per_second)


def write_chart(curves: dict[str, Sequence[RatePoint]], folder: Path, name: str = "luts_over_rate") -> None:
    """<name>.json and <name>.png in `folder`, a curve for each name (a size, or FINN's estimate beside ours)."""
    write_json(folder / f"{name}.json", {curve: [asdict(p) for p in points] for curve, points in curves.items()})
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for curve, points in curves.items():
        rates = [point.windows_per_second for point in points]
        estimated = any(point.lut is None for point in points)
        luts = [point.lut_estimated if estimated else point.lut for point in points]
        axes.loglog(rates, luts, "o--" if estimated else "o-", label=f"{curve} (estimated)" if estimated else curve)
    axes.set(xlabel="windows a second", ylabel="LUTs")
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    with replacing(folder / f"{name}.png") as temporary:
        figure.savefig(temporary, dpi=120)


def _point(streamlined: ModelWrapper, hardware: HardwareConfig, synthesis: bool) -> RatePoint:
    dataflow = build_dataflow(streamlined, hardware)
    lut = None
    if synthesis:
        with TemporaryDirectory() as folder:
            generate(dataflow, Path(folder) / "rtl", "chart")
            lut = synthesise(Path(folder) / "rtl").total.lut
    cycles = expected_cycles(dataflow)
    return RatePoint(hardware.clock_mhz * 1e6 / cycles, cycles, sum(predicted_luts(dataflow).values()), lut)
