"""Bit files of the right form, for tests: UG470's header around any configuration."""

import random
import struct

from eeg2fpga.implement.bitfile import CONFIGURATION_BYTES, PREAMBLE, SYNC


def bitfile(
    data: bytes, part: str = "7z020clg400", design: str = "eeg2fpga_top;UserID=0XFFFFFFFF;Version=2024.1"
) -> bytes:
    """A bit file with that configuration."""
    fields = [(b"a", design), (b"b", part), (b"c", "2026/11/24"), (b"d", "15:00:00")]
    header = b"".join(letter + struct.pack(">H", len(text) + 1) + text.encode() + b"\0" for letter, text in fields)
    return PREAMBLE + header + b"e" + struct.pack(">I", len(data)) + data


def configuration(fill: float = 0.02, size: int = CONFIGURATION_BYTES["xc7z020"]) -> bytes:
    """As long as an xc7z020's; a share `fill` of its bytes is not 0."""
    generator = random.Random(1)
    data = bytearray(size)
    for _ in range(int(fill * size)):
        data[generator.randrange(size)] = generator.randrange(1, 256)
    data[:48] = b"\xff" * 48
    data[48:52] = SYNC
    return bytes(data)
