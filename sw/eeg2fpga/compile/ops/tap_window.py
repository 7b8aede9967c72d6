"""tap_window: all taps of a depthwise convolution over time in one word."""

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.ops.base import Stream, operator
from eeg2fpga.compile.ops.constant_layers import tap_stream
from eeg2fpga.compile.ops.sliding_window import SlidingWindow


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

    def get_exp_cycles(self) -> int:
        """A pixel, or a pad behind the window, a cycle."""
        last = (self._outputs() - 1) * self["Stride"] + self["Kernel"] - self["PadBefore"]
        return max(self["Pixels"], last)

    def check(self) -> str | None:
        """Any size."""
        return None

    def lut_estimation(self, fpgapart: str) -> int:
        """Counters, and two adders a channel for pairs: the taps are flip-flops."""
        bits = self.get_input_datatype().bitwidth()
        return 30 + (self["Channels"] * (2 * bits + 2) if self["Group"] == 2 else 0)

    def parameters(self, model: ModelWrapper | None) -> dict[str, int]:
        """As in hw/rtl/tap_window."""
        own = super().parameters(model)
        return {name: value for name, value in own.items() if name not in ("SIMD", "DEPTH")} | {"GROUP": self["Group"]}
