"""Operators that pass elements on: duplicate, subsample, residual add, width converter, FIFO."""

from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic, luts
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.ops.base import Stream, Unit, operator


class _Passing(Unit):
    """A stream of pixels x channels that keeps its data type."""

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels")

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Taps: a window stream's kernel, 1 for a stream of pixels."""
        return super().get_nodeattr_types() | {"Taps": ("i", False, 1)}

    def input_stream(self, index: int = 0) -> Stream:
        """As the output."""
        bits = self.get_input_datatype().bitwidth()
        return Stream(self["Pixels"], self["Channels"], bits, self["PE"], self["Taps"])

    def output_stream(self, index: int = 0) -> Stream:
        """As the input."""
        return self.input_stream()

    def compute(self, x: Integers) -> Integers:
        """The same elements."""
        return x


@operator
class StreamDuplicate(_Passing):
    """One stream to two."""

    unit = "stream_duplicate"
    outputs = ("m0", "m1")

    def lut_estimation(self, fpgapart: str) -> int:
        """Handshake only."""
        return 8

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/stream_duplicate."""
        return {"WIDTH": self.input_stream().width}


@operator
class Fifo(_Passing):
    """`Depth` words."""

    unit = "fifo"

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Block: whether the words are in block RAM."""
        return super().get_nodeattr_types() | {"Block": ("i", False, 0)}

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Depth")

    def lut_estimation(self, fpgapart: str) -> int:
        """LUTRAM (RAM32M: six bits in four LUTs) and pointers; two registers a bit at depth 2."""
        width = self.input_stream().width
        return width + 8 if self["Depth"] == 2 else -(-self["Depth"] // 32) * -(-width // 6) * 4 + 30

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/fifo."""
        return {"WIDTH": self.get_instream_width(), "DEPTH": self["Depth"], "BLOCK": self["Block"]}

    def _memory(self) -> tuple[int, int]:
        """Words and bits of the RAM."""
        return 1 << luts.clog2(self["Depth"] - 1), self.get_instream_width()

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """The words; a pair needs no RAM."""
        if self["Depth"] == 2:
            return {}
        return {"Block": (luts.ram_luts(*self._memory()), luts.block_rams(*self._memory()))}


@operator
class WidthConverter(_Passing):
    """Words of `InLanes` elements to words of `PE` elements."""

    unit = "width_converter"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "InLanes")

    def input_stream(self, index: int = 0) -> Stream:
        """Words as they come."""
        return Stream(self["Pixels"], self["Channels"], self.get_input_datatype().bitwidth(), self["InLanes"])

    def output_stream(self, index: int = 0) -> Stream:
        """Words as they go."""
        return Stream(self["Pixels"], self["Channels"], self.get_input_datatype().bitwidth(), self["PE"])

    def lut_estimation(self, fpgapart: str) -> int:
        """A shift register's multiplexers."""
        return max(self.input_stream().width, self.output_stream().width) + 10

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/width_converter."""
        bits = self.get_input_datatype().bitwidth()
        return {"ELEMENT_BITS": bits, "IN_ELEMENTS": self["InLanes"], "OUT_ELEMENTS": self["PE"]}


@operator
class Subsample(_Passing):
    """Pixels 0, Stride, 2*Stride, ... of a window."""

    unit = "subsample"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Stride")

    def output_stream(self, index: int = 0) -> Stream:
        """Fewer pixels."""
        pixels = -(-self["Pixels"] // self["Stride"])
        return Stream(pixels, self["Channels"], self.get_output_datatype().bitwidth(), self["PE"])

    def lut_estimation(self, fpgapart: str) -> int:
        """Counters."""
        return 15

    def compute(self, x: Integers) -> Integers:
        """Every Stride-th pixel."""
        return arithmetic.subsample(x, self["Stride"])

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/subsample."""
        stream = self.input_stream()
        return {
            "WIDTH": stream.width,
            "WORDS": self["Channels"] // self["PE"],
            "PIXELS": self["Pixels"],
            "STRIDE": self["Stride"],
        }


@operator
class ResidualAdd(_Passing):
    """Saturating sum of two streams."""

    unit = "residual_add"
    inputs = ("a", "b")
    streams = 2

    def output_stream(self, index: int = 0) -> Stream:
        """The sums."""
        return Stream(self["Pixels"], self["Channels"], self.get_output_datatype().bitwidth(), self["PE"])

    def lut_estimation(self, fpgapart: str) -> int:
        """Adder and clamp a lane."""
        return self["PE"] * self.get_output_datatype().bitwidth() * 3 + 6

    def compute(self, a: Integers, b: Integers) -> Integers:
        """clamp(a + b)."""
        return arithmetic.residual_add(a, b, self.get_output_datatype().bitwidth())

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/residual_add."""
        bits = self.get_input_datatype().bitwidth()
        return {
            "PE": self["PE"],
            "A_BITS": bits,
            "B_BITS": bits,
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
        }
