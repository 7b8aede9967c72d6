"""Widths and thresholds of accumulators: what binary_mvu and depthwise have in common."""

from functools import cache

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import luts
from eeg2fpga.compile.arithmetic import Integers, complement_sums, popcount_thresholds
from eeg2fpga.compile.memory import search_words
from eeg2fpga.compile.ops.base import Memory, Unit

BLOCK_LANES = 8
"""Read ports of a block RAM's words: Yosys 0.70 takes half a minute to place 12 and fails with 16."""


def accumulator_range(fan_in: int, input_bits: int, bias: int = 0) -> tuple[int, int]:
    """Least and greatest value: agreements 0..fan_in for bipolar inputs, else sums of +-x, and `bias` at most."""
    if input_bits == 1:
        return -bias, fan_in + bias
    reach = fan_in * (1 << (input_bits - 1)) + bias
    return -reach, reach


def accumulator_bits(fan_in: int, input_bits: int, bias: int = 0) -> int:
    """Bits, two's complement, for the range and one more (the threshold that is never reached)."""
    low, high = accumulator_range(fan_in, input_bits, bias)
    return max(int(high + 1).bit_length(), int(-low - 1).bit_length() if low < 0 else 0) + 1


def memory_thresholds(thresholds: Integers, weights: Integers, input_bits: int, simd: int = 1) -> Integers:
    """Thresholds on signed sums as the unit compares them: (channels, 2^n - 1), in the accumulator's own domain.

    weights: (channels, fan-in), added up `simd` at a time (arithmetic.complement_sums). Values outside the
    accumulator's range are moved to its edges: they decide the same.
    """
    fan_in = weights.shape[1]
    signed = input_bits > 1
    own = complement_sums(thresholds.T, weights, simd).T if signed else popcount_thresholds(thresholds, fan_in)
    low, high = accumulator_range(fan_in, input_bits)
    own = np.clip(own, low, high + 1)
    levels = own.shape[1]
    missing = (1 << levels.bit_length()) - 1 - levels
    return np.pad(own, ((0, 0), (0, missing)), constant_values=high + 1)


def initialiser(model: ModelWrapper, op: Unit, index: int) -> Integers:
    """Constant input `index` of an operator."""
    return model.get_initializer(op.onnx_node.input[index]).astype(np.int64)


def is_serial(levels: int, cycles: int) -> bool:
    """Whether a serial search of the thresholds keeps pace with a sum every `cycles` cycles."""
    return 0 < levels.bit_length() < cycles


def threshold_lanes(op: Unit, channels: int, cycles: int) -> int:
    """Lanes of thresholds and output that take the fewest LUTs, sums of all lanes coming every `cycles` cycles.

    A search that is done before the next sums come can be used for several lanes in turn.
    """
    levels, pe = op["Levels"], op["PE"]
    if not is_serial(levels, cycles):
        return pe
    most = cycles // (levels.bit_length() + 1)
    return _fewest_luts(_compared_bits(op), levels.bit_length(), channels, pe, most)


@cache
def _fewest_luts(bits: int, stages: int, channels: int, pe: int, most: int) -> int:
    """Lanes, `most` turns at the most. Kept: the folding pass asks thousands of times."""
    turns = (n for n in range(1, most + 1) if pe % n == 0)
    return min((pe // n for n in turns), key=lambda n: _serial_luts(bits, stages, channels, pe, n, n <= BLOCK_LANES))


def threshold_memory(op: Unit, own: Integers, lanes: int, bits: int) -> Memory:
    """Memory of serial_threshold and multi_threshold. own: (channels, 2^n - 1)."""
    a_word = 2 if op["ThresholdBlock"] else 1
    return Memory(search_words(own, lanes, bits, a_word), bits * a_word)


def threshold_choice(op: Unit, channels: int, lanes: int, serial: bool) -> dict[str, tuple[int, int]]:
    """Block RAM for the thresholds of a serial search, two a word; each lane has all lanes' words."""
    bits = op.accumulator_bits()
    if not serial or lanes > BLOCK_LANES:
        return {}
    words = 1 << luts.clog2(channels // lanes) + op["Levels"].bit_length()
    blocks = lanes * luts.block_rams(words // 2 << luts.clog2(lanes), 2 * bits)
    return {"ThresholdBlock": (lanes * luts.rom_luts(words, bits), blocks)}


def threshold_luts(op: Unit, channels: int, lanes: int, serial: bool) -> int:
    """LUTs of the thresholds: a comparison of all bits a lane, and the words unless few enough to be part of it.

    Pipelined: a comparison a stage, and its words where they are too many to be part of it (fitted to Yosys 0.70, as
    all of this). One threshold a channel: its word depends on the fold alone, and few folds leave less than that.
    """
    bits, stages = _compared_bits(op), op["Levels"].bit_length()
    if serial:
        return _serial_luts(bits, stages, channels, op["PE"], lanes, bool(op["ThresholdBlock"]))
    folds = channels // lanes
    if stages == 1:
        return round(lanes * bits * min(2.1, 0.5 + 0.18 * folds))
    return round(lanes * sum(_compare_luts(bits, folds << stage) for stage in range(stages)))


def _compare_luts(bits: int, words: int) -> float:
    """A comparison with one of `words` thresholds, five bits of whose number share a LUT with the compared bit."""
    if words <= 2:
        return 0.4 * bits
    return bits + (luts.rom_luts(words, bits) if words > 32 else bits / 2 if words > 16 else 0)


def _serial_luts(bits: int, stages: int, channels: int, pe: int, lanes: int, block: bool) -> int:
    """The search's comparison, node and output a lane; sums that wait for their turn."""
    address = luts.clog2(channels // lanes) + (stages if stages > 1 else 0)
    if block:
        lane = bits + 1
    elif stages > 1 and bits + address <= 6:
        # Sum and number of the threshold fit one LUT.
        lane = 1
    elif stages == 1 and address <= 5:
        lane = bits * (0.1 + 0.08 * address**2) + 1.5
    else:
        lane = bits + (luts.rom_luts(1 << address, bits) if address > 5 else bits * (address == 5) / 2)
    turns = pe // lanes
    waiting = 6 + lanes * bits * luts.pick_luts(turns) if turns > 1 else 0
    return round(lanes * (lane + (4 if stages > 1 else 1))) + 2 * stages + 3 + waiting


def _compared_bits(op: Unit) -> int:
    return op.accumulator_bits() - (op.get_input_datatype().bitwidth() == 1)
