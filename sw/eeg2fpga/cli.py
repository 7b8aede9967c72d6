"""The command `eeg2fpga`.

Exit codes: 0 done; 1 a check failed; 2 bad input, said in one line. A traceback is a defect of ours.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eeg2fpga.errors import UserError
from eeg2fpga.locations import BUILDS

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console()

Build = Annotated[str, typer.Argument(help="name of a builds/<name>.yaml, or the path of such a file")]


def _flow(build: str):
    from eeg2fpga.config import load_build

    path = Path(build) if build.endswith((".yaml", ".yml")) else BUILDS / f"{build}.yaml"
    config = load_build(path)
    from eeg2fpga.flow import Flow

    return Flow(path.stem, config, console)


@app.command()
def demo(build: Build = "synthetic-valence-s") -> None:
    """EEG in, checked accelerator and report out."""
    flow = _flow(build)
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
def verify(build: Build = "synthetic-valence-s") -> None:
    """Compare golden model, streamlined graph, dataflow graph and RTL as they lie in builds/out/<build>."""
    flow = _flow(build)
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
def compile(
    model: Annotated[Path, typer.Argument(help="a binarized network as Brevitas exports it, QONNX")],
    folder: Annotated[Path, typer.Argument(help="where its dataflow graph and RTL go")],
    windows_per_second: Annotated[int, typer.Option(help="throughput to fold for, at 100 MHz")] = 10_000,
) -> None:
    """A QONNX network of your own to RTL; what the hardware cannot do is named before anything is written."""
    from eeg2fpga.compile.dataflow import build_dataflow
    from eeg2fpga.compile.export import read_qonnx
    from eeg2fpga.compile.rtl import generate
    from eeg2fpga.compile.streamline import streamline
    from eeg2fpga.config import HardwareConfig

    streamlined = streamline(read_qonnx(model))
    dataflow = build_dataflow(streamlined, HardwareConfig(windows_per_second=windows_per_second))
    folder.mkdir(parents=True, exist_ok=True)
    streamlined.save(str(folder / "streamlined.onnx"))
    dataflow.save(str(folder / "dataflow.onnx"))
    generate(dataflow, folder / "rtl", model.stem)
    console.print(f"RTL: {folder / 'rtl'} (files.f lists the sources)", soft_wrap=True)


@app.command()
def download(folder: Annotated[Path, typer.Argument(help="where the EEGMAT recordings go")]) -> None:
    """Download EEGMAT from PhysioNet, with checksums; resumes."""
    from eeg2fpga.data.download import download as fetch

    fetch(folder)


def _print_differences(found: dict) -> None:
    for difference in found["differences"]:
        console.print(difference["text"], style="red", soft_wrap=True, highlight=False)
    for name in found["altered"]:
        console.print(f"rtl: {name} is not what the dataflow graph gives", style="red", soft_wrap=True, highlight=False)


def main() -> None:
    """Entry point: a UserError is one line on stderr and exit code 2."""
    try:
        app()
    except UserError as error:
        print(f"eeg2fpga: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
