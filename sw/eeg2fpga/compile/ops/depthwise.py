"""depthwise: one +-1 filter a channel over the taps of a sliding window, thresholds inside."""

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import depthwise_weights, threshold_words
from eeg2fpga.compile.ops.accumulators import accumulator_bits, memory_thresholds, output_stages
from eeg2fpga.compile.ops.base import Memory, Stream, Unit, operator
from eeg2fpga.compile.schedule.processes import Process, first, last_of_each, pipeline


@operator
class BinaryDepthwise(Unit):
    """Inputs: window stream (pixels, channels, kernel), weights (channels, kernel), thresholds (channels, levels)."""

    unit = "depthwise"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Kernel", "Levels", "Offset")

    def input_stream(self, index: int = 0) -> Stream:
        """Windows in depthwise order."""
        bits = self.get_input_datatype().bitwidth()
        return Stream(self["Pixels"], self["Channels"], bits, self["PE"], self["Kernel"])

    def output_stream(self, index: int = 0) -> Stream:
        """One element a channel."""
        return Stream(self["Pixels"], self["Channels"], self.get_output_datatype().bitwidth(), self["PE"])

    def schedule(self) -> tuple[Process]:
        """A tap a cycle. Operands, accumulator, outputs."""
        folds = self["Pixels"] * self["Channels"] // self["PE"]
        taps = self["Kernel"]
        return pipeline(folds, first(taps, taps), last_of_each(taps, taps), 2 + output_stages(self["Levels"]))

    def parallel_macs(self) -> int:
        """One a lane."""
        return self["PE"] * self.get_input_datatype().bitwidth()

    def lut_estimation(self, fpgapart: str) -> int:
        """Rough: an accumulator and a comparator a threshold bit and lane."""
        bits = self.parameters(None)["ACC_BITS"]
        return int(self["PE"] * bits * (1.5 + self["Levels"].bit_length()) + 20)

    def compute(self, x: Integers, weights: Integers, thresholds: Integers) -> Integers:
        """Sums over taps, then thresholds."""
        sums = arithmetic.depthwise(x, weights)
        return arithmetic.multi_threshold(sums, thresholds, self.get_output_datatype().bitwidth(), self["Offset"])

    def parameters(self, model: ModelWrapper | None) -> dict[str, int]:
        """As in hw/rtl/depthwise."""
        bits = self.get_input_datatype().bitwidth()
        return {
            "CHANNELS": self["Channels"],
            "PE": self["PE"],
            "KERNEL": self["Kernel"],
            "INPUT_BITS": bits,
            "ACC_BITS": accumulator_bits(self["Kernel"], bits),
            "LEVELS": (1 << self["Levels"].bit_length()) - 1,
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
            "OFFSET": self["Offset"],
        }

    def memories(self, model: ModelWrapper) -> dict[str, Memory]:
        """Weights and thresholds."""
        pe, bits = self["PE"], self.parameters(model)["ACC_BITS"]
        weights, thresholds = (model.get_initializer(name).astype(np.int64) for name in self.onnx_node.input[1:])
        own = memory_thresholds(thresholds, self["Kernel"], self.get_input_datatype().bitwidth())
        return {
            "WEIGHT_FILE": Memory(depthwise_weights(weights, pe), pe),
            "THRESHOLD_FILE": Memory(threshold_words(own, pe, bits), pe * own.shape[1] * bits),
        }
