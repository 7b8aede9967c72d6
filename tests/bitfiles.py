"""Bit files for tests, packet by packet in the form of either program (UG470, chapter 5)."""

import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from eeg2fpga.implement.bitfile import PREAMBLE
from eeg2fpga.implement.configuration import (
    AXSS,
    CMD,
    CRC,
    DESYNC,
    DEVICES,
    FAR,
    FDRI,
    FRAME_WORDS,
    IDCODE,
    RCRC,
    START,
    WCFG,
    crc_of,
    with_ecc,
)

DEVICE = DEVICES["xc7z020"]
NOP = 0x2000_0000
GRESTORE, LFRM = 10, 3
COLUMNS = [42, 30, 36, 36, 36, 36, 28, *[36] * 63, 42]
"""Frames of a row's columns, 2,564 as in an xc7z020; which column is how wide matters to nothing here."""
COLUMNS.insert(7, DEVICE.rows[0] - sum(COLUMNS))

Packet = tuple[int, Sequence[int] | np.ndarray]


def bitfile(
    data: bytes, part: str = "7z020clg400", design: str = "eeg2fpga_top;UserID=0XFFFFFFFF;Version=2024.1"
) -> bytes:
    """A bit file with that configuration."""
    fields = [(b"a", design), (b"b", part), (b"c", "2026/11/24"), (b"d", "15:00:00")]
    header = b"".join(letter + struct.pack(">H", len(text) + 1) + text.encode() + b"\0" for letter, text in fields)
    return PREAMBLE + header + b"e" + struct.pack(">I", len(data)) + data


@cache
def design(filled: float = 0.3) -> np.ndarray:
    """Frames of an xc7z020, a share of them with something in it; without ECC."""
    generator = np.random.default_rng(1)
    frames = np.zeros((sum(DEVICE.rows), FRAME_WORDS), np.uint32)
    some = np.flatnonzero(generator.random(len(frames)) < filled)
    words = generator.integers(0, 1 << 32, (len(some), FRAME_WORDS), dtype=np.uint32)
    frames[some] = words * (generator.random(words.shape) < 0.1)
    frames[:, 50] &= ~np.uint32(0x1FFF)
    return frames


def written(frames: np.ndarray) -> np.ndarray:
    """The frames as a device takes them: two blank ones behind each row."""
    result = np.zeros((DEVICE.written, FRAME_WORDS), np.uint32)
    result[DEVICE.places] = frames
    return result


def packets(frames: np.ndarray, program: str = "vivado", user_access: int | None = None) -> list[Packet]:
    """Writes of registers, without no operations, as `vivado` or `xc7frames2bit` makes them: the latter has no CRC."""
    access: list[Packet] = [] if user_access is None else [(AXSS, [user_access])]
    first = [(CMD, [RCRC]), (IDCODE, [DEVICE.idcode]), *access, (FAR, [0]), (CMD, [WCFG]), (FDRI, frames.ravel())]
    second: list[Packet] = [(CMD, [GRESTORE]), (CMD, [LFRM]), (CMD, [START]), (FAR, [0x3BE0000])]
    return [*first, _check(program, first[1:]), *second, _check(program, second), (CMD, [DESYNC])]


def _check(program: str, writes: Sequence[Packet]) -> Packet:
    return (
        (CRC, [crc_of((name, np.array(words, np.uint32)) for name, words in writes)])
        if program == "vivado"
        else (CMD, [RCRC])
    )


def encoded(writes: Sequence[Packet]) -> bytes:
    """The bytes of a configuration: bus width detection, sync word, packets, no operations."""
    words = [np.array([0xFFFFFFFF] * 8 + [0xBB, 0x11220044] + [0xFFFFFFFF] * 2, np.uint32), _word(0xAA995566)]
    for register, payload in writes:
        long = len(payload) > 0x7FF
        words.append(_word(1 << 29 | 2 << 27 | register << 13 | (0 if long else len(payload))))
        words += [_word(2 << 29 | 2 << 27 | len(payload))] if long else []
        words += [np.array(payload, np.uint32), _word(NOP)]
    words += [_word(NOP)] * 400
    return np.concatenate(words).astype(">u4").tobytes()


def _word(value: int) -> np.ndarray:
    return np.array([value], np.uint32)


@cache
def configuration(program: str = "vivado", user_access: int | None = None) -> bytes:
    """A whole one, of `design()`."""
    return encoded(packets(written(with_ecc(design())), program, user_access))


def part_yaml(rows: Sequence[int] = (1, 2)) -> str:
    """prjxray's part.yaml for a device with an xc7z020's rows, above and below its centre."""
    lines = ["!<xilinx/xc7series/part>", f"idcode: {DEVICE.idcode:#x}", "global_clock_regions:"]
    for half, count in zip(("top", "bottom"), rows, strict=True):
        lines += [f"  {half}: !<xilinx/xc7series/global_clock_region>", "    rows:"]
        for row in range(count):
            lines += [f"      {row}: !<xilinx/xc7series/row>", "        configuration_buses:"]
            for bus, columns in (("CLB_IO_CLK", COLUMNS), ("BLOCK_RAM", [128] * 6)):
                lines += [f"          {bus}: !<xilinx/xc7series/configuration_bus>"]
                lines += ["            configuration_columns:"]
                for column, frames in enumerate(columns):
                    lines += [f"              {column}: !<xilinx/xc7series/configuration_column>"]
                    lines += [f"                frame_count: {frames}"]
    return "\n".join(lines) + "\n"


def write_frames(path: Path, addresses: Sequence[int], frames: np.ndarray) -> None:
    """The frames that are not blank as fasm2frames writes them."""
    lines = [
        f"0x{address:08X} " + ",".join(f"0x{word:08X}" for word in frame)
        for address, frame in zip(addresses, frames.tolist(), strict=True)
        if any(frame)
    ]
    path.write_text("\n".join(lines) + "\n")
