"""eeg2fpga_shell around a small generated accelerator, between cocotbext-axi's AXI4-Lite master and AXI RAM."""

from pathlib import Path

import numpy as np
from bench import elaboration_error, parameter_sets, run_unit
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import TOP, generate, simulation_files
from eeg2fpga.compile.shell import shell_parameters
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.models.random_network import random_network
from eeg2fpga.verify.golden import GoldenModel
from qonnx.core.modelwrapper import ModelWrapper
from shell_batches import ELECTRODES, SAMPLES, WINDOWS

USES = (
    *("fifo", "width_converter", "registers", "batch_control", "batch_extent", "batch_counters"),
    *("axi_reader", "axi_writer", "byte_gearbox", "byte_splitter", "byte_unpacker", "score_packer", "result_packer"),
)
MODEL = ModelConfig(
    width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2), BlockConfig(hidden=12, kernel=5))
)


@parameter_sets("rate", [150_000, None], netlists=(0,))
def test_batches(rate: int | None, tmp_path: Path) -> None:
    """Folded, with memories, at so many windows/s; and every layer as logic."""
    network = random_network(MODEL, ELECTRODES, SAMPLES, seed=3)
    export_qonnx(network, ELECTRODES, SAMPLES, tmp_path / "model.onnx")
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=rate)) if rate else HardwareConfig(parallel=True)
    dataflow = build_dataflow(streamline(ModelWrapper(str(tmp_path / "model.onnx")), None), hardware)
    generate(dataflow, tmp_path / "rtl", "test")
    windows = np.random.default_rng(5).integers(-127, 128, (WINDOWS, ELECTRODES, SAMPLES)).astype(np.int8)
    golden = GoldenModel.from_model(network)
    classes = golden.predict(windows)
    margins = np.diff(golden.scores(windows))[:, 0]
    offsets = [1 - int(np.quantile(margins, share)) for share in (0.25, 0.75)]
    offset_classes = {offset: golden.predict(windows, offset).tolist() for offset in offsets}
    assert np.ptp(classes) > 0 and len({*map(tuple, offset_classes.values()), tuple(classes)}) == 3
    parameters = shell_parameters(dataflow, "0123456789abcdef" * 2)
    run_unit(
        "eeg2fpga_shell",
        {name: int(value) if value.isdigit() else value for name, value in parameters.items()},
        {},
        {},
        uses=USES,
        files=simulation_files(tmp_path / "rtl", top=TOP),
        memory=tmp_path / "rtl" / "memory",
        synthesised=[tmp_path / "rtl" / name for name in (tmp_path / "rtl" / "files.f").read_text().split()],
        test_module="shell_batches",
        windows=windows.transpose(0, 2, 1).ravel().tolist(),
        classes=classes.tolist(),
        offset_classes=offset_classes,
    )


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_LANES" in elaboration_error("eeg2fpga_shell", {"ELECTRODES": 19, "LANES": 2, "SAMPLES": 9}, USES)
    assert "ILLEGAL_window" in elaboration_error("eeg2fpga_shell", {"ELECTRODES": 1, "SAMPLES": 7}, USES)
