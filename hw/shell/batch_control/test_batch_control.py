"""batch_control: every way from START to the end of a batch."""

import random

import cocotb
import pytest
from bench import PERIOD_NS, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

ZEROS = (
    *("start", "stop", "clear", "source_low", "destination_low", "extent_valid", "extent_too_long"),
    *("writer_complete", "writer_beyond", "read_error", "write_error"),
)
INPUTS = dict.fromkeys(ZEROS, 0) | {
    "windows": 5,
    "offset": 0x1234,
    "mode": 1,
    "reader_idle": 1,
    "writer_idle": 1,
    "read_beat": 0x123,
    "write_beat": 0x456,
}


@pytest.mark.netlist
def test_states() -> None:
    run_unit("batch_control", {}, {}, {}, test_module="test_batch_control")


def test_lints() -> None:
    done = lint("batch_control", {})
    assert done.returncode == 0, done.stderr


async def reset(dut) -> None:
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    for name, value in INPUTS.items():
        getattr(dut, name).value = value
    dut.rst_n.value = 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    await FallingEdge(dut.clk)


async def pulse(dut, **inputs: int) -> None:
    """Inputs as given for one cycle, then as before."""
    for name, value in inputs.items():
        getattr(dut, name).value = value
    await FallingEdge(dut.clk)
    for name in inputs:
        getattr(dut, name).value = INPUTS[name]


def state(dut) -> dict[str, int]:
    names = ("busy", "running", "done", "aborted", "ended", "error", "error_address")
    return {name: int(getattr(dut, name).value) for name in names}


def says(dut, **expected: int) -> None:
    found = state(dut)
    assert found == dict.fromkeys(found, 0) | expected, found


async def run(dut) -> None:
    """A batch up to where it runs."""
    await pulse(dut, start=1)
    says(dut, busy=1)
    assert not int(dut.core_rst_n.value)
    await pulse(dut, extent_valid=1)
    says(dut, busy=1, running=1)
    await FallingEdge(dut.clk)
    assert int(dut.core_rst_n.value)


async def drained(dut, **expected: int) -> None:
    """After the batch was cut short: nothing happens until reader and writer are idle, in whatever order."""
    first, second = random.Random(state(dut)["error"]).sample(["reader_idle", "writer_idle"], 2)
    for _ in range(3):
        await FallingEdge(dut.clk)
        assert state(dut)["busy"] and not state(dut)["running"] and not int(dut.core_rst_n.value)
    getattr(dut, first).value = 1
    await FallingEdge(dut.clk)
    assert state(dut)["busy"]
    getattr(dut, second).value = 1
    await FallingEdge(dut.clk)
    says(dut, ended=1, **expected)
    await FallingEdge(dut.clk)
    says(dut, **expected)


@cocotb.test()
async def complete(dut) -> None:
    await reset(dut)
    for _ in range(2):
        await run(dut)
        await pulse(dut, writer_complete=1)
        says(dut, done=1, ended=1)
        await FallingEdge(dut.clk)
        says(dut, done=1)
        assert not int(dut.core_rst_n.value)
    assert int(dut.batch_windows.value) == 5
    await pulse(dut, clear=1)
    says(dut)


@cocotb.test()
async def refused(dut) -> None:
    """Bad settings, and a batch that is too long, end before anything runs."""
    await reset(dut)
    for inputs, error in (
        ({"source_low": 1}, 1 << 4),
        ({"source_low": 4}, 1 << 4),
        ({"destination_low": 2}, 1 << 4),
        ({"windows": 0}, 1 << 5),
        ({"windows": 0, "source_low": 2}, 3 << 4),
    ):
        await pulse(dut, start=1, **inputs)
        says(dut, busy=1, error=error)
        await FallingEdge(dut.clk)
        await FallingEdge(dut.clk)
        says(dut, ended=1, error=error)
    await pulse(dut, start=1)
    await pulse(dut, extent_valid=1, extent_too_long=1)
    await FallingEdge(dut.clk)
    says(dut, ended=1, error=1 << 4)


