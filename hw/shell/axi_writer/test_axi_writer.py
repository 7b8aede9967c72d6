"""axi_writer: a stream to memory, from any multiple of 8 on; every response; stopped at any moment."""

import random
from collections.abc import Iterator

import cocotb
import pytest
from axi_bench import Answers, Master, expected_bursts
from bench import PERIOD_NS, elaboration_error, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly
from cocotbext.axi import AxiRamWrite, AxiWriteBus

RANGES = [(0x1000, 1), (0xFF8, 1), (0xFF8, 9), (0xF88, 371), (0x1FA8, 800), (0x780, 128), (2**32 - 264, 264)]
"""First byte, bytes: around 4 KB, whole and odd bursts, a last beat in part, up to the address space's end."""
GUARD = 0xA5


@pytest.mark.netlist
def test_writes() -> None:
    run_unit("axi_writer", {"OUTSTANDING": 4}, {}, {}, test_module="test_axi_writer")


def test_lints() -> None:
    done = lint("axi_writer", {})
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_OUTSTANDING" in elaboration_error("axi_writer", {"OUTSTANDING": 0})


class Bench(Master):
    """The unit between a source of beats and an AXI RAM."""

    def __init__(self, dut, pause: float, seed: int, reset: bool = True) -> None:
        """reset: the memory is reset with the unit."""
        resets = (dut.rst_n, False) if reset else (None,)
        ram = AxiRamWrite(AxiWriteBus.from_prefix(dut, "m_axi"), dut.clk, *resets, size=2**32)
        super().__init__(dut, ram, (ram.aw_channel, ram.w_channel, ram.b_channel), "aw", pause, seed)

    async def load(self, destination: int) -> None:
        self.dut.load.value, self.dut.destination.value = 1, destination // 8
        self.forget()
        await FallingEdge(self.dut.clk)
        self.dut.load.value, self.dut.enable.value = 0, 1

    async def cycle(self) -> bool:
        """One cycle; records bursts and errors. Returns whether a beat was taken."""
        dut = self.dut
        await ReadOnly()
        taken = bool(dut.s_axis_tvalid.value) and bool(dut.s_axis_tready.value)
        assert int(dut.m_axi_bready.value) == 1
        self.record()
        await FallingEdge(dut.clk)
        return taken

    async def send(self, data: bytes, idle: float, cycles: int | None = None, end: bool = True) -> None:
        """Offer all beats of `data`, in at most so many cycles; the last with tlast if `end`."""
        dut, sent, offering, limit = self.dut, 0, False, 1000 + 60 * len(data) if cycles is None else cycles
        beats = [data[i : i + 8] for i in range(0, len(data), 8)]
        for _ in range(limit):
            offering = sent < len(beats) and (offering or self.random.random() >= idle)
            dut.s_axis_tvalid.value = int(offering)
            if offering:
                last = end and sent == len(beats) - 1
                dut.s_axis_tdata.value = int.from_bytes(beats[sent], "little")
                dut.s_axis_tstrb.value = (1 << len(beats[sent])) - 1 if last else self.random.getrandbits(8)
                dut.s_axis_tlast.value = int(last)
            if await self.cycle():
                sent += 1
                offering = False
            if sent == len(beats) and cycles is None:
                break
        dut.s_axis_tvalid.value = 0
        assert cycles is not None or sent == len(beats), "the writer does not take its beats"

    async def until(self, name: str, limit: int = 3000) -> None:
        for _ in range(limit):
            await self.cycle()
            if int(getattr(self.dut, name).value):
                return
        raise AssertionError(f"the writer is never {name}")


@cocotb.test()
@cocotb.parametrize((("pause", "idle"), [(0.0, 0.0), (0.6, 0.0), (0.0, 0.6), (0.3, 0.3)]))
async def writes(dut, pause: float, idle: float) -> None:
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, pause, seed=1)
    await bench.reset("s_axis_tvalid")
    for destination, size in RANGES:
        before, after = min(destination, 64), min(64, 2**32 - destination - size)
        bench.ram.write(destination - before, bytes([GUARD]) * (before + size + after))
        data = bench.random.randbytes(size)
        await bench.load(destination)
        await bench.send(data, idle)
        await bench.until("complete")
        around = bytes(bench.ram.read(destination - before, before + size + after))
        assert around == bytes([GUARD]) * before + data + bytes([GUARD]) * after
        assert bench.bursts == expected_bursts(destination, size)
        assert int(dut.idle.value) and not bench.errors and not int(dut.beyond.value)
        dut.enable.value = 0


