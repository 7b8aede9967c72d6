"""result_packer: results to beats; the last one is marked, with strobes for the bytes that it holds."""

import random

import cocotb
import pytest
from bench import PERIOD_NS, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly


@pytest.mark.netlist
def test_batches_of_every_length() -> None:
    run_unit("result_packer", {}, {}, {}, test_module="test_result_packer")


def test_lints() -> None:
    done = lint("result_packer", {})
    assert done.returncode == 0, done.stderr


async def batch(dut, results: list[list[int]], port: str, idle: float, stall: float, generator: random.Random) -> int:
    """Reset, send `results`, each a byte, some pairs or a beat, compare every beat; return the cycles that took."""
    words = [(word, word is result[-1]) for result in results for word in result]
    data = [byte for word, _ in words for byte in word.to_bytes(1 if port == "byte" else 8, "little")]
    dut.rst_n.value = 0
    dut.clear.value = 1
    dut.pairs.value, dut.loopback.value = int(port == "pair"), int(port == "loop")
    dut.results.value = len(results)
    dut.byte_axis_tvalid.value = dut.pair_axis_tvalid.value = dut.loop_axis_tvalid.value = dut.m_axis_tready.value = 0
    tdata, tvalid, tready = (getattr(dut, f"{port}_axis_{name}") for name in ("tdata", "tvalid", "tready"))
    await FallingEdge(dut.clk)
    dut.clear.value = 0
    dut.rst_n.value = 1
    sent, got, count, held, offering, cycles = 0, [], 0, None, False, 0
    for _ in range(100 + 40 * len(data)):
        offering = sent < len(words) and (offering or generator.random() >= idle)
        taking = generator.random() >= stall
        tvalid.value = int(offering)
        tdata.value = words[sent][0] if offering else generator.getrandbits(8)
        dut.pair_axis_tlast.value = int(words[sent][1]) if offering else generator.getrandbits(1)
        dut.m_axis_tready.value = int(taking)
        await ReadOnly()
        if dut.m_axis_tvalid.value:
            beat = tuple(int(getattr(dut, f"m_axis_{name}").value) for name in ("tdata", "tstrb", "tlast"))
            assert held is None or beat == held, "a beat changed before it was taken"
            held = None if taking else beat
            if taking:
                value, strobes, last = beat
                got += [value >> 8 * i & 255 for i in range(8) if strobes >> i & 1]
                count += 1
                assert last == (8 * count >= len(data)), f"tlast at beat {count} of {len(data)} bytes"
                if last:
                    break
        else:
            assert held is None, "a beat was withdrawn"
        taken = offering and bool(tready.value)
        await FallingEdge(dut.clk)
        cycles += 1
        if taken:
            sent += 1
            offering = False
    await FallingEdge(dut.clk)
    tvalid.value = 0
    assert got == data
    for _ in range(20):
        await FallingEdge(dut.clk)
        assert not dut.m_axis_tvalid.value, "a beat after the last"
    assert int(dut.taken.value) == len(results)
    return cycles


PAUSES = [(0.0, 0.0), (0.6, 0.0), (0.0, 0.7), (0.4, 0.4)]


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), PAUSES))
async def bytes_of_results(dut, idle: float, stall: float) -> None:
    generator = random.Random(7)
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    for length in [*range(1, 35), 64, 100, 257]:
        results = [[generator.getrandbits(8)] for _ in range(length)]
        cycles = await batch(dut, results, "byte", idle, stall, generator)
        if idle == stall == 0:
            # A byte a cycle, zeros to fill the last beat, three cycles to know that it is the last.
            assert cycles <= -(-length // 8) * 8 + 4, f"{length} bytes took {cycles} cycles"


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), PAUSES))
async def beats_of_results(dut, idle: float, stall: float) -> None:
    """Results of one beat and of several; a batch of bytes after a batch of beats and before it."""
    generator = random.Random(8)
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    for length, each, port in (
        *((length, 1, port) for length in (1, 2, 9, 30) for port in ("pair", "loop")),
        *((1, 3, "pair"), (5, 2, "pair"), (12, 4, "pair")),
    ):
        results = [[generator.getrandbits(64) for _ in range(each)] for _ in range(length)]
        cycles = await batch(dut, results, port, idle, stall, generator)
        if idle == stall == 0:
            assert cycles <= 4 * length * each + 4, f"{length * each} beats took {cycles} cycles"
        await batch(dut, [[generator.getrandbits(8)] for _ in range(11)], "byte", idle, stall, generator)
