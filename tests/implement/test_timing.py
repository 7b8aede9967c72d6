"""Static timing analysis of hand-made netlists."""

import json
from pathlib import Path

from eeg2fpga.implement.timing import Timing, analyse


def cell(kind: str, outputs: dict[str, list], inputs: dict[str, list]) -> dict:
    directions = dict.fromkeys(outputs, "output") | dict.fromkeys(inputs, "input")
    return {"type": kind, "connections": outputs | inputs, "port_directions": directions}


def timing_of(cells: dict[str, dict], folder: Path, names: dict[str, list[int]] | None = None) -> Timing:
    """Of a netlist whose nets below 10 are input ports, whose nets from 90 on are output ports."""
    bits = {bit for found in cells.values() for port in found["connections"].values() for bit in port} - {"0", "1"}
    ports = {
        "x": {"direction": "input", "bits": [bit for bit in bits if bit < 10]},
        "y": {"direction": "output", "bits": [bit for bit in bits if bit >= 90]},
    }
    netnames = {name: {"bits": found} for name, found in (names or {}).items()}
    path = folder / "flat.json"
    path.write_text(json.dumps({"modules": {"top": {"cells": cells, "ports": ports, "netnames": netnames}}}))
    return analyse(path, "top")


def cells_of(timing: Timing) -> list[str]:
    """Of the deepest path, without its end."""
    return [step.cell for step in timing.deepest.steps if step.cell][:-1]


def test_registers_cut_paths(tmp_path):
    cells = {
        "a": cell("LUT2", {"O": [10]}, {"I0": [1], "I1": [2]}),
        "f": cell("FDRE", {"Q": [11]}, {"D": [10], "C": [0], "CE": ["1"], "R": ["0"]}),
        "b": cell("LUT1", {"O": [12]}, {"I0": [11]}),
        "c": cell("LUT2", {"O": [90]}, {"I0": [12], "I1": [10]}),
    }
    found = timing_of(cells, tmp_path)
    assert found.levels == 2
    assert cells_of(found)[-1] == "c"


def test_a_chain_is_one_level_beside_its_luts(tmp_path):
    low = {"CI": ["0"], "CYINIT": ["0"], "DI": [1, 2, 3, 4], "S": [10, 5, 6, 7]}
    high = {"CI": [23], "CYINIT": ["0"], "DI": [1, 2, 3, 4], "S": [5, 6, 7, 8]}
    cells = {
        "s": cell("LUT2", {"O": [10]}, {"I0": [1], "I1": [2]}),
        "low": cell("CARRY4", {"O": [30, 31, 32, 33], "CO": [20, 21, 22, 23]}, low),
        "high": cell("CARRY4", {"O": [40, 41, 42, 43], "CO": [50, 51, 52, 53]}, high),
        "end": cell("LUT1", {"O": [90]}, {"I0": [43]}),
    }
    found = timing_of(cells, tmp_path)
    assert found.levels == 3
    assert cells_of(found) == ["s", "low", "high", "end"]


def test_a_memory_is_read_by_its_address_alone(tmp_path):
    cells = {
        "far": cell("LUT1", {"O": [10]}, {"I0": [1]}),
        "further": cell("LUT1", {"O": [11]}, {"I0": [10]}),
        "ram": cell("RAM32M", {"DOA": [90]}, {"DIA": [11], "ADDRA": [10], "WE": [11]}),
    }
    assert timing_of(cells, tmp_path).levels == 2
