"""What `make prove` proves: units, with small parameters that reach every branch, and a seeded fault for each."""

import random
from collections.abc import Sequence

from eeg2fpga.verify.formal.equivalence import Equivalence
from eeg2fpga.verify.formal.proof import Fault
from eeg2fpga.verify.formal.properties import Properties

_FIFOS = (
    {"DEPTH": 2, "WIDTH": 3},
    {"DEPTH": 2, "HALF": 1, "WIDTH": 3},
    {"DEPTH": 3, "WIDTH": 3},
    {"DEPTH": 4, "WIDTH": 3},
    {"DEPTH": 9, "WIDTH": 8},
)
_CONVERTERS = (
    {"ELEMENT_BITS": 3, "IN_ELEMENTS": 1, "OUT_ELEMENTS": 3},
    {"ELEMENT_BITS": 4, "IN_ELEMENTS": 2, "OUT_ELEMENTS": 4},
    {"ELEMENT_BITS": 2, "IN_ELEMENTS": 6, "OUT_ELEMENTS": 2},
    {"ELEMENT_BITS": 8, "IN_ELEMENTS": 4, "OUT_ELEMENTS": 1},
    {"ELEMENT_BITS": 3, "IN_ELEMENTS": 2, "OUT_ELEMENTS": 2},
)
_ADDERS = (
    {"PE": 2, "A_BITS": 4, "B_BITS": 4, "OUTPUT_BITS": 4},
    {"PE": 1, "A_BITS": 5, "B_BITS": 3, "OUTPUT_BITS": 3},
    {"PE": 1, "A_BITS": 3, "B_BITS": 2, "OUTPUT_BITS": 8},
)
_GATES = (
    {"WORDS": 4, "STEPS": 4, "FIRST": 1, "STRIDE": 1, "CREDITS": 2},
    {"WORDS": 4, "STEPS": 6, "FIRST": 2, "STRIDE": 2, "CREDITS": 3},
    {"WORDS": 5, "STEPS": 6, "FIRST": 2, "STRIDE": 1, "CREDITS": 5},
)

PROPERTIES = (
    *(Properties("fifo", parameters) for parameters in (*_FIFOS, {"DEPTH": 6, "BLOCK": 1, "WIDTH": 9})),
    *(Properties("width_converter", parameters) for parameters in _CONVERTERS),
    Properties("stream_duplicate", {"WIDTH": 8}),
    *(Properties("residual_add", parameters) for parameters in _ADDERS),
    *(Properties("credit_gate", parameters, reach=18) for parameters in _GATES),
    Properties("registers", {"ELECTRODES": 19, "SAMPLES": 128}),
    *(Properties("axi_reader", {"BEATS": beats}, depth=3) for beats in (16, 32, 64)),
    *(Properties("axi_writer", {"OUTSTANDING": bursts}, depth=3) for bursts in (1, 2, 4)),
)


def _noise(words: int, bits: int) -> tuple[Sequence[int], int]:
    """A memory's words."""
    generator = random.Random(words * bits)
    return [generator.getrandbits(bits) for _ in range(words)], bits


_LEVELS = {"CHANNELS": 4, "PE": 2, "INPUT_BITS": 4, "LEVELS": 3, "OUTPUT_BITS": 2, "OFFSET": -2}
_FILES = {"WEIGHT_FILE": "weights.mem", "THRESHOLD_FILE": "thresholds.mem"}
_SEARCHED = {"THRESHOLD_FILE": "thresholds.mem", **_LEVELS}
_SEARCHED_MEMORY = {"thresholds.mem": _noise(16, 4)}
_MVU = {"MW": 8, "MH": 4, "SIMD": 2, "PE": 2, **_FILES}
_MVU_MEMORIES = {"weights.mem": _noise(8, 4), "thresholds.mem": _noise(8, 5)}
_DEPTHWISE_MEMORIES = {"weights.mem": _noise(6, 2), "thresholds.mem": _noise(8, 3)}
_WINDOWS = (
    {"CHANNELS": 4, "SIMD": 2, "ELEMENT_BITS": 1, "PIXELS": 8, "KERNEL": 3},
    {"CHANNELS": 2, "ELEMENT_BITS": 2, "PIXELS": 7, "KERNEL": 5, "STRIDE": 2, "PAD_BEFORE": 2, "PAD_AFTER": 2},
)

