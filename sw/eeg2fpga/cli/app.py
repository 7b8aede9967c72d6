"""What the commands share: the application, its console, a build by its name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from eeg2fpga.errors import UserError
from eeg2fpga.locations import BUILDS, CHECKPOINTS

if TYPE_CHECKING:
    from eeg2fpga.config import BuildConfig
    from eeg2fpga.flow import Flow

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console()

Build = Annotated[str, typer.Argument(help="name of a builds/<name>.yaml, or the path of such a file")]
Pretrained = Annotated[bool, typer.Option(help="no training: the committed checkpoint, all windows")]


def load(build: str) -> tuple[str, "BuildConfig"]:
    """Name and configuration of a build."""
    from eeg2fpga.config import load_build

    path = Path(build) if build.endswith((".yaml", ".yml")) else BUILDS / f"{build}.yaml"
    return path.stem, load_build(path)


def find_flow(build: str, pretrained: bool = False) -> "Flow":
    """The flow of a build, with the backend it asks for."""
    name, config = load(build)
    checkpoint = CHECKPOINTS / name if pretrained else None
    if config.hardware.backend == "hls":
        from eeg2fpga.hls_flow import HlsFlow

        return HlsFlow(name, config, console, checkpoint)
    from eeg2fpga.flow import Flow

    return Flow(name, config, console, checkpoint)


def rtl_flow(build: str, pretrained: bool = False) -> "Flow":
    """Of a build whose accelerator is this repository's RTL: FINN's is simulated layer by layer only."""
    flow = find_flow(build, pretrained)
    if flow.config.hardware.backend == "hls":
        raise UserError(f"build {flow.name} has backend hls: `eeg2fpga hls {flow.name}` compares its layers")
    return flow


def print_faults(found: list[str]) -> None:
    """What the checks of a build found, a red line each."""
    for text in found:
        console.print(text, style="red", soft_wrap=True, highlight=False)
