"""stream_duplicate: every word on both outputs, each taken alone."""

import random

import cocotb
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly


def _windows(width: int) -> list[list[int]]:
    generator = random.Random(width)
    return [[generator.getrandbits(width) for _ in range(40)] for _ in range(3)]


@parameter_sets("width", [1, 8, 24, 96], netlists=(1,))
def test_streams(width: int) -> None:
    windows = _windows(width)
    expected = {"m0_axis": windows, "m1_axis": windows}
    run_unit("stream_duplicate", {"WIDTH": width}, {"s_axis": windows}, expected, cycles=40)


@pytest.mark.parametrize("width", [1, 8, 24, 96])
def test_outputs_are_independent(width: int) -> None:
    windows = _windows(width)
    expected = {"m0_axis": windows, "m1_axis": windows}
    inputs = {"s_axis": windows}
    run_unit("stream_duplicate", {"WIDTH": width}, inputs, expected, test_module="test_stream_duplicate")


@cocotb.test()
@cocotb.parametrize(first=[0, 1])
async def one_output_alone(dut, first: int) -> None:
    """One output takes a word once while the other refuses; the input waits for the other."""
    ready = [dut.m0_axis_tready, dut.m1_axis_tready]
    valid = [dut.m0_axis_tvalid, dut.m1_axis_tvalid]
    Clock(dut.clk, 10, unit="ns").start(start_high=False)
    dut.rst_n.value = dut.s_axis_tvalid.value = 0
    ready[first].value, ready[1 - first].value = 1, 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst_n.value = dut.s_axis_tvalid.value = dut.s_axis_tdata.value = 1
    await FallingEdge(dut.clk)
    assert [int(v.value) for v in valid] == [1, 1]
    for _ in range(3):
        await FallingEdge(dut.clk)
        await ReadOnly()
        assert valid[first].value == 0, "a word was offered twice"
        assert valid[1 - first].value == 1
        assert dut.s_axis_tready.value == 0
    await FallingEdge(dut.clk)
    ready[1 - first].value = 1
    await ReadOnly()
    assert dut.s_axis_tready.value == 1


def test_lints() -> None:
    done = lint("stream_duplicate", {"WIDTH": 8})
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_WIDTH" in elaboration_error("stream_duplicate", {"WIDTH": 0})
