"""axi3_lite: random AXI3 bursts against a memory behind AXI4-Lite; every address, ID, response and beat is compared."""

import random
from dataclasses import dataclass

import cocotb
import pytest
from bench import PERIOD_NS, elaboration_error, lint, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, with_timeout
from cocotbext.axi import AxiLiteBus, AxiLiteSlave
from cocotbext.axi.stream import define_stream

BASE = 0x43C00000
PAGE = 4096
FIXED, INCR, WRAP = 0, 1, 2
OKAY, SLVERR, DECERR = 0, 2, 3
BURSTS = 300

AW, AWItem, AWSource, _, _ = define_stream(
    "Axi3AW",
    signals=["awid", "awaddr", "awlen", "awsize", "awburst", "awprot", "awvalid", "awready"],
    signal_widths={"awid": 12, "awlen": 4, "awsize": 2, "awburst": 2},
)
W, WItem, WSource, _, _ = define_stream("Axi3W", signals=["wdata", "wstrb", "wvalid", "wready"])
B, _, _, BSink, _ = define_stream("Axi3B", signals=["bid", "bresp", "bvalid", "bready"])
AR, ARItem, ARSource, _, _ = define_stream(
    "Axi3AR",
    signals=["arid", "araddr", "arlen", "arsize", "arburst", "arprot", "arvalid", "arready"],
    signal_widths={"arid": 12, "arlen": 4, "arsize": 2, "arburst": 2},
)
R, _, _, RSink, _ = define_stream("Axi3R", signals=["rid", "rdata", "rresp", "rlast", "rvalid", "rready"])


@pytest.mark.netlist
def test_bursts() -> None:
    run_unit("axi3_lite", {}, {}, {}, test_module="test_axi3_lite")


def test_lints() -> None:
    done = lint("axi3_lite", {})
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_BASE" in elaboration_error("axi3_lite", {"BASE": "32'h43C00010"})


@cocotb.test()
async def nothing_is_taken_in_reset(dut) -> None:
    """An address that came then would be lost."""
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    names = [f"s_axi_{name}ready" for name in ("aw", "w", "ar")]
    for name in ("aw", "w", "ar"):
        getattr(dut, f"s_axi_{name}valid").value = 0
    for reset in (1, 0, 1):
        dut.rst_n.value = int(not reset)
        for _ in range(3):
            await FallingEdge(dut.clk)
            assert [int(getattr(dut, name).value) for name in names] == ([0, 0, 0] if reset else [1, 0, 1])


