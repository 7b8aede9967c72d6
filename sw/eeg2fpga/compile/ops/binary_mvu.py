"""binary_mvu: pointwise layer with +-1 weights (or ternary ones), thresholds or bias inside."""

from typing import Any

import numpy as np
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import arithmetic, luts
from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import bias_words, mvu_weights
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
class BinaryMVU(Unit):
    """Inputs: stream, weights (MW, MH), and thresholds (MH, levels) if Levels > 0, else bias (MH,).

    weightDataType: BIPOLAR, or TERNARY (-1, 0, +1) for inputs of more than one bit.
    """

    unit = "binary_mvu"

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "MW", "MH", "SIMD", "Levels", "Offset")

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Block: whether weights and thresholds are in block RAM."""
        blocks = {"WeightBlock": ("i", False, 0), "ThresholdBlock": ("i", False, 0)}
        return super().get_nodeattr_types() | blocks | {"weightDataType": ("s", False, "BIPOLAR")}

    def input_stream(self, index: int = 0) -> Stream:
        """Vectors of MW elements."""
        return Stream(self["Pixels"], self["MW"], self.get_input_datatype().bitwidth(), self["SIMD"])

    def output_stream(self, index: int = 0) -> Stream:
        """Vectors of MH elements."""
        return Stream(self["Pixels"], self["MH"], self.get_output_datatype().bitwidth(), self.lanes())

    def get_exp_cycles(self) -> int:
        """One SIMD x PE tile a cycle."""
        return self["Pixels"] * (self["MW"] // self["SIMD"]) * (self["MH"] // self["PE"])

    def schedule(self) -> tuple[Process, ...]:
        """Takes a pixel's words in the first row of tiles, a single word with the last; gives after each row."""
        columns, rows = self["MW"] // self["SIMD"], self["MH"] // self["PE"]
        tiles = columns * rows
        takes = last_of_each(tiles, tiles) if columns == 1 else first(columns, tiles)
        pattern = self["Pixels"], takes, last_of_each(columns, tiles)
        latency, holds = 2 + self._sum_stages(), columns == 1
        if not self["Levels"]:
            return pipeline(*pattern, latency + 1, holds)
        return *pipeline(*pattern, latency, holds), *thresholds(
            self["Pixels"] * rows, self["Levels"], self.serial(), self["PE"] // self.lanes()
        )

    def _sum_stages(self) -> int:
        """Cycles in which a tile is summed up before it is added to the accumulator."""
        if self["SIMD"] == 1:
            return 0
        return 1 + luts.clog2(luts.leaves(self["SIMD"], self.get_input_datatype().bitwidth()))

    def _defers(self) -> bool:
        """Whether its adders turn a sum where it is used (hw/rtl/tile_sums)."""
        return self.weight_bits() == 1 and self.get_input_datatype().bitwidth() > 1 and self["SIMD"] > 1

    def weight_bits(self) -> int:
        """1, or 2 where a weight may be 0."""
        return DataType[self.get_nodeattr("weightDataType")].bitwidth()

    def parallel_macs(self) -> int:
        """SIMD a lane."""
        return self["PE"] * self["SIMD"] * self.get_input_datatype().bitwidth()

    def lut_estimation(self, fpgapart: str) -> int:
        """Handshake and counters; weights; the vector that replays, its multiplexer; trees, accumulators; outputs.

        With one column fold the tree's sum is the accumulator. In few tiles many weights are the same function of the
        tile, and lanes share compressors (fitted to Yosys 0.70). A bias that is constant costs nothing.
        """
        bits, lanes, columns = self.get_input_datatype().bitwidth(), self["PE"], self["MW"] // self["SIMD"]
        word, rows = bits * self["SIMD"], self["MH"] // lanes
        tiles = rows * columns
        weights = 0 if self["WeightBlock"] else min(luts.weight_luts(*self._weight_memory()), 2 ** min(tiles, 20) - 2)
        vector = (luts.vector_luts(columns, word) + word) if rows > 1 and columns > 1 else 0
        shared = 1.1 / tiles**2 if bits == 1 else 1.9 / tiles**1.8 if self.weight_bits() == 1 else 2.5 / tiles**3
        if columns > 1:
            accumulator = self.accumulator_bits() - (bits == 1)
        else:
            accumulator = bits + luts.clog2(self["SIMD"]) if self._defers() else 0
        # A single product is an operand of the accumulator's adder.
        alone = self["SIMD"] == 1 and columns > 1
        tree = 0 if alone else luts.tree_luts(self["SIMD"], bits, self.weight_bits()) * (1 - min(shared, 2 / 3))
        sums = round(lanes * (tree + accumulator))
        if self["Levels"]:
            return 24 + weights + vector + sums + threshold_luts(self, self["MH"], self.lanes(), self.serial())
        return 19 + weights + vector + sums + (lanes * self.get_output_datatype().bitwidth() if rows > 1 else 0)

    def accumulator_bits(self, bias: int = 0) -> int:
        """Width of a lane's accumulator; bias: the largest."""
        return accumulator_bits(self["MW"], self.get_input_datatype().bitwidth(), bias)

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
        largest = 0 if levels else int(np.abs(initialiser(model, self, 2)).max())
        return {
            "MW": self["MW"],
            "MH": self["MH"],
            "SIMD": self["SIMD"],
            "PE": self["PE"],
            "INPUT_BITS": bits,
            "WEIGHT_BITS": self.weight_bits(),
            "ACC_BITS": self.accumulator_bits(largest),
            "LEVELS": (1 << levels.bit_length()) - 1,
            "OUTPUT_BITS": self.get_output_datatype().bitwidth(),
            "OFFSET": self["Offset"],
            "SERIAL": int(self.serial()),
            "LANES": self.lanes(),
            "WEIGHT_BLOCK": self["WeightBlock"],
            "THRESHOLD_BLOCK": self["ThresholdBlock"],
        }

    def memories(self, model: ModelWrapper) -> dict[str, Memory]:
        """Weights, and thresholds or bias."""
        pe, simd, bits = self["PE"], self["SIMD"], self.parameters(model)["ACC_BITS"]
        matrix, last = (initialiser(model, self, index) for index in (1, 2))
        weight_bits = self.weight_bits()
        weights = Memory(mvu_weights(matrix, pe, simd, weight_bits), pe * simd * weight_bits)
        input_bits = self.get_input_datatype().bitwidth()
        summed = simd if self._defers() else 1
        if not self["Levels"]:
            # What the unit's own domain leaves out: agreements count twice less MW, and -x is ~x + 1.
            own = last - (self["MW"] if input_bits == 1 else arithmetic.complement_sums(0, matrix.T, summed))
            return {"WEIGHT_FILE": weights, "BIAS_FILE": Memory(bias_words(own, pe, bits), pe * bits)}
        own = memory_thresholds(last, matrix.T, input_bits, summed)
        return {"WEIGHT_FILE": weights, "THRESHOLD_FILE": threshold_memory(self, own, self.lanes(), bits)}

    def _weight_memory(self) -> tuple[int, int]:
        """Words and bits of the weights."""
        width = self["PE"] * self["SIMD"] * self.weight_bits()
        return self["MW"] // self["SIMD"] * (self["MH"] // self["PE"]), width

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """Weights, and the thresholds of a serial search: a lane's port sees the thresholds of all."""
        weights = {"WeightBlock": (luts.weight_luts(*self._weight_memory()), luts.block_rams(*self._weight_memory()))}
        return weights | threshold_choice(self, self["MH"], self.lanes(), self.serial())

    def serial(self) -> bool:
        """Whether its thresholds are searched one after the other."""
        return is_serial(self["Levels"], self["MW"] // self["SIMD"])

    def lanes(self) -> int:
        """Of the output: of its thresholds, which lanes may share."""
        return threshold_lanes(self, self["MH"], self["MW"] // self["SIMD"])
