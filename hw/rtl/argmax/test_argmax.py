"""argmax: index of the first largest score, of two by a decision offset."""

import json
from pathlib import Path

import cocotb
import numpy as np
import pytest
from bench import check_stream, elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.arithmetic import argmax
from eeg2fpga.compile.memory import decode, to_words

PARAMETERS = [
    *((4, 2, 2, 2, 0), (2, 8, 1, 1, 0), (2, 12, 2, 8, 0), (3, 3, 3, 2, 0), (6, 5, 2, 3, 0), (10, 2, 5, 9, 0)),
    *((2, 4, 1, 1, 5), (2, 4, 2, 1, 16), (2, 11, 1, 1, 12), (2, 10, 2, 3, 11), (2, 18, 1, 1, 16), (2, 15, 2, 1, 16)),
]
OFFSETS = (0, 1, -1, 7, -8, 15, 16, -16, -17, 300, -300, 2047, 2048, -2049, 32767, -32768)
"""Around the least and largest differences of scores of 4, 10 and 11 bits too."""


def _names(classes: int, bits: int, pe: int, index_bits: int, offset_bits: int) -> dict[str, int]:
    parameters = {"CLASSES": classes, "INPUT_BITS": bits, "PE": pe, "OUTPUT_BITS": index_bits}
    return parameters | {"OFFSET_BITS": offset_bits}


def _scores(classes: int, bits: int, offset: int) -> np.ndarray:
    """Noise, ties, extremes, and where there are two scores those that the offset makes equal, or almost."""
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    x = decode(np.random.default_rng(classes).integers(0, 1 << bits, (60, classes)), bits)
    x[3], x[4] = 0, low
    if classes == 2:
        x[5], x[6] = (low, high), (high, low)
        x[20:50, 0] = np.clip(x[20:50, 1] + offset + np.arange(30) % 3 - 1, low, high)
    return x


@parameter_sets("case", PARAMETERS, netlists=(9,))
def test_streams(case: tuple[int, int, int, int, int]) -> None:
    classes, bits, pe, _, offset_bits = case
    runs = []
    for offset in OFFSETS if offset_bits else OFFSETS[-3:]:
        x = _scores(classes, bits, offset)
        inputs = [to_words(window.reshape(-1, pe), bits) for window in x]
        # Without OFFSET_BITS whatever is at the port is ignored.
        expected = [[int(index)] for index in argmax(x, offset if offset_bits else 0)[:, 0]]
        runs.append({"offset": offset, "inputs": {"s_axis": inputs}, "expected": {"m_axis": expected}})
    run_unit("argmax", _names(*case), {}, {}, cycles=classes // pe + 1, test_module="test_argmax", runs=runs)


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.3, 0.3)]))
async def streams(dut, idle: float, stall: float) -> None:
    """Every offset in turn."""
    case = json.loads(Path("case.json").read_text())
    for run in case["runs"]:
        dut.offset.value = run["offset"] & 0xFFFF
        await check_stream(dut, run["inputs"], run["expected"], case["cycles"], idle, stall, seed=case["seed"])


@pytest.mark.parametrize("case", PARAMETERS)
def test_lints(case: tuple[int, int, int, int, int]) -> None:
    done = lint("argmax", _names(*case))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ((4, 8, 3, 2, 0), "PE"),
        ((4, 1, 2, 2, 0), "INPUT_BITS"),
        ((5, 8, 1, 2, 0), "OUTPUT_BITS"),
        ((3, 8, 1, 2, 9), "OFFSET_BITS_without_two_CLASSES"),
        ((2, 8, 1, 1, 8), "OFFSET_BITS_beyond_16_or_less"),
        ((2, 8, 1, 1, -1), "OFFSET_BITS_beyond_16_or_less"),
        ((2, 17, 1, 1, 17), "OFFSET_BITS_beyond_16_or_less"),
        ((2, 17, 1, 1, 15), "OFFSET_BITS_beyond_16_or_less"),
    ],
)
def test_illegal_parameters_stop_elaboration(case: tuple[int, int, int, int, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("argmax", _names(*case))
