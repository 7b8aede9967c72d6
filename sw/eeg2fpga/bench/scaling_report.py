"""A scaling sweep for people and programs: table, PNG, JSON."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from rich.table import Table

from eeg2fpga.bench.axes import plain_numbers
from eeg2fpga.bench.scaling import FIGURES, Sweep
from eeg2fpga.config import HardwareConfig
from eeg2fpga.files import replacing, write_json


def write_scaling(sweeps: Sequence[Sweep], hardware: HardwareConfig, folder: Path) -> None:
    """scaling.json and scaling.png in `folder`."""
    found = {"hardware": hardware.model_dump(), "sweeps": [sweep.dictionary() for sweep in sweeps]}
    write_json(folder / "scaling.json", found)
    with replacing(folder / "scaling.png") as temporary:
        _figure(sweeps).savefig(temporary, dpi=120)


def scaling_table(sweeps: Sequence[Sweep]) -> Table:
    """Exponent and R squared of each figure against each quantity."""
    table = Table("quantity", "range", *FIGURES, title="growth: exponent of a power law (R² of the logarithms)")
    for sweep in sweeps:
        laws = sweep.fits()
        cells = []
        for name in FIGURES:
            law = laws.get(name)
            fitted = "" if law is None or law.r_squared is None else f" ({law.r_squared:.2f})"
            cells.append("-" if law is None else f"{law.exponent:.2f}{fitted}")
        table.add_row(sweep.quantity, ", ".join(map(str, sweep.values())), *cells)
    return table


def _figure(sweeps: Sequence[Sweep]) -> Figure:
    """A row a figure, a column a quantity; double logarithmic, with the fits."""
    names = [name for name in FIGURES if any(sweep.figure(name) for sweep in sweeps)]
    figure = Figure(figsize=(3.2 * len(sweeps), 2.4 * len(names)), layout="constrained")
    axes = figure.subplots(len(names), len(sweeps), squeeze=False, sharey="row")
    for row, name in enumerate(names):
        values = [value for sweep in sweeps for value in sweep.figure(name) or ()]
        # A figure that hardly varies shall look so.
        axes[row][0].set(yscale="log", ylim=(min(values) / 2, max(values) * 2), ylabel=name.replace("_", " "))
        plain_numbers(axes[row][0].yaxis)
    for column, sweep in enumerate(sweeps):
        laws, values = sweep.fits(), sweep.values()
        for row, name in enumerate(names):
            plot = axes[row][column]
            if name in laws:
                plot.set_xscale("log")
                plot.plot(values, sweep.figure(name), "o")
                plot.plot(values, [laws[name](x) for x in values], "-", label=f"x^{laws[name].exponent:.2f}")
                plot.legend(fontsize="small")
                plot.set_xticks(values, map(str, values), minor=False)
                plot.xaxis.minorticks_off()
            if row == len(names) - 1:
                plot.set_xlabel(sweep.quantity)
    return figure
