"""Bit files as Vivado and xc7frames2bit write them: the header's fields, and whether the configuration is all there.

Layout: a preamble, then fields of a letter, a length and bytes (a: design, b: part, c: date, d: time), then `e` and the
configuration's length in four bytes (configuration.py reads it).
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eeg2fpga.implement.configuration import (
    AXSS,
    DEVICES,
    ECC_WORD,
    IDCODE,
    Configuration,
    Device,
    ecc_of,
    read_configuration,
    with_ecc,
)

PREAMBLE = bytes.fromhex("0009" + "0ff0" * 4 + "00" + "0001")
FIELDS = {b"a": "design", b"b": "part", b"c": "date", b"d": "time"}
_BLANK = 1_000
"""Words that are not 0 in a configuration of any design are more."""


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


def check_bitfile(path: Path, part: str, frames: np.ndarray | None = None, user_access: int | None = None) -> Bitfile:
    """Check that a bit file is whole, for `part` and not blank. Raises ValueError, with the reason.

    frames: what it must hold, each in its place, uint32 (frames, 101), but for the ECC, which is computed; where they
    are not known, a check sum must follow them in the file. user_access: the value of the register USR_ACCESS, which
    is the designer's to choose.
    """
    bitfile = read_bitfile(path)
    # Vivado leaves out the family's `xc`, and some write the speed grade.
    if bitfile.part.removeprefix("xc") not in (part.removeprefix("xc"), part.removeprefix("xc").rpartition("-")[0]):
        raise ValueError(f"it is for `{bitfile.part}`")
    device = next((device for name, device in DEVICES.items() if part.startswith(name)), None)
    if device is None:
        raise ValueError(f"nothing is known of the frames of {part}")
    configuration = read_configuration(bitfile.data)
    _check_device(configuration, device)
    held = configuration.frames[device.places]
    if frames is None and not configuration.checked:
        raise ValueError("its frames have no check sum")
    _check_frames(held, frames)
    if user_access is not None and configuration.written(AXSS) != [user_access]:
        raise ValueError(f"USR_ACCESS is {configuration.written(AXSS)}, {user_access} was due: it is of another build")
    return bitfile


def _check_device(configuration: Configuration, device: Device) -> None:
    """Frames for this device, all of them, from the first address on."""
    # Bits 31:28 are the revision of the silicon.
    codes = configuration.written(IDCODE)
    if not codes or any(code & 0x0FFF_FFFF != device.idcode for code in codes):
        raise ValueError(f"it is for IDCODE {', '.join(map(hex, codes)) or 'none'}, not {device.idcode:#x}")
    if configuration.start or len(configuration.frames) != device.written:
        raise ValueError(
            f"it writes {len(configuration.frames)} frames from address {configuration.start:#x} on, "
            f"{device.written} from 0x0 were due"
        )
    if np.delete(configuration.frames, device.places, axis=0).any():
        raise ValueError("frames between its rows are not blank: its frames are out of place")


def _check_frames(held: np.ndarray, frames: np.ndarray | None) -> None:
    if np.count_nonzero(held) < _BLANK:
        raise ValueError("it is blank")
    wrong = np.flatnonzero((held[:, ECC_WORD] ^ ecc_of(held)) & 0x1FFF)
    if wrong.size:
        raise ValueError(f"the ECC of frame {wrong[0]} is wrong, and those of {wrong.size - 1} others")
    if frames is None:
        return
    if len(frames) != len(held):
        raise ValueError(f"it has {len(held)} frames, the design {len(frames)}")
    frame, word = np.nonzero(held ^ with_ecc(frames))
    if frame.size:
        raise ValueError(f"word {word[0]} of frame {frame[0]} is not the design's, nor are {frame.size - 1} others")
