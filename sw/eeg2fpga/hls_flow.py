"""A build with FINN's own HLS layers (backend: hls): code for each, checked, and FINN's Zynq build.

builds/out/<build>/hls/: hardware.onnx (FINN's layers, folded), code.onnx (with FIFOs), code/<node>/,
simulation/<node>/, verification.json, finn/ (FINN's Zynq build). What comes before, and the folder for a board, lie
where they do with `backend: rtl`.
"""

import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from rich.table import Table

from eeg2fpga.compile.hls import zynq
from eeg2fpga.compile.hls.check import Check, check_layers
from eeg2fpga.compile.hls.code import LISTING, generate_code
from eeg2fpga.compile.hls.fold import fold, for_synthesis, name_after_layers, target_cycles, with_fifos
from eeg2fpga.compile.hls.layers import to_finn_layers
from eeg2fpga.compile.hls.libraries import AP_TYPES, FINN_HLSLIB, find_libraries
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import MissingToolsError, UserError
from eeg2fpga.files import write_json
from eeg2fpga.flow import Flow
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.folder import write_finn_folder
from eeg2fpga.verify.golden import GoldenModel

WINDOWS = 64
"""Windows compared, taken from the whole of the test windows: FINN executes one at a time, each node a process."""


class HlsFlow(Flow):
    """The stages of a build that FINN's layers take the place of our RTL in."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        # Said before minutes of training.
        self._cycles = target_cycles(self.config.hardware)
        self._libraries = find_libraries()

    @property
    def hls(self) -> Path:
        """Where FINN's layers go."""
        return self.folder / "hls"

    @property
    def code(self) -> Path:
        """C++, Tcl and Verilog, a folder a node."""
        return self.hls / "code"

    def _draft(self, streamlined: ModelWrapper) -> None:
        to_finn_layers(streamlined, self.config.hardware.part)

    def compile(self, dataset: Dataset, split: Split) -> None:
        """QONNX, streamlined, FINN's layers, their code."""
        self.lower(dataset, split)

        def work() -> None:
            hardware = self.config.hardware
            layers = to_finn_layers(ModelWrapper(str(self.streamlined)), hardware.part)
            folded = for_synthesis(fold(layers, self._cycles), hardware.part)
            self.hls.mkdir(exist_ok=True)
            folded.save(str(self.hls / "hardware.onnx"))
            model = with_fifos(folded, hardware.part)
            name_after_layers(model)
            generate_code(model, self.code, hardware.part, hardware.clock_mhz)
            model.save(str(self.hls / "code.onnx"))

        outputs = [self.hls / "hardware.onnx", self.hls / "code.onnx", self.code / LISTING]
        self.stages.run("hls", self.config.hardware, ("compile/hls",), outputs, work)

    def check(self, dataset: Dataset, split: Split) -> None:
        """FINN's Python execution and, with its library, its C simulation, compared; differences are recorded."""

        def work() -> None:
            chosen = np.unique(np.linspace(0, len(split.test) - 1, WINDOWS).astype(int))
            found = check_layers(
                GoldenModel.load(self.folder / "golden.npz"),
                ModelWrapper(str(self.streamlined)),
                ModelWrapper(str(self.hls / "code.onnx")),
                dataset.windows(split.test[chosen]),
                self.code / LISTING,
                self.hls / "simulation",
                self._libraries,
            )
            write_json(self.hls / "verification.json", asdict(found))

        self.stages.run("hls check", self._libraries, ("verify",), [self.hls / "verification.json"], work)

    def build_board(self, board: str) -> Path:
        """FINN's Zynq build, and the folder for a board: builds/out/<build>/<board>.

        Raises MissingToolsError without Vitis HLS and Vivado, CheckError where FINN gives no bit file or misses the
        clock, UserError for a board that FINN has not or that has another part.
        """
        target, hardware = self.folder / board, self.config.hardware
        part = find_board(board).part
        if part != hardware.part:
            raise UserError(f"build {self.name} is for {hardware.part}, {board} has {part}: set hardware.part")
        rate = hardware.clock_mhz * 1e6 / self._cycles
        build = zynq.write_build(self.hls / "finn", board, hardware.clock_mhz, rate)
        shutil.rmtree(target, ignore_errors=True)
        missing = zynq.missing_tools()
        if missing:
            raise MissingToolsError(self._how_to_go_on(missing, board, build))
        made = zynq.run_build(self.hls / "hardware.onnx", build)
        write_finn_folder(target, self.folder, board, hardware.part, hardware.clock_mhz, made)
        return target

    def _how_to_go_on(self, missing: list[str], board: str, build: Path) -> str:
        lines = [
            f"no bit file: the code of every layer of {self.folder.name} is written and checked, but AMD's tools are "
            "not all here.",
            f"  generated: {self.code} (C++, Tcl, Verilog), {self.hls / 'hardware.onnx'} (FINN's layers), {build}",
            f"  missing: {', '.join(missing)}; AMD Vitis brings all of it",
            "Then run the same command again: it goes on from here. Or on another machine that has finn-plus: "
            f"`finn build {build.name} hardware.onnx` with these two files.",
        ]
        return "\n".join(lines)


def check_table(found: dict) -> Table:
    """A row a layer. found: hls/verification.json."""
    check = Check.of(found)
    table = Table(
        "layer", "FINN's operators", "code", "Python", "C simulation", title=check.title, title_justify="left"
    )
    for layer in check.layers:
        operators = ", ".join(layer.operators)
        table.add_row(layer.layer, operators, f"{layer.files} files", _verdict(layer.python), layer.simulation)
    if check.simulation:
        table.caption, table.caption_justify = f"{check.simulation} ({FINN_HLSLIB}, {AP_TYPES}: docs/hls.md)", "left"
    return table


def _verdict(equal: bool) -> str:
    return "equal" if equal else "DIFFERS"
