"""registers: the map of docs/board.md through an AXI4-Lite master, whatever order and pauses its channels have."""

import random
from collections.abc import Iterator

import cocotb
import pytest
from bench import PERIOD_NS, elaboration_error, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp
from eeg2fpga.board import registers as reg

PARAMETERS = {"BUILD_HASH": "128'h9e3779b97f4a7c15f39cc0605cedc834", "ELECTRODES": 19, "SAMPLES": 128, "CLASSES": 5}
INPUTS = {
    "busy": (reg.STATUS, reg.BUSY),
    "done": (reg.STATUS, reg.DONE),
    "aborted": (reg.STATUS, reg.ABORTED),
}
WORDS = {
    "error_address": reg.ERROR_ADDRESS,
    "windows_done": reg.WINDOWS_DONE,
    "stall_input": reg.STALL_INPUT,
    "stall_output": reg.STALL_OUTPUT,
    "first_result": reg.FIRST_RESULT,
}
WRITABLE = {reg.SOURCE: "source", reg.DESTINATION: "destination", reg.WINDOWS: "windows"}


@pytest.mark.netlist
def test_map() -> None:
    run_unit("registers", PARAMETERS, {}, {}, test_module="test_registers")


def test_lints() -> None:
    done = lint("registers", PARAMETERS)
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_geometry" in elaboration_error("registers", {"SAMPLES": 65536})


def pauses(share: float, generator: random.Random) -> Iterator[bool]:
    while True:
        yield generator.random() < share


async def start(dut) -> AxiLiteMaster:
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    for name in (*INPUTS, *WORDS, "ended", "error", "cycles"):
        getattr(dut, name).value = 0
    master = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), dut.clk, dut.rst_n, False)
    dut.rst_n.value = 0
    for _ in range(4):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    await FallingEdge(dut.clk)
    return master


async def read(master: AxiLiteMaster, offset: int) -> int:
    answer = await master.read(offset, 4)
    assert answer.resp == AxiResp.OKAY
    return int.from_bytes(answer.data, "little")


async def write(master: AxiLiteMaster, offset: int, value: int, size: int = 4) -> None:
    answer = await master.write(offset, value.to_bytes(size, "little"))
    assert answer.resp == AxiResp.OKAY


@cocotb.test()
async def constants_and_status(dut) -> None:
    master = await start(dut)
    generator = random.Random(1)
    assert await read(master, reg.IDENTITY) == reg.IDENTITY_VALUE
    assert await read(master, reg.VERSION) == 0x00010002
    words = [await read(master, offset) for offset in reg.HASH]
    assert words == [0x5CEDC834, 0xF39CC060, 0x7F4A7C15, 0x9E3779B9]
    assert await read(master, reg.GEOMETRY) == 128 << 16 | 19
    assert await read(master, reg.CLASSES) == 5
    for name, (offset, bit) in INPUTS.items():
        getattr(dut, name).value = 1
        assert await read(master, offset) == bit
        getattr(dut, name).value = 0
    for bit in range(7):
        dut.error.value = 1 << bit
        assert await read(master, reg.ERROR) == 1 << bit
        assert await read(master, reg.STATUS) == reg.ERRED
    for name, offset in WORDS.items():
        value = generator.getrandbits(32)
        getattr(dut, name).value = value
        assert await read(master, offset) == value


@cocotb.test()
async def reading_cycles_latches_the_high_word(dut) -> None:
    master = await start(dut)
    dut.cycles.value = 0x12345678_FFFFFFFF
    assert await read(master, reg.CYCLES) == 0xFFFFFFFF
    dut.cycles.value = 0x12345679_00000000
    assert await read(master, reg.STATUS) == 0
    assert await read(master, reg.CYCLES_HIGH) == 0x12345678


@cocotb.test()
@cocotb.parametrize(late=["none", "address", "data", "answer", "all"])
async def writes_with_strobes(dut, late: str) -> None:
    """Random bytes of random registers, against a model; addresses before and after data, slow answers."""
    master = await start(dut)
    generator = random.Random(2)
    channels = {
        "address": (master.write_if.aw_channel,),
        "data": (master.write_if.w_channel,),
        "answer": (master.write_if.b_channel, master.read_if.r_channel),
    }
    channels["all"] = sum(channels.values(), ())
    for channel in channels.get(late, ()):
        channel.set_pause_generator(pauses(0.7, generator))
    model = dict.fromkeys(WRITABLE, 0)
    for _ in range(60):
        offset, first = generator.choice(list(WRITABLE)), generator.randrange(4)
        size = generator.randrange(1, 5 - first)
        value = generator.getrandbits(8 * size)
        await write(master, offset + first, value, size)
        mask = ((1 << 8 * size) - 1) << 8 * first
        model[offset] = model[offset] & ~mask | value << 8 * first
        assert int(getattr(dut, WRITABLE[offset]).value) == model[offset]
        assert await read(master, offset) == model[offset]


