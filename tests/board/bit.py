"""Bit files of the right form, with nothing in them."""

import struct
from pathlib import Path

PREAMBLE = bytes.fromhex("0009" + "0ff0" * 4 + "00" + "0001")
SYNC = bytes.fromhex("aa995566")


def write_bit(path: Path, part: str = "7z020clg400") -> Path:
    """A header (a: design, b: part, c: date, d: time, e: configuration) and the word that begins a configuration."""
    data = b"\xff" * 32 + SYNC + bytes(1024)
    fields = {b"a": "eeg2fpga;Version=none", b"b": part, b"c": "2026/11/24", b"d": "15:00:00"}
    header = b"".join(key + struct.pack(">H", len(text) + 1) + text.encode() + b"\0" for key, text in fields.items())
    path.write_bytes(PREAMBLE + header + b"e" + struct.pack(">I", len(data)) + data)
    return path
