"""byte_packer: results to beats; the last one is marked, with strobes for the bytes that it holds."""

import random

import cocotb
from bench import PERIOD_NS, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly


def test_batches_of_every_length() -> None:
    run_unit("byte_packer", {}, {}, {}, test_module="test_byte_packer")


def test_lints() -> None:
    done = lint("byte_packer", {})
    assert done.returncode == 0, done.stderr


async def batch(dut, results: list[int], idle: float, stall: float, generator: random.Random) -> int:
    """Reset, send `results`, compare every beat; return the cycles from the first byte to the last beat."""
    dut.rst_n.value = 0
    dut.clear.value = 1
    dut.results.value = len(results)
    dut.s_axis_tvalid.value = dut.m_axis_tready.value = 0
    await FallingEdge(dut.clk)
    dut.clear.value = 0
    dut.rst_n.value = 1
    sent, got, beats, held, offering, cycles = 0, [], 0, None, False, 0
    for _ in range(100 + 40 * len(results)):
        offering = sent < len(results) and (offering or generator.random() >= idle)
        taking = generator.random() >= stall
        dut.s_axis_tvalid.value = int(offering)
        dut.s_axis_tdata.value = results[sent] if offering else generator.getrandbits(8)
        dut.m_axis_tready.value = int(taking)
        await ReadOnly()
        if dut.m_axis_tvalid.value:
            beat = tuple(int(getattr(dut, f"m_axis_{name}").value) for name in ("tdata", "tstrb", "tlast"))
            assert held is None or beat == held, "a beat changed before it was taken"
            held = None if taking else beat
            if taking:
                data, strobes, last = beat
                got += [data >> 8 * i & 255 for i in range(8) if strobes >> i & 1]
                beats += 1
                assert last == (8 * beats >= len(results)), f"tlast at beat {beats} of {len(results)} bytes"
                if last:
                    break
        else:
            assert held is None, "a beat was withdrawn"
        taken = offering and bool(dut.s_axis_tready.value)
        await FallingEdge(dut.clk)
        cycles += 1
        if taken:
            sent += 1
            offering = False
    await FallingEdge(dut.clk)
    dut.s_axis_tvalid.value = 0
    assert got == results
    for _ in range(20):
        await FallingEdge(dut.clk)
        assert not dut.m_axis_tvalid.value, "a beat after the last"
    assert int(dut.taken.value) == len(results)
    return cycles


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), [(0.0, 0.0), (0.6, 0.0), (0.0, 0.7), (0.4, 0.4)]))
async def batches(dut, idle: float, stall: float) -> None:
    generator = random.Random(7)
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    for length in [*range(1, 35), 64, 100, 257]:
        cycles = await batch(dut, [generator.getrandbits(8) for _ in range(length)], idle, stall, generator)
        if idle == stall == 0:
            # A byte a cycle, zeros to fill the last beat, three cycles to know that it is the last.
            assert cycles <= -(-length // 8) * 8 + 4, f"{length} bytes took {cycles} cycles"
