"""Logic depth of a synthesised netlist: LUT levels between registers, and where the longest path runs."""

import json
from dataclasses import dataclass
from pathlib import Path

_REGISTERS = ("FD", "RAMB", "DSP48", "PS7")
"""Cells, by the beginning of their types, whose outputs start a path."""
_MEMORIES = ("RAM", "SRL")
"""LUTs as memory: a read depends on the address alone."""
_ADDRESSES = ("A", "ADDR", "DPRA")
_FREE = ("MUXF", "BUF", "INV", "VCC", "GND", "IBUF", "OBUF")
"""Cells that are no LUT level: wide multiplexers of the slice, buffers, constants."""


@dataclass(frozen=True)
class Depth:
    """The longest path: LUT levels, a carry chain being one beside the LUTs that feed it, and its cells in order."""

    levels: int
    path: tuple[str, ...]


def logic_depth(netlist: Path, top: str, boxes: tuple[str, ...] = ()) -> Depth:
    """The longest path between registers or ports in a flat netlist (Yosys' write_json after flatten).

    boxes: types of cells that are not looked into; paths begin and end at them.
    """
    cells = json.loads(netlist.read_text())["modules"][top]["cells"]
    cells = {name: cell for name, cell in cells.items() if cell["type"] not in boxes}
    levels = _Levels(cells)
    worst = max(levels.ends(), key=levels.of, default=None)
    return Depth(levels.of(worst), tuple(levels.path(worst))) if worst is not None else Depth(0, ())


class _Levels:
    """Level of each net: that of the cell which drives it."""

    def __init__(self, cells: dict[str, dict]) -> None:
        self._cells = cells
        self._driver: dict[int, tuple[str, int]] = {}
        for name, cell in cells.items():
            for port, bits in cell["connections"].items():
                if cell["port_directions"][port] == "output":
                    self._driver.update({bit: (name, place) for place, bit in enumerate(bits)})
        self._level: dict[int, int] = {}
        self._before: dict[int, int] = {}

    def ends(self) -> set[int]:
        """Every net: the deepest ends in a register or at a port."""
        return set(self._driver)

    def of(self, net: int) -> int:
        """Level of a net, by a walk with a stack: paths are longer than Python recurses."""
        stack = [net]
        while stack:
            bit = stack[-1]
            if bit in self._level:
                stack.pop()
                continue
            inputs = self._inputs(bit)
            missing = [source for source, _ in inputs if source not in self._level]
            if missing:
                stack += missing
                continue
            best = max(inputs, key=lambda item: self._level[item[0]] + item[1], default=None)
            self._level[bit] = 0 if best is None else self._level[best[0]] + best[1]
            if best is not None:
                self._before[bit] = best[0]
            stack.pop()
        return self._level[net]

    def path(self, net: int) -> list[str]:
        """Names of the cells from the start to `net`."""
        names = []
        while net in self._driver:
            names.append(self._driver[net][0])
            if net not in self._before:
                break
            net = self._before[net]
        return names[::-1]

    def _inputs(self, net: int) -> list[tuple[int, int]]:
        """Nets that `net` depends on within the same cycle, and the levels that lie between."""
        if net not in self._driver:
            return []
        name, place = self._driver[net]
        cell = self._cells[name]
        kind = cell["type"]
        if kind.startswith(_REGISTERS):
            return []
        if kind == "CARRY4":
            return self._carry_inputs(cell, place)
        memory = kind.startswith(_MEMORIES)
        weight = 0 if kind.startswith(_FREE) else 1
        found = []
        for other, bits in cell["connections"].items():
            if cell["port_directions"][other] == "input" and (not memory or other.startswith(_ADDRESSES)):
                found += [(bit, weight) for bit in bits if isinstance(bit, int)]
        return found

    def _carry_inputs(self, cell: dict, place: int) -> list[tuple[int, int]]:
        """Into a chain counts one level, from one CARRY4 to the next none."""
        connections = cell["connections"]
        found = [(bit, 1) for port in ("DI", "S") for bit in connections[port][: place + 1] if isinstance(bit, int)]
        found += [(bit, 1) for bit in connections.get("CYINIT", []) if isinstance(bit, int)]
        for bit in connections.get("CI", []):
            if isinstance(bit, int):
                chained = bit in self._driver and self._cells[self._driver[bit][0]]["type"] == "CARRY4"
                found.append((bit, 0 if chained else 1))
        return found
