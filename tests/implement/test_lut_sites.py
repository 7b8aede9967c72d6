"""LUT sites of small netlists, counted by hand from what nextpnr-xilinx's packer does."""

import json

import pytest
from eeg2fpga.implement.lut_sites import lut_sites

OUTPUTS = ("O", "CO", "Q", "O5", "O6")


def cell(kind: str, **connections: list) -> dict:
    directions = {port: "output" if port in OUTPUTS else "input" for port in connections}
    return {"type": kind, "connections": connections, "port_directions": directions}


def lut(inputs: int, output: int, first: int = 100) -> dict:
    return cell(f"LUT{inputs}", **{f"I{n}": [first + n] for n in range(inputs)}, O=[output])


def carry(s: list, di: list, carried: list | None = None, ci: int | str = "0") -> dict:
    return cell("CARRY4", S=s, DI=di, CI=[ci], CYINIT=["0"], CO=carried or ["x"] * 4, O=[50, 51, 52, 53])


ZEROS = ["0"] * 4


@pytest.mark.parametrize(
    ("cells", "sites"),
    [
        ([lut(6, 1), lut(2, 2), cell("INV", I=[3], O=[4])], 3),
        ([cell("RAM32M", DOA=[1]), cell("RAM64X1D", DPO=[2]), cell("SRL16E", Q=[3])], 7),
        # Constants, and nets of registers, need a LUT to pass them on: a site for each bit.
        ([carry(ZEROS, ZEROS)], 4),
        ([carry([1, 2, 3, 4], [5, 6, 7, 8])], 4),
        # LUTs of the logic take their place.
        ([carry([1, 2, "0", "0"], ZEROS), lut(2, 1), lut(4, 2)], 4),
        ([carry([1, "0", "0", "0"], [2, "0", "0", "0"]), lut(3, 1), lut(3, 2)], 4),
        # Not those that something else reads, of six inputs, or of five where another net comes in beside.
        ([carry([1, "0", "0", "0"], ZEROS), lut(2, 1), cell("LUT1", I0=[1], O=[9])], 6),
        ([carry([1, "0", "0", "0"], ZEROS), lut(6, 1)], 5),
        ([carry([1, "0", "0", "0"], [2, "0", "0", "0"]), lut(5, 1)], 5),
        ([carry([1, "0", "0", "0"], [2, "0", "0", "0"]), lut(4, 1), lut(4, 2, first=200)], 5),
        # A carry that the next chain alone reads stays in; one that logic reads too leaves by a bit of its own.
        ([carry(ZEROS, ZEROS, ["x", "x", "x", 60]), carry(ZEROS, ZEROS, ci=60)], 8),
        ([carry(ZEROS, ZEROS, ["x", "x", "x", 60]), carry(ZEROS, ZEROS, ci=60), cell("LUT1", I0=[60], O=[9])], 10),
        # Multiplexers take LUTs of their own.
        ([cell("MUXF7", I0=[1], I1=[2], S=[3], O=[4]), lut(6, 1), lut(6, 2)], 2),
        ([cell("MUXF7", I0=[1], I1=[7], S=[3], O=[4]), lut(6, 1)], 2),
        ([cell("MUXF7", I0=[1], I1=[1], S=[3], O=[4]), lut(6, 1)], 2),
    ],
)
def test_sites_of_a_netlist(tmp_path, cells, sites):
    named = {f"cell{n}": found for n, found in enumerate(cells)}
    (tmp_path / "netlist.json").write_text(json.dumps({"modules": {"top": {"cells": named}}}))
    assert lut_sites(tmp_path / "netlist.json", "top") == sites
