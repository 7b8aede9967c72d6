"""The accelerators of S, M and L, every layer as logic, from the committed checkpoints, and FINN's estimates."""

from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console
from rich.table import Table

from eeg2fpga.bench.figures import parallel_macs
from eeg2fpga.bench.finn_estimate import finn_estimate
from eeg2fpga.config import HardwareConfig, load_build
from eeg2fpga.flow import Flow
from eeg2fpga.implement.yosys import Resources, share
from eeg2fpga.locations import BUILDS, CHECKPOINTS, OUTPUTS

SIZES = ("s", "m", "l")
FLOW_STAGES = ("streamline", "rtl", "synthesis", "verify", "netlist")
"""From QONNX to verified and synthesised."""
ROWS = (
    "lut",
    "lut_share",
    "ff",
    "bram18",
    "bram_share",
    "dsp",
    "parallel_macs",
    "lut_per_mac",
    "logic_levels",
    "estimated_mhz",
    "cycles_per_window",
    "windows_per_second",
    "latency_us",
    "storage_bits",
    "finn_lut",
    "finn_windows_per_second",
    "finn_lut_ratio",
    "flow_seconds",
    "sim_windows_per_second",
    "windows",
    "mismatches",
)


def bench_accelerator(size: str, console: Console) -> dict[str, object]:
    """Every figure of one size, fully parallel."""
    flow = build_accelerator(size, console)
    verification, synthesis = flow.read("verification.json"), flow.read("synthesis.json")
    resources = Resources(**synthesis["total"])
    hardware, part = flow.config.hardware, flow.config.hardware.part
    macs = parallel_macs(ModelWrapper(str(flow.dataflow)))
    rate = hardware.clock_mhz * 1e6 / verification["cycles_per_window"]
    finn = finn_estimate(ModelWrapper(str(flow.streamlined)), hardware.clock_mhz, rate, part)
    seconds = flow.stages.seconds()
    return resources.dictionary() | {
        "lut_share": share(resources, part)["lut"],
        "bram_share": share(resources, part)["bram18"],
        "parallel_macs": macs,
        "lut_per_mac": resources.lut / macs,
        "logic_levels": synthesis["timing"]["levels"],
        "estimated_mhz": synthesis["timing"]["mhz"],
        "cycles_per_window": verification["cycles_per_window"],
        "expected_cycles_per_window": verification["expected_cycles_per_window"],
        "expected_luts": sum(flow.read("prediction.json")["luts"].values()),
        "windows_per_second": rate,
        "latency_us": verification["latency_cycles"] / hardware.clock_mhz,
        "storage_bits": flow.read("network.json")["storage_bits"],
        "finn_lut": finn.lut,
        "finn_windows_per_second": finn.windows_per_second,
        "finn_lut_ratio": finn.lut / resources.lut,
        "flow_seconds": sum(seconds[stage] for stage in FLOW_STAGES),
        "stage_seconds": seconds,
        "sim_windows_per_second": verification["speed_windows_per_second"]["rtl"],
        "windows": verification["windows"],
        "mismatches": verification["mismatches"] + flow.read("netlist_verification.json")["mismatches"],
    }


def build_accelerator(size: str, console: Console) -> Flow:
    """The flow of one size up to synthesis, in builds/out/bench/<size>; stages that are up to date are kept."""
    name = f"eegmat-{size}"
    config = load_build(BUILDS / f"{name}.yaml").model_copy(update={"hardware": HardwareConfig(parallel=True)})
    flow = Flow(name, config, console, CHECKPOINTS / name, bench_folder() / size)
    flow.generate_checked()
    return flow


def bench_folder() -> Path:
    """Where the benchmarks' builds lie."""
    return OUTPUTS / "bench"


def accelerator_table(found: dict[str, dict[str, object]]) -> Table:
    """A column a size."""
    table = Table("fully parallel, 100 MHz", *(size.upper() for size in found))
    for row in ROWS:
        table.add_row(row, *(_text(figures[row]) for figures in found.values()))
    return table


def _text(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) and value < 1000 else f"{value:.0f}"
