"""The cocotb tests of zynq_top: what runs on the processor, which a model of PS7 stands in for (hw/models/ps7).

Apart from test_zynq_top.py, so that the simulation does not load what generates the accelerator.
"""

import json
import random
from pathlib import Path

import cocotb
import numpy as np
from bench import PERIOD_NS
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge, with_timeout
from cocotbext.axi import AxiBus, AxiMaster, AxiRam, AxiResp
from eeg2fpga.board import registers
from eeg2fpga.board.manifest import BASE_ADDRESS

SOURCE, DESTINATION = 0x1000, 0x9000


def processor(dut):
    """The model of PS7: zynq_top's own, or that inside the processor's IP."""
    return dut.ps7.processor.ps7 if json.loads(Path("case.json").read_text())["ip"] else dut.ps7


class Board:
    """The processor's side of zynq_top."""

    def __init__(self, dut) -> None:
        self.dut, self.ps7 = dut, processor(dut)
        for name in ("awvalid", "wvalid", "bready", "arvalid", "rready"):
            getattr(self.ps7, f"gp0_{name}").value = 0
        self.ps7.fclk_resetn.value = 0
        Clock(self.ps7.fclk, PERIOD_NS, unit="ns").start(start_high=False)
        options = {"reset": dut.rst_n, "reset_active_level": False}
        self.gp0 = AxiMaster(AxiBus.from_prefix(self.ps7, "gp0"), self.ps7.fclk, max_burst_len=16, **options)
        # As in a Zynq, the memory port is not reset with the fabric: it answers what was asked for before a reset.
        self.memory = AxiRam(AxiBus.from_prefix(self.ps7, "hp0"), self.ps7.fclk, size=1 << 16)
        generator = random.Random(3)
        for channel in ("write_if.aw", "write_if.w", "write_if.b", "read_if.ar", "read_if.r"):
            interface, _, name = channel.partition(".")
            port = getattr(getattr(self.memory, interface), f"{name}_channel")
            port.set_pause_generator(iter(lambda: generator.random() < 0.3, None))

    async def release(self) -> None:
        """Let go of the reset."""
        for _ in range(5):
            await FallingEdge(self.ps7.fclk)
        self.ps7.fclk_resetn.value = 1
        await RisingEdge(self.dut.rst_n)
        await FallingEdge(self.ps7.fclk)

    async def read(self, offset: int, words: int = 1) -> list[int]:
        """One burst of words, with an ID of its own that must come back (AxiMaster checks it)."""
        got = await self.gp0.read(BASE_ADDRESS + offset, 4 * words, arid=0xABC)
        assert got.resp == AxiResp.OKAY
        return [int.from_bytes(got.data[at : at + 4], "little") for at in range(0, 4 * words, 4)]

    async def write(self, offset: int, *values: int) -> None:
        """One burst."""
        data = b"".join(value.to_bytes(4, "little") for value in values)
        assert (await self.gp0.write(BASE_ADDRESS + offset, data, awid=0x5A5)).resp == AxiResp.OKAY

    async def batch(self, windows: bytes, count: int) -> bytes:
        """Run a batch until its interrupt."""
        self.memory.write(SOURCE, windows)
        self.memory.write(DESTINATION, b"\xff" * count)
        await self.write(registers.INTERRUPT_ENABLE, 1)
        await self.write(registers.SOURCE, SOURCE, DESTINATION, count)
        await self.write(registers.CONTROL, registers.START)
        while not int(self.ps7.IRQF2P.value):
            await FallingEdge(self.ps7.fclk)
        assert int(self.ps7.IRQF2P.value) == 1
        assert await self.read(registers.STATUS) == [registers.DONE]
        assert await self.read(registers.WINDOWS_DONE) == [count]
        await self.write(registers.INTERRUPT, 1)
        assert int(self.ps7.IRQF2P.value) == 0
        return bytes(self.memory.read(DESTINATION, count))


@cocotb.test()
async def registers_answer(dut) -> None:
    """Single reads, a burst over the hash, an address that is not ours."""
    case = json.loads(Path("case.json").read_text())
    board = Board(dut)
    await with_timeout(board.release(), 1, "us")
    assert await board.read(registers.IDENTITY) == [registers.IDENTITY_VALUE]
    words = await board.read(registers.HASH[0], 4)
    assert "".join(f"{word:08x}" for word in reversed(words)) == case["hash"]
    assert await board.read(registers.GEOMETRY) == [case["samples"] << 16 | case["electrodes"]]
    outside = await board.gp0.read(BASE_ADDRESS + 0x1000, 4)
    assert outside.resp == AxiResp.DECERR
    assert (await board.gp0.write(BASE_ADDRESS - 4, b"1234")).resp == AxiResp.DECERR


@cocotb.test()
async def batches_equal_golden(dut) -> None:
    """Windows through GP0, HP0 and the interrupt: the golden model's classes, twice; AXI3's limits on every burst."""
    case = json.loads(Path("case.json").read_text())
    windows, classes = np.array(case["windows"], np.int8).tobytes(), case["classes"]
    board = Board(dut)
    await with_timeout(board.release(), 1, "us")
    watching = cocotb.start_soon(axi3_limits(dut))
    for _ in range(2):
        assert list(await with_timeout(board.batch(windows, len(classes)), 1, "ms")) == classes
    watching.cancel()
    assert processor(dut).SAXIHP0AWCACHE.value == processor(dut).SAXIHP0ARCACHE.value == 0b0011


async def axi3_limits(dut) -> None:
    """What AXI3's narrower fields cut off must be 0, and write data must carry the ID of its address."""
    while True:
        await RisingEdge(processor(dut).fclk)
        await ReadOnly()
        for kind in ("aw", "ar"):
            if getattr(dut, f"hp_{kind}valid").value:
                assert int(getattr(dut, f"hp_{kind}len").value) < 16
                assert int(getattr(dut, f"hp_{kind}size").value) == 3
        if dut.hp_wvalid.value:
            assert processor(dut).SAXIHP0WID.value == processor(dut).SAXIHP0AWID.value


@cocotb.test()
async def reset_at_any_time(dut) -> None:
    """FCLKRESETN takes hold without a clock edge, ends some cycles later, and a batch works after it."""
    case = json.loads(Path("case.json").read_text())
    windows, classes = np.array(case["windows"], np.int8).tobytes(), case["classes"]
    board = Board(dut)
    await with_timeout(board.release(), 1, "us")
    board.memory.write(SOURCE, windows)
    await board.write(registers.SOURCE, SOURCE, DESTINATION, len(classes))
    await board.write(registers.CONTROL, registers.START)
    for _ in range(50):
        await FallingEdge(processor(dut).fclk)
    assert await board.read(registers.STATUS) == [registers.BUSY]
    await FallingEdge(processor(dut).fclk)
    processor(dut).fclk_resetn.value = 0
    await ReadOnly()
    assert dut.rst_n.value == 0
    await FallingEdge(processor(dut).fclk)
    await with_timeout(board.release(), 1, "us")
    assert await board.read(registers.STATUS) == [0]
    assert list(await with_timeout(board.batch(windows, len(classes)), 1, "ms")) == classes


@cocotb.test()
async def led_blinks(dut) -> None:
    """The led is bit 26 of a counter of FCLK0."""
    board = Board(dut)
    await with_timeout(board.release(), 1, "us")
    dut.beat.value = (1 << 26) - 2
    await FallingEdge(board.ps7.fclk)
    assert dut.led.value == 0
    await FallingEdge(board.ps7.fclk)
    await FallingEdge(board.ps7.fclk)
    assert dut.led.value == 1
