"""`make bench`: everything side by side in one run, into builds/out/bench.json and the charts beside it."""

from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console
from rich.table import Table

from eeg2fpga.bench.accelerators import SIZES, accelerator_table, bench_accelerator, bench_folder
from eeg2fpga.bench.chart import RatePoint, rate_points, write_chart
from eeg2fpga.bench.da4ml_layers import Da4mlLayer, compare_layers
from eeg2fpga.bench.finn_estimate import finn_estimate
from eeg2fpga.config import HardwareConfig, TargetConfig
from eeg2fpga.files import write_json
from eeg2fpga.locations import OUTPUTS

RATES = (100, 1_000, 10_000, 40_000, 100_000)
"""Of the chart, windows a second; the fully parallel accelerator is its last point."""


def bench(console: Console) -> dict[str, dict[str, object]]:
    """Accelerators, FINN's estimates, da4ml's layers and the chart; returns what bench.json holds."""
    found = {size: bench_accelerator(size, console) for size in SIZES}
    console.print(accelerator_table(found))
    write_json(OUTPUTS / "bench.json", found)
    for size in SIZES:
        layers = compare_layers(_streamlined(size))
        found[size]["da4ml"] = [layer.dictionary() for layer in layers]
        console.print(_layer_table(size, layers))
    write_json(OUTPUTS / "bench.json", found)
    curves = {}
    for size in SIZES:
        curves |= _curves(size, console)
    write_chart(curves, bench_folder())
    console.print(f"chart: {bench_folder() / 'luts_over_rate.png'}; figures: {OUTPUTS / 'bench.json'}", soft_wrap=True)
    return found


def _streamlined(size: str) -> ModelWrapper:
    return ModelWrapper(str(bench_folder() / size / "streamlined.onnx"))


def _layer_table(size: str, layers: list[Da4mlLayer]) -> Table:
    table = Table("layer", "da4ml LUT", "ours, sums", "ours, with thresholds", "ratio of sums", title=f"da4ml, {size}")
    for layer in layers:
        theirs = f"{layer.da4ml_lut}{' (its estimate)' if layer.estimated else ''}"
        ours = (str(layer.ours_lut), str(layer.ours_with_thresholds_lut))
        table.add_row(layer.layer, theirs, *ours, f"{layer.ratio:.2f}")
    return table


def _curves(size: str, console: Console) -> dict[str, list[RatePoint]]:
    """Ours, synthesised, and FINN's estimates at the same rates."""
    streamlined = _streamlined(size)
    foldings = [HardwareConfig(target=TargetConfig(windows_per_second=rate)) for rate in RATES]
    ours = []
    for hardware in [*foldings, HardwareConfig(parallel=True)]:
        ours += rate_points(streamlined, [hardware], synthesis=True)
        console.print(f"{size}: {ours[-1].windows_per_second:.0f} windows/s, {ours[-1].lut} LUTs", highlight=False)
    theirs = [finn_estimate(streamlined, 100, point.windows_per_second, HardwareConfig().part) for point in ours]
    finn = [
        RatePoint(estimate.windows_per_second, estimate.cycles_per_window, estimate.lut, None) for estimate in theirs
    ]
    return {size.upper(): ours, f"{size.upper()}, FINN": finn}
