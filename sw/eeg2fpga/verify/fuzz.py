"""Random networks of the legal class through the whole flow: every stage equal to golden, every cycle as predicted.

A network, its folding and its windows follow from one seed; a failure is made smaller before it is shown.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console

from eeg2fpga.compile import graph
from eeg2fpga.compile.convert import to_dataflow
from eeg2fpga.compile.dataflow import build_dataflow, expected_cycles
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.folding import Folding
from eeg2fpga.compile.rtl import generate
from eeg2fpga.compile.streamline import run as run_streamlined
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, FoldingConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.eegnet import time_steps
from eeg2fpga.models.random_network import random_network
from eeg2fpga.verify.compare import first_difference
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.verilated import VerilatedAccelerator

WINDOWS = 12


@dataclass(frozen=True)
class Case:
    """A network and how it is built."""

    model: ModelConfig
    electrodes: int
    samples: int
    seed: int
    """Of the weights, the windows and the folding."""

    def text(self) -> str:
        """As the model section of a build's YAML, and what is not in it."""
        model = self.model.model_dump(exclude={"size"})
        model["blocks"] = [dict(block) for block in model["blocks"]]
        return yaml.safe_dump(
            {"seed": self.seed, "electrodes": self.electrodes, "samples": self.samples, "model": model}, sort_keys=False
        )


def fuzz(count: int, seed: int, console: Console) -> bool:
    """Check `count` networks, the first of seed `seed`, up to the first that fails. Returns whether all passed."""
    for number in range(seed, seed + count):
        case = draw(number)
        found = check(case)
        if found is None:
            console.print(f"seed {number}: equal, {describe(case)}", highlight=False)
            continue
        console.print(f"seed {number}: {found}", style="red", highlight=False, soft_wrap=True)
        least, what = minimal(case, found, check)
        console.print(f"smallest network that fails ({what}):\n{least.text()}", highlight=False, soft_wrap=True)
        console.print(f"again: make fuzz N=1 SEED={number}")
        return False
    return True


def draw(seed: int) -> Case:
    """A network of the legal class: depth, widths, kernels, strides, residual bits, electrodes and window length."""
    rng = np.random.default_rng(seed)
    while True:
        case = _draw(rng, seed)
        with suppress(UserError):
            time_steps(case.model, case.samples)
            return case


def _draw(rng: np.random.Generator, seed: int) -> Case:
    """One that may be illegal: too long a stem, or strides that leave a block no time steps."""
    pick = lambda low, high: int(rng.integers(low, high + 1))  # noqa: E731
    blocks = tuple(
        BlockConfig(hidden=pick(2, 20), kernel=2 * pick(1, 4) + 1, stride=pick(1, 3)) for _ in range(pick(1, 3))
    )
    model = ModelConfig(
        width=pick(2, 16),
        stem_kernel=pick(2, 16),
        stem_stride=pick(1, 4),
        residual_bits=pick(2, 4),
        hidden_bits=pick(1, 3),
        copies=pick(1, 2),
        blocks=blocks,
    )
    return Case(model, pick(2, 20), pick(24, 64), seed)


def describe(case: Case) -> str:
    """One line."""
    model = case.model
    blocks = ", ".join(f"{b.hidden} k{b.kernel} s{b.stride}" for b in model.blocks)
    stem = f"stem k{model.stem_kernel} s{model.stem_stride}"
    return (
        f"{case.electrodes} electrodes, {case.samples} samples, width {model.width}, {stem}, blocks {blocks}, "
        f"{model.residual_bits}-bit stream, {model.hidden_bits} inside, {model.copies} of each electrode"
    )


