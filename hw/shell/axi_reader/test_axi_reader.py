"""axi_reader: memory as a stream, from any multiple of 8 on; every response; stopped at any moment."""

import cocotb
import pytest
from axi_bench import Answers, Master, expected_bursts
from bench import PERIOD_NS, Sink, elaboration_error, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly
from cocotbext.axi import AxiRamRead, AxiReadBus

USES = ("fifo",)
RANGES = [(0x1000, 1), (0xFF8, 1), (0xFF8, 2), (0xF88, 47), (0x1FA8, 100), (0x780, 16), (0x3F80, 33), (2**32 - 264, 33)]
"""First byte, beats: around 4 KB, whole and odd bursts, up to the address space's end."""


@pytest.mark.netlist
def test_reads() -> None:
    run_unit("axi_reader", {"BEATS": 64}, {}, {}, uses=USES, test_module="test_axi_reader")


def test_lints() -> None:
    done = lint("axi_reader", {}, USES)
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_BEATS" in elaboration_error("axi_reader", {"BEATS": 8}, USES)


class Bench(Master):
    """The unit between an AXI RAM, filled with noise where `RANGES` and their neighbours are, and a sink."""

    def __init__(self, dut, pause: float, seed: int, reset: bool = True) -> None:
        """reset: the memory is reset with the unit."""
        resets = (dut.rst_n, False) if reset else (None,)
        ram = AxiRamRead(AxiReadBus.from_prefix(dut, "m_axi"), dut.clk, *resets, size=2**32)
        super().__init__(dut, ram, (ram.ar_channel, ram.r_channel), "ar", pause, seed)
        for address in (*range(0, 0x5000, 0x800), 2**32 - 2048):
            self.ram.write(address, self.random.randbytes(2048))

    async def load(self, source: int, beats: int) -> None:
        dut = self.dut
        dut.core_rst_n.value, dut.load.value = 0, 1
        dut.source.value, dut.last_beat.value = source // 8, source // 8 + beats - 1
        self.forget()
        await FallingEdge(dut.clk)
        dut.load.value, dut.enable.value, dut.core_rst_n.value = 0, 1, 1

    async def cycle(self, sink: Sink | None = None, number: int = 0) -> None:
        """One cycle; records bursts and errors, and sees that read data never waits."""
        dut = self.dut
        if sink is not None:
            sink.drive()
        await ReadOnly()
        if sink is not None:
            sink.sample(number)
        assert int(dut.m_axi_rready.value) == 1
        self.record()
        await FallingEdge(dut.clk)

    async def until_idle(self, limit: int = 2000) -> None:
        for _ in range(limit):
            await self.cycle()
            if int(self.dut.idle.value):
                return
        raise AssertionError("the reader does not come to rest")


@cocotb.test()
@cocotb.parametrize((("pause", "stall"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.6), (0.3, 0.3)]))
async def reads(dut, pause: float, stall: float) -> None:
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, pause, seed=1)
    await bench.reset("core_rst_n", "m_axis_tready")
    for source, beats in RANGES:
        data = bytes(bench.ram.read(source, 8 * beats))
        words = [int.from_bytes(data[8 * i : 8 * i + 8], "little") for i in range(beats)]
        await bench.load(source, beats)
        sink = Sink(dut, "m_axis", [words], stall, bench.random)
        for number in range(500 + 20 * beats):
            await bench.cycle(sink, number)
            if sink.done:
                break
        assert sink.done, f"{len(sink.times)} of {beats} beats from {source:#x}"
        for _ in range(50):
            await bench.cycle(sink)
        assert bench.bursts == expected_bursts(source, 8 * beats)
        assert int(dut.idle.value) and int(dut.exhausted.value)
        assert not bench.errors
        if pause == stall == 0 and beats > 64:
            assert sink.times[-1] - sink.times[0] < 1.3 * beats, "bursts do not overlap"
        dut.enable.value = 0


