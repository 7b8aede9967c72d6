"""Static timing analysis of hand-made netlists."""

import json
from pathlib import Path

import pytest
from eeg2fpga.implement.timing import Timing, analyse, clock_warning, timing_rows
from eeg2fpga.implement.timing.rules import MOST_LOADS, layer


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


def register(output: int, data: int | str, enable: int | str = "1") -> dict:
    return cell("FDRE", {"Q": [output]}, {"C": [1], "CE": [enable], "D": [data], "R": ["0"]})


def block_ram(output: int, address: list[int | str], registered: bool = False, mode: str = "TDP") -> dict:
    found = cell("RAMB18E1", {"DOADO": [output]}, {"ADDRARDADDR": address, "CLKARDCLK": [1]})
    number = f"{int(registered):032b}"
    return found | {"parameters": {"DOA_REG": number, "DOB_REG": number, "RAM_MODE": mode}}


ADDRESS = [2, 3, 4, 5, 6, 7]


def test_a_path_from_register_to_register_is_the_sum_of_its_cells_and_wires(tmp_path):
    cells = {
        "a": register(10, 2),
        "f": cell("LUT1", {"O": [11]}, {"I0": [10]}),
        "g": cell("LUT1", {"O": [12]}, {"I0": [11]}),
        "b": register(90, 12),
    }
    found = timing_of(cells, tmp_path)
    # Clock to out, wire, LUT, wire, LUT, set-up of the register in the same slice.
    assert found.path.ns == pytest.approx(0.34 + 0.8 + 0.124 + 0.8 + 0.124 + 0.04)
    assert found.mhz == pytest.approx(1000 / found.path.ns)
    assert [step.cell for step in found.path.steps] == ["a", "f", "g", "b.D"]
    assert found.dictionary(200)["slack_ns"] == pytest.approx(5 - found.path.ns, abs=1e-3)


@pytest.mark.parametrize(("registered", "ns"), [(False, 2.454), (True, 0.882)])
def test_a_block_ram_is_slow_without_its_output_register(tmp_path, registered, ns):
    cells = {"m": block_ram(10, ADDRESS, registered), "b": register(90, 10)}
    assert timing_of(cells, tmp_path).path.ns == pytest.approx(ns + 0.8 + 1.1 + 0.17)


def test_a_carry_chain_is_slower_by_each_part_that_it_goes_through(tmp_path):
    def chain(parts: int) -> float:
        cells = {"first": cell("LUT2", {"O": [10]}, {"I0": [2], "I1": [3]})}
        for part in range(parts):
            enters = {"CI": [20 + part - 1] if part else ["0"], "CYINIT": ["0"]}
            inputs = enters | {"DI": ["0"] * 4, "S": [10 if part == 0 else "0", "0", "0", "0"]}
            last = part == parts - 1
            outputs = {"O": [80, 81, 82, 90] if last else [], "CO": [200, 201, 202, 20 + part]}
            cells[f"part{part}"] = cell("CARRY4", outputs, inputs)
        return timing_of(cells, tmp_path).path.ns

    # Through the first part to its carry, through the next ones, and out of the last.
    assert chain(2) - chain(1) == pytest.approx(0.508 + 0.313 - 0.582)
    assert chain(3) - chain(2) == pytest.approx(0.114)


def test_a_chain_without_a_lut_of_its_own_in_front_gets_one(tmp_path):
    def sum_of(loads: int) -> float:
        cells = {"lut": cell("LUT2", {"O": [10]}, {"I0": [2], "I1": [3]})}
        inputs = {"CI": ["0"], "CYINIT": ["0"], "DI": ["0"] * 4, "S": [10, "0", "0", "0"]}
        cells["carry"] = cell("CARRY4", {"O": [90]}, inputs)
        cells |= {f"other{index}": register(100 + index, 10) for index in range(loads - 1)}
        return timing_of(cells, tmp_path).path.ns

    assert sum_of(2) - sum_of(1) == pytest.approx(0.8 + 0.003 + 0.124)


def test_a_net_of_many_loads_is_slower_and_named_by_what_it_drives(tmp_path):
    def with_loads(count: int) -> Timing:
        cells = {"e": register(10, 2)}
        cells |= {f"f{index}": register(100 + index, "0", enable=10) for index in range(count)}
        return timing_of(cells, tmp_path, {"u_stem.enable": [10]})

    few, many = with_loads(4), with_loads(400)
    assert many.path.ns - few.path.ns == pytest.approx(0.003 * (400 - 4) / 4)
    assert (many.fanout.net, many.fanout.loads, many.fanout.pins) == ("u_stem.enable", 400, {"enable": 400})
    assert not many.broken
    (broken,) = with_loads(MOST_LOADS + 1).broken
    assert str(broken) == "loads of a net: u_stem.enable, 401 loads"


