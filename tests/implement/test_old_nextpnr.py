"""Netlists for nextpnr-xilinx before 0.9.5: pairs of LUTs taken apart, what it gets wrong refused."""

import itertools
import json
import random

import pytest
from eeg2fpga.errors import CheckError
from eeg2fpga.implement.old_nextpnr import write_for_old
from eeg2fpga.implement.project import TOP
from eeg2fpga.implement.whole import synthesise_whole

from tests.implement.test_openxc7 import implement


def cell(kind: str, parameters: dict, **connections) -> dict:
    outputs = ("O", "O5", "O6")
    directions = {port: "output" if port in outputs else "input" for port in connections}
    return {"type": kind, "parameters": parameters, "port_directions": directions, "connections": connections}


def written(tmp_path, cells: dict) -> dict:
    (tmp_path / "netlist.json").write_text(json.dumps({"modules": {TOP: {"cells": cells}}}))
    write_for_old(tmp_path / "netlist.json", tmp_path / "old.json", TOP)
    return json.loads((tmp_path / "old.json").read_text())["modules"][TOP]["cells"]


def value(lut: dict, nets: dict) -> str:
    """Output of a LUT; nets by number, constants by themselves."""
    inputs = [lut["connections"][f"I{n}"][0] for n in range(len(lut["connections"]) - 1)]
    place = sum((nets[bit] if isinstance(bit, int) else int(bit)) << n for n, bit in enumerate(inputs))
    return lut["parameters"]["INIT"][::-1][place]


@pytest.mark.parametrize("last", ["1", "0", 7])
def test_a_pair_becomes_two_luts_of_the_same_functions(tmp_path, last):
    """O5 reads the lower half of INIT, O6 all of it (UG474, LUT6_2)."""
    init = "".join(random.Random(3).choice("01") for _ in range(64))
    inputs = {f"I{n}": [n + 2] for n in range(5)} | {"I5": [last]}
    found = written(tmp_path, {"pair": cell("LUT6_2", {"INIT": init}, **inputs, O6=[10], O5=[11])})
    assert sorted(found) == ["pair$O5", "pair$O6"]
    assert found["pair$O5"]["type"] == "LUT5" and found["pair$O6"]["type"] == ("LUT6" if last == 7 else "LUT5")
    assert found["pair$O6"]["connections"]["O"] == [10] and found["pair$O5"]["connections"]["O"] == [11]
    for bits in itertools.product((0, 1), repeat=6):
        nets = dict(zip((2, 3, 4, 5, 6, 7), bits, strict=True))
        place = sum(bit << n for n, bit in enumerate(bits[:5]))
        assert value(found["pair$O5"], nets) == init[::-1][place]
        upper = bits[5] if last == 7 else int(last)
        assert value(found["pair$O6"], nets) == init[::-1][place + 32 * upper]


@pytest.mark.parametrize("nets", [(2, 3, 2, 4), (2, 2, 2, 2), (2, 3, 4, 3), (2, "1", 2, "1"), (2, 3, 4, 5)])
def test_a_net_at_two_inputs_is_at_one(tmp_path, nets):
    init = "0110100111010010"
    lut = cell("LUT4", {"INIT": init}, **{f"I{n}": [net] for n, net in enumerate(nets)}, O=[9])
    (found,) = written(tmp_path, {"x": lut}).values()
    used = [bits[0] for port, bits in found["connections"].items() if port != "O"]
    assert [net for net in used if net != "1"] == sorted({net for net in nets if net != "1"})
    assert found["type"] == f"LUT{len(used)}" and len(found["parameters"]["INIT"]) == 1 << len(used)
    for bits in itertools.product((0, 1), repeat=4):
        levels = dict(zip((2, 3, 4, 5), bits, strict=True))
        assert value(found, levels) == value(lut, levels)


def test_an_output_that_nothing_reads_gets_no_lut(tmp_path):
    inputs = {f"I{n}": [n + 2] for n in range(5)} | {"I5": ["1"]}
    found = written(tmp_path, {"pair": cell("LUT6_2", {"INIT": "01" * 32}, **inputs, O6=[10], O5=[])})
    assert list(found) == ["pair$O6"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (cell("RAMB18E1", {"READ_WIDTH_A": "100100", "WRITE_WIDTH_B": "100100"}), "RAMB18E1 x is 36 bits wide"),
        (cell("RAMB36E1", {"READ_WIDTH_A": "1001000"}), "RAMB36E1 x is 72 bits wide"),
        (cell("RAMB36E1", {"READ_WIDTH_A": "1001"}), "RAMB36E1 x is 9 bits wide"),
    ],
)
def test_what_it_would_get_wrong_is_refused(tmp_path, wrong, words):
    with pytest.raises(CheckError, match=words):
        written(tmp_path, {"x": wrong})


def test_the_accelerators_own_netlist_is_one_that_it_takes(project, toolchain):
    """Layers of logic have pairs. A version that is known to be new gets the netlist as it is."""
    whole = synthesise_whole(project)
    assert whole.cells["LUT6_2"] > 0
    for version, name in (("1234567", "netlist_for_old.json"), ("0.9.6", "netlist.json")):
        toolchain("openxc7", VERSION=version)
        (project.folder / "commands.txt").unlink(missing_ok=True)
        implement(project, whole, (1,), any_version=True)
        assert f"--json {name} " in (project.folder / "commands.txt").read_text()
    cells = json.loads((project.folder / "netlist_for_old.json").read_text())["modules"][TOP]["cells"].values()
    assert "LUT6_2" not in {cell["type"] for cell in cells}
