"""The command `eeg2fpga`.

Exit codes: 0 done; 1 a check failed; 2 bad input, said in one line; 3 all done but for a tool that is not installed.
A traceback is a defect of ours.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from eeg2fpga.errors import CheckError, MissingToolsError, UserError
from eeg2fpga.locations import BUILDS, CHECKPOINTS, OUTPUTS

if TYPE_CHECKING:
    from eeg2fpga.config import BuildConfig
    from eeg2fpga.flow import Flow
    from eeg2fpga.hls_flow import HlsFlow

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console()

Build = Annotated[str, typer.Argument(help="name of a builds/<name>.yaml, or the path of such a file")]


def _load(build: str) -> tuple[str, "BuildConfig"]:
    from eeg2fpga.config import load_build

    path = Path(build) if build.endswith((".yaml", ".yml")) else BUILDS / f"{build}.yaml"
    return path.stem, load_build(path)


def _flow(build: str, pretrained: bool = False) -> "Flow":
    name, config = _load(build)
    checkpoint = CHECKPOINTS / name if pretrained else None
    if config.hardware.backend == "hls":
        from eeg2fpga.hls_flow import HlsFlow

        return HlsFlow(name, config, console, checkpoint)
    from eeg2fpga.flow import Flow

    return Flow(name, config, console, checkpoint)


def _rtl_flow(build: str, pretrained: bool = False) -> "Flow":
    """Of a build whose accelerator is this repository's RTL: FINN's is simulated layer by layer only."""
    flow = _flow(build, pretrained)
    if flow.config.hardware.backend == "hls":
        raise UserError(f"build {flow.name} has backend hls: `eeg2fpga hls {flow.name}` compares its layers")
    return flow


@app.command()
def demo(
    build: Build = "synthetic-valence-s",
    pretrained: Annotated[bool, typer.Option(help="no training: the committed checkpoint, all windows")] = False,
) -> None:
    """EEG in, checked accelerator and report out."""
    flow = _flow(build, pretrained)
    if flow.config.hardware.backend == "hls":
        _run_hls(flow)
        return
    from eeg2fpga.report import print_report, write_report

    dataset, split = flow.data()
    flow.train(dataset, split)
    flow.compile(dataset, split)
    flow.check(dataset, split)
    flow.synthesise()
    report = write_report(flow, dataset.labels[split.test])
    print_report(report, flow.config.hardware.part, console)
    console.print(f"report: {flow.folder / 'report.json'}", soft_wrap=True)
    if report["mismatches"]:
        _print_differences(flow.read("verification.json"))
        raise typer.Exit(1)


@app.command()
def train(
    build: Build = "synthetic-valence-s",
    everyone: Annotated[bool, typer.Option(help="train on all people and write builds/checkpoints/<build>")] = False,
) -> None:
    """Train both stages; print every figure of the test windows. Resumes; a finished run is only read."""
    flow = _flow(build)
    if not everyone:
        dataset, split = flow.data()
        flow.train(dataset, split)
        _print_figures(flow.figures(dataset, split), flow.folder / "training.json")
        return
    from eeg2fpga.data.load import data_root, load_dataset
    from eeg2fpga.training.deploy import train_everyone
    from eeg2fpga.training.experiments import STORE

    dataset = load_dataset(flow.config.data, data_root(), OUTPUTS / "cache")
    train_everyone(flow.config, dataset, STORE, CHECKPOINTS / flow.name, console)
    console.print(f"checkpoints: {CHECKPOINTS / flow.name}", soft_wrap=True)


@app.command()
def evaluate(
    build: Build,
    root: Annotated[Path, typer.Option(help="folder of recordings of people that the checkpoint never saw")],
) -> None:
    """Every figure of a build's committed checkpoints on recordings of other people."""
    name, config = _load(build)
    from eeg2fpga.training.deploy import evaluate_checkpoints

    if not root.is_dir():
        raise UserError(f"no folder {root}: --root names a folder of recordings")
    found = evaluate_checkpoints(config, CHECKPOINTS / name, root.resolve(), OUTPUTS / "cache")
    _print_figures(found, OUTPUTS / name / "evaluation.json")


def _study(build: str, work: str, title: str, target: str) -> None:
    name, config = _load(build)
    from eeg2fpga.files import write_json
    from eeg2fpga.training import studies

    study = getattr(studies, work)(config, console)
    path = OUTPUTS / target.format(build=name)
    write_json(path, {"build": name} | study)
    studies.print_study(study, f"{name}, {title}", console)
    console.print(f"figures: {path}", soft_wrap=True)


