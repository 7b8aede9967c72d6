"""Test bench of the AXI masters in hw/shell: a RAM that pauses, what the unit asked it for, answers that are errors."""

import random
from collections.abc import Iterator, Sequence

from cocotb.triggers import FallingEdge

BLOCK = 128
"""Bytes: no burst crosses a multiple of it."""


class Master:
    """Records the bursts (address, beats) and the errors (flags, address) of the unit `dut`, port `m_axi`.

    ram: one of cocotbext.axi's; each of its `channels` pauses with probability `pause`. address: `ar` or `aw`.
    """

    def __init__(self, dut, ram, channels: Sequence, address: str, pause: float, seed: int) -> None:
        self.dut, self.ram, self.random = dut, ram, random.Random(seed)
        for channel in channels:
            channel.set_pause_generator(_pauses(pause, self.random))
        signals = ("valid", "ready", "addr", "len")
        self._asked = [getattr(dut, f"m_axi_{address}{signal}") for signal in signals]
        self.bursts: list[tuple[int, int]] = []
        self.errors: list[tuple[int, int]] = []

    async def reset(self, *inputs: str) -> None:
        """A reset of four cycles with these inputs low."""
        dut = self.dut
        for name in ("rst_n", "load", "enable", *inputs):
            getattr(dut, name).value = 0
        for _ in range(4):
            await FallingEdge(dut.clk)
        dut.rst_n.value = 1
        await FallingEdge(dut.clk)

    def forget(self) -> None:
        """Begin new records."""
        self.bursts.clear()
        self.errors.clear()

    def record(self) -> None:
        """Look at the cycle as it is (ReadOnly)."""
        valid, ready, address, length = self._asked
        if int(valid.value) and int(ready.value):
            self.bursts.append((int(address.value), int(length.value) + 1))
        if int(self.dut.error.value):
            self.errors.append((int(self.dut.error.value), 8 * int(self.dut.error_beat.value)))


class Answers:
    """Makes one answer of a RAM's `channel` an error: the `number`th since `choose` gets `response` in its `field`."""

    def __init__(self, channel, field: str) -> None:
        self._send, self._field = channel.send, field
        self._response, self._number, self._count = 0, 0, 0
        channel.send = self._altered

    def choose(self, response: int, number: int) -> None:
        """The next answer is number 0."""
        self._response, self._number, self._count = response, number, 0

    async def _altered(self, answer) -> None:
        setattr(answer, self._field, self._response if self._count == self._number else 0)
        self._count += 1
        await self._send(answer)


def expected_bursts(address: int, size: int) -> list[tuple[int, int]]:
    """Address and beats of 8 bytes of each burst for `size` bytes from `address` on."""
    found, end = [], address + size
    while address < end:
        stop = min(end, (address // BLOCK + 1) * BLOCK)
        found.append((address, -(-(stop - address) // 8)))
        address = stop
    return found


def _pauses(share: float, generator: random.Random) -> Iterator[bool]:
    while True:
        yield generator.random() < share
