"""depthwise: one +-1 filter a channel over the taps of a sliding window, thresholds inside."""

from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic, luts
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import depthwise_weights
from eeg2fpga.compile.ops.accumulators import (
    accumulator_bits,
    initialiser,
    is_serial,
    memory_thresholds,
    threshold_choice,
    threshold_lanes,
    threshold_luts,
    threshold_memory,
)
from eeg2fpga.compile.ops.base import Memory, Stream, Unit, operator
from eeg2fpga.compile.schedule.processes import Process, first, last_of_each, pipeline, thresholds


@operator
class BinaryDepthwise(Unit):
    """Inputs: window stream (pixels, channels, kernel), weights (channels, kernel), thresholds (channels, levels)."""

    unit = "depthwise"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Kernel", "Levels", "Offset")

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Block: whether weights and thresholds are in block RAM."""
        return super().get_nodeattr_types() | {"WeightBlock": ("i", False, 0), "ThresholdBlock": ("i", False, 0)}

    def input_stream(self, index: int = 0) -> Stream:
        """Windows in depthwise order."""
        bits = self.get_input_datatype().bitwidth()
        return Stream(self["Pixels"], self["Channels"], bits, self["PE"], self["Kernel"])

    def output_stream(self, index: int = 0) -> Stream:
        """One element a channel."""
        return Stream(self["Pixels"], self["Channels"], self.get_output_datatype().bitwidth(), self.lanes())

    def schedule(self) -> tuple[Process, ...]:
        """A tap a cycle. Operands, accumulator; outputs."""
        folds = self["Pixels"] * self["Channels"] // self["PE"]
        taps = self["Kernel"]
        front = pipeline(folds, first(taps, taps), last_of_each(taps, taps), 2)
        return *front, *thresholds(folds, self["Levels"], self.serial(), self["PE"] // self.lanes())

    def parallel_macs(self) -> int:
        """One a lane."""
        return self["PE"] * self.get_input_datatype().bitwidth()

    def lut_estimation(self, fpgapart: str) -> int:
        """Handshake and counters; weights; the accumulator's adder, with the product as an operand; thresholds."""
        bits, lanes = self.get_input_datatype().bitwidth(), self["PE"]
        weights = 0 if self["WeightBlock"] else luts.weight_luts(*self._weight_memory())
        width = self.accumulator_bits()
        # Counters of agreements share their lower bits' LUTs (fitted to Yosys 0.70).
        lane = 0.65 * (width - 1) if bits == 1 else width + 1
        return 17 + weights + round(lanes * lane) + threshold_luts(self, self["Channels"], self.lanes(), self.serial())

    def accumulator_bits(self) -> int:
        """Width of a lane's accumulator."""
        return accumulator_bits(self["Kernel"], self.get_input_datatype().bitwidth())

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
            "ACC_BITS": self.accumulator_bits(),
            "LEVELS": (1 << self["Levels"].bit_length()) - 1,
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
            "OFFSET": self["Offset"],
            "SERIAL": int(self.serial()),
            "LANES": self.lanes(),
            "WEIGHT_BLOCK": self["WeightBlock"],
            "THRESHOLD_BLOCK": self["ThresholdBlock"],
        }

    def memories(self, model: ModelWrapper) -> dict[str, Memory]:
        """Weights and thresholds."""
        pe, bits = self["PE"], self.parameters(model)["ACC_BITS"]
        weights, thresholds = (initialiser(model, self, index) for index in (1, 2))
        own = memory_thresholds(thresholds, weights, self.get_input_datatype().bitwidth())
        return {
            "WEIGHT_FILE": Memory(depthwise_weights(weights, pe), pe),
            "THRESHOLD_FILE": threshold_memory(self, own, self.lanes(), bits),
        }

    def _weight_memory(self) -> tuple[int, int]:
        """Words and bits of the weights."""
        return self["Channels"] // self["PE"] * self["Kernel"], self["PE"]

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """Weights, and the thresholds of a serial search: a lane's port sees the thresholds of all."""
        weights = {"WeightBlock": (luts.weight_luts(*self._weight_memory()), luts.block_rams(*self._weight_memory()))}
        return weights | threshold_choice(self, self["Channels"], self.lanes(), self.serial())

    def serial(self) -> bool:
        """Whether its thresholds are searched one after the other."""
        return is_serial(self["Levels"], self["Kernel"])

    def lanes(self) -> int:
        """Of the output: of its thresholds, which lanes may share."""
        return threshold_lanes(self, self["Channels"], self["Kernel"])
