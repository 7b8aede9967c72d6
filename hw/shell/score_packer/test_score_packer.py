"""score_packer: scores of any width, number of classes and lanes, to beats of two signed 32-bit numbers."""

import json
from pathlib import Path

import cocotb
import numpy as np
import pytest
from bench import check_stream, elaboration_error, lint, parameter_sets, run_unit
from cocotb.triggers import FallingEdge, ReadOnly

CASES = [(2, 1, 12), (2, 2, 32), (3, 3, 10), (4, 2, 17), (5, 1, 8), (1, 1, 5)]
"""Classes, scores a word, bits."""
WINDOWS = 40


def windows_of(classes: int, lanes: int, bits: int) -> tuple[list[list[int]], list[list[int]]]:
    """Words in and beats out, a list a window; the ends of the range among the scores."""
    generator = np.random.default_rng(classes * bits)
    scores = generator.integers(-(1 << bits - 1), 1 << bits - 1, (WINDOWS, classes))
    scores.flat[:2] = -(1 << bits - 1), (1 << bits - 1) - 1
    words, beats = [], []
    for window in scores.tolist():
        patterns = [score & (1 << bits) - 1 for score in window]
        groups = [patterns[first : first + lanes] for first in range(0, classes, lanes)]
        words.append([sum(pattern << bits * lane for lane, pattern in enumerate(group)) for group in groups])
        halves = [score & 0xFFFFFFFF for score in window] + [0] * (classes % 2)
        beats.append([low | high << 32 for low, high in zip(halves[::2], halves[1::2], strict=True)])
    return words, beats


@parameter_sets(("classes", "lanes", "bits"), CASES, netlists=(0,))
def test_scores_in_order(classes: int, lanes: int, bits: int) -> None:
    words, beats = windows_of(classes, lanes, bits)
    parameters = {"CLASSES": classes, "LANES": lanes, "BITS": bits}
    run_unit(
        *("score_packer", parameters, {"s_axis": words}, {"m_axis": beats}),
        cycles=classes,
        test_module="test_score_packer",
    )


@pytest.mark.parametrize(("classes", "lanes", "bits"), [(2, 1, 12), (2, 2, 12), (3, 3, 10), (2, 1, 32)])
def test_lints(classes: int, lanes: int, bits: int) -> None:
    done = lint("score_packer", {"CLASSES": classes, "LANES": lanes, "BITS": bits})
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_LANES" in elaboration_error("score_packer", {"CLASSES": 3, "LANES": 2})
    assert "ILLEGAL_BITS" in elaboration_error("score_packer", {"BITS": 33})


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.3, 0.3)]))
async def streams(dut, idle: float, stall: float) -> None:
    """Every beat, and tlast with each window's last."""
    case = json.loads(Path("case.json").read_text())
    marks: list[int] = []
    watching = cocotb.start_soon(watch(dut, marks))
    await check_stream(dut, case["inputs"], case["expected"], case["cycles"], idle, stall)
    watching.cancel()
    assert marks == [
        int(place == len(window) - 1) for window in case["expected"]["m_axis"] for place in range(len(window))
    ]


async def watch(dut, marks: list[int]) -> None:
    while True:
        await FallingEdge(dut.clk)
        await ReadOnly()
        if int(dut.rst_n.value) and int(dut.m_axis_tvalid.value) and int(dut.m_axis_tready.value):
            marks.append(int(dut.m_axis_tlast.value))