EQUIVALENCES = (
    Equivalence("argmax", {"CLASSES": 4, "INPUT_BITS": 5, "PE": 2}),
    Equivalence("argmax", {"CLASSES": 2, "INPUT_BITS": 5, "PE": 1, "OUTPUT_BITS": 1, "OFFSET_BITS": 6}),
    Equivalence("binary_mvu", _MVU, _MVU_MEMORIES),
    Equivalence("constant_layer", {"LATENCY": 3}),
    Equivalence("credit_fifo", {"WIDTH": 3, "DEPTH": 1}),
    Equivalence("credit_fifo", {"WIDTH": 3, "DEPTH": 4}),
    *(Equivalence("credit_gate", parameters) for parameters in _GATES),
    Equivalence("depthwise", _FILES, _DEPTHWISE_MEMORIES),
    *(Equivalence("fifo", parameters) for parameters in _FIFOS),
    Equivalence("global_pool", {"PIXELS": 5}),
    Equivalence("multi_threshold", _SEARCHED, _SEARCHED_MEMORY),
    *(Equivalence("residual_add", parameters) for parameters in _ADDERS),
    Equivalence("serial_threshold", _SEARCHED, _SEARCHED_MEMORY),
    *(Equivalence("sliding_window", parameters) for parameters in _WINDOWS),
    Equivalence("stream_duplicate", {"WIDTH": 3}),
    Equivalence("subsample", {"PIXELS": 5}),
    Equivalence("tap_window"),
    Equivalence("tap_window", {"PIXELS": 5, "KERNEL": 3, "STRIDE": 1}),
    *(Equivalence("width_converter", parameters) for parameters in _CONVERTERS),
    Equivalence("axi3_lite"),
    Equivalence("axi_reader", {"BEATS": 32}),
    Equivalence("axi_writer"),
    Equivalence("batch_control"),
    Equivalence("batch_counters"),
    Equivalence("batch_extent", {"WINDOW_BYTES": 19}),
    Equivalence("byte_gearbox", {"BYTES": 19}),
    Equivalence("byte_splitter", {"BYTES": 3}),
    Equivalence("byte_unpacker", {"LANES": 16}),
    Equivalence("registers"),
    Equivalence("result_packer"),
    Equivalence("score_packer"),
)

_OLD_CAST = "the cast that Yosys reads as +1, where slang and the standard have -1"

PROPERTY_FAULTS = (
    Fault("fifo", "a word too many enters", "limit <= WORDS[POINTER_BITS-1:0]", "limit <= DEPTH[POINTER_BITS-1:0]"),
    Fault("fifo", "a word comes out twice", "if (enable && filled) begin", "if (enable && head[0]) begin"),
    Fault("width_converter", "a part is left out", "take && last) word", "take && count[0]) word"),
    Fault("stream_duplicate", "a word is lost", "s_axis_tready = free0 && free1", "s_axis_tready = free0"),
    Fault("residual_add", "a sum wraps", "(&signs) || !(|signs)", "(&signs) || !(|signs[SUM_BITS-OUTPUT_BITS:1])"),
    Fault("credit_gate", "no credits kept for the padding", "CREDITS - RESERVE", "CREDITS"),
    Fault("registers", "an end during the acknowledgement is lost", "ended || (pending &&", "((ended || pending) &&"),
    Fault("registers", "a byte is written without its strobe", "place == OFFSET && s_axi_wstrb[1]", "place == OFFSET"),
    Fault("axi_reader", "bursts end a beat before their block", ": 4'd15) - beat", ": 4'd14) - beat"),
    Fault("axi_reader", "no room for the last beat", "COUNT_BITS'(BEATS - 16)", "COUNT_BITS'(BEATS - 15)"),
    Fault("axi_writer", "WLAST a beat early", "m_axi_wlast <= last_move", "m_axi_wlast <= tail[3:0] == 4'd14"),
    Fault("axi_writer", "a burst more than allowed", "COUNT_BITS'(OUTSTANDING)", "COUNT_BITS'(OUTSTANDING + 1)"),
)

EQUIVALENCE_FAULTS = (
    Fault("sliding_window", _OLD_CAST, "ahead <= HELD_BITS'(-1)", "ahead <= -HELD_BITS'(1)", both=True),
    Fault("fifo", "a word too many enters", "limit <= WORDS[POINTER_BITS-1:0]", "limit <= DEPTH[POINTER_BITS-1:0]"),
)
