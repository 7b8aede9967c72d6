"""prjxray's data on frames: their addresses in a part (part.yaml), and the frames of a design (fasm2frames' file)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from eeg2fpga.errors import CheckError, UserError
from eeg2fpga.implement.configuration import FRAME_WORDS, Device

_BUSES = {"CLB_IO_CLK": 0, "BLOCK_RAM": 1, "CFG_CLB": 2}
"""Block types of a frame address (UG470, table 5-24)."""


@dataclass(frozen=True)
class Part:
    """A part's IDCODE and the addresses of its frames, rising, which is the order in which they are written."""

    idcode: int
    addresses: tuple[int, ...]

    @property
    def device(self) -> Device:
        """The same as counts of frames in rows: a row's addresses differ in column and minor, bits 16:0."""
        rows = np.unique(np.array(self.addresses) >> 17, return_counts=True)[1]
        return Device(self.idcode, tuple(int(count) for count in rows))


def read_part(path: Path) -> Part:
    """Read a part.yaml of prjxray. Raises UserError for one of another form."""
    try:
        content = yaml.load(path.read_text(), _Loader)
        addresses = [
            _BUSES[bus] << 23 | bottom << 22 | row << 17 | column << 7 | minor
            for bottom, half in enumerate(("top", "bottom"))
            for row, held in content["global_clock_regions"][half]["rows"].items()
            for bus, columns in held["configuration_buses"].items()
            for column, about in columns["configuration_columns"].items()
            for minor in range(about["frame_count"])
        ]
        return Part(int(content["idcode"]), tuple(sorted(addresses)))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise UserError(f"{path} is no part.yaml of prjxray ({type(error).__name__}: {error}): get it again") from None


class _Loader(yaml.SafeLoader):
    """YAML whose tags, of prjxray's own types, say nothing that the keys do not."""


_Loader.add_multi_constructor("xilinx/", lambda loader, tag, node: loader.construct_mapping(node, deep=True))
_Loader.add_multi_constructor("!", lambda loader, tag, node: loader.construct_mapping(node, deep=True))


def read_frames(path: Path, part: Part) -> np.ndarray:
    """The frames of a whole part that fasm2frames' file makes, those that it does not name blank: uint32 (frames, 101).

    Raises CheckError for a file that is empty or blank, which xc7frames2bit makes a blank bit file of, and for a frame
    that is cut, named twice or not the part's: it drops the first, keeps one of the second, and of the third moves all
    that follow.
    """
    places = {address: place for place, address in enumerate(part.addresses)}
    frames = np.zeros((len(places), FRAME_WORDS), np.uint32)
    found: set[int] = set()
    for number, line in enumerate(path.read_text(errors="replace").splitlines() if path.is_file() else [], 1):
        address, words = _frame(line)
        if address not in places or address in found or len(words) != FRAME_WORDS:
            wrong = (
                "not whole" if len(words) != FRAME_WORDS else "there twice" if address in found else "not the part's"
            )
            raise CheckError(f"fasm2frames wrote a frame that is {wrong}: {path}, line {number}")
        found.add(address)
        frames[places[address]] = words
    if not frames.any():
        raise CheckError(f"fasm2frames wrote no frame to {path}: of that a blank bit file would be made")
    return frames


def _frame(line: str) -> tuple[int, list[int]]:
    """Address and words of a line `0x00400000 0x00000000,...`; no words where it is damaged."""
    name, _, words = line.partition(" ")
    try:
        values = [int(word, 16) for word in words.split(",")]
        return int(name, 16), values if max(values) < 1 << 32 and min(values) >= 0 else []
    except ValueError:
        return -1, []
