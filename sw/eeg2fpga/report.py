"""report.json and the table that ends a demo."""

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import accuracy_score

from eeg2fpga.files import write_json
from eeg2fpga.flow import Flow
from eeg2fpga.implement.timing import clock_warning, timing_rows
from eeg2fpga.implement.yosys import Resources, share


def write_report(flow: Flow, truth: np.ndarray) -> dict:
    """Gather the stages' results into builds/out/<build>/report.json and return them.

    truth: labels of the test windows.
    """
    names = ("verification", "netlist_verification", "synthesis", "network", "prediction")
    verification, netlist, synthesis, network, prediction = (flow.read(f"{name}.json") for name in names)
    clock, cycles = flow.config.hardware.clock_mhz, verification["cycles_per_window"]
    with np.load(flow.folder / "predictions.npz") as predictions:
        accuracy = {name: float(accuracy_score(truth, predictions[name])) for name in ("float", "binary")}
    report = {
        "build": flow.folder.name,
        "people": flow.people,
        "decision": "absolute" if network["decision_threshold"] is None else "relative to rest",
        "accuracy": accuracy | {"rtl": verification["accuracy_rtl"]},
        "windows_verified": verification["windows"],
        "mismatches": verification["mismatches"],
        "netlist_windows": netlist["windows"],
        "netlist_sample": netlist["sample"],
        "netlist_mismatches": netlist["mismatches"],
        "netlist_cycles_equal": netlist["cycles_equal"],
        "resources": synthesis["total"],
        "expected_luts": sum(prediction["luts"].values()),
        "timing": synthesis["timing"],
        "cycles_per_window": cycles,
        "expected_cycles_per_window": verification["expected_cycles_per_window"],
        "latency_cycles": verification["latency_cycles"],
        "clock_mhz": clock,
        "windows_per_second": clock * 1e6 / cycles,
        "parameters": network["parameters"],
        "weight_bits": network["weight_bits"],
        "storage_bits": network["storage_bits"],
        "simulation_windows_per_second": verification["speed_windows_per_second"],
        "stage_seconds": flow.stages.seconds(),
    }
    write_json(flow.folder / "report.json", report)
    return report


def print_report(report: dict, part: str, console: Console) -> None:
    """The table for a person."""
    table = Table(title=f"{report['build']}: checked accelerator", show_header=False, title_justify="left")
    shares = share(Resources(**report["resources"]), part)
    resources = report["resources"]
    accuracy, clock = report["accuracy"], report["clock_mhz"]
    told = f"accuracy, {report['people']}, decisions {report['decision']}"
    table.add_row(told, "  ".join(f"{name} {value:.3f}" for name, value in accuracy.items()))
    table.add_row("golden = graph = dataflow = LUTs = RTL = netlist", _verdict(report))
    table.add_row("LUT predicted", str(report["expected_luts"]))
    for kind, count in resources.items():
        part_share = f"  ({100 * shares[kind]:.1f} % of {part})" if kind in shares else ""
        table.add_row(kind.upper(), f"{count}{part_share}")
    table.add_row(f"at {clock} MHz (not placed)", f"{report['windows_per_second']:.0f} windows/s")
    table.add_row(
        "cycles a window", f"{report['cycles_per_window']} ({report['expected_cycles_per_window']} predicted)"
    )
    for row in timing_rows(report["timing"]):
        table.add_row(*row)
    latency = report["latency_cycles"]
    table.add_row("latency, first word to result", f"{latency} cycles, {latency / clock:.1f} us")
    bits = f"{report['weight_bits']} weight bits, {report['storage_bits']} bits in all"
    table.add_row("parameters (float), storage", f"{report['parameters']}; {bits}")
    speeds = report["simulation_windows_per_second"]
    table.add_row("checked at, windows/s", "  ".join(f"{name} {speed:.0f}" for name, speed in speeds.items()))
    seconds = report["stage_seconds"]
    table.add_row("seconds a stage", "  ".join(f"{name} {value:.0f}" for name, value in seconds.items()))
    console.print(table)
    if warning := clock_warning(report["timing"]):
        console.print(warning, style="yellow", soft_wrap=True, highlight=False)


def _verdict(report: dict) -> str:
    """How many windows the RTL and the netlist were compared on, and what came of it."""
    checks = (
        ("", report["windows_verified"], report["mismatches"]),
        ("netlist: ", report["netlist_windows"], report["netlist_mismatches"]),
    )
    lines = [f"{name}{count} windows, {f'{wrong} DIFFER' if wrong else 'all equal'}" for name, count, wrong in checks]
    cycles = "every result in the RTL's cycle" if report["netlist_cycles_equal"] else "results in OTHER CYCLES"
    return f"{lines[0]}\n{lines[1]}, {cycles}"
