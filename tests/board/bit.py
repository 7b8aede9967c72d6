"""Bit files of the right form, with next to nothing in them."""

from pathlib import Path

from tests.bitfiles import bitfile, configuration


def write_bit(path: Path, part: str = "7z020clg400") -> Path:
    """A header and the beginning of a configuration."""
    path.write_bytes(bitfile(configuration()[:1060], part))
    return path