@cocotb.test()
async def offset_is_16_bits_and_signed(dut) -> None:
    """0 after reset, read with its sign in the upper half, written byte by byte by strobes."""
    master = await start(dut)
    assert await read(master, reg.OFFSET) == 0
    for value in (1, 0x7FFF, 0x8000, 0xFFFF, 0xFFFF1234, 0x0001FEDC, 0):
        await write(master, reg.OFFSET, value)
        assert int(dut.offset.value) == value & 0xFFFF
        assert await read(master, reg.OFFSET) == extended(value)
    await write(master, reg.OFFSET + 1, 0x9A, 1)
    assert await read(master, reg.OFFSET) == 0xFFFF9A00
    await write(master, reg.OFFSET, 0x17, 1)
    assert await read(master, reg.OFFSET) == 0xFFFF9A17
    await write(master, reg.OFFSET + 2, 0x0000, 2)
    assert await read(master, reg.OFFSET) == 0xFFFF9A17
    dut.rst_n.value = 0
    for _ in range(2):
        await FallingEdge(dut.clk)
    assert int(dut.offset.value) == 0


@cocotb.test()
async def mode_has_two_bits(dut) -> None:
    """0 after reset; written with its byte's strobe alone."""
    master = await start(dut)
    assert await read(master, reg.MODE) == 0
    for value in (reg.SCORES, reg.LOOPBACK, 0xFFFFFFFF, 0):
        await write(master, reg.MODE, value)
        assert await read(master, reg.MODE) == int(dut.mode.value) == value & 3
    await write(master, reg.MODE + 1, 0xFFFFFF, 3)
    assert await read(master, reg.MODE) == 0


def extended(value: int) -> int:
    """The low 16 bits with their sign, 32 bits."""
    return (value & 0xFFFF) | (0xFFFF0000 if value & 0x8000 else 0)


@cocotb.test()
async def back_to_back(dut) -> None:
    """Many transfers asked for at once, reads and writes together."""
    master = await start(dut)
    writes = [master.init_write(reg.SOURCE, (0x01010101 * i).to_bytes(4, "little")) for i in range(50)]
    reads = [master.init_read(reg.IDENTITY, 4) for _ in range(50)]
    for event in writes:
        await event.wait()
        assert event.data.resp == AxiResp.OKAY
    for event in reads:
        await event.wait()
        assert int.from_bytes(event.data.data, "little") == reg.IDENTITY_VALUE
    assert await read(master, reg.SOURCE) == 0x01010101 * 49


@cocotb.test()
async def other_offsets(dut) -> None:
    """Read-only and unknown ones ignore writes; unknown ones read 0. A write there is no command either."""
    master = await start(dut)
    dut.windows_done.value = 77
    known = {*reg.HASH, reg.IDENTITY, reg.VERSION, reg.GEOMETRY, reg.CLASSES, reg.WINDOWS_DONE}
    pulses = cocotb.start_soon(count_pulses(dut))
    skipped = {reg.CONTROL, reg.INTERRUPT, reg.INTERRUPT_ENABLE, reg.OFFSET, reg.MODE, *WRITABLE}
    for offset in [*(o for o in range(0, 0x80, 4) if o not in skipped), 0x100, 0x220, 0x820, 0xFFC]:
        before = await read(master, offset)
        await write(master, offset, 0xFFFFFFFF)
        assert await read(master, offset) == before
        assert offset in known or before == 0
    assert await read(master, reg.CONTROL) == 0
    pulses.cancel()
    assert dut_pulses(dut) == [0, 0, 0]
    assert [int(getattr(dut, name).value) for name in (*WRITABLE.values(), "offset", "mode")] == [0] * 5


PULSES: dict[str, int] = {}


def dut_pulses(dut) -> list[int]:
    return [PULSES[name] for name in ("start", "stop", "clear")]


async def count_pulses(dut) -> None:
    """Cycles in which each command was up."""
    PULSES.update(start=0, stop=0, clear=0)
    while True:
        await FallingEdge(dut.clk)
        await ReadOnly()
        for name in PULSES:
            PULSES[name] += int(getattr(dut, name).value)


@cocotb.test()
async def commands_act_once(dut) -> None:
    master = await start(dut)
    pulses = cocotb.start_soon(count_pulses(dut))
    expected = [0, 0, 0]
    for command in range(8):
        await write(master, reg.CONTROL, command)
        expected = [count + (command >> i & 1) for i, count in enumerate(expected)]
    await write(master, reg.CONTROL + 1, 0xFFFFFF, 3)  # the bits' own byte has no strobe
    for _ in range(5):
        await FallingEdge(dut.clk)
    pulses.cancel()
    assert dut_pulses(dut) == expected == [4, 4, 4]


@cocotb.test()
async def interrupts(dut) -> None:
    """Pending from `ended` on until a 1 is written or CLEAR; on the pin if enabled."""
    master = await start(dut)

    async def end() -> None:
        await FallingEdge(dut.clk)
        dut.ended.value = 1
        await FallingEdge(dut.clk)
        dut.ended.value = 0
        await FallingEdge(dut.clk)
        await FallingEdge(dut.clk)

    await end()
    assert await read(master, reg.INTERRUPT) == 1 and not int(dut.interrupt.value)
    await write(master, reg.INTERRUPT_ENABLE, 1)
    await FallingEdge(dut.clk)
    assert await read(master, reg.INTERRUPT_ENABLE) == 1 and int(dut.interrupt.value)
    await write(master, reg.INTERRUPT, 0)
    assert await read(master, reg.INTERRUPT) == 1
    await write(master, reg.INTERRUPT, 1)
    assert await read(master, reg.INTERRUPT) == 0 and not int(dut.interrupt.value)
    await end()
    assert int(dut.interrupt.value)
    await write(master, reg.CONTROL, reg.CLEAR)
    assert await read(master, reg.INTERRUPT) == 0 and not int(dut.interrupt.value)