@cocotb.test()
async def failed(dut) -> None:
    """Each bad response; the address is the first one's, the bits are everyone's."""
    await reset(dut)
    for inputs, error, address in (
        ({"read_error": 1}, 1, 0x123 * 8),
        ({"read_error": 2}, 2, 0x123 * 8),
        ({"write_error": 1}, 4, 0x456 * 8),
        ({"write_error": 2}, 8, 0x456 * 8),
        ({"write_error": 2, "writer_complete": 1}, 8, 0x456 * 8),
        ({"read_error": 1, "write_error": 1}, 5, 0x123 * 8),
        ({"writer_beyond": 1}, 1 << 4, 0),
    ):
        await run(dut)
        dut.reader_idle.value = dut.writer_idle.value = 0
        await pulse(dut, **inputs)
        await drained(dut, error=error, error_address=address)
    await run(dut)
    dut.reader_idle.value = dut.writer_idle.value = 0
    await pulse(dut, write_error=1)
    await pulse(dut, read_error=2)
    await drained(dut, error=6, error_address=0x456 * 8)


@cocotb.test()
async def aborted(dut) -> None:
    """While it prepares, while it runs, at its very end; while idle it does nothing."""
    await reset(dut)
    await pulse(dut, stop=1)
    says(dut)
    await pulse(dut, start=1)
    await pulse(dut, stop=1)
    await FallingEdge(dut.clk)
    says(dut, ended=1, aborted=1)
    await run(dut)
    dut.reader_idle.value = dut.writer_idle.value = 0
    await pulse(dut, stop=1)
    await drained(dut, aborted=1)
    await run(dut)
    await pulse(dut, stop=1, writer_complete=1)
    await FallingEdge(dut.clk)
    says(dut, ended=1, aborted=1)
    await run(dut)
    dut.reader_idle.value = dut.writer_idle.value = 0
    await pulse(dut, read_error=1)
    await pulse(dut, stop=1)
    await drained(dut, aborted=1, error=1, error_address=0x123 * 8)


@cocotb.test()
async def start_and_clear_while_busy(dut) -> None:
    await reset(dut)
    await run(dut)
    await pulse(dut, clear=1)
    says(dut, busy=1, running=1)
    await pulse(dut, start=1, windows=9, offset=7, mode=2)
    says(dut, busy=1, running=1, error=1 << 6)
    assert int(dut.batch_windows.value) == 5 and int(dut.batch_offset.value) == 0x1234
    assert int(dut.batch_mode.value) == 1
    await pulse(dut, writer_complete=1)
    says(dut, done=1, ended=1, error=1 << 6)
    await run(dut)


@cocotb.test()
async def settings_change_at_start_alone(dut) -> None:
    """What the registers hold later is the next batch's."""
    await reset(dut)
    await run(dut)
    dut.windows.value, dut.offset.value, dut.mode.value = 9, 0x8001, 2
    for _ in range(3):
        await FallingEdge(dut.clk)
    names = ("batch_windows", "batch_offset", "batch_mode")
    assert [int(getattr(dut, name).value) for name in names] == [5, 0x1234, 1]
    await pulse(dut, writer_complete=1)
    await pulse(dut, start=1, windows=9, offset=0x8001, mode=2)
    assert [int(getattr(dut, name).value) for name in names] == [9, 0x8001, 2]


@cocotb.test()
async def waits_for_answers_to_what_was_asked_before_a_reset(dut) -> None:
    await reset(dut)
    for name in ("reader_idle", "writer_idle"):
        getattr(dut, name).value = 0
        await pulse(dut, start=1)
        dut.extent_valid.value = 1
        for _ in range(3):
            await FallingEdge(dut.clk)
            says(dut, busy=1)
        getattr(dut, name).value = 1
        await FallingEdge(dut.clk)
        says(dut, busy=1, running=1)
        dut.extent_valid.value = 0
        await pulse(dut, writer_complete=1)
