"""binary_mvu: pointwise layer with +-1 weights, thresholds or bias inside."""

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import bias_words, mvu_weights, threshold_words
from eeg2fpga.compile.ops.accumulators import accumulator_bits, memory_thresholds, output_stages
from eeg2fpga.compile.ops.base import Memory, Stream, Unit, operator
from eeg2fpga.compile.schedule.processes import Process, first, last_of_each, pipeline


@operator
class BinaryMVU(Unit):
    """Inputs: stream, weights (MW, MH), and thresholds (MH, levels) if Levels > 0, else bias (MH,)."""

    unit = "binary_mvu"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "MW", "MH", "SIMD", "Levels", "Offset")

    def input_stream(self, index: int = 0) -> Stream:
        """Vectors of MW elements."""
        return Stream(self["Pixels"], self["MW"], self.get_input_datatype().bitwidth(), self["SIMD"])

    def output_stream(self, index: int = 0) -> Stream:
        """Vectors of MH elements."""
        return Stream(self["Pixels"], self["MH"], self.get_output_datatype().bitwidth(), self["PE"])

    def check(self) -> str | None:
        """PE divides MH, SIMD divides MW."""
        if self["MW"] % self["SIMD"]:
            return f"SIMD {self['SIMD']} does not divide {self['MW']} input channels"
        return super().check()

    def get_exp_cycles(self) -> int:
        """One SIMD x PE tile a cycle."""
        return self["Pixels"] * (self["MW"] // self["SIMD"]) * (self["MH"] // self["PE"])

    def schedule(self) -> tuple[Process]:
        """Takes a pixel's words in the first row of tiles; gives after each. Operands, sums, accumulator, outputs."""
        columns, rows = self["MW"] // self["SIMD"], self["MH"] // self["PE"]
        tiles = columns * rows
        return pipeline(
            self["Pixels"], first(columns, tiles), last_of_each(columns, tiles), 3 + output_stages(self["Levels"])
        )

    def parallel_macs(self) -> int:
        """SIMD a lane."""
        return self["PE"] * self["SIMD"] * self.get_input_datatype().bitwidth()

    def lut_estimation(self, fpgapart: str) -> int:
        """Rough: 1.5 LUT a parallel bit of product and a comparator a threshold bit and lane (docs/measurements.md)."""
        bits = self.get_input_datatype().bitwidth()
        stages = self["Levels"].bit_length()
        return int(1.5 * bits * self["SIMD"] * self["PE"] + 12 * stages * self["PE"] + 20)

    def compute(self, x: Integers, weights: Integers, last: Integers) -> Integers:
        """Sums, then thresholds or bias."""
        if not self["Levels"]:
            return arithmetic.binary_mvu(x, weights, last)
        sums = arithmetic.binary_mvu(x, weights)
        return arithmetic.multi_threshold(sums, last, self.get_output_datatype().bitwidth(), self["Offset"])

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/binary_mvu."""
        bits = self.get_input_datatype().bitwidth()
        levels = self["Levels"]
        largest = 0 if levels else int(np.abs(_initialiser(model, self, 2)).max())
        return {
            "MW": self["MW"],
            "MH": self["MH"],
            "SIMD": self["SIMD"],
            "PE": self["PE"],
            "INPUT_BITS": bits,
            "ACC_BITS": accumulator_bits(self["MW"], bits, largest),
            "LEVELS": (1 << levels.bit_length()) - 1,
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
            "OFFSET": self["Offset"],
        }

    def memories(self, model: ModelWrapper) -> dict[str, Memory]:
        """Weights, and thresholds or bias."""
        pe, simd, bits = self["PE"], self["SIMD"], self.parameters(model)["ACC_BITS"]
        weights = Memory(mvu_weights(_initialiser(model, self, 1), pe, simd), pe * simd)
        last = _initialiser(model, self, 2)
        if not self["Levels"]:
            return {"WEIGHT_FILE": weights, "BIAS_FILE": Memory(bias_words(last, pe, bits), pe * bits)}
        own = memory_thresholds(last, self["MW"], self.get_input_datatype().bitwidth())
        words = threshold_words(own, pe, bits)
        return {"WEIGHT_FILE": weights, "THRESHOLD_FILE": Memory(words, pe * own.shape[1] * bits)}


def _initialiser(model: ModelWrapper, op: Unit, index: int) -> Integers:
    return model.get_initializer(op.onnx_node.input[index]).astype(np.int64)
