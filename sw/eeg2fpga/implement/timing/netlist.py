"""A flat netlist as Yosys' write_json and nextpnr's --write have it: cells, nets, the names that a person knows."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_CLOCK_PORTS = re.compile(r"C|CK|W?CLK\w*|REGCLK\w*")
_UNIT = re.compile(r"\bu_(\w+)")
_HIDDEN = re.compile(r"\$")


@dataclass(frozen=True)
class Cell:
    """A primitive. Nets are numbers, constants are text."""

    name: str
    kind: str
    parameters: dict[str, object]
    attributes: dict[str, object]
    inputs: dict[str, list]
    outputs: dict[str, list]

    def pins(self, direction: str) -> Iterator[tuple[str, int]]:
        """Port and place of each bit that a net is connected to."""
        ports = self.inputs if direction == "input" else self.outputs
        for port, bits in ports.items():
            for place, bit in enumerate(bits):
                if isinstance(bit, int):
                    yield port, place

    def number(self, parameter: str) -> int:
        """A parameter that Yosys writes in binary; 0 where there is none."""
        value = self.parameters.get(parameter, 0)
        return value if isinstance(value, int) else int(str(value), 2)

    @property
    def unit(self) -> str:
        """The instances that it lies in, without what Yosys adds: "u_stem.u_core"; "top" outside of all."""
        found = _UNIT.findall(self.name)
        return ".".join(found) or "top"


@dataclass(frozen=True)
class Load:
    """An input pin that a net drives."""

    cell: Cell
    port: str
    place: int


@dataclass(frozen=True)
class Netlist:
    """Cells by name, ports of the top level and names of the nets."""

    cells: dict[str, Cell]
    inputs: frozenset[int]
    """Nets that come from ports of the top level or from boxes."""
    outputs: frozenset[int]
    names: dict[int, list[str]]

    @cached_property
    def drivers(self) -> dict[int, Load]:
        """The output pin that drives each net."""
        return {
            cell.outputs[port][place]: Load(cell, port, place)
            for cell in self.cells.values()
            for port, place in cell.pins("output")
        }

    @cached_property
    def loads(self) -> dict[int, list[Load]]:
        """The input pins of each net."""
        found: dict[int, list[Load]] = defaultdict(list)
        for cell in self.cells.values():
            for port, place in cell.pins("input"):
                found[cell.inputs[port][place]].append(Load(cell, port, place))
        return found

    @cached_property
    def clocks(self) -> set[int]:
        """Nets that clock something."""
        return {net for net, loads in self.loads.items() if any(_CLOCK_PORTS.fullmatch(load.port) for load in loads)}

    def name(self, net: int) -> str:
        """The name that says most to a person: one of the source's own, the shortest of those."""
        names = self.names.get(net, [])
        return min(names, key=lambda name: (bool(_HIDDEN.search(name)), len(name)), default=f"net {net}")


def read_netlist(path: Path, top: str | None = None, boxes: tuple[str, ...] = ()) -> Netlist:
    """Read the JSON of Yosys or nextpnr of a design in one module.

    top: its name; None: the only one there is. boxes: types of cells that are not looked into: paths begin and end at
    them as at ports.
    """
    modules = json.loads(path.read_text())["modules"]
    module = modules[top or next(iter(modules))]
    cells, boxed = {}, []
    for name, found in module["cells"].items():
        if found["type"] in boxes:
            boxed.append(_cell(name, found))
        elif found["type"] != "$scopeinfo":
            cells[name] = _cell(name, found)
    names: dict[int, list[str]] = defaultdict(list)
    for name, found in module.get("netnames", {}).items():
        for place, bit in enumerate(found["bits"]):
            if isinstance(bit, int):
                names[bit].append(name if len(found["bits"]) == 1 else f"{name}[{place}]")
    ports = [(port["direction"], port["bits"]) for port in module.get("ports", {}).values()]
    for box in boxed:
        ports += [("output", bits) for bits in box.inputs.values()] + [("input", bits) for bits in box.outputs.values()]
    inputs, outputs = (
        frozenset(bit for direction, bits in ports if direction == way for bit in bits if isinstance(bit, int))
        for way in ("input", "output")
    )
    return Netlist(cells, inputs, outputs, names)


def _cell(name: str, found: dict) -> Cell:
    ways = found["port_directions"]
    inputs, outputs = (
        {port: bits for port, bits in found["connections"].items() if ways[port] == way} for way in ("input", "output")
    )
    return Cell(name, found["type"], found.get("parameters", {}), found.get("attributes", {}), inputs, outputs)
