"""credit_gate: no more words on their way than credits, the padding's cycles free, ready in the first cycle it may."""

import random

import cocotb
import pytest
from bench import elaboration_error, given_parameters, lint, parameter_sets, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

NAMES = ("WIDTH", "WORDS", "STEPS", "FIRST", "STRIDE", "CREDITS")
CASES = [
    (8, 4, 4, 1, 1, 4),
    (5, 3, 3, 1, 1, 1),  # one word on its way
    (13, 8, 10, 3, 1, 7),  # an output a pixel, two of them in the padding
    (12, 32, 49, 18, 4, 6),  # the stem's shape
    (4, 11, 11, 2, 5, 2),  # pixels that no output needs
    (8, 3, 6, 5, 1, 4),  # all outputs in the padding
    (8, 6, 6, 6, 1, 1),  # one a window
]


def _names(case: tuple[int, ...]) -> dict[str, int]:
    return dict(zip(NAMES, case, strict=True))


@parameter_sets("case", CASES, netlists=(2,))
def test_lets_in_what_fits(case: tuple[int, ...]) -> None:
    run_unit("credit_gate", _names(case), {}, {}, test_module="test_credit_gate")


@cocotb.test()
@cocotb.parametrize((("idle", "slow"), [(0.0, 0.0), (0.4, 0.0), (0.0, 0.7), (0.3, 0.9)]))
async def admits(dut, idle: float, slow: float) -> None:
    """Every cycle against a count of steps and words; a word leaves the section after a while, sooner or later."""
    width, words, steps, first, stride, held = given_parameters(*NAMES)
    gives = [step >= first - 1 and (step - first + 1) % stride == 0 for step in range(steps)]
    reserve = sum(gives[words:])
    rng = random.Random(3)
    Clock(dut.clk, 10, unit="ns").start(start_high=False)
    dut.rst_n.value = dut.s_axis_tvalid.value = dut.credit.value = 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    step = used = entered = windows = 0
    full = padded = False
    for _ in range(200 * steps):
        padding = step >= words
        ready = used < held - reserve and not padding
        valid, credit = rng.random() >= idle, used > 0 and rng.random() >= slow
        word = rng.getrandbits(width)
        dut.s_axis_tvalid.value, dut.s_axis_tdata.value, dut.credit.value = int(valid), word, int(credit)
        await ReadOnly()
        assert dut.s_axis_tready.value == int(ready)
        assert dut.m_axis_tvalid.value == int(valid and ready)
        assert int(dut.m_axis_tdata.value) == word
        full |= not ready and not padding
        padded |= padding
        if padding or (valid and ready):
            entered += not padding
            used += gives[step]
            step = (step + 1) % steps
            windows += step == 0
        used -= credit
        assert used <= held
        await FallingEdge(dut.clk)
    assert windows > 3
    assert padded == (steps > words)
    assert entered >= windows * words
    assert full or slow == 0
    assert idle or slow or held < 3 or windows == 200, "a bubble at full rate"


@pytest.mark.parametrize("case", CASES)
def test_lints(case: tuple[int, ...]) -> None:
    done = lint("credit_gate", _names(case))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "what"),
    [({"WIDTH": 0}, "WIDTH"), ({"STEPS": 7}, "STEPS"), ({"STRIDE": 0}, "STEPS"), ({"CREDITS": 2}, "CREDITS")],
)
def test_illegal_parameters_stop_elaboration(change: dict[str, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("credit_gate", _names(CASES[2]) | change)
