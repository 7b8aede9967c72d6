"""Timing after place and route: the wires' delays as the router gives them, the cells' from our own table.

nextpnr-xilinx knows no delay of block RAM, distributed RAM and the processor's ports, and takes 0.1 ns for what a
register takes (its arch.cc): its own figure is that of another, faster device. Its SDF file has the delay of every
routed wire, its JSON file the cells as they were packed.
"""

import re
from pathlib import Path as File

from eeg2fpga.errors import CheckError
from eeg2fpga.implement.timing.analysis import Graph, Longest, Path
from eeg2fpga.implement.timing.netlist import Load, read_netlist
from eeg2fpga.implement.timing.packed import packed_delays

_INTERCONNECT = re.compile(r"^ *\(INTERCONNECT (\S+) (\S+) (.*)\) *$", re.MULTILINE)
_NUMBER = re.compile(r"[-+\d.e]+")
_ESCAPED = re.compile(r"\\(.)")
_PICOSECONDS = re.compile(r"\(TIMESCALE 1ps\)")


def routed_path(netlist: File, sdf: File) -> Path:
    """The longest path of a routed design. netlist, sdf: what nextpnr-xilinx's --write and --sdf wrote.

    Raises CheckError, in one line, where a file is missing, is another format, or does not know a wire of the design.
    """
    for path, option in ((netlist, "--write"), (sdf, "--sdf")):
        if not path.is_file():
            raise CheckError(f"nextpnr-xilinx wrote no {path.name} ({option}): the design's timing cannot be judged")
    try:
        design = read_netlist(netlist)
        found = Longest(Graph(design, RoutedWires(read_delays(sdf)), packed_delays)).worst()
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise CheckError(f"the timing of {netlist.name} and {sdf.name} cannot be judged: {error}") from None
    if found is None:
        raise CheckError(f"{netlist.name} has no path between registers: there is no timing to judge")
    return found


def read_delays(sdf: File) -> dict[str, float]:
    """Delay of the wire to each input pin, "cell/port", in ns: the slowest figure that the file has for it.

    Raises ValueError for a file without wires or in another unit than picoseconds.
    """
    text = sdf.read_text()
    if not _PICOSECONDS.search(text):
        raise ValueError(f"{sdf.name} is not in picoseconds")
    found = {
        _ESCAPED.sub(r"\1", pin): max(float(number) for number in _NUMBER.findall(delay)) / 1000
        for _, pin, delay in _INTERCONNECT.findall(text)
    }
    if not found:
        raise ValueError(f"{sdf.name} has no wires")
    return found


class RoutedWires:
    """Delays by the pin where a wire ends."""

    def __init__(self, delays: dict[str, float]) -> None:
        self._delays = delays

    def delay(self, net: int, load: Load) -> float:
        """To a pin. Raises ValueError for one that the file does not have."""
        pin = f"{load.cell.name}/{load.port}"
        for name in (pin, f"{pin}[{load.place}]"):
            if name in self._delays:
                return self._delays[name]
        raise ValueError(f"no delay of the wire to {pin}")
