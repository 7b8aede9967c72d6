"""Operators that shrink a window to one word: global pool and argmax."""

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.board.registers import OFFSET_BITS
from eeg2fpga.compile import arithmetic, luts
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.ops.base import Stream, Unit, operator
from eeg2fpga.compile.schedule.processes import Process, first, last_of_each, register


@operator
class GlobalPool(Unit):
    """Sum over a window's pixels, channel by channel."""

    unit = "global_pool"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels")

    def input_stream(self, index: int = 0) -> Stream:
        """Pixels."""
        return Stream(self["Pixels"], self["Channels"], self.get_input_datatype().bitwidth(), self["PE"])

    def output_stream(self, index: int = 0) -> Stream:
        """One pixel."""
        return Stream(1, self["Channels"], self.get_output_datatype().bitwidth(), self["PE"])

    def schedule(self) -> tuple[Process]:
        """Takes every word, gives during the last pixel."""
        words = self.input_stream().words
        return register(words, first(words, words), ~first(words - self["Channels"] // self["PE"], words))

    def lut_estimation(self, fpgapart: str) -> int:
        """An adder, the RAM of partial sums (one fold: registers, cleared by the adder's LUTs), two counters."""
        bits, folds = self["PE"] * self.get_output_datatype().bitwidth(), self["Channels"] // self["PE"]
        return round(1.5 * bits) + 4 if folds == 1 else bits + luts.ram_luts(folds, bits) + 10

    def compute(self, x: Integers) -> Integers:
        """Sums."""
        return arithmetic.global_pool(x)

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/global_pool."""
        return {
            "CHANNELS": self["Channels"],
            "PE": self["PE"],
            "INPUT_BITS": self.get_input_datatype().bitwidth(),
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
            "PIXELS": self["Pixels"],
        }


@operator
class Argmax(Unit):
    """Index of the first largest score; of two by the accelerator's decision offset."""

    unit = "argmax"
    controls = ("offset",)

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Classes",)

    def input_stream(self, index: int = 0) -> Stream:
        """Scores."""
        return Stream(1, self["Classes"], self.get_input_datatype().bitwidth(), self["PE"])

    def output_stream(self, index: int = 0) -> Stream:
        """The index."""
        return Stream(1, 1, self.get_output_datatype().bitwidth(), 1)

    def schedule(self) -> tuple[Process]:
        """Takes every word, gives in the cycle after the last."""
        steps = self.get_exp_cycles()
        return register(steps, first(steps - 1, steps), last_of_each(steps, steps))

    def get_exp_cycles(self) -> int:
        """No word while the last window's index is made."""
        return self.input_stream().words + 1

    def lut_estimation(self, fpgapart: str) -> int:
        """Scores of a word in a row: a comparison, a multiplexer of the better; with folds also the best so far.

        Of two scores: their difference, compared with the offset.
        """
        bits, lanes = self.get_input_datatype().bitwidth(), self["PE"]
        if self["Classes"] == 2:
            return 4 * bits // 3 + (12 if lanes == 1 else 9)
        if lanes < self["Classes"]:
            return bits + 18 + (lanes - 1) * (2 * bits + 9)
        return 3 + 2 * bits // 3 + max(0, lanes - 2) * 3 * bits // 2

    def compute(self, x: Integers) -> Integers:
        """Index."""
        return arithmetic.argmax(x)

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/argmax."""
        bits = self.get_input_datatype().bitwidth()
        return {
            "CLASSES": self["Classes"],
            "INPUT_BITS": bits,
            "PE": self["PE"],
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
            "OFFSET_BITS": min(OFFSET_BITS, bits + 1) if self["Classes"] == 2 else 0,
        }
