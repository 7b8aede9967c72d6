"""batch_counters: each counts its own event, all hold and are cleared together."""

import random

import cocotb
import pytest
from bench import PERIOD_NS, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

EVENTS = ("busy", "input_stalled", "output_stalled", "result")


@pytest.mark.netlist
def test_counts() -> None:
    run_unit("batch_counters", {}, {}, {}, test_module="test_batch_counters")


def test_lints() -> None:
    done = lint("batch_counters", {})
    assert done.returncode == 0, done.stderr


@cocotb.test()
async def random_events(dut) -> None:
    generator = random.Random(1)
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    for share in (0.1, 0.5, 0.9):
        for name in EVENTS:
            getattr(dut, name).value = 0
        dut.clear.value = 1
        await FallingEdge(dut.clk)
        dut.clear.value = 0
        counts, first = dict.fromkeys(EVENTS, 0), None
        for _ in range(400):
            now = {name: generator.random() < share for name in EVENTS}
            for name, up in now.items():
                getattr(dut, name).value = int(up)
            if now["result"] and first is None:
                first = counts["busy"]
            for name, up in now.items():
                counts[name] += up
            await FallingEdge(dut.clk)
            got = [int(dut.cycles.value), int(dut.stall_input.value), int(dut.stall_output.value)]
            assert got == [counts[name] for name in EVENTS[:3]]
            assert int(dut.first_result.value) == (first or 0)
