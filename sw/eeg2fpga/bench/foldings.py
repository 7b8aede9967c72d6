"""Predicted LUTs and cycles against synthesis and simulation: random foldings of one network."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper
from rich.table import Table

from eeg2fpga.compile.dataflow import build_dataflow, expected_cycles, predicted_luts
from eeg2fpga.compile.rtl import generate
from eeg2fpga.implement.yosys import synthesise
from eeg2fpga.verify.compare import first_difference
from eeg2fpga.verify.fuzz import random_folding
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.verilated import VerilatedAccelerator

LOGIC = 0.3
"""Share of layers built as logic."""


@dataclass(frozen=True)
class Prediction:
    """One folding."""

    seed: int
    folding: dict[str, str]
    """By layer: logic, or PE and SIMD."""
    lut_predicted: int
    lut: int
    """By Yosys."""
    cycles_predicted: int
    cycles: int
    """By the verilated RTL."""
    difference: str | None
    """From the golden model, in words."""

    @property
    def error(self) -> float:
        """Of the LUTs, relative."""
        return self.lut_predicted / self.lut - 1


def predict(streamlined: ModelWrapper, golden: GoldenModel, windows: NDArray[np.int8], seed: int) -> Prediction:
    """Build the folding that follows from `seed`, and measure it. windows: int8 (n >= 2, electrodes, samples)."""
    hardware = random_folding(streamlined, np.random.default_rng(seed), LOGIC)
    dataflow = build_dataflow(streamlined, hardware)
    with TemporaryDirectory() as name:
        folder = Path(name)
        generate(dataflow, folder / "rtl", f"folding {seed}")
        lut = synthesise(folder / "rtl").total.lut
        simulation = VerilatedAccelerator(dataflow, folder / "rtl", folder / "objects").run(windows)
    difference = first_difference("rtl", golden.layers(windows), simulation.layers)
    forms = {
        layer: "logic" if choice.parallel else f"PE {choice.pe}, SIMD {choice.simd or 1}"
        for layer, choice in hardware.folding.items()
    }
    return Prediction(
        seed=seed,
        folding=forms,
        lut_predicted=sum(predicted_luts(dataflow).values()),
        lut=lut,
        cycles_predicted=expected_cycles(dataflow),
        cycles=simulation.cycles_per_window,
        difference=str(difference) if difference else None,
    )


def predictions(
    streamlined: ModelWrapper,
    golden: GoldenModel,
    windows: NDArray[np.int8],
    seeds: range,
    said: Callable[[str], None] = lambda text: None,
) -> list[Prediction]:
    """One for each seed."""
    found = []
    for seed in seeds:
        found.append(predict(streamlined, golden, windows, seed))
        last = found[-1]
        said(f"seed {seed}: {last.lut_predicted} LUTs predicted, {last.lut} counted ({100 * last.error:+.1f} %)")
    return found


def summary(found: list[Prediction]) -> dict[str, object]:
    """What foldings.json holds."""
    errors = np.abs([each.error for each in found])
    return {
        "foldings": len(found),
        "lut_error_mean": float(errors.mean()),
        "lut_error_worst": float(errors.max()),
        "cycles_exact": sum(each.cycles == each.cycles_predicted for each in found),
        "different": sum(each.difference is not None for each in found),
        "measured": [asdict(each) | {"lut_error": each.error} for each in found],
    }


def prediction_table(found: list[Prediction]) -> Table:
    """For a person."""
    table = Table("seed", "layers of logic", "LUT predicted", "LUT", "error", "cycles predicted", "cycles", "golden")
    for each in found:
        logic = sum(form == "logic" for form in each.folding.values())
        table.add_row(
            str(each.seed),
            f"{logic} of {len(each.folding)}",
            str(each.lut_predicted),
            str(each.lut),
            f"{100 * each.error:+.1f} %",
            str(each.cycles_predicted),
            str(each.cycles),
            each.difference or "equal",
        )
    return table