class Memory:
    """A page behind AXI4-Lite; the words `broken` answer with an error."""

    def __init__(self, generator: random.Random) -> None:
        self.content = bytearray(generator.randbytes(PAGE))
        self.broken = {4 * generator.randrange(PAGE // 4) for _ in range(60)}

    def _check(self, address: int) -> None:
        if address & ~3 in self.broken:
            raise ValueError("a broken word")

    async def read(self, address: int, length: int) -> bytes:
        self._check(address)
        return bytes(self.content[address : address + length])

    async def write(self, address: int, data: bytes) -> None:
        self._check(address)
        self.content[address : address + len(data)] = data


@dataclass(frozen=True)
class Burst:
    """A burst within a page: what is on the address channel."""

    identity: int
    address: int
    length: int
    size: int
    kind: int

    def addresses(self) -> list[int]:
        """Of the beats (AMBA AXI, 'Burst address'): the first as it is, later ones aligned to the size."""
        step, count = 1 << self.size, self.length + 1
        if self.kind == FIXED:
            return [self.address] * count
        aligned = self.address // step * step
        beats = [self.address, *(aligned + step * beat for beat in range(1, count))]
        if self.kind == WRAP:
            lower = self.address // (step * count) * (step * count)
            beats = [lower + (beat - lower) % (step * count) for beat in beats]
        return beats


def random_burst(generator: random.Random, half: int) -> Burst:
    """In one half of the page at BASE, or of a page that is not there."""
    size, kind = generator.randrange(3), generator.choice((FIXED, INCR, INCR, WRAP))
    length = generator.choice((1, 3, 7, 15)) if kind == WRAP else generator.choice((0, 0, generator.randrange(16)))
    address = generator.randrange(PAGE // 2 - 64)
    if kind == WRAP:
        address &= -(1 << size)
    page = generator.choice((BASE, BASE, BASE, BASE, BASE + PAGE, BASE - PAGE, BASE ^ 1 << 31))
    return Burst(generator.getrandbits(12), page + half + address, length, size, kind)


def paused(generator: random.Random, share: float):
    while True:
        yield generator.random() < share


@cocotb.test()
@cocotb.parametrize(pause=[0.0, 0.3, 0.8])
async def bursts(dut, pause: float) -> None:
    """Writes in one half of the page and reads in the other, at the same time."""
    generator = random.Random(int(10 * pause))
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    dut.rst_n.value = 0
    memory = Memory(generator)
    before = bytes(memory.content)
    slave = AxiLiteSlave(AxiLiteBus.from_prefix(dut, "m_axi"), dut.clk, dut.rst_n, memory, reset_active_level=False)
    write, read = slave.write_if, slave.read_if
    ports = {
        name: kind(bus.from_prefix(dut, "s_axi"), dut.clk, dut.rst_n, False)
        for name, kind, bus in (
            ("aw", AWSource, AW),
            ("w", WSource, W),
            ("b", BSink, B),
            ("ar", ARSource, AR),
            ("r", RSink, R),
        )
    }
    for port in (*ports.values(), write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel):
        port.set_pause_generator(paused(generator, pause))
    for _ in range(4):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    expected = bytearray(before)
    writing = cocotb.start_soon(writes(ports, memory.broken, expected, random.Random(1)))
    await with_timeout(reads(ports, memory.broken, before, random.Random(2)), 5, "ms")
    await with_timeout(writing, 5, "ms")
    assert bytes(memory.content) == bytes(expected)
    assert memory.content[: PAGE // 2] != before[: PAGE // 2]


async def writes(ports: dict, broken: set[int], expected: bytearray, generator: random.Random) -> None:
    """Offer every burst at once, then compare the responses in order; `expected` becomes what the memory must hold."""
    answers = []
    for _ in range(BURSTS):
        burst = random_burst(generator, half=0)
        answer = OKAY if burst.address // PAGE == BASE // PAGE else DECERR
        for address in burst.addresses():
            data, strobes = generator.getrandbits(32), generator.getrandbits(4)
            await ports["w"].send(WItem(wdata=data, wstrb=strobes))
            word = address % PAGE & ~3
            if answer == DECERR or not strobes:
                continue
            if word in broken:
                answer = SLVERR
                continue
            for lane in range(4):
                if strobes >> lane & 1:
                    expected[word + lane] = data >> 8 * lane & 255
        item = AWItem(
            awid=burst.identity,
            awaddr=burst.address,
            awlen=burst.length,
            awsize=burst.size,
            awburst=burst.kind,
            awprot=generator.getrandbits(3),
        )
        await ports["aw"].send(item)
        answers.append((burst.identity, answer))
    got = []
    for _ in answers:
        response = await ports["b"].recv()
        got.append((int(response.bid), int(response.bresp)))
    assert got == answers


async def reads(ports: dict, broken: set[int], content: bytes, generator: random.Random) -> None:
    expected = []
    for _ in range(BURSTS):
        burst = random_burst(generator, half=PAGE // 2)
        item = ARItem(
            arid=burst.identity,
            araddr=burst.address,
            arlen=burst.length,
            arsize=burst.size,
            arburst=burst.kind,
            arprot=generator.getrandbits(3),
        )
        await ports["ar"].send(item)
        for beat, address in enumerate(burst.addresses()):
            word = address % PAGE & ~3
            response = DECERR if burst.address // PAGE != BASE // PAGE else SLVERR if word in broken else OKAY
            data = int.from_bytes(content[word : word + 4], "little") if response == OKAY else None
            expected.append((burst.identity, response, beat == burst.length, data))
    for identity, response, last, data in expected:
        beat = await ports["r"].recv()
        assert (int(beat.rid), int(beat.rresp), int(beat.rlast)) == (identity, response, last)
        assert data is None or int(beat.rdata) == data


@pytest.mark.parametrize("kind", [FIXED, INCR, WRAP])
def test_addresses_of_the_reference(kind: int) -> None:
    """The standard's own example: four beats of 4 bytes from 0x38 (wrapping at 0x40)."""
    found = Burst(0, 0x38, 3, 2, kind).addresses()
    assert (
        found
        == {
            FIXED: [0x38, 0x38, 0x38, 0x38],
            INCR: [0x38, 0x3C, 0x40, 0x44],
            WRAP: [0x38, 0x3C, 0x30, 0x34],
        }[kind]
    )
