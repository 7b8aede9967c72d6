"""tap_window: all taps of a depthwise convolution over time in one word."""

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.ops.base import Stream, operator
from eeg2fpga.compile.ops.constant_layers import tap_stream
from eeg2fpga.compile.ops.sliding_window import SlidingWindow
from eeg2fpga.compile.schedule.processes import Process, first, pipeline


@operator
class TapWindow(SlidingWindow):
    """Pixels to windows of `Kernel` pixels, one every `Stride`; Group as in ConstantDepthwise."""

    unit = "tap_window"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return (*SlidingWindow.integers(), "Group")

    def input_stream(self, index: int = 0) -> Stream:
        """A pixel a word."""
        channels = self["Channels"]
        return Stream(self["Pixels"], channels, self.get_input_datatype().bitwidth(), channels)

    def output_stream(self, index: int = 0) -> Stream:
        """All taps of all channels a word."""
        bits = self.get_output_datatype().bitwidth()
        return tap_stream(self._outputs(), self["Channels"], self["Kernel"], bits, self["Group"])

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """None: the taps are flip-flops."""
        return {}

    def get_exp_cycles(self) -> int:
        """A pixel, or a pad behind the window, a cycle."""
        return max(self["Pixels"], int(self._steps_to_outputs()[-1]) + 1)

    def schedule(self) -> tuple[Process]:
        """Takes the pixels first; gives where the last tap of an output comes in. Newest pixel, then the line."""
        steps = self.get_exp_cycles()
        gives = np.zeros(steps, bool)
        gives[self._steps_to_outputs()] = True
        return pipeline(1, first(self["Pixels"], steps), gives, 2)

    def _steps_to_outputs(self) -> NDArray[np.int64]:
        """(outputs,): the step that completes each."""
        return np.arange(self._outputs()) * self["Stride"] + self["Kernel"] - self["PadBefore"] - 1

    def lut_estimation(self, fpgapart: str) -> int:
        """Counters, and two adders a channel for pairs: the taps are flip-flops."""
        bits = self.get_input_datatype().bitwidth()
        return 26 + (self["Channels"] * 2 * bits if self["Group"] == 2 else 0)

    def parameters(self, model: ModelWrapper | None) -> dict[str, int]:
        """As in hw/rtl/tap_window."""
        own = super().parameters(model)
        kept = {name: value for name, value in own.items() if name not in ("SIMD", "DEPTH", "BLOCK")}
        return kept | {"GROUP": self["Group"]}
