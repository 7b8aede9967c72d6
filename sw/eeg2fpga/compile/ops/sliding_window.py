"""sliding_window: the taps of a depthwise convolution over time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic, luts
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.ops.base import Stream, Unit, operator
from eeg2fpga.compile.schedule.processes import Process


@operator
class SlidingWindow(Unit):
    """Pixels to windows of `Kernel` pixels, one every `Stride`, in depthwise order."""

    unit = "sliding_window"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Kernel", "Stride", "PadBefore", "PadAfter", "PadValue")

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Block: whether the pixels are in block RAM."""
        return super().get_nodeattr_types() | {"Block": ("i", False, 0)}

    def _outputs(self) -> int:
        return (self["Pixels"] + self["PadBefore"] + self["PadAfter"] - self["Kernel"]) // self["Stride"] + 1

    def input_stream(self, index: int = 0) -> Stream:
        """Pixels."""
        return Stream(self["Pixels"], self["Channels"], self.get_input_datatype().bitwidth(), self["PE"])

    def output_stream(self, index: int = 0) -> Stream:
        """Windows."""
        bits = self.get_output_datatype().bitwidth()
        return Stream(self._outputs(), self["Channels"], bits, self["PE"], self["Kernel"])

    def depth(self) -> int:
        """Pixels of buffer: a power of two that lets the writer run into the next window at full rate."""
        return 1 << (2 * self["Kernel"] + self["Stride"] - 1).bit_length()

    def schedule(self) -> tuple[Process, Process]:
        """A writer that waits for the start of the oldest output to move on, a reader that waits for pixels."""
        folds = self["Channels"] // self["PE"]
        writes, reads = self["Pixels"] * folds, self._outputs() * folds * self["Kernel"]
        needs = self._freed_before_pixel() * folds * self["Kernel"]
        writer = Process(writes, np.ones(writes, bool), np.zeros(writes, bool), needs=needs.repeat(folds))
        needs = (self._pixels_before_tap() * folds)[:, None].repeat(folds, axis=1)
        reader = Process(reads, np.zeros(reads, bool), np.ones(reads, bool), needs=needs.ravel())
        return writer, reader

    def _freed_before_pixel(self) -> NDArray[np.int64]:
        """(pixels,): how many outputs, counted from this window's first, leave the buffer before a pixel has a slot.

        A pixel waits while `depth` pixels or more lie before it from the start of the current output on.
        """
        pixels, outputs = self["Pixels"], self._outputs()
        back = self.depth() // pixels + 1
        starts = np.arange(outputs) * self["Stride"] - self["PadBefore"]
        starts = (np.arange(-back, 1)[:, None] * pixels + starts).ravel()
        return np.searchsorted(starts, np.arange(pixels) - self.depth(), side="right") - back * outputs

    def _pixels_before_tap(self) -> NDArray[np.int64]:
        """(outputs, kernel): pixels of this window that are there when a tap is read.

        A tap in the padding needs none, but for the padding before a window, which waits for its first pixel.
        """
        starts = np.arange(self._outputs()) * self["Stride"] - self["PadBefore"]
        positions = starts[:, None] + np.arange(self["Kernel"])
        inside = (positions >= 0) & (positions < self["Pixels"])
        needs = np.where(inside, positions + 1, 0)
        needs[0] = np.maximum(needs[0], 1)
        return needs

    def _memory(self) -> tuple[int, int]:
        """Words and bits of the buffer."""
        return self.depth() * self["Channels"] // self["PE"], self.get_input_datatype().bitwidth() * self["PE"]

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """The buffer."""
        return {"Block": (luts.ram_luts(*self._memory()), luts.block_rams(*self._memory()))}

    def lut_estimation(self, fpgapart: str) -> int:
        """Counters and comparisons of pixels, taps and folds; slots apart where windows start anywhere; the buffer."""
        folds = self["Channels"] // self["PE"]
        counted = luts.clog2(self["Pixels"]) + luts.clog2(self.depth()) + luts.clog2(self["Kernel"]) + luts.clog2(folds)
        slots = luts.clog2(self.depth()) if self["Pixels"] % self.depth() else 0
        return 16 + 5 * counted // 4 + slots + (0 if self["Block"] else luts.ram_luts(*self._memory()))

    def compute(self, x: Integers) -> Integers:
        """Windows."""
        pads = (self["PadBefore"], self["PadAfter"], self["PadValue"])
        return arithmetic.sliding_window(x, self["Kernel"], self["Stride"], *pads)

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/sliding_window."""
        bits = self.get_input_datatype().bitwidth()
        value = self["PadValue"]
        return {
            "CHANNELS": self["Channels"],
            "SIMD": self["PE"],
            "ELEMENT_BITS": bits,
            "PIXELS": self["Pixels"],
            "KERNEL": self["Kernel"],
            "STRIDE": self["Stride"],
            "PAD_BEFORE": self["PadBefore"],
            "PAD_AFTER": self["PadAfter"],
            "PAD_BITS": (value + 1) // 2 if bits == 1 else value % (1 << bits),
            "DEPTH": self.depth(),
            "BLOCK": self["Block"],
        }
