"""The accelerator as a library: Verilator turns the RTL into C++, a loop in C++ drives it, NumPy goes in and out."""

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import decode, encode
from eeg2fpga.compile.ops.base import Stream
from eeg2fpga.compile.rtl import TAPPED, simulation_files, source_stream, taps
from eeg2fpga.verify.library import build_library, harness_source, inside


@dataclass(frozen=True)
class Simulation:
    """What a run gave. `layers`: int64 (windows, pixels, channels) by layer; cycles counted from the first word in."""

    layers: dict[str, Integers]
    latency_cycles: int
    """First word in to first result out."""
    cycles_per_window: int
    """Between results when windows follow each other without a pause; the latency if there was but one."""
    result_cycles: Integers
    """(windows,): cycle of each result."""


class VerilatedAccelerator:
    """The RTL in `folder` (compile.rtl.generate); built again only when a source changed.

    netlists: simulate layers of logic as LUTs, not as sums: some ten times slower.
    Raises RuntimeError with Verilator's or the compiler's message when the RTL does not build, and when the accelerator
    gives fewer or more words than it must.
    """

    def __init__(self, model: ModelWrapper, folder: Path, objects: Path, netlists: bool = False) -> None:
        self._folder = folder
        self._source = source_stream(model)
        self._taps = taps(model)
        sources = simulation_files(folder, netlists)
        harness = harness_source(
            "harness.cpp.j2",
            top=TAPPED,
            source_bytes=self._source.width // 8,
            taps=[tap.width // 8 for tap in self._taps.values()],
        )
        library = build_library("accelerator", TAPPED, sources, harness, objects)
        self._library = ctypes.CDLL(str(library))
        self._library.run.restype = ctypes.c_long

    def predict(self, windows: NDArray[np.int8], offset: int = 0) -> NDArray[np.int64]:
        """Class index of each window. windows: int8 (n, electrodes, samples); offset: of 16 bits, the decision's."""
        return list(self.run(windows, offset).layers.values())[-1].ravel()

    def run(self, windows: NDArray[np.int8], offset: int = 0) -> Simulation:
        """Every layer's output for each window, from reset. windows: int8 (n, electrodes, samples).

        offset: of 16 bits, what is added to the score of class 1 of two.
        """
        count = len(windows)
        pixels = windows.transpose(0, 2, 1).astype(np.int64)
        data = _to_bytes(pixels, self._source)
        limits = [count * tap.words for tap in self._taps.values()]
        buffers = [
            np.zeros(limit * tap.width // 8, np.uint8) for limit, tap in zip(limits, self._taps.values(), strict=True)
        ]
        counts, stamps = np.zeros(len(limits), np.int64), np.zeros(limits[-1], np.int64)
        pointers = (ctypes.c_void_p * len(buffers))(*[b.ctypes.data for b in buffers])
        words = count * self._source.words
        with inside(self._folder):
            self._library.start(ctypes.c_int(int(offset)))
        patience = 64 * self._source.words * self._source.channels + 100_000
        self._library.run(
            data.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_long(words),
            pointers,
            np.array(limits, np.int64).ctypes.data_as(ctypes.c_void_p),
            counts.ctypes.data_as(ctypes.c_void_p),
            stamps.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_long((count + 2) * patience),
            ctypes.c_long(64),
        )
        for layer, seen, limit in zip(self._taps, counts, limits, strict=True):
            if seen != limit:
                raise RuntimeError(f"the RTL gave {seen} words at layer {layer}, {limit} were due")
        layers = {
            layer: _from_bytes(buffer, tap, count)
            for (layer, tap), buffer in zip(self._taps.items(), buffers, strict=True)
        }
        interval = int(stamps[-1] - stamps[len(stamps) // 2]) // max(1, len(stamps) - 1 - len(stamps) // 2)
        return Simulation(layers, int(stamps[0]), interval or int(stamps[0]), stamps)


def _to_bytes(values: Integers, stream: Stream) -> NDArray[np.uint8]:
    """Elements in stream order to padded little-endian words."""
    patterns = encode(values.reshape(-1, stream.lanes), stream.bits)
    bits = (patterns[..., None] >> np.arange(stream.bits)) & 1
    bits = bits.reshape(len(patterns), -1).astype(np.uint8)
    spare = stream.width - bits.shape[1]
    return np.packbits(np.pad(bits, ((0, 0), (0, spare))), axis=1, bitorder="little").ravel()


def _from_bytes(data: NDArray[np.uint8], stream: Stream, count: int) -> Integers:
    bits = np.unpackbits(data.reshape(-1, stream.width // 8), axis=1, bitorder="little")
    bits = bits[:, : stream.lanes * stream.bits].reshape(-1, stream.bits).astype(np.int64)
    values = decode((bits << np.arange(stream.bits)).sum(-1), stream.bits)
    return values.reshape(count, stream.pixels, stream.channels)
