"""A dataflow graph's schedule: the cycle of every word, from reset, through FIFOs of given depths."""

from dataclasses import dataclass
from enum import IntEnum
from weakref import finalize

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.ops.base import Unit
from eeg2fpga.compile.ops.sections import FIFOS
from eeg2fpga.compile.schedule.kernel import kernel
from eeg2fpga.compile.sections import sections

ENDLESS = 1 << 40
"""A depth that no FIFO fills; the same number in kernel.cpp."""
DIRECT = -1
"""Depth of a stream without a FIFO; the same number in kernel.cpp."""


class Outcome(IntEnum):
    """How a run ended."""

    STEADY = 0
    """Every word moves the asked number of cycles after its like of the window before, so it does for ever."""
    SLOWER = 1
    STUCK = 2
    """Words are left that never move."""
    OPEN = 3
    """All windows were run; nothing was asked, or it is not yet decided."""


@dataclass(frozen=True)
class Run:
    """What a simulation gave; cycles are counted from the first word in."""

    outcome: Outcome
    results: NDArray[np.int64]
    """(windows,): cycle of each window's result."""
    fill: dict[str, int]
    """Depth of each FIFO with which every word would move as it did."""
    waits: dict[str, int]
    """Cycles that words were refused at each FIFO."""


class ScheduleSimulation:
    """The graph's processes, the FIFOs between them, and the streams without one."""

    def __init__(self, model: ModelWrapper) -> None:
        self._kernel = kernel()
        ops = list(operators(model))
        units = [op for op in ops if op.unit not in FIFOS]
        fifos = [op for op in ops if op.unit in FIFOS]
        self._fifos = {op.onnx_node.name: op["Depth"] for op in fifos}
        # Kept: the library reads these arrays as long as it lives.
        self._processes = [(op, process) for op in units for process in op.schedule()]
        self._direct = self._streams_without_fifo(model, ops)
        self._inner = sum(process.behind for _, process in self._processes)
        streams = 2 + len(self._fifos) + len(self._direct) + self._inner
        self._graph = self._kernel.graph_new(len(self._processes), streams)
        finalize(self, self._kernel.graph_delete, self._graph)
        for index in range(len(self._processes)):
            self._set_process(index)
        self._set_channels(model, fifos)

    @property
    def depths(self) -> dict[str, int]:
        """The FIFOs' depths in the graph."""
        return dict(self._fifos)

    def run(self, windows: int, depths: dict[str, int] | None = None, pace: int = 0, interval: int = 0) -> Run:
        """Simulate up to `windows` windows.

        depths: words of each FIFO, the graph's own if None. Window w is offered from cycle w * pace on. interval: stop
        as soon as it is plain whether windows follow each other after that many cycles.
        """
        chosen = (self._fifos | (depths or {})).values()
        given = np.array([0, 0, *chosen, *[DIRECT] * (len(self._direct) + self._inner)], np.int64)
        results, count = np.zeros(windows, np.int64), np.zeros(1, np.int32)
        fill, waits = np.zeros(len(given), np.int64), np.zeros(len(given), np.int64)
        pointers = [array.ctypes.data for array in (results, count, fill, waits)]
        outcome = self._kernel.run(self._graph, given.ctypes.data, windows, pace, interval, *pointers)
        named = [dict(zip(self._fifos, array[2:].tolist(), strict=False)) for array in (fill, waits)]
        return Run(Outcome(outcome), results[: count[0]], *named)

    def _set_process(self, index: int) -> None:
        op, process = self._processes[index]
        if process.frozen and len(op.onnx_node.output) > 1:
            raise ValueError(f"{op.onnx_node.name}: a frozen pipeline has one output")
        others = [i for i, (other, _) in enumerate(self._processes) if other is op and i != index]
        others = others if process.needs is not None else []
        peer = others[0] if others else -1
        peer_steps = self._processes[peer][1].steps if others else 0
        arrays = [None if a is None else a.ctypes.data for a in (process.takes, process.gives, process.needs)]
        sizes = (process.steps, len(process.takes))
        reserved = process.reserved() if process.credited else -1
        kind = (process.latency, int(process.frozen), int(process.holds), reserved)
        self._kernel.set_process(self._graph, index, *sizes, *arrays, peer, peer_steps, *kind)

    def _set_channels(self, model: ModelWrapper, fifos: list[Unit]) -> None:
        """Channel 0 is the accelerator's input, 1 its output, then the FIFOs."""
        behind = [i for i, (_, process) in enumerate(self._processes) if process.behind]
        takers = {name: i for i in self._with("takes") if i not in behind for name in self._inputs(i)}
        ends = [i for i in self._with("gives") if i + 1 not in behind]
        givers = {name: i for i in ends for name in self._unit(i).onnx_node.output}
        for section in sections(model):
            givers[section.fifo.onnx_node.input[0]] = givers[section.gate.onnx_node.output[0]]
        source, sink = model.graph.input[0].name, model.graph.output[0].name
        first, last = takers[source], givers[sink]
        self._kernel.set_channel(self._graph, 0, self._unit(first).input_stream().words, -1, first, 0)
        self._kernel.set_channel(self._graph, 1, self._unit(last).output_stream().words, last, -1, 0)
        for index, op in enumerate(fifos, start=2):
            ends = givers[op.onnx_node.input[0]], takers[op.onnx_node.output[0]]
            self._kernel.set_channel(self._graph, index, op.input_stream().words, *ends, op["Half"])
        for index, (tensor, words) in enumerate(self._direct.items(), start=2 + len(fifos)):
            self._kernel.set_channel(self._graph, index, words, givers[tensor], takers[tensor], 0)
        for index, process in enumerate(behind, start=2 + len(fifos) + len(self._direct)):
            words = self._processes[process - 1][1].words_given()
            self._kernel.set_channel(self._graph, index, words, process - 1, process, 0)

    @staticmethod
    def _streams_without_fifo(model: ModelWrapper, ops: list[Unit]) -> dict[str, int]:
        """Tensor to words a window."""
        ends = {name for op in ops if op.unit in FIFOS for name in (op.onnx_node.input[0], op.onnx_node.output[0])}
        ends.add(model.graph.input[0].name)
        ends.update(op.onnx_node.input[0] for section in sections(model) for op in section.units)
        return {
            name: op.input_stream(port).words
            for op in ops
            for port, name in enumerate(op.onnx_node.input[: op.streams])
            if name not in ends
        }

    def _with(self, what: str) -> list[int]:
        return [i for i, (_, process) in enumerate(self._processes) if getattr(process, what).any()]

    def _unit(self, index: int) -> Unit:
        return self._processes[index][0]

    def _inputs(self, index: int) -> list[str]:
        return list(self._unit(index).onnx_node.input[: self._unit(index).streams])
