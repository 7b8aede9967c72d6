"""What nextpnr-xilinx before 0.9.5 gets wrong in a netlist: written otherwise where that can be, else refused."""

import json
from pathlib import Path

from eeg2fpga.errors import CheckError

_LUT = ("LUT2", "LUT3", "LUT4", "LUT5", "LUT6")
_WIDE = {"RAMB18E1": 36, "RAMB36E1": 72}
_WIDTHS = ("READ_WIDTH_A", "READ_WIDTH_B", "WRITE_WIDTH_A", "WRITE_WIDTH_B")


def write_for_old(source: Path, target: Path, top: str) -> int:
    """Copy a netlist (Yosys' JSON, flat) with two LUTs for each LUT6_2, each net at one input of a LUT; return how many
    LUT6_2 there were.

    Old versions do not route a LUT6_2 (pull request 103 of openXC7/nextpnr-xilinx), and make a wrong bit file, without
    a word, of a LUT with one net at two inputs (158), which ABC writes now and then. Raises CheckError for block RAM
    that they get wrong: ports joined to a width of 36 or 72 bits (150), a RAMB36E1 of width 1 or 9 (95).
    """
    netlist = json.loads(source.read_text())
    cells = netlist["modules"][top]["cells"]
    pairs = {name: cell for name, cell in cells.items() if cell["type"] == "LUT6_2"}
    for name, pair in pairs.items():
        del cells[name]
        cells |= {f"{name}${port}": half for port, half in _halves(pair).items()}
    for name, cell in cells.items():
        if cell["type"] in _LUT:
            cells[name] = _once(cell)
        wrong = _wrong(cell)
        if wrong:
            raise CheckError(f"{cell['type']} {name} {wrong}, which nextpnr-xilinx before 0.9.5 gets wrong: update it")
    target.write_text(json.dumps(netlist))
    return len(pairs)


def _halves(pair: dict) -> dict[str, dict]:
    """LUTs for the outputs that are connected: O5 is the lower half of INIT, O6 the half that I5 chooses (UG474)."""
    ports, init = pair["connections"], pair["parameters"]["INIT"]
    inputs = {f"I{n}": ports[f"I{n}"] for n in range(5)}
    chosen = ports["I5"][0]
    halves = {}
    if ports.get("O5"):
        halves["O5"] = _lut(inputs, init[32:], ports["O5"])
    if ports.get("O6") and isinstance(chosen, int):
        halves["O6"] = _lut(inputs | {"I5": [chosen]}, init, ports["O6"])
    elif ports.get("O6"):
        halves["O6"] = _lut(inputs, init[:32] if chosen == "1" else init[32:], ports["O6"])
    return halves


def _lut(inputs: dict[str, list], init: str, output: list) -> dict:
    return {
        "hide_name": 0,
        "type": f"LUT{len(inputs)}",
        "parameters": {"INIT": init},
        "attributes": {},
        "port_directions": dict.fromkeys(inputs, "input") | {"O": "output"},
        "connections": inputs | {"O": output},
    }


def _once(lut: dict) -> dict:
    """The same function of each net once."""
    nets = [lut["connections"][f"I{n}"][0] for n in range(int(lut["type"][3:]))]
    first = [nets.index(net) if isinstance(net, int) else n for n, net in enumerate(nets)]
    kept = sorted(set(first))
    if len(kept) == len(nets):
        return lut
    table = lut["parameters"]["INIT"][::-1]
    places = [sum((row >> kept.index(of) & 1) << n for n, of in enumerate(first)) for row in range(1 << len(kept))]
    inputs = {f"I{n}": [nets[of]] for n, of in enumerate(kept)}
    return _lut(inputs, "".join(table[place] for place in places)[::-1], lut["connections"]["O"])


def _wrong(cell: dict) -> str | None:
    if cell["type"] not in _WIDE:
        return None
    widths = {int(cell["parameters"].get(name, "0"), 2) for name in _WIDTHS}
    bad = {_WIDE[cell["type"]], *((1, 9) if cell["type"] == "RAMB36E1" else ())} & widths
    return f"is {min(bad)} bits wide" if bad else None
