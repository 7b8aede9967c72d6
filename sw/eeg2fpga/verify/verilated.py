"""The accelerator as a library: Verilator turns the RTL into C++, a loop in C++ drives it, NumPy goes in and out."""

import ctypes
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import decode, encode
from eeg2fpga.compile.ops.base import Stream
from eeg2fpga.compile.rtl import TAPPED, netlist_files, simulation_files, source_stream, taps
from eeg2fpga.verify.library import STOPS, build_library, harness_source, inside

Form = Literal["sums", "luts"]
"""Of layers of logic in the RTL: as sums or as the LUTs that they are."""
RTL_FLAGS = "-O2"
NETLIST_FLAGS = "-O1"
"""Of single bits: more optimisation takes twice the time and makes it no faster."""
_folder_lock = Lock()
"""The current folder is the process's."""


class IncompleteError(RuntimeError):
    """The accelerator gave fewer or more words than it must, or ended the simulation."""


@dataclass(frozen=True)
class Simulation:
    """What a run gave. `layers`: int64 (windows, pixels, channels) by layer; cycles counted from the first word in."""

    layers: dict[str, Integers]
    words: dict[str, int]
    """Words that came of each layer: where they are too few the rest of `layers` is 0."""
    fault: str
    """Why the simulation ended itself; empty if it did not."""
    result_cycles: Integers
    """(results,): cycle of each result that came."""

    @property
    def latency_cycles(self) -> int:
        """First word in to first result out."""
        return int(self.result_cycles[0])

    @property
    def cycles_per_window(self) -> int:
        """Between results when windows follow each other without a pause; the latency if there was but one."""
        stamps = self.result_cycles
        interval = int(stamps[-1] - stamps[len(stamps) // 2]) // max(1, len(stamps) - 1 - len(stamps) // 2)
        return interval or self.latency_cycles


class VerilatedAccelerator:
    """The accelerator in `folder` (compile.rtl.generate); built again only when a source changed.

    form: "luts" is some ten times slower than "sums"; a path: the netlist that synthesis made of it all. Runs may go
    side by side in threads. Raises RuntimeError with Verilator's or the compiler's message when it does not build.
    """

    def __init__(self, model: ModelWrapper, folder: Path, objects: Path, form: Form | Path = "sums") -> None:
        self._folder = folder
        self._source = source_stream(model)
        self.taps = taps(model)
        netlist = isinstance(form, Path)
        sources = netlist_files(folder, form) if netlist else simulation_files(folder, form == "luts")
        harness = harness_source(
            "harness.cpp.j2",
            top=TAPPED,
            source_bytes=self._source.width // 8,
            taps=[tap.width // 8 for tap in self.taps.values()],
        )
        name, flags = ("netlist", NETLIST_FLAGS) if netlist else ("accelerator", RTL_FLAGS)
        library = build_library(name, TAPPED, sources, harness, objects, flags=f"{flags} {STOPS}")
        self._library = ctypes.CDLL(str(library))
        self._library.start.restype = ctypes.c_void_p
        self._library.fault.restype = ctypes.c_char_p

    def predict(self, windows: NDArray[np.int8], offset: int = 0) -> NDArray[np.int64]:
        """Class index of each window. windows: int8 (n, electrodes, samples); offset: of 16 bits, the decision's."""
        return list(self.run(windows, offset).layers.values())[-1].ravel()

    def run(self, windows: NDArray[np.int8], offset: int = 0) -> Simulation:
        """Every layer's output for each window, from reset. windows: int8 (n, electrodes, samples).

        offset: of 16 bits, what is added to the score of class 1 of two. Raises IncompleteError.
        """
        patience = 64 * self._source.words * self._source.channels + 100_000
        simulation = self.try_run(windows, offset, (len(windows) + 2) * patience)
        if simulation.fault:
            raise IncompleteError(simulation.fault)
        for layer, seen in simulation.words.items():
            due = len(windows) * self.taps[layer].words
            if seen != due:
                raise IncompleteError(f"the RTL gave {seen} words at layer {layer}, {due} were due")
        return simulation

    def try_run(self, windows: NDArray[np.int8], offset: int, cycles: int, seed: int = 1) -> Simulation:
        """As `run`, for at most `cycles` cycles, whatever comes.

        seed: of what registers and memories hold before they are written.
        """
        count = len(windows)
        pixels = windows.transpose(0, 2, 1).astype(np.int64)
        data = _to_bytes(pixels, self._source)
        limits = [count * tap.words for tap in self.taps.values()]
        buffers = [
            np.zeros(limit * tap.width // 8, np.uint8) for limit, tap in zip(limits, self.taps.values(), strict=True)
        ]
        counts, stamps = np.zeros(len(limits), np.int64), np.zeros(limits[-1], np.int64)
        pointers = (ctypes.c_void_p * len(buffers))(*[b.ctypes.data for b in buffers])
        with _folder_lock, inside(self._folder):
            handle = ctypes.c_void_p(self._library.start(ctypes.c_int(int(offset)), ctypes.c_int(seed)))
        try:
            self._library.run(
                handle,
                data.ctypes.data_as(ctypes.c_void_p),
                ctypes.c_long(count * self._source.words),
                pointers,
                np.array(limits, np.int64).ctypes.data_as(ctypes.c_void_p),
                counts.ctypes.data_as(ctypes.c_void_p),
                stamps.ctypes.data_as(ctypes.c_void_p),
                ctypes.c_long(cycles),
                ctypes.c_long(64),
            )
            fault = self._library.fault(handle).decode()
        finally:
            self._library.finish(handle)
        layers = {
            layer: _from_bytes(buffer, tap, count)
            for (layer, tap), buffer in zip(self.taps.items(), buffers, strict=True)
        }
        words = {layer: int(seen) for layer, seen in zip(self.taps, counts, strict=True)}
        return Simulation(layers, words, fault, stamps[: counts[-1]])


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