@app.command()
def crossval(build: Build = "eegmat-s") -> None:
    """Both stages by subject, by trial and with windows shuffled, six folds each: builds/out/<build>/crossval.json."""
    _study(build, "crossvalidate", "both stages", "{build}/crossval.json")


@app.command()
def ablation(build: Build = "eegmat-s") -> None:
    """Plain binarization, each method alone, all, all but each, same folds: builds/out/ablation.json."""
    _study(build, "ablate", "methods", "ablation.json")


@app.command()
def peers(build: Build = "eegmat-s") -> None:
    """Braindecode's networks and band power with logistic regression on the same folds: builds/out/peers.json."""
    _study(build, "compare_peers", "peers", "peers.json")


@app.command()
def verify(build: Build = "synthetic-valence-s") -> None:
    """Compare golden model, streamlined graph, dataflow graph and RTL as they lie in builds/out/<build>."""
    flow = _rtl_flow(build)
    needed = [flow.folder / "golden.npz", flow.streamlined, flow.dataflow, flow.rtl / "files.f"]
    missing = [path.name for path in needed if not path.exists()]
    if missing:
        raise UserError(f"build {flow.name} lacks {missing[0]}: run `make demo BUILD={flow.name}` first")
    dataset, split = flow.data()
    found = flow.verify(dataset, split)
    if found["differences"] or found["altered"]:
        _print_differences(found)
        raise typer.Exit(1)
    console.print(f"{found['windows']} windows: golden = streamlined = dataflow = RTL, 0 mismatches")


@app.command()
def simulator(
    build: Build,
    pretrained: Annotated[bool, typer.Option(help="no training: the committed checkpoint, all windows")] = False,
) -> None:
    """The folder that a board gets, with the verilated accelerator in place of a bit file: the driver on a PC."""
    flow = _rtl_flow(build, pretrained)
    from eeg2fpga.implement.simulator import write_simulator

    dataset, split = flow.data()
    flow.train(dataset, split)
    flow.compile(dataset, split)
    flow.check(dataset, split)
    found = flow.read("verification.json")
    if found["mismatches"] or found["altered"]:
        _print_differences(found)
        raise typer.Exit(1)
    folder = write_simulator(flow.folder, flow.config.hardware)
    console.print(f"simulator: {folder}", soft_wrap=True)


@app.command()
def bitstream(
    build: Build = "eegmat-s",
    board: Annotated[str, typer.Option(help="pynq-z2, pynq-z1 or arty-z7-20")] = "pynq-z2",
    toolchain: Annotated[
        str | None, typer.Option(help="vivado or openxc7; the first that is found if not given")
    ] = None,
    pretrained: Annotated[bool, typer.Option(help="no training: the committed checkpoint, all windows")] = False,
    seeds: Annotated[
        int, typer.Option(help="openXC7: so many runs of place and route, the fastest is kept", min=1)
    ] = 3,
    any_version: Annotated[bool, typer.Option(help="take tools of any version")] = False,
) -> None:
    """A folder for a board: bit file, hardware handoff, manifest, driver, notebook: builds/out/<build>/<board>."""
    from eeg2fpga.implement.boards import find_board
    from eeg2fpga.implement.tools import find_toolchain

    chosen = find_board(board)
    flow = _flow(build, pretrained)
    if flow.config.hardware.backend == "hls":
        if toolchain not in (None, "vivado"):
            raise UserError(f"backend hls needs Vivado: no --toolchain {toolchain}")
        _run_hls(flow, board)
        return
    tools = find_toolchain(toolchain, chosen, any_version)
    from eeg2fpga.implement.bitstream import make_bitstream

    target = make_bitstream(flow, chosen, tools, range(1, seeds + 1), console)
    console.print(f"for the board: {target}", soft_wrap=True)


@app.command()
def hls(
    build: Build = "eegmat-s",
    pretrained: Annotated[bool, typer.Option(help="no training: the committed checkpoint, all windows")] = False,
    board: Annotated[str | None, typer.Option(help="also FINN's Zynq build: pynq-z2 or pynq-z1")] = None,
) -> None:
    """FINN's own HLS layers: C++ and Tcl for each, executed and simulated beside the golden model (docs/hls.md)."""
    from eeg2fpga.hls_flow import HlsFlow

    name, config = _load(build)
    flow = HlsFlow(name, config, console, CHECKPOINTS / name if pretrained else None)
    _run_hls(flow, board)


