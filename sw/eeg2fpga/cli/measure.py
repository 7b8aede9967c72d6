"""Commands that measure the accelerators: benchmark, scaling, random foldings, random networks."""

from typing import Annotated

import typer

from eeg2fpga.cli.app import Build, app, console, find_flow
from eeg2fpga.errors import UserError
from eeg2fpga.locations import OUTPUTS


@app.command()
def bench(
    accept: Annotated[bool, typer.Option(help="the last run's figures become builds/bench.json")] = False,
    check: Annotated[bool, typer.Option(help="only rebuild, and compare with builds/bench.json")] = False,
) -> None:
    """The accelerators of S, M and L beside FINN's and da4ml's figures: builds/out/bench.json."""
    from eeg2fpga.bench import baseline

    if accept:
        baseline.write_baseline(_last_bench())
        console.print(f"baseline: {baseline.BASELINE}", soft_wrap=True)
    elif check:
        from eeg2fpga.bench.accelerators import SIZES, bench_accelerator

        worse = baseline.regressions({size: bench_accelerator(size, console) for size in SIZES})
        for sentence in worse:
            console.print(sentence, style="red", soft_wrap=True, highlight=False)
        console.print("no worse than the baseline" if not worse else "worse than builds/bench.json")
        raise typer.Exit(1 if worse else 0)
    else:
        from eeg2fpga.bench.run import bench as run

        run(console)


def _last_bench() -> dict:
    import json

    path = OUTPUTS / "bench.json"
    if not path.exists():
        raise UserError(f"no {path}: run `make bench` first")
    return json.loads(path.read_text())


@app.command()
def clock(
    size: Annotated[list[str] | None, typer.Option(help="s, m or l; all")] = None,
    rate: Annotated[list[str] | None, typer.Option(help="windows/s, or parallel; 100, 10000, 100000, parallel")] = None,
    whole: Annotated[bool, typer.Option(help="also the whole design for a board")] = False,
    accept: Annotated[bool, typer.Option(help="the figures become builds/clock.json")] = False,
) -> None:
    """Size, levels and estimated clock of the accelerators, and what limits them; exit code 1 where they are worse."""
    from eeg2fpga.bench import clock as figures

    before, found = figures.read_baseline(), {}
    for name, point in figures.clock_points(size or figures.SIZES, rate or figures.RATES, whole, console):
        found[name] = point
        for rule in point.broken:
            console.print(f"{name}: {rule}", soft_wrap=True, highlight=False)
    console.print(figures.clock_table(found, before))
    if accept:
        figures.write_baseline(found)
        console.print(f"baseline: {figures.BASELINE}", soft_wrap=True)
        return
    worse = figures.regressions(found, before)
    for sentence in worse:
        console.print(sentence, style="red", soft_wrap=True, highlight=False)
    raise typer.Exit(1 if worse else 0)


@app.command()
def scaling(parallel: Annotated[bool, typer.Option(help="every layer as logic")] = True) -> None:
    """How LUTs, buffers, cycles and flow time grow with width, depth, window and electrodes."""
    from eeg2fpga.bench.scaling import sweep
    from eeg2fpga.bench.scaling_report import scaling_table, write_scaling
    from eeg2fpga.config import HardwareConfig

    hardware = HardwareConfig(parallel=parallel)
    sweeps = sweep(hardware, said=console.print)
    write_scaling(sweeps, hardware, OUTPUTS / "scaling")
    console.print(scaling_table(sweeps))
    console.print(f"figures and plot: {OUTPUTS / 'scaling'}", soft_wrap=True)


@app.command()
def foldings(
    build: Build = "eegmat-s",
    count: Annotated[int, typer.Option(help="how many foldings")] = 30,
    seed: Annotated[int, typer.Option(help="of the first; the next ones follow")] = 1,
) -> None:
    """Predicted LUTs and cycles of random foldings against synthesis and simulation: builds/out/foldings.json."""
    flow = find_flow(build, pretrained=True)
    from qonnx.core.modelwrapper import ModelWrapper

    from eeg2fpga.bench.foldings import prediction_table, predictions, summary
    from eeg2fpga.files import write_json
    from eeg2fpga.verify.golden import GoldenModel

    dataset, split = flow.generate()
    streamlined, golden = ModelWrapper(str(flow.streamlined)), GoldenModel.load(flow.folder / "golden.npz")
    found = predictions(
        streamlined, golden, dataset.windows(split.test[:8]), range(seed, seed + count), said=console.print
    )
    figures = summary(found)
    write_json(OUTPUTS / "foldings.json", {"build": build} | figures)
    console.print(prediction_table(found))
    console.print(
        f"LUTs: mean error {100 * figures['lut_error_mean']:.1f} %, worst {100 * figures['lut_error_worst']:.1f} %; "
        f"cycles exact in {figures['cycles_exact']} of {count}; {figures['different']} differ from golden"
    )
    if figures["different"] or figures["cycles_exact"] != count:
        raise typer.Exit(1)


@app.command()
def fuzz(
    count: Annotated[int, typer.Option(help="how many networks")] = 30,
    seed: Annotated[int, typer.Option(help="of the first; the next ones follow")] = 1,
) -> None:
    """Random networks with random foldings through the whole flow, every stage equal to golden."""
    from eeg2fpga.verify.fuzz import fuzz as run

    if not run(count, seed, console):
        raise typer.Exit(1)
    console.print(f"{count} networks: golden = graph = dataflow = LUTs = RTL, cycles as predicted")


@app.command()
def prove(
    unit: Annotated[str | None, typer.Option(help="only this unit of hw/rtl or hw/shell")] = None,
    faults: Annotated[bool, typer.Option(help="seed a fault in each unit instead: all must be found")] = False,
) -> None:
    """Properties of the units, and RTL = netlist, for all inputs; models and logs: builds/out/formal."""
    from eeg2fpga.verify.formal.run import prove as run

    if not run(unit, faults, OUTPUTS / "formal", console):
        raise typer.Exit(1)
