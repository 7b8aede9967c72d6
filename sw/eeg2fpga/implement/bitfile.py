"""Bit files as Vivado and xc7frames2bit write them: the header's fields, and whether the configuration is all there.

Layout: a preamble, then fields of a letter, a length and bytes (a: design, b: part, c: date, d: time), then `e` and the
configuration's length in four bytes. In it, behind the word SYNC, packets that write frames of 101 words (UG470).
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PREAMBLE = bytes.fromhex("0009" + "0ff0" * 4 + "00" + "0001")
SYNC = bytes.fromhex("aa995566")
FIELDS = {b"a": "design", b"b": "part", b"c": "date", b"d": "time"}
CONFIGURATION_BYTES = {"xc7z020": 32_364_512 // 8}
"""Size of a whole configuration (UG470, table 1-1)."""


@dataclass(frozen=True)
class Bitfile:
    """Header fields and the configuration's bytes."""

    design: str
    part: str
    date: str
    time: str
    data: bytes


def read_bitfile(path: Path) -> Bitfile:
    """Parse a bit file. Raises ValueError, with the reason, for one that is damaged or cut off."""
    content = path.read_bytes()
    if not content.startswith(PREAMBLE):
        raise ValueError("it does not begin as a bit file does")
    place, found = len(PREAMBLE), {}
    while content[place : place + 1] in FIELDS:
        letter = content[place : place + 1]
        (length,) = struct.unpack_from(">H", content, place + 1)
        found[FIELDS[letter]] = content[place + 3 : place + 3 + length].rstrip(b"\0").decode("ascii", "replace")
        place += 3 + length
    if content[place : place + 1] != b"e" or len(content) < place + 5:
        raise ValueError("its header is cut off")
    (length,) = struct.unpack_from(">I", content, place + 1)
    data = content[place + 5 :]
    if len(data) != length:
        raise ValueError(f"it has {len(data)} of {length} bytes")
    return Bitfile(**{name: found.get(name, "") for name in FIELDS.values()}, data=data)


def check_bitfile(path: Path, part: str, frames: Iterable[bytes] = ()) -> Bitfile:
    """Check that a bit file is whole, for `part` and not blank.

    frames: frames that it must hold, as bytes; where none are known, it must not be all but empty. Raises ValueError.
    """
    bitfile = read_bitfile(path)
    # Vivado leaves out the family's `xc`, and some write the speed grade.
    if bitfile.part.removeprefix("xc") not in (part.removeprefix("xc"), part.removeprefix("xc").rpartition("-")[0]):
        raise ValueError(f"it is for `{bitfile.part}`")
    device = next((size for name, size in CONFIGURATION_BYTES.items() if part.startswith(name)), 0)
    if SYNC not in bitfile.data[:4096] or len(bitfile.data) < 0.99 * device:
        raise ValueError(f"its configuration has {len(bitfile.data)} bytes, {device} were due")
    # A blank configuration still has headers: some hundred bytes that are not 0.
    if len(bitfile.data) - bitfile.data.count(0) < 10_000:
        raise ValueError("it is blank")
    place = 0
    for number, frame in enumerate(frames):
        found = bitfile.data.find(frame, place)
        found = found if found >= 0 else bitfile.data.find(frame)
        if found < 0:
            raise ValueError(f"frame {number} is not in it")
        place = found
    return bitfile
