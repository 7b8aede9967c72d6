"""zynq_top with a generated accelerator; a model of the processor drives M_AXI_GP0 and has the memory of S_AXI_HP0."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bench import HARDWARE, lint, run_unit
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import PRIMITIVES, TOP, generate, simulation_files
from eeg2fpga.compile.shell import shell_parameters
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.models.random_network import random_network
from eeg2fpga.verify.golden import GoldenModel

ELECTRODES, SAMPLES, WINDOWS = 3, 16, 37
HASH = "0123456789abcdef" * 2
UNITS = ("ps7", "fifo", "width_converter", *sorted(path.parent.name for path in HARDWARE.glob("shell/*/*.sv")))
USES = tuple(name for name in UNITS if name != "zynq_top")


@cache
def accelerator() -> tuple[Path, dict[str, int | str], np.ndarray, np.ndarray]:
    """A small random network: RTL folder, the shell's parameters, windows, the golden model's classes."""
    config = ModelConfig(width=4, stem_kernel=4, blocks=(BlockConfig(hidden=8, kernel=3),))
    network = random_network(config, ELECTRODES, SAMPLES, seed=3)
    folder = HARDWARE / "sim_build" / "zynq_top"
    exported = export_qonnx(network, network.inputs, SAMPLES, folder / "model.onnx")
    target = HardwareConfig(target=TargetConfig(windows_per_second=100_000))
    dataflow = build_dataflow(streamline(exported), target)
    generate(dataflow, folder / "rtl", "zynq_top")
    windows = np.random.default_rng(2).integers(-127, 128, (WINDOWS, ELECTRODES, SAMPLES)).astype(np.int8)
    parameters = {name: int(v) if v.isdigit() else v for name, v in shell_parameters(dataflow, HASH).items()}
    return folder / "rtl", parameters, windows, GoldenModel.from_model(network).predict(windows)


IP = ("processor_ip", "processor_wrapper")
"""The processor's IP for zynq_top, and a model of what Vivado generates."""


def defined(folder: Path) -> Path:
    """zynq_top with the processor's IP chosen."""
    path = folder / "processor_ip" / "zynq_top.sv"
    path.parent.mkdir(exist_ok=True)
    source = (HARDWARE / "shell" / "zynq_top" / "zynq_top.sv").read_text()
    path.write_text(f"`define EEG2FPGA_PROCESSOR_IP\n{source}")
    return path


@pytest.mark.parametrize("ip", [False, True], ids=["bare", "ip"])
@pytest.mark.rtl_only("the whole netlist is driven by tests/implement/test_bitstream.py")
def test_processor_to_results(ip: bool) -> None:
    rtl, parameters, windows, classes = accelerator()
    files = [PRIMITIVES / "BUFG.v", *simulation_files(rtl, top=TOP)]
    assert len(set(classes.tolist())) > 1
    run_unit(
        "zynq_top",
        parameters,
        {},
        {},
        uses=(*USES, *IP) if ip else USES,
        files=[*files, defined(rtl.parent)] if ip else files,
        memory=rtl / "memory",
        test_module="zynq_processor",
        ip=ip,
        electrodes=ELECTRODES,
        samples=SAMPLES,
        hash=HASH,
        windows=windows.transpose(0, 2, 1).ravel().tolist(),
        classes=classes.tolist(),
    )


@pytest.mark.parametrize("ip", [False, True], ids=["bare", "ip"])
def test_lints(ip: bool) -> None:
    """The whole top level; what generated files leave unused does not count."""
    rtl, parameters, _, _ = accelerator()
    files = [PRIMITIVES / "BUFG.v", *simulation_files(rtl, top=TOP)]
    units = [name for name in (*USES, *(IP if ip else ())) if f"{name}.sv" not in {path.name for path in files}]
    waived = ("UNUSEDSIGNAL", "EOFNEWLINE", *(["MODDUP"] if ip else []))
    # The first of two modules of a name counts.
    more = [*files, *([defined(rtl.parent)] if ip else [])]
    done = lint("zynq_top", parameters, units, more=more, waived=waived)
    assert done.returncode == 0, done.stderr
