"""The cocotb tests of eeg2fpga_shell: batches, aborts, errors between cocotbext-axi's AXI4-Lite master and AXI RAM.

Apart from test_eeg2fpga_shell.py, so that the simulation does not load what generates the accelerator.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import cocotb
from bench import PERIOD_NS
from cocotb.clock import Clock
from cocotb.triggers import First, RisingEdge, Timer
from cocotbext.axi import AxiBus, AxiLiteBus, AxiLiteMaster, AxiRam
from eeg2fpga.board import registers as reg

ELECTRODES, SAMPLES, WINDOWS = 5, 31, 30
SOURCE, DESTINATION = 0x10000FA8, 0x20000FF0
"""Near the ends of pages."""
GUARD = 0xA5


def pauses(share: float, generator: random.Random) -> Iterator[bool]:
    while True:
        yield generator.random() < share


class Bench:
    """The shell, its host and its memory."""

    def __init__(self, dut, pause: float) -> None:
        self.dut, self.random = dut, random.Random(pause)
        case = json.loads(Path("case.json").read_text())
        self.data = bytes(value & 255 for value in case["windows"])
        self.classes = bytes(case["classes"])
        self.offset_classes = {int(offset): bytes(classes) for offset, classes in case["offset_classes"].items()}
        Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
        self.host = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), dut.clk, dut.rst_n, False)
        self.ram = AxiRam(AxiBus.from_prefix(dut, "m_axi"), dut.clk, dut.rst_n, False, size=2**32)
        channels = [getattr(self.ram.write_if, f"{name}_channel") for name in ("aw", "w", "b")]
        channels += [getattr(self.ram.read_if, f"{name}_channel") for name in ("ar", "r")]
        for channel in channels:
            channel.set_pause_generator(pauses(pause, self.random))

    async def reset(self) -> None:
        self.dut.rst_n.value = 0
        await Timer(5 * PERIOD_NS, "ns")
        self.dut.rst_n.value = 1
        await Timer(2 * PERIOD_NS, "ns")
        await self.host.write_dword(reg.INTERRUPT_ENABLE, 1)

    async def start(self, windows: int, source: int = SOURCE, destination: int = DESTINATION) -> None:
        self.ram.write(source, self.data[: windows * ELECTRODES * SAMPLES])
        self.ram.write(destination - 16, bytes([GUARD]) * (windows + 32))
        await self.host.write_dword(reg.SOURCE, source)
        await self.host.write_dword(reg.DESTINATION, destination)
        await self.host.write_dword(reg.WINDOWS, windows)
        await self.host.write_dword(reg.CONTROL, reg.START)

    async def finish(self) -> int:
        """STATUS after the interrupt."""
        if not int(self.dut.interrupt.value):
            came = RisingEdge(self.dut.interrupt)
            assert await First(came, Timer(1, "ms")) is came, "no interrupt"
        await self.host.write_dword(reg.INTERRUPT, 1)
        return await self.host.read_dword(reg.STATUS)

    async def check(self, windows: int, offset: int = 0, **places: int) -> None:
        """A batch whose results are right, and nothing beside them written."""
        await self.host.write_dword(reg.OFFSET, offset & 0xFFFF)
        await self.start(windows, **places)
        assert await self.finish() == reg.DONE
        destination = places.get("destination", DESTINATION)
        classes = self.offset_classes[offset] if offset else self.classes
        got = bytes(self.ram.read(destination - 16, windows + 32))
        assert got == bytes([GUARD]) * 16 + classes[:windows] + bytes([GUARD]) * 16
        assert await self.host.read_dword(reg.WINDOWS_DONE) == windows


@cocotb.test()
@cocotb.parametrize(pause=[0.0, 0.4])
async def batches(dut, pause: float) -> None:
    bench = Bench(dut, pause)
    await bench.reset()
    assert await bench.host.read_dword(reg.IDENTITY) == reg.IDENTITY_VALUE
    assert await bench.host.read_dword(reg.GEOMETRY) == SAMPLES << 16 | ELECTRODES
    for windows in (WINDOWS, 1, 7, 8, 13):
        await bench.check(windows)
    await bench.check(9, source=0x10000FF8, destination=0x20000FF8)
    for offset in bench.offset_classes:
        await bench.check(WINDOWS, offset)
    await bench.check(WINDOWS)


@cocotb.test()
async def aborts(dut) -> None:
    bench = Bench(dut, 0.2)
    await bench.reset()
    for moment in (1, 10, 40, 150, 400, 900):
        await bench.start(WINDOWS)
        await Timer(moment * PERIOD_NS, "ns")
        await bench.host.write_dword(reg.CONTROL, reg.ABORT)
        assert await bench.finish() == reg.ABORTED
        await bench.check(5)


@cocotb.test()
async def errors(dut) -> None:
    """A read and a write that the memory refuses: SLVERR by cocotbext-axi when its memory raises."""
    bench = Bench(dut, 0.2)
    await bench.reset()
    for side, name, error, place in (
        (bench.ram.read_if, "_read", 1, SOURCE),
        (bench.ram.write_if, "_write", 4, DESTINATION),
    ):

        async def refuse(*arguments: object) -> None:
            raise PermissionError

        works = getattr(side, name)
        setattr(side, name, refuse)
        await bench.start(WINDOWS)
        assert await bench.finish() == reg.ERRED
        assert await bench.host.read_dword(reg.ERROR) == error
        assert await bench.host.read_dword(reg.ERROR_ADDRESS) == place
        setattr(side, name, works)
        await bench.check(5)
