"""fifo: words in order, and exactly DEPTH of them fit."""

import random

import cocotb
import pytest
from bench import elaboration_error, given_parameters, lint, parameter_sets, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

PARAMETERS = [(1, 2), (8, 2), (24, 3), (12, 3), (8, 4), (13, 5), (8, 33), (40, 64)]


def _windows(width: int, words: int, count: int = 3) -> list[list[int]]:
    generator = random.Random(width)
    return [[generator.getrandbits(width) for _ in range(words)] for _ in range(count)]


@parameter_sets(("width", "depth"), PARAMETERS, netlists=(6,))
def test_passes_words_in_order(width: int, depth: int) -> None:
    windows = _windows(width, 2 * depth + 7)
    run_unit("fifo", {"WIDTH": width, "DEPTH": depth}, {"s_axis": windows}, {"m_axis": windows}, cycles=2 * depth + 7)


def test_half_passes_words_in_order() -> None:
    windows = _windows(13, 11)
    parameters = {"WIDTH": 13, "DEPTH": 2, "HALF": 1}
    run_unit("fifo", parameters, {"s_axis": windows}, {"m_axis": windows}, cycles=22)


def test_half_holds_exactly_two_words() -> None:
    windows = _windows(13, 5, 2)
    _run_capacity({"WIDTH": 13, "DEPTH": 2, "HALF": 1}, windows)


@pytest.mark.parametrize(("width", "depth"), PARAMETERS)
def test_holds_exactly_depth_words(width: int, depth: int) -> None:
    windows = _windows(width, depth + 3, 2)
    _run_capacity({"WIDTH": width, "DEPTH": depth, "HALF": 0}, windows)


def _run_capacity(parameters: dict[str, int], windows: list[list[int]]) -> None:
    run_unit("fifo", parameters, {"s_axis": windows}, {"m_axis": windows}, test_module="test_fifo")


@cocotb.test()
async def capacity(dut) -> None:
    """With nothing taken DEPTH words enter in as many cycles; drained without a gap, they are those words. Twice.

    HALF: a cycle between the words.
    """
    half, depth, width = given_parameters("HALF", "DEPTH", "WIDTH")
    mask = (1 << width) - 1
    Clock(dut.clk, 10, unit="ns").start(start_high=False)
    dut.rst_n.value = dut.s_axis_tvalid.value = dut.m_axis_tready.value = 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    for turn in range(2):
        words = [(turn * 7 + 5 * i + 1) & mask for i in range(depth)]
        dut.s_axis_tvalid.value = 1
        for word in words:
            dut.s_axis_tdata.value = word
            await ReadOnly()
            assert dut.s_axis_tready.value == 1
            await FallingEdge(dut.clk)
            if half and word is not words[-1]:
                await ReadOnly()
                assert dut.s_axis_tready.value == 0
                await FallingEdge(dut.clk)
        for _ in range(4):
            await ReadOnly()
            assert dut.s_axis_tready.value == 0, "more than DEPTH words fit"
            await FallingEdge(dut.clk)
        dut.s_axis_tvalid.value = 0
        dut.m_axis_tready.value = 1
        for word in words:
            await ReadOnly()
            assert dut.m_axis_tvalid.value == 1
            assert int(dut.m_axis_tdata.value) == word
            await FallingEdge(dut.clk)
        await ReadOnly()
        assert dut.m_axis_tvalid.value == 0
        await FallingEdge(dut.clk)
        dut.m_axis_tready.value = 0


@pytest.mark.parametrize(("depth", "half"), [(2, 0), (2, 1), (3, 1), (16, 0)])
def test_lints(depth: int, half: int) -> None:
    done = lint("fifo", {"WIDTH": 7, "DEPTH": depth, "BLOCK": depth % 2, "HALF": half})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("parameters", "what"), [({"DEPTH": 1}, "DEPTH"), ({"WIDTH": 0}, "WIDTH"), ({"BLOCK": 2}, "BLOCK")]
)
def test_illegal_parameters_stop_elaboration(parameters: dict[str, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("fifo", parameters)
