"""The packets of a 7-series configuration: which registers they write, and the frames (UG470, chapter 5).

A frame is 101 words of 32 bits. Its address has fields for block type, half, row, column and minor; the device counts
it up by itself while frames come, and takes two more frames, which it does not store, at the end of each row.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

SYNC = bytes.fromhex("aa995566")
FRAME_WORDS = 101
ECC_WORD = 50
"""Bits 12:0 of this word of a frame are the ECC of the rest."""
PAD_FRAMES = 2
CRC, FAR, FDRI, CMD, MFWR, IDCODE, AXSS = 0, 1, 2, 4, 10, 12, 13
"""Addresses of registers (UG470, table 5-23)."""
WCFG, START, RCRC, DESYNC = 1, 5, 7, 13
"""Codes of commands (UG470, table 5-25)."""
_RESERVED = 0x07FC_1800
"""Bits of a packet's header that are 0 (UG470, table 5-20)."""
_ECC_MASK = 0x1FFF
_POLYNOMIAL = 0x82F63B78
"""CRC-32C, bits reversed."""


@dataclass(frozen=True)
class Device:
    """A device's IDCODE, and how many frames each row has, in the order in which they are written."""

    idcode: int
    rows: tuple[int, ...]

    @property
    def places(self) -> np.ndarray:
        """Of each frame, its place among those that are written: all but the pad frames'."""
        starts = np.cumsum([0, *(count + PAD_FRAMES for count in self.rows[:-1])])
        return np.concatenate([np.arange(start, start + count) for start, count in zip(starts, self.rows, strict=True)])

    @property
    def written(self) -> int:
        """How many frames are written, pad frames included."""
        return sum(self.rows) + PAD_FRAMES * len(self.rows)


DEVICES = {"xc7z020": Device(0x03727093, (2564, 2564, 2564, 768, 768, 768))}
"""IDCODE: UG470, table 1-1. Rows: logic, then block RAM contents, one row above, two below the centre, as in prjxray's
part.yaml and in Vivado's bit files."""


@dataclass(frozen=True)
class Configuration:
    """What a configuration does: writes of registers other than FDRI, in order, and frames from address `start` on."""

    writes: tuple[tuple[int, int], ...]
    start: int
    frames: np.ndarray
    """uint32 (frames, 101)."""
    checked: bool
    """Whether check sums follow them and all that comes after: Vivado writes them, xc7frames2bit does not."""

    def written(self, register: int) -> list[int]:
        """Values that a register is given, in order."""
        return [value for name, value in self.writes if name == register]


def read_configuration(data: bytes) -> Configuration:
    """Read a configuration up to DESYNC. Raises ValueError for one that a device would refuse or take otherwise.

    That is: words that are no packet, a check sum that is wrong, frames that are no whole ones, come in more than one
    write or before the command WCFG, and an end without START.
    """
    begin = data.find(SYNC, 0, 4096)
    if begin < 0 or begin % 4:
        raise ValueError("its configuration has no sync word")
    words = np.frombuffer(data[begin + 4 : len(data) - len(data) % 4], ">u4").astype(np.uint32)
    writes: list[tuple[int, int]] = []
    checks = _CheckSums()
    frames = None
    for register, payload in _packets(words):
        checks.add(register, payload)
        if register == FDRI:
            if frames is not None or (CMD, WCFG) not in writes:
                raise ValueError("its frames are not written at once, behind the command WCFG")
            frames, start = payload, next((value for name, value in reversed(writes) if name == FAR), None)
            continue
        if register == MFWR:
            raise ValueError("its frames are compressed")
        writes += [(register, int(value)) for value in payload]
    if frames is None or start is None or len(frames) % FRAME_WORDS:
        raise ValueError("its configuration holds no whole frames")
    if writes[-1] != (CMD, DESYNC) or (CMD, START) not in writes:
        raise ValueError("its configuration does not end with START and DESYNC")
    return Configuration(tuple(writes), start, frames.reshape(-1, FRAME_WORDS), checks.whole)


class _CheckSums:
    """Compares each write of CRC with what was written since the last, or since the command RCRC."""

    def __init__(self) -> None:
        self._since: list[tuple[int, np.ndarray]] = []
        self._begun = self._left_out = False

    @property
    def whole(self) -> bool:
        """Whether all from the frames on was checked, but for the command DESYNC at the end."""
        return self._begun and not self._left_out and [name for name, _ in self._since] == [CMD]

    def add(self, register: int, payload: np.ndarray) -> None:
        """A write. Raises ValueError for a check sum that is wrong."""
        self._begun |= register == FDRI
        if register == CRC:
            crc = crc_of(self._since)
            if int(payload[-1]) != crc:
                raise ValueError(f"its check sum is {int(payload[-1]):08x}, that of its contents {crc:08x}")
            # Of data and itself a CRC is 0, which is where the next begins.
            self._since = []
        elif register == CMD and payload[-1] == RCRC:
            self._left_out |= self._begun
            self._since = []
        else:
            self._since.append((register, payload))


