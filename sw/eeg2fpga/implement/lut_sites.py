"""LUT sites that nextpnr-xilinx takes for a netlist: many more than it has LUTs.

Its packer (xilinx/pack_carry_xc7.cc, pack.cc, pack_dram.cc) wants a LUT in front of each input S and DI of a CARRY4,
also where a register or a constant drives it, and adds one that only passes its input on; a bit's two share a site.
"""

import json
from collections import Counter
from pathlib import Path

_LUTS = tuple(f"LUT{n}" for n in range(1, 7))
_MEMORIES = {
    **{"RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM32M": 4, "RAM64M": 4},
    **{"SRL16E": 1, "SRLC32E": 1},
}
"""LUT sites of a SLICEM that a primitive fills (UG474)."""
_SHARED_INPUTS = 5
"""Inputs that two LUTs of a site may have together."""


def lut_sites(netlist: Path, top: str) -> int:
    """Count the sites of a flat netlist (Yosys' write_json), each LUT beside carry chains in one of its own.

    The placer puts some of those together in pairs, by chance: it ends with somewhat fewer (docs/board.md has by how
    much).
    """
    cells = json.loads(netlist.read_text())["modules"][top]["cells"]
    return _Packer(cells).sites()


class _Packer:
    def __init__(self, cells: dict[str, dict]) -> None:
        self._cells = cells
        self._driver: dict[int, str] = {}
        self._users: Counter[int] = Counter()
        self._carried: set[int] = set()
        for name, cell in cells.items():
            for port, bits in cell["connections"].items():
                nets = [bit for bit in bits if isinstance(bit, int)]
                if cell["port_directions"][port] == "output":
                    self._driver.update(dict.fromkeys(nets, name))
                else:
                    self._users.update(nets)
                if (cell["type"], port) == ("CARRY4", "CI"):
                    self._carried.update(nets)

    def sites(self) -> int:
        kinds = Counter(cell["type"] for cell in self._cells.values())
        memories = sum(kinds[kind] * sites for kind, sites in _MEMORIES.items())
        taken, places = self._carry()
        singles = sum(kinds[kind] for kind in (*_LUTS, "LUT6_2", "INV")) - len(taken)
        return places + singles + memories + self._before_multiplexers(taken)

    def _carry(self) -> tuple[set[str], int]:
        """LUTs that sit in sites of carry chains, and how many such sites there are."""
        taken: set[str] = set()
        places = 0
        for cell in self._cells.values():
            if cell["type"] != "CARRY4":
                continue
            ports = cell["connections"]
            for s, di in zip(ports["S"], ports["DI"], strict=True):
                taken |= self._usable(s, di)
                places += s != "x" or di != "x"
            # A carry that logic reads leaves the chain by a place of its own, with a LUT that drives 0.
            places += sum(
                self._users[bit] > (bit in self._carried) for bit in ports.get("CO", ()) if bit in self._users
            )
        return taken, places

    def _usable(self, s: object, di: object) -> set[str]:
        """LUTs that drive S and DI of a bit alone, and fit one site with what the other needs."""
        s_lut, di_lut = self._alone(s), self._alone(di)
        inputs = self._inputs(s_lut) | self._inputs(di_lut)
        if len(inputs) + (s_lut is None) + (di_lut is None) > _SHARED_INPUTS:
            di_lut = None
            s_lut = s_lut if len(self._inputs(s_lut)) < _SHARED_INPUTS else None
        return {lut for lut in (s_lut, di_lut) if lut is not None}

    def _alone(self, net: object) -> str | None:
        """The LUT of up to five inputs that drives a net for nothing but a carry chain."""
        name = self._driver.get(net) if isinstance(net, int) and self._users[net] == 1 else None
        return name if name is not None and self._cells[name]["type"] in _LUTS[:5] else None

    def _inputs(self, name: str | None) -> set[int | str]:
        if name is None:
            return set()
        return {bit for port, bits in self._cells[name]["connections"].items() if port != "O" for bit in bits}

    def _before_multiplexers(self, taken: set[str]) -> int:
        """LUTs that only pass on to a MUXF7 what no LUT of its own drives."""
        used, added = set(taken), 0
        for cell in self._cells.values():
            if cell["type"] != "MUXF7":
                continue
            for port in ("I0", "I1"):
                name = self._driver.get(cell["connections"][port][0])
                if name is None or name in used or self._cells[name]["type"] not in _LUTS:
                    added += 1
                else:
                    used.add(name)
        return added
