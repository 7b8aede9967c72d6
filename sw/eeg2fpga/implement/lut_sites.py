"""LUT sites that nextpnr-xilinx takes for a netlist: many more than it has LUTs.

Its packer (xilinx/pack_carry_xc7.cc, pack.cc, pack_dram.cc) wants a LUT in front of each input S and DI of a CARRY4,
also where a register or a constant drives it, and adds one that only passes its input on; a bit's two share a site.
"""

from collections import Counter
from pathlib import Path

from eeg2fpga.implement.timing.netlist import Cell, Netlist, read_netlist
from eeg2fpga.implement.yosys import resources

_LUTS = tuple(f"LUT{n}" for n in range(1, 7))
_SHARED_INPUTS = 5
"""Inputs that two LUTs of a site may have together."""


def lut_sites(netlist: Path, top: str) -> int:
    """Count the sites of a flat netlist (Yosys' write_json), each LUT beside carry chains in one of its own.

    The placer puts some of those together in pairs, by chance: it ends with somewhat fewer (docs/board.md has by how
    much).
    """
    return _Packer(read_netlist(netlist, top)).sites()


class _Packer:
    def __init__(self, netlist: Netlist) -> None:
        self._netlist = netlist

    def sites(self) -> int:
        kinds = Counter(cell.kind for cell in self._netlist.cells.values())
        taken, places = self._carry()
        return places + resources(kinds).lut + kinds["INV"] - len(taken) + self._before_multiplexers(taken)

    def _carry(self) -> tuple[set[str], int]:
        """LUTs that sit in sites of carry chains, and how many such sites there are."""
        taken: set[str] = set()
        places = 0
        for cell in self._of("CARRY4"):
            for s, di in zip(cell.inputs["S"], cell.inputs["DI"], strict=True):
                taken |= self._usable(s, di)
                places += s != "x" or di != "x"
            # A carry that logic reads leaves the chain by a place of its own, with a LUT that drives 0.
            places += sum(self._leaves(net) for net in cell.outputs.get("CO", ()))
        return taken, places

    def _of(self, kind: str) -> list[Cell]:
        return [cell for cell in self._netlist.cells.values() if cell.kind == kind]

    def _leaves(self, carried: object) -> bool:
        """Whether anything but the next part of the chain reads a carry."""
        loads = self._netlist.loads.get(carried, ())
        return len(loads) > any((load.cell.kind, load.port) == ("CARRY4", "CI") for load in loads)

    def _driver(self, net: object) -> Cell | None:
        driver = self._netlist.drivers.get(net)
        return driver.cell if driver else None

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
        cell = self._driver(net) if len(self._netlist.loads.get(net, ())) == 1 else None
        return cell.name if cell is not None and cell.kind in _LUTS[:5] else None

    def _inputs(self, name: str | None) -> set[int | str]:
        if name is None:
            return set()
        return {bit for bits in self._netlist.cells[name].inputs.values() for bit in bits}

    def _before_multiplexers(self, taken: set[str]) -> int:
        """LUTs that only pass on to a MUXF7 what no LUT of its own drives."""
        used, added = set(taken), 0
        for cell in self._of("MUXF7"):
            for port in ("I0", "I1"):
                before = self._driver(cell.inputs[port][0])
                if before is None or before.name in used or before.kind not in _LUTS:
                    added += 1
                else:
                    used.add(before.name)
        return added