def check(case: Case) -> str | None:
    """What differs from golden, or from the predicted cycles; None if nothing does."""
    model = random_network(case.model, case.electrodes, case.samples, case.seed)
    golden = GoldenModel.from_model(model)
    rng = np.random.default_rng(case.seed)
    windows = rng.integers(-127, 128, (WINDOWS, case.electrodes, case.samples)).astype(np.int8)
    expected = golden.layers(windows)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        export_qonnx(model, model.inputs, case.samples, folder / "model.onnx")
        streamlined = streamline(ModelWrapper(str(folder / "model.onnx")))
        dataflow = build_dataflow(streamlined, random_folding(streamlined, rng))
        generate(dataflow, folder / "rtl", f"fuzz {case.seed}")
        simulation = VerilatedAccelerator(dataflow, folder / "rtl", folder / "objects", "luts").run(windows)
        outputs = {
            "streamlined": run_streamlined(streamlined, golden.graph_windows(windows), tuple(expected))[1],
            "dataflow": graph.run(dataflow, windows),
            "luts": graph.run(dataflow, windows, luts=True),
            "rtl": simulation.layers,
        }
    for stage, layers in outputs.items():
        difference = first_difference(stage, expected, layers)
        if difference is not None:
            return str(difference)
    cycles = expected_cycles(dataflow)
    if simulation.cycles_per_window != cycles:
        return f"{simulation.cycles_per_window} cycles a window, {cycles} were predicted"
    return None


def random_folding(streamlined: ModelWrapper, rng: np.random.Generator, logic: float = 0.5) -> HardwareConfig:
    """Each layer in one of the ways in which it can be built: a share of `logic` as logic, the others folded anyhow."""
    folding = {}
    for name, options in Folding(to_dataflow(streamlined), HardwareConfig()).options.items():
        parallel = [choice for choice in options if choice.parallel]
        folded = [choice for choice in options if not choice.parallel]
        if parallel and rng.random() < logic:
            folding[name] = FoldingConfig(parallel=True)
        else:
            choice = folded[rng.integers(len(folded))]
            folding[name] = FoldingConfig(pe=choice.pe, simd=choice.simd if choice.simd > 1 else None)
    # Every layer is named: the rate is what they make it.
    return HardwareConfig(folding=folding, target=TargetConfig(windows_per_second=1))


def minimal(case: Case, found: str, check: Callable[[Case], str | None]) -> tuple[Case, str]:
    """Make the network smaller for as long as it still fails; returns it and its failure."""
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(case):
            what = _outcome(smaller, check)
            if what is not None:
                case, found, progress = smaller, what, True
                break
    return case, found


def _outcome(case: Case, check: Callable[[Case], str | None]) -> str | None:
    """A network that cannot be built at all is no smaller example of a wrong result."""
    try:
        return check(case)
    except Exception:
        return None


def _smaller(case: Case) -> Iterator[Case]:
    """Networks with one thing less: a block, half a width, a kernel, a stride, half the electrodes or samples."""
    model, blocks = case.model, case.model.blocks
    for index in range(len(blocks)):
        if len(blocks) > 1:
            yield _changed(case, blocks=blocks[:index] + blocks[index + 1 :])
    for index, block in enumerate(blocks):
        for change in ({"hidden": block.hidden // 2}, {"kernel": 3}, {"stride": 1}):
            less = block.model_copy(update=change)
            if less != block and less.hidden:
                yield _changed(case, blocks=(*blocks[:index], less, *blocks[index + 1 :]))
    for change in (
        {"width": model.width // 2},
        {"stem_kernel": max(2, model.stem_kernel // 2)},
        {"stem_stride": 1},
        {"copies": 1},
    ):
        less = model.model_copy(update=change)
        if less != model and less.width:
            yield Case(less, case.electrodes, case.samples, case.seed)
    if case.electrodes > 2:
        yield Case(model, max(2, case.electrodes // 2), case.samples, case.seed)
    if case.samples > 16:
        yield Case(model, case.electrodes, case.samples // 2, case.seed)


def _changed(case: Case, **change: object) -> Case:
    return Case(case.model.model_copy(update=change), case.electrodes, case.samples, case.seed)
