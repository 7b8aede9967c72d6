"""credit_fifo: words in order, a credit a cycle after each has left, room for DEPTH words."""

import random
from collections import deque

import cocotb
import pytest
from bench import elaboration_error, given_parameters, lint, parameter_sets, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

PARAMETERS = [(8, 1, 0), (13, 1, 0), (5, 2, 0), (24, 3, 0), (12, 7, 0), (96, 16, 1), (8, 33, 0)]


def _names(case: tuple[int, int, int]) -> dict[str, int]:
    return dict(zip(("WIDTH", "DEPTH", "BLOCK"), case, strict=True))


@parameter_sets("case", PARAMETERS, netlists=(3,))
def test_takes_what_credits_allow(case: tuple[int, int, int]) -> None:
    run_unit("credit_fifo", _names(case), {}, {}, uses=["fifo"], test_module="test_credit_fifo")


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), [(0.0, 0.0), (0.0, 0.8), (0.5, 0.0), (0.3, 0.4)]))
async def queues(dut, idle: float, stall: float) -> None:
    """Words come whenever there is a credit; all leave in order, and the credits are those of the words that left."""
    width, depth = given_parameters("WIDTH", "DEPTH")
    rng = random.Random(5)
    Clock(dut.clk, 10, unit="ns").start(start_high=False)
    dut.rst_n.value = dut.s_axis_tvalid.value = dut.m_axis_tready.value = 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    free, left, due, most = depth, 0, 0, 0
    words: deque[int] = deque()
    for _ in range(60 * depth + 200):
        free += due
        push, taking = free > 0 and rng.random() >= idle, rng.random() >= stall
        word = rng.getrandbits(width)
        dut.s_axis_tvalid.value, dut.s_axis_tdata.value, dut.m_axis_tready.value = int(push), word, int(taking)
        await ReadOnly()
        assert int(dut.credit.value) == due
        due = int(taking and dut.m_axis_tvalid.value == 1)
        if dut.m_axis_tvalid.value == 1:
            assert int(dut.m_axis_tdata.value) == words[0]
        if due:
            words.popleft()
            left += 1
        if push:
            words.append(word)
            free -= 1
        most = max(most, len(words))
        await FallingEdge(dut.clk)
    assert left > 20
    assert most == depth or stall < 0.8


@pytest.mark.parametrize("case", PARAMETERS)
def test_lints(case: tuple[int, int, int]) -> None:
    done = lint("credit_fifo", _names(case), ["fifo"])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("change", "what"), [({"WIDTH": 0}, "WIDTH"), ({"DEPTH": 0}, "DEPTH")])
def test_illegal_parameters_stop_elaboration(change: dict[str, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("credit_fifo", _names(PARAMETERS[0]) | change, ["fifo"])
