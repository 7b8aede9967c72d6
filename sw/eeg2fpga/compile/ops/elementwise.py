"""Operators that pass elements on: duplicate, subsample, residual add, width converter, FIFO."""

from typing import Any

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic, luts
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.ops.base import Stream, Unit, operator
from eeg2fpga.compile.schedule.processes import ALWAYS, Process, first, last_of_each, register


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

    def schedule(self) -> tuple[Process]:
        """A word in, a word out."""
        return register(self.input_stream().words, ALWAYS, ALWAYS)

    def compute(self, x: Integers) -> Integers:
        """The same elements."""
        return x


@operator
class StreamDuplicate(_Passing):
    """One stream to two."""

    unit = "stream_duplicate"
    outputs = ("m0", "m1")

    def lut_estimation(self, fpgapart: str) -> int:
        """The two handshakes; the word is registers."""
        return 4

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/stream_duplicate."""
        return {"WIDTH": self.input_stream().width}


@operator
class Fifo(_Passing):
    """`Depth` words."""

    unit = "fifo"

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Block: whether the words are in block RAM. Half: of depth 2, it need not take a word every cycle."""
        return super().get_nodeattr_types() | {"Block": ("i", False, 0), "Half": ("i", False, 0)}

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Depth")

    def lut_estimation(self, fpgapart: str) -> int:
        """As it is."""
        return self.luts_at(self["Depth"])

    def luts_at(self, depth: int) -> int:
        """A pair: a multiplexer of the word, the handshake. RAM: handshake, pointers to compare from three words on."""
        if depth == 2:
            return 3 + (0 if self["Half"] else self.get_instream_width())
        pointer = luts.clog2(depth)
        control = 7 if depth == 3 else 10 if pointer == 2 else 2 + 3 * pointer // 2
        return control + (0 if self["Block"] else luts.ram_luts(*self._memory(depth)))

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/fifo."""
        return {
            "WIDTH": self.get_instream_width(),
            "DEPTH": self["Depth"],
            "BLOCK": self["Block"],
            "HALF": self["Half"],
        }

    def _memory(self, depth: int) -> tuple[int, int]:
        """Words and bits of the RAM."""
        return 1 << luts.clog2(depth - 1), self.get_instream_width()

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """The words, where there are more than one LUTRAM holds: a block RAM's output is late for what is behind."""
        memory = self._memory(self["Depth"])
        if self["Depth"] == 2 or memory[0] <= luts.LUTRAM_WORDS:
            return {}
        return {"Block": (luts.ram_luts(*memory), luts.block_rams(*memory))}


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

    def schedule(self) -> tuple[Process]:
        """Wider: gives with the last part taken. Narrower: takes with the first part given."""
        have, give = self["InLanes"], self["PE"]
        words = max(self.input_stream().words, self.output_stream().words)
        if give > have:
            return register(words, first(give // have, give // have), last_of_each(give // have, give // have))
        return register(words, first(1, have // give), first(have // give, have // give))

    def lut_estimation(self, fpgapart: str) -> int:
        """Handshake and a count of parts; narrower: each bit is picked from the parts of the word."""
        bits = self.get_input_datatype().bitwidth()
        return 6 + bits * self["PE"] * luts.pick_luts(max(1, self["InLanes"] // self["PE"]))

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

    def schedule(self) -> tuple[Process]:
        """Takes every word, gives those of the pixels kept."""
        words = self["Channels"] // self["PE"]
        kept = np.arange(self["Pixels"]).repeat(words) % self["Stride"] == 0
        return register(len(kept), np.ones_like(kept), kept)

    def lut_estimation(self, fpgapart: str) -> int:
        """Handshake, phase and pixel; another comparison where a pixel has words to count."""
        return 6 if self["Channels"] == self["PE"] else 8

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
        """A lane: a LUT a bit of the sum and one a bit below the sign to clamp; the handshake."""
        return self["PE"] * (2 * self.get_output_datatype().bitwidth() - 1) + 4

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