def _run_hls(flow: "HlsFlow", board: str | None = None) -> None:
    """Code and checks of FINN's layers, and with a board FINN's Zynq build."""
    from eeg2fpga.compile.hls.zynq import finn_board
    from eeg2fpga.hls_flow import check_table

    if board is not None:
        finn_board(board)
    dataset, split = flow.data()
    flow.train(dataset, split)
    flow.compile(dataset, split)
    flow.check(dataset, split)
    found = flow.read("hls/verification.json")
    console.print(check_table(found))
    console.print(f"code: {flow.code}", soft_wrap=True)
    if found["differences"]:
        for text in found["differences"]:
            console.print(text, style="red", soft_wrap=True, highlight=False)
        raise typer.Exit(1)
    if board is not None:
        console.print(f"for the board: {flow.build_board(board)}", soft_wrap=True)


@app.command()
def compile(
    model: Annotated[Path, typer.Argument(help="a binarized network as Brevitas exports it, QONNX")],
    folder: Annotated[Path, typer.Argument(help="where its dataflow graph and RTL go")],
    windows_per_second: Annotated[int, typer.Option(help="throughput to fold for, at 100 MHz")] = 10_000,
) -> None:
    """A QONNX network of your own to RTL; what the hardware cannot do is named before anything is written."""
    from eeg2fpga.compile.dataflow import build_dataflow, choose_folding
    from eeg2fpga.compile.explain import explain, explanation_table
    from eeg2fpga.compile.export import read_qonnx
    from eeg2fpga.compile.rtl import generate
    from eeg2fpga.compile.streamline import streamline
    from eeg2fpga.config import HardwareConfig, TargetConfig

    streamlined = streamline(read_qonnx(model))
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=windows_per_second))
    folding, budget = choose_folding(streamlined, hardware)
    console.print(explanation_table(explain(folding, budget), budget))
    dataflow = build_dataflow(streamlined, hardware)
    folder.mkdir(parents=True, exist_ok=True)
    streamlined.save(str(folder / "streamlined.onnx"))
    dataflow.save(str(folder / "dataflow.onnx"))
    generate(dataflow, folder / "rtl", model.stem)
    console.print(f"RTL: {folder / 'rtl'} (files.f lists the sources)", soft_wrap=True)


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
    flow = _flow(build, pretrained=True)
    from qonnx.core.modelwrapper import ModelWrapper

    from eeg2fpga.bench.foldings import prediction_table, predictions, summary
    from eeg2fpga.files import write_json
    from eeg2fpga.verify.golden import GoldenModel

    dataset, split = flow.data()
    flow.train(dataset, split)
    flow.compile(dataset, split)
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
def download(folder: Annotated[Path, typer.Argument(help="where the EEGMAT recordings go")]) -> None:
    """Download EEGMAT from PhysioNet, with checksums; resumes."""
    from eeg2fpga.data.download import download as fetch

    fetch(folder)


def _print_figures(found: dict[str, dict], path: Path) -> None:
    """A column a network, a row a figure; all of it to `path`."""
    from rich.table import Table

    from eeg2fpga.files import write_json

    table = Table(show_header=True)
    table.add_column("")
    for name in found:
        table.add_column(name)
    for row in ("balanced_accuracy", "accuracy", "f1", "vote", "confusion", "subjects", "recordings", "windows"):
        cells = [figures[row] for figures in found.values()]
        table.add_row(row, *(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells))
    for person in next(iter(found.values()))["people"]:
        table.add_row(person, *(f"{figures['people'][person]:.3f}" for figures in found.values()))
    console.print(table)
    write_json(path, found)
    console.print(f"figures: {path}", soft_wrap=True)


def _print_differences(found: dict) -> None:
    for difference in found["differences"]:
        console.print(difference["text"], style="red", soft_wrap=True, highlight=False)
    for name in found["altered"]:
        console.print(f"rtl: {name} is not what the dataflow graph gives", style="red", soft_wrap=True, highlight=False)


def main() -> None:
    """Entry point: what is not a defect of ours is said on stderr, without a traceback."""
    codes = {CheckError: 1, UserError: 2, MissingToolsError: 3}
    try:
        app()
    except tuple(codes) as error:
        print(f"eeg2fpga: {error}", file=sys.stderr)
        sys.exit(codes[type(error)])


if __name__ == "__main__":
    main()
