"""The shell's sources, beside those of an accelerator."""

from collections.abc import Iterable
from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.rtl import score_stream, source_stream
from eeg2fpga.locations import HARDWARE

SHELL = "eeg2fpga_shell"
BORROWED = ("fifo", "width_converter")
"""Units of hw/rtl that the shell uses."""


def shell_files(accelerator: Iterable[Path]) -> list[Path]:
    """The shell's files that are not among the accelerator's, which may use the same units."""
    present = {path.name for path in accelerator}
    borrowed = [HARDWARE / "rtl" / unit / f"{unit}.sv" for unit in BORROWED]
    return [path for path in [*borrowed, *sorted(HARDWARE.glob("shell/*/*.sv"))] if path.name not in present]


def shell_parameters(model: ModelWrapper, build_hash: str) -> dict[str, str]:
    """Parameters of the shell around the accelerator of a dataflow graph, as Verilog literals.

    build_hash: 32 hex digits.
    """
    source, scores = source_stream(model), score_stream(model)
    return {
        "BUILD_HASH": f"128'h{build_hash}",
        "ELECTRODES": str(source.channels),
        "SAMPLES": str(source.pixels),
        "LANES": str(source.lanes),
        "CLASSES": str(scores.channels),
        "SCORE_LANES": str(scores.lanes),
        "SCORE_BITS": str(scores.bits),
    }
