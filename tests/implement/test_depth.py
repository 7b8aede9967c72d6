"""Logic depth of hand-made netlists."""

import json
from pathlib import Path

from eeg2fpga.implement.depth import logic_depth


def cell(kind: str, outputs: dict[str, list], inputs: dict[str, list]) -> dict:
    directions = dict.fromkeys(outputs, "output") | dict.fromkeys(inputs, "input")
    return {"type": kind, "connections": outputs | inputs, "port_directions": directions}


def depth_of(cells: dict[str, dict], folder: Path):
    path = folder / "flat.json"
    path.write_text(json.dumps({"modules": {"top": {"cells": cells}}}))
    return logic_depth(path, "top")


def test_registers_cut_paths(tmp_path):
    cells = {
        "a": cell("LUT2", {"O": [10]}, {"I0": [1], "I1": [2]}),
        "f": cell("FDRE", {"Q": [11]}, {"D": [10], "C": [0], "CE": ["1"], "R": ["0"]}),
        "b": cell("LUT1", {"O": [12]}, {"I0": [11]}),
        "c": cell("LUT2", {"O": [13]}, {"I0": [12], "I1": [10]}),
    }
    found = depth_of(cells, tmp_path)
    assert found.levels == 2
    assert found.path[-1] == "c"


def test_a_chain_is_one_level_beside_its_luts(tmp_path):
    low = {"CI": ["0"], "CYINIT": ["0"], "DI": [1, 2, 3, 4], "S": [10, 5, 6, 7]}
    high = {"CI": [23], "CYINIT": ["0"], "DI": [1, 2, 3, 4], "S": [5, 6, 7, 8]}
    cells = {
        "s": cell("LUT2", {"O": [10]}, {"I0": [1], "I1": [2]}),
        "low": cell("CARRY4", {"O": [30, 31, 32, 33], "CO": [20, 21, 22, 23]}, low),
        "high": cell("CARRY4", {"O": [40, 41, 42, 43], "CO": [50, 51, 52, 53]}, high),
        "end": cell("LUT1", {"O": [60]}, {"I0": [43]}),
    }
    found = depth_of(cells, tmp_path)
    assert found.levels == 3
    assert found.path == ("s", "low", "high", "end")


def test_a_memory_is_read_by_its_address_alone(tmp_path):
    cells = {
        "far": cell("LUT1", {"O": [10]}, {"I0": [1]}),
        "further": cell("LUT1", {"O": [11]}, {"I0": [10]}),
        "ram": cell("RAM32M", {"DOA": [20]}, {"DIA": [11], "ADDRA": [10], "WE": [11]}),
    }
    assert depth_of(cells, tmp_path).levels == 2