def test_a_loop_of_logic_is_refused(tmp_path):
    cells = {
        "a": cell("LUT2", {"O": [10]}, {"I0": [11], "I1": [2]}),
        "b": cell("LUT1", {"O": [11]}, {"I0": [10]}),
    }
    with pytest.raises(ValueError, match="combinational loop through u_x"):
        timing_of(cells, tmp_path, {"u_x.a": [10], "u_x.b": [11]})


def behind_block_ram(levels: int, registered: bool = False) -> dict[str, dict]:
    cells = {"u_stem.memory": block_ram(10, ADDRESS, registered)}
    cells |= {f"lut{place}": cell("LUT1", {"O": [11 + place]}, {"I0": [10 + place]}) for place in range(levels)}
    return cells | {"end": register(90, 10 + levels)}


def test_a_block_ram_without_register_may_feed_two_levels(tmp_path):
    assert not timing_of(behind_block_ram(2), tmp_path).broken
    assert not timing_of(behind_block_ram(3, registered=True), tmp_path).broken
    (broken,) = timing_of(behind_block_ram(3), tmp_path).broken
    assert str(broken) == "block RAM outputs: stem, 3 LUT levels behind an output without a register"


def test_a_memory_of_a_few_words_is_no_block_ram(tmp_path):
    cells = {"u_argmax_fifo0.memory": block_ram(10, ["0", "0", 2, 3]), "end": register(90, 10)}
    (broken,) = timing_of(cells, tmp_path).broken
    assert str(broken) == "block RAM of a few words: argmax_fifo0, at most 4 words"


def ready_chain(layers: list[str]) -> tuple[dict[str, dict], dict[str, list[int]]]:
    """A register in the first layer, a LUT in each of the others, a register in the last."""
    cells, names = {f"u_{layers[0]}.r": register(10, 2)}, {"u_first.s_axis_tready": [10]}
    for place, unit in enumerate(layers[1:]):
        cells[f"u_{unit}.lut"] = cell("LUT2", {"O": [11 + place]}, {"I0": [10 + place], "I1": [3]})
        names[f"u_{unit}.s_axis_tready"] = [11 + place]
    last = 10 + len(layers) - 1
    return cells | {f"u_{layers[-1]}.e": register(90, 4, enable=last)}, names


def test_the_longest_path_through_a_ready_is_found_though_another_is_longer(tmp_path):
    cells, names = ready_chain(["stem", "spatial"])
    cells |= behind_block_ram(2)
    cells["end"] = register(91, 12)
    cells = {name: found for name, found in cells.items() if name not in ("lut0", "lut1")}
    cells |= {"x0": cell("LUT1", {"O": [21]}, {"I0": [20]}), "u_m.memory": block_ram(20, ADDRESS)}
    cells |= {"x1": register(92, 21)}
    found = timing_of(cells, tmp_path, names)
    assert found.path.steps[0].kind == "RAMB18E1"
    assert [step.unit for step in found.ready_path.steps] == ["stem", "spatial", "spatial"]
    assert found.ready_path.levels == 1


def test_a_path_without_a_ready_is_no_ready_path(tmp_path):
    cells = {"a": register(10, 2), "b": register(90, 10)}
    assert timing_of(cells, tmp_path, {"u_a.m_axis_tvalid": [10]}).ready_path is None


@pytest.mark.parametrize(
    ("layers", "touched"),
    [
        (["stem", "spatial"], 2),
        (["stem", "stem_Im2Col", "stem_Im2Col_width0_4", "stem_fork_fifo0", "spatial"], 2),
        (["block0_add", "block0_project", "block0_depthwise"], 3),
        (["accelerator.stem", "accelerator.stem_fifo0", "unpacker.splitter", "reader.buffer"], 3),
    ],
)
def test_a_ready_is_registered_at_least_once_a_layer(tmp_path, layers, touched):
    cells, names = ready_chain([name.replace(".", ".u_") for name in layers])
    broken = [str(found) for found in timing_of(cells, tmp_path, names).broken]
    chain = " > ".join(dict.fromkeys(layer(name) for name in layers))
    assert broken == ([] if touched == 2 else [f"ready registered once a layer: {chain}, {touched} layers in one path"])


def test_the_table_says_that_the_clock_is_an_estimate_and_when_it_is_missed(tmp_path):
    found = timing_of(behind_block_ram(2), tmp_path)
    rows = dict(timing_rows(found.dictionary(100)))
    assert rows["at 100 MHz: estimated"] == f"{found.mhz:.0f} MHz, not placed ({10 - found.path.ns:.2f} ns to spare)"
    assert rows["structural rules"] == "all hold"
    missed = dict(timing_rows(found.dictionary(250)))
    assert clock_warning(found.dictionary(100)) is None
    assert "below the build's clock of 250 MHz" in clock_warning(found.dictionary(250))
    assert missed["at 250 MHz: estimated"].endswith(f"(MISSED by {found.path.ns - 4:.2f} ns)")