@cocotb.test()
async def every_response(dut) -> None:
    """Errors come out as pulses with the burst's first beat; OKAY and EXOKAY do not."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.3, seed=3)
    await bench.reset("s_axis_tvalid")
    answers = Answers(bench.ram.b_channel, "bresp")
    destination, size = 0xFA8, 500
    bursts = expected_bursts(destination, size)
    for response in range(4):
        for number in (0, 1, len(bursts) - 1):
            answers.choose(response, number)
            await bench.load(destination)
            await bench.send(bench.random.randbytes(size), 0.2)
            await bench.until("complete")
            assert bench.errors == ([(1 << response - 2, bursts[number][0])] if response >= 2 else [])
            dut.enable.value = 0


@cocotb.test()
async def stopped_at_any_moment(dut) -> None:
    """Issued bursts are finished, no more are issued, and the next range is right."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.4, seed=4)
    await bench.reset("s_axis_tvalid")
    data = bench.random.randbytes(800)
    for moment in range(0, 150, 7):
        bench.ram.write(0x1FA8, bytes(800))
        await bench.load(0x1FA8)
        await bench.send(data, 0.1, cycles=moment)
        dut.enable.value = 0
        await bench.cycle()
        await bench.until("idle")
        issued = sum(beats for _, beats in bench.bursts)
        for _ in range(30):
            await bench.cycle()
        assert sum(beats for _, beats in bench.bursts) == issued
        assert bytes(bench.ram.read(0x1FA8, 800)) == data[: 8 * issued] + bytes(800 - 8 * issued)
        await bench.load(0x1000)
        await bench.send(data[:77], 0.0)
        await bench.until("complete")
        assert bytes(bench.ram.read(0x1000, 77)) == data[:77]
        dut.enable.value = 0


@cocotb.test()
async def the_end_of_the_address_space(dut) -> None:
    """What would wrap around to address 0 is not written, and said."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.0, seed=5)
    await bench.reset("s_axis_tvalid")
    bench.ram.write(0, bytes([GUARD]) * 256)
    await bench.load(2**32 - 128)
    await bench.send(bench.random.randbytes(200), 0.0)
    await bench.until("beyond")
    for _ in range(50):
        await bench.cycle()
    assert bench.bursts == [(2**32 - 128, 16)]
    assert bytes(bench.ram.read(0, 256)) == bytes([GUARD]) * 256


@cocotb.test()
async def reset_with_writes_on_their_way(dut) -> None:
    """The memory is not reset and answers afterwards: the writer counts down, tells no error, goes on right."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.0, seed=6, reset=False)
    bench.ram.b_channel.set_pause_generator(slow(bench.random))
    await bench.reset("s_axis_tvalid")
    answers = Answers(bench.ram.b_channel, "bresp")
    data, late = bench.random.randbytes(800), 0
    for size in (8, 16, 100, 180, 250):
        await bench.load(0x1FA8)
        await bench.send(data[:size], 0.0, cycles=100)
        answers.choose(3, 0)
        dut.enable.value = 0
        await bench.reset("s_axis_tvalid")
        late += not int(dut.idle.value)
        dut.load.value, dut.destination.value = 1, 0x1000 // 8
        await bench.cycle()
        dut.load.value = 0
        await bench.until("idle")
        for _ in range(100):
            await bench.cycle()
            assert int(dut.idle.value), "an answer too many was counted"
        assert not bench.errors
        answers.choose(2, 1)
        bench.forget()
        dut.enable.value = 1
        await bench.send(data[:200], 0.0)
        await bench.until("complete")
        assert bytes(bench.ram.read(0x1000, 200)) == data[:200]
        assert bench.errors == [(1, 0x1080)]
        dut.enable.value = 0
    assert late > 3


def slow(generator: random.Random) -> Iterator[bool]:
    """Pauses of some hundred cycles before each answer."""
    while True:
        yield from [True] * generator.randrange(200, 400)
        yield False


@cocotb.test()
async def reset_before_the_address_was_taken(dut) -> None:
    """Nothing was asked for, nothing will be answered: the writer is idle."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    bench = Bench(dut, 0.0, seed=7, reset=False)
    bench.ram.aw_channel.set_pause_generator(iter(lambda: True, None))
    await bench.reset("s_axis_tvalid")
    await bench.load(0x1000)
    await bench.send(bytes(8), 0.0)
    for _ in range(5):
        await bench.cycle()
    assert int(dut.m_axi_awvalid.value)
    dut.enable.value = 0
    await bench.reset("s_axis_tvalid")
    assert int(dut.idle.value)
