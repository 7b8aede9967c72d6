"""The shell with its accelerator as a library: a loop in C++ is its AXI memory and its AXI4-Lite master."""

from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.rtl import TOP, simulation_files
from eeg2fpga.compile.shell import SHELL, shell_files, shell_parameters
from eeg2fpga.verify.library import build_library, harness_source


def build_shell(
    folder: Path, model: ModelWrapper, objects: Path, build_hash: str = "0" * 32, luts: bool = False
) -> Path:
    """Build the library that `board.simulator.Simulator` loads; again only when a source changed.

    It needs nothing else: the contents of memory files are in it.

    folder: the accelerator's RTL (compile.rtl.generate). model: its dataflow graph. objects: where libraries are kept.
    build_hash: 32 hex digits, what the HASH registers read. luts: layers of logic as LUTs, some ten times slower.
    Raises RuntimeError with Verilator's or the compiler's message.
    """
    accelerator = simulation_files(folder, luts, TOP)
    parameters = [f"{name}={value}" for name, value in shell_parameters(model, build_hash).items()]
    sources = [*accelerator, *shell_files(accelerator)]
    memories = {f"memory/{path.name}": path.read_text() for path in sorted((folder / "memory").iterdir())}
    harness = harness_source("shell_harness.cpp.j2", top=SHELL, memories=memories, faults=())
    return build_library("shell", SHELL, sources, harness, objects, parameters)