@cocotb.test()
async def nothing_is_read_that_does_not_fit(dut) -> None:
    """With nothing taken, at most the buffer's 64 beats are asked for, whole bursts of them."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.2, seed=2)
    await bench.reset("core_rst_n", "m_axis_tready")
    await bench.load(0x1000, 200)
    dut.m_axis_tready.value = 0
    for _ in range(1000):
        await bench.cycle()
    assert sum(beats for _, beats in bench.bursts) == 64


@cocotb.test()
async def every_response(dut) -> None:
    """Errors come out as pulses with the burst's first beat; OKAY and EXOKAY do not."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.3, seed=3)
    await bench.reset("core_rst_n", "m_axis_tready")
    answers = Answers(bench.ram.r_channel, "rresp")
    source, beats = 0xFA8, 60
    for response in range(4):
        for number in (0, 3, 10, 11, 30, beats - 1):
            answers.choose(response, number)
            await bench.load(source, beats)
            dut.m_axis_tready.value = 1
            for _ in range(20):
                await bench.cycle()
            await bench.until_idle()
            while not int(dut.exhausted.value):
                await bench.cycle()
            burst = [address for address, _ in expected_bursts(source, 8 * beats) if address <= source + 8 * number][-1]
            assert bench.errors == ([(1 << response - 2, burst)] if response >= 2 else [])
            dut.enable.value = 0


@cocotb.test()
async def stopped_at_any_moment(dut) -> None:
    """Issued bursts are finished although nobody takes their data, no more are issued, and the next range is right."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.4, seed=4)
    await bench.reset("core_rst_n", "m_axis_tready")
    for moment in range(0, 150, 5):
        await bench.load(0x1FA8, 100)
        dut.m_axis_tready.value = 1
        for _ in range(moment):
            await bench.cycle()
        dut.enable.value = dut.core_rst_n.value = dut.m_axis_tready.value = 0
        await bench.cycle()
        await bench.until_idle()
        issued = len(bench.bursts)
        for _ in range(30):
            await bench.cycle()
        assert len(bench.bursts) == issued
        words = [int.from_bytes(bytes(bench.ram.read(0x1000 + 8 * i, 8)), "little") for i in range(5)]
        await bench.load(0x1000, 5)
        sink = Sink(dut, "m_axis", [words], 0.0, bench.random)
        for number in range(300):
            await bench.cycle(sink, number)
        assert sink.done
        dut.enable.value = 0


@cocotb.test()
async def reset_with_reads_on_their_way(dut) -> None:
    """The memory is not reset and answers afterwards: the reader counts down, tells no error, goes on right."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.5, seed=5, reset=False)
    await bench.reset("core_rst_n", "m_axis_tready")
    answers = Answers(bench.ram.r_channel, "rresp")
    late = 0
    for moment in range(4, 60, 5):
        await bench.load(0x1FA8, 100)
        for _ in range(moment):
            await bench.cycle()
        answers.choose(2, 0)
        dut.enable.value = 0
        await bench.reset("core_rst_n", "m_axis_tready")
        late += not int(dut.idle.value)
        # A batch's settings may come before the last answer; it runs when the reader is idle.
        dut.load.value, dut.source.value, dut.last_beat.value = 1, 0x1000 // 8, 0x1000 // 8 + 16
        await bench.cycle()
        dut.load.value = 0
        while not int(dut.idle.value):
            await bench.cycle()
        for _ in range(200):
            await bench.cycle()
            assert int(dut.idle.value), "an answer too many was counted"
        assert not bench.errors
        answers.choose(2, 16)
        bench.forget()
        dut.enable.value = dut.core_rst_n.value = 1
        words = [int.from_bytes(bytes(bench.ram.read(0x1000 + 8 * i, 8)), "little") for i in range(17)]
        sink = Sink(dut, "m_axis", [words], 0.0, bench.random)
        for number in range(300):
            await bench.cycle(sink, number)
        assert sink.done and int(dut.exhausted.value)
        assert bench.errors == [(1, 0x1080)]
        dut.enable.value = dut.core_rst_n.value = 0
    assert late > 5


@cocotb.test()
async def answers_to_nothing(dut) -> None:
    """What the configuration before asked for."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.0, seed=6)
    await bench.reset("core_rst_n", "m_axis_tready")
    bench.ram.r_channel.bus.rvalid.value = bench.ram.r_channel.bus.rlast.value = 1
    for _ in range(3):
        await FallingEdge(dut.clk)
        assert int(dut.idle.value)
