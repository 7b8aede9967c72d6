"""Commands that make something of a build: accelerator, folder for a board, simulator, FINN's layers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eeg2fpga.cli.app import Build, Pretrained, app, console, find_flow, load, print_faults, rtl_flow
from eeg2fpga.errors import UserError
from eeg2fpga.locations import CHECKPOINTS

if TYPE_CHECKING:
    from eeg2fpga.flow import Flow
    from eeg2fpga.hls_flow import HlsFlow


@app.command()
def demo(build: Build = "synthetic-valence-s", pretrained: Pretrained = False) -> None:
    """EEG in, checked accelerator and report out."""
    flow = find_flow(build, pretrained)
    if flow.config.hardware.backend == "hls":
        _run_hls(flow)
        return
    from eeg2fpga.report import print_report, write_report

    dataset, split = flow.generate_checked()
    report = write_report(flow, dataset.labels[split.test])
    print_report(report, flow.config.hardware.part, console)
    console.print(f"report: {flow.folder / 'report.json'}", soft_wrap=True)
    _refuse(flow)


def _refuse(flow: "Flow") -> None:
    """End the command with what the checks found, if they found anything."""
    from eeg2fpga.verify.verdict import faults

    found = faults(flow.folder)
    if found:
        print_faults(found)
        raise typer.Exit(1)


@app.command()
def verify(build: Build = "synthetic-valence-s") -> None:
    """Compare golden model, graphs, RTL and netlist as they lie in builds/out/<build>."""
    flow = rtl_flow(build)
    from eeg2fpga.compile.rtl import SYNTHESISED
    from eeg2fpga.files import write_json

    needed = [flow.folder / "golden.npz", flow.streamlined, flow.dataflow, flow.rtl / "files.f"]
    needed += [flow.folder / "synthesis.json", flow.rtl / SYNTHESISED]
    missing = [path.name for path in needed if not path.exists()]
    if missing:
        raise UserError(f"build {flow.name} lacks {missing[0]}: run `make demo BUILD={flow.name}` first")
    dataset, split = flow.data()
    found, netlist = flow.verify(dataset, split), flow.verify_netlist(dataset, split)
    write_json(flow.folder / "verification.json", found)
    write_json(flow.folder / "netlist_verification.json", netlist)
    _refuse(flow)
    console.print(f"{found['windows']} windows: golden = streamlined = dataflow = LUTs = RTL, 0 mismatches")
    console.print(f"{netlist['windows']} windows: golden = netlist, 0 mismatches, every result in the RTL's cycle")


@app.command()
def mutations(build: Build = "eegmat-s", pretrained: Pretrained = False) -> None:
    """Faults put into a build's netlist, one at a time, and what its check says: every one is to be found."""
    from eeg2fpga.verify.mutations import try_all

    flow = rtl_flow(build, pretrained)
    dataset, split = flow.generate_checked()
    _refuse(flow)
    table, found = try_all(flow, dataset, split)
    console.print(table)
    if not found:
        raise typer.Exit(1)


@app.command()
def simulator(build: Build, pretrained: Pretrained = False) -> None:
    """The folder that a board gets, with the verilated accelerator in place of a bit file: the driver on a PC."""
    flow = rtl_flow(build, pretrained)
    from eeg2fpga.implement.simulator import write_simulator

    flow.generate_checked()
    _refuse(flow)
    folder = write_simulator(flow.folder, flow.config.hardware)
    console.print(f"simulator: {folder}", soft_wrap=True)


@app.command()
def bitstream(
    build: Build = "eegmat-s",
    board: Annotated[str, typer.Option(help="pynq-z2, pynq-z1 or arty-z7-20")] = "pynq-z2",
    toolchain: Annotated[
        str | None, typer.Option(help="vivado or openxc7; the first that is found if not given")
    ] = None,
    pretrained: Pretrained = False,
    seeds: Annotated[
        int, typer.Option(help="openXC7: so many runs of place and route, the fastest is kept", min=1)
    ] = 3,
    any_version: Annotated[bool, typer.Option(help="take tools of any version")] = False,
    ps: Annotated[str, typer.Option(help="bare, or ip: Vivado's IP of the processor, in a block design")] = "bare",
) -> None:
    """A folder for a board: bit file, hardware handoff, manifest, driver, notebook: builds/out/<build>/<board>."""
    from eeg2fpga.implement.boards import find_board
    from eeg2fpga.implement.tools import find_toolchain

    chosen = find_board(board)
    flow = find_flow(build, pretrained)
    if flow.config.hardware.backend == "hls":
        if toolchain not in (None, "vivado"):
            raise UserError(f"backend hls needs Vivado: no --toolchain {toolchain}")
        _run_hls(flow, board)
        return
    if ps not in ("bare", "ip"):
        raise UserError(f"no processor `{ps}`: pick bare or ip")
    if ps == "ip" and toolchain == "openxc7":
        raise UserError("the processor's IP is Vivado's: no --toolchain openxc7 with --ps ip")
    tools = find_toolchain("vivado" if ps == "ip" else toolchain, chosen, any_version)
    from eeg2fpga.implement.bitstream import make_bitstream

    target = make_bitstream(flow, chosen, tools, range(1, seeds + 1), console, processor_ip=ps == "ip")
    console.print(f"for the board: {target}", soft_wrap=True)


@app.command()
def hls(
    build: Build = "eegmat-s",
    pretrained: Pretrained = False,
    board: Annotated[str | None, typer.Option(help="also FINN's Zynq build: pynq-z2 or pynq-z1")] = None,
) -> None:
    """FINN's own HLS layers: C++ and Tcl for each, executed and simulated beside the golden model (docs/hls.md)."""
    from eeg2fpga.hls_flow import HlsFlow

    name, config = load(build)
    flow = HlsFlow(name, config, console, CHECKPOINTS / name if pretrained else None)
    _run_hls(flow, board)


def _run_hls(flow: "HlsFlow", board: str | None = None) -> None:
    """Code and checks of FINN's layers, and with a board FINN's Zynq build."""
    from eeg2fpga.compile.hls.zynq import finn_board
    from eeg2fpga.hls_flow import check_table

    if board is not None:
        finn_board(board)
    flow.generate_checked()
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
