"""tap_window: all taps of a depthwise convolution over time in one word."""

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.ops.base import Stream, operator
from eeg2fpga.compile.ops.constant_layers import tap_stream
from eeg2fpga.compile.ops.sliding_window import SlidingWindow
from eeg2fpga.compile.schedule.processes import Process


@operator
class TapWindow(SlidingWindow):
    """Pixels to windows of `Kernel` pixels, one every `Stride`; Group as in ConstantDepthwise."""

    unit = "tap_window"
    waitless = ("s", "m")

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
        last = (self._outputs() - 1) * self["Stride"] + self["Kernel"] - self["PadBefore"]
        return max(self["Pixels"], last)

    def schedule(self) -> tuple[Process, ...]:
        """The gate of its section has it."""
        return ()

    def steps(self) -> tuple[int, int, int]:
        """Pixels and pads of a window; how many complete its first output, how many more each other one."""
        return self.get_exp_cycles(), self["Kernel"] - self["PadBefore"], self["Stride"]

    def latency(self) -> int:
        """Newest pixel, then the line."""
        return 2

    def lut_estimation(self, fpgapart: str) -> int:
        """Counters, and two adders a channel for pairs: the taps are flip-flops."""
        bits = self.get_input_datatype().bitwidth()
        return 26 + (self["Channels"] * 2 * bits if self["Group"] == 2 else 0)

    def parameters(self, model: ModelWrapper | None) -> dict[str, int]:
        """As in hw/rtl/tap_window."""
        own = super().parameters(model)
        kept = {name: value for name, value in own.items() if name not in ("SIMD", "DEPTH", "BLOCK")}
        return kept | {"GROUP": self["Group"]}