def _packets(words: np.ndarray) -> Iterable[tuple[int, np.ndarray]]:
    """Registers and what is written to them, up to DESYNC (UG470, tables 5-20 to 5-22)."""
    place, register = 0, CRC
    while place < len(words):
        header = int(words[place])
        kind, operation = header >> 29, header >> 27 & 3
        if kind == 1:
            register = header >> 13 & 0x1F
        count = header & (0x7FF if kind == 1 else 0x7FF_FFFF)
        legal = operation == 2 or (operation == 0 and not count)
        if kind not in (1, 2) or not legal or (kind == 1 and header & _RESERVED):
            raise ValueError(f"word {place} of its configuration is no packet: {header:08x}")
        payload = words[place + 1 : place + 1 + count]
        if len(payload) < count:
            raise ValueError(f"word {place} of its configuration announces {count} words, {len(payload)} follow")
        place += 1 + count
        if count:
            yield register, payload
            if register == CMD and payload[-1] == DESYNC:
                return


def ecc_of(frames: np.ndarray) -> np.ndarray:
    """Bits 12:0 of word 50 that each frame (frames, 101) must have: a Hamming code with parity over its 3,232 bits.

    The XOR of the numbers of all bits that are 1, counted from 0x1320 and so that no number is a power of two, as in
    prjxray (lib/xilinx/xc7series/ecc.cc; UG470 says only that the code is SECDED); bit 12 is the parity of the rest.
    """
    numbers = np.arange(FRAME_WORDS, dtype=np.uint32) * 32
    numbers += np.select([numbers > 32 * 0x25, numbers > 32 * 6], [0x1360, 0x1340], 0x1320).astype(np.uint32)
    total = np.zeros(len(frames), np.uint32)
    for bit in range(32):
        ones = (frames >> np.uint32(bit)) & np.uint32(1)
        if bit < 13:
            ones[:, ECC_WORD] = 0
        total ^= np.bitwise_xor.reduce(ones * (numbers + np.uint32(bit)), axis=1)
    parity = total & np.uint32(0xFFF)
    for shift in (8, 4, 2, 1):
        parity ^= parity >> np.uint32(shift)
    return (total ^ (parity & np.uint32(1)) << np.uint32(12)) & np.uint32(_ECC_MASK)


def with_ecc(frames: np.ndarray) -> np.ndarray:
    """The frames with the right ECC in word 50."""
    result = frames.copy()
    result[:, ECC_WORD] = frames[:, ECC_WORD] & ~np.uint32(_ECC_MASK) | ecc_of(frames)
    return result


def crc_of(writes: Iterable[tuple[int, np.ndarray]]) -> int:
    """The configuration's check sum after writes of registers: CRC-32C, of each word 32 bits and 5 of the address."""
    crc = 0
    for register, words in writes:
        # Linear but for the address, so each word's own part first, then pairs merged: 20 steps for a million words.
        step = _tables(_shifted(1 << np.arange(32, dtype=np.uint64), 37))
        parts = _apply(step, words) ^ _shifted(np.array([register]), 5)
        parts[0] ^= _apply(step, np.array([crc], np.uint32))[0]
        while len(parts) > 1:
            parts = np.concatenate([np.zeros(len(parts) % 2, np.uint32), parts])
            parts = _apply(step, parts[::2]) ^ parts[1::2]
            step = _tables(_apply(step, _apply(step, np.uint32(1) << np.arange(32, dtype=np.uint32))))
        crc = int(parts[0])
    return crc


def _shifted(values: np.ndarray, bits: int) -> np.ndarray:
    """What a CRC of these values is after as many bits of 0, one at a time."""
    state = values.astype(np.uint32)
    for _ in range(bits):
        state = state >> np.uint32(1) ^ (state & np.uint32(1)) * np.uint32(_POLYNOMIAL)
    return state


def _tables(columns: np.ndarray) -> np.ndarray:
    """A linear map of 32 bits, given by what it makes of each, as a table for each byte: uint32 (4, 256)."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    return np.bitwise_xor.reduce(bits.astype(np.uint32)[None] * columns.reshape(4, 1, 8), axis=2)


def _apply(tables: np.ndarray, values: np.ndarray) -> np.ndarray:
    result = tables[0][values & np.uint32(255)]
    for byte in range(1, 4):
        result ^= tables[byte][values >> np.uint32(8 * byte) & np.uint32(255)]
    return result
