"""What synthesis made of the accelerator, simulated primitive by primitive: equal to golden, and as fast as the RTL."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.ops.base import Stream
from eeg2fpga.verify.compare import Difference, first_difference
from eeg2fpga.verify.golden import GoldenModel, decision
from eeg2fpga.verify.verilated import Simulation, VerilatedAccelerator

STAGE = "netlist"
EFFORT = 64e9
"""Cycles times LUTs and flip-flops that a check may simulate: about a minute of one core of a desktop."""
EXTREMES = {"all -128": -128, "all 127": 127, "all 0": 0}
"""Windows that no recording has, checked beside the test windows."""
PATIENCE = 1000
"""Cycles after the RTL's last result in which the netlist may still give its own."""


@dataclass(frozen=True)
class Run:
    """Windows that follow each other from a reset on, with one offset of the decision. names: of each, for people."""

    windows: NDArray[np.int8]
    names: Sequence[int | str]
    offset: int


@dataclass(frozen=True)
class Halt:
    """The netlist gives fewer or more words of a layer than are due, in most of the layers behind it too."""

    layer: str
    window: int | str
    words: int
    due: int
    fault: str

    def __str__(self) -> str:
        why = f": {self.fault}" if self.fault else ""
        return (
            f"{STAGE} gives {self.words} of {self.due} words of layer {self.layer}; window {self.window} is the first "
            f"that is not whole{why}"
        )


@dataclass(frozen=True)
class Delay:
    """The netlist gives a result in another cycle than the RTL."""

    layer: str
    window: int | str
    cycle: int
    due: int

    def __str__(self) -> str:
        return (
            f"{STAGE} gives the result of window {self.window} (layer {self.layer}) in cycle {self.cycle}, the RTL in "
            f"cycle {self.due}"
        )


def stretches(offsets: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """First and end of stretches of at most `most` windows with one offset of the decision."""
    changes = np.flatnonzero(np.diff(offsets)) + 1
    for start, stop in pairwise([0, *changes.tolist(), len(offsets)]):
        for first in range(start, stop, most):
            yield first, min(first + most, stop)


def runs(windows: NDArray[np.int8], offsets: NDArray[np.int64], chosen: NDArray[np.int64], most: int) -> Iterator[Run]:
    """The `chosen` of `windows` in their order, at most `most` in a run; then EXTREMES."""
    for start, stop in stretches(offsets[chosen], most):
        picked = chosen[start:stop]
        yield Run(windows[picked], picked.tolist(), int(offsets[picked[0]]))
    extremes = [np.full(windows.shape[1:], value, np.int8) for value in EXTREMES.values()]
    yield Run(np.stack(extremes), tuple(EXTREMES), 0)


def choose(most: int, scores: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of all windows or of `most` of them, ascending: half are the closest decisions, half spread evenly.

    scores: (windows, classes); offsets: of each window's decision, added to the score of class 1.
    """
    count = len(scores)
    if count <= most:
        return np.arange(count)
    moved = scores.astype(np.int64)
    moved[:, 1] += offsets
    best = np.sort(moved, axis=1)
    close = np.argsort(best[:, -1] - best[:, -2], kind="stable")[: most // 2]
    others = np.setdiff1d(np.arange(count), close)
    spread = others[np.linspace(0, len(others) - 1, most - len(close)).astype(int)]
    return np.sort(np.concatenate([close, spread]))


def described(chosen: int, count: int) -> str:
    """The windows of `choose` and the extremes, in words."""
    some = "every test window" if chosen == count else f"{chosen} of {count} test windows, half of them the closest"
    return f"{some}, and {', '.join(EXTREMES)}"


def check_netlist(
    model: ModelWrapper,
    folder: Path,
    netlist: Path,
    objects: Path,
    golden: GoldenModel,
    checked: Sequence[Run],
) -> dict:
    """Compare a netlist of the RTL in `folder` with golden, every layer, and with that RTL, the cycle of every result.

    Returns figures; `differences` is empty when all is equal, else it has the first.
    """
    start = time.perf_counter()
    synthesised = VerilatedAccelerator(model, folder, objects, netlist)
    build_seconds = time.perf_counter() - start
    rtl = VerilatedAccelerator(model, folder, objects)

    def simulate(numbered: tuple[int, Run]) -> tuple[Simulation, Simulation]:
        number, run = numbered
        due = rtl.run(run.windows, run.offset)
        cycles = int(due.result_cycles[-1]) + PATIENCE
        return due, synthesised.try_run(run.windows, run.offset, cycles, seed=number + 1)

    found, wrong, cycles_equal = [], 0, True
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # The simulations are C++ and run beside the golden model.
        for run, (due, got) in zip(checked, pool.map(simulate, enumerate(checked)), strict=True):
            expected = golden.layers(run.windows)
            last = list(expected)[-1]
            expected[last] = decision(expected["classifier"], run.offset)
            wrong += int(_wrong(expected, got, synthesised.taps).sum())
            cycles_equal = cycles_equal and np.array_equal(due.result_cycles, got.result_cycles)
            found.append(_first(expected, due, got, synthesised.taps, run))
    differences = [difference for difference in found if difference is not None][:1]
    return {
        "windows": sum(len(run.windows) for run in checked),
        "mismatches": wrong,
        "cycles_equal": cycles_equal,
        "differences": [{"stage": STAGE, "layer": d.layer, "window": d.window, "text": str(d)} for d in differences],
        "build_seconds": round(build_seconds, 2),
        "seconds": round(time.perf_counter() - start, 2),
    }


def _whole(got: Simulation, layer: str, tap: Stream) -> int:
    """Windows of which all words of a layer came."""
    return got.words[layer] // tap.words


def _wrong(expected: dict[str, Integers], got: Simulation, taps: dict[str, Stream]) -> NDArray[np.bool_]:
    """Of each window, whether a layer's output differs or did not come whole."""
    unequal = np.zeros(len(next(iter(expected.values()))), bool)
    for layer, values in expected.items():
        if layer in got.layers:
            unequal |= (got.layers[layer].reshape(values.shape) != values).any(axis=(1, 2))
            unequal[_whole(got, layer, taps[layer]) :] = True
    return unequal


def _first(
    expected: dict[str, Integers], due: Simulation, got: Simulation, taps: dict[str, Stream], run: Run
) -> Difference | Halt | Delay | None:
    """A wrong value, else words that are missing, else a cycle: the first layer of it."""
    came = {layer: min(_whole(got, layer, tap), len(run.windows)) for layer, tap in taps.items()}
    for layer, values in expected.items():
        if layer in taps:
            part = {layer: values[: came[layer]]}
            difference = first_difference(STAGE, part, {layer: got.layers[layer][: came[layer]]})
            if difference:
                return replace(difference, window=run.names[difference.window])
    limits = {layer: tap.words * len(run.windows) for layer, tap in taps.items()}
    if got.fault or any(got.words[layer] != limit for layer, limit in limits.items()):
        # Layers before the one that halts are held up by it: it is the one that got least far.
        layer = min(taps, key=lambda name: min(got.words[name] / limits[name], 1))
        window = run.names[min(came[layer], len(run.names) - 1)]
        return Halt(layer, window, got.words[layer], limits[layer], got.fault)
    late = np.flatnonzero(due.result_cycles != got.result_cycles)
    if len(late):
        place = int(late[0])
        cycles = int(got.result_cycles[place]), int(due.result_cycles[place])
        return Delay(list(taps)[-1], run.names[place], *cycles)
    return None
