"""Timing after place and route, from files as nextpnr-xilinx writes them (stand_ins/routed_design.py)."""

import json

import pytest
from eeg2fpga.errors import CheckError
from eeg2fpga.implement.timing.routed import read_delays, routed_path

from tests.implement.stand_ins.routed_design import CELLS_NS, NAMES, write_routed


@pytest.fixture
def routed(tmp_path):
    netlist, sdf = tmp_path / "seed1.json", tmp_path / "seed1.sdf"
    write_routed(netlist, sdf, 9.6)
    return netlist, sdf


def test_cells_that_nextpnr_leaves_out_are_counted(routed):
    """A block RAM takes 2.454 ns more than nothing: nextpnr would see no path here at all."""
    found = routed_path(*routed)
    assert found.ns == pytest.approx(9.6, abs=1e-4)
    assert found.levels == 1
    assert [step.kind for step in found.steps] == ["RAMB18E1_RAMB18E1", "SLICE_LUTX", "SLICE_FFX"]


def test_names_with_every_letter_that_the_format_escapes_are_read(routed):
    assert read_delays(routed[1])[f"{NAMES['lut']}/A3"] == 1.25
    assert read_delays(routed[1])[f"{NAMES['ff']}/D"] == pytest.approx(9.6 - CELLS_NS - 1.25, abs=1e-4)


def test_registers_of_memory_and_lower_luts_have_their_own_delays(routed):
    netlist, sdf = routed
    design = json.loads(netlist.read_text())
    cells = design["modules"]["eeg2fpga_top"]["cells"]
    cells[NAMES["ram"]]["parameters"]["DOA_REG"] = f"{1:032b}"
    cells[NAMES["lut"]]["attributes"]["NEXTPNR_BEL"] = "SLICE_X1Y1/A5LUT"
    netlist.write_text(json.dumps(design))
    assert routed_path(netlist, sdf).ns == pytest.approx(9.6 - 2.454 + 0.882 - 0.124 + 0.157, abs=1e-4)


def test_a_memory_of_luts_launches_and_is_written_by_the_clock(routed):
    netlist, sdf = routed
    design = json.loads(netlist.read_text())
    cells = design["modules"]["eeg2fpga_top"]["cells"]
    cells[NAMES["lut"]]["attributes"]["X_LUT_AS_DRAM"] = "1"
    cells[NAMES["lut"]]["connections"] = {"WA1": [10], "O6": [11]}
    cells[NAMES["lut"]]["port_directions"] = {"WA1": "input", "O6": "output"}
    netlist.write_text(json.dumps(design))
    sdf.write_text(sdf.read_text().replace("/A3 ", "/WA1 "))
    launched = 1.19 + 9.6 - CELLS_NS - 1.25 + 0.04
    written = 2.454 + 1.25 + 0.633
    assert routed_path(netlist, sdf).ns == pytest.approx(max(launched, written), abs=1e-4)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda netlist, sdf: sdf.unlink(), r"wrote no seed1\.sdf \(--sdf\)"),
        (lambda netlist, sdf: netlist.unlink(), r"wrote no seed1\.json \(--write\)"),
        (lambda netlist, sdf: sdf.write_text("(DELAYFILE (TIMESCALE 1ps))"), "seed1.sdf has no wires"),
        (lambda netlist, sdf: sdf.write_text(sdf.read_text().replace("1ps", "1ns")), "not in picoseconds"),
        (lambda netlist, sdf: sdf.write_text(sdf.read_text().replace("/A3", "/A4")), "no delay of the wire to .*A3"),
        (lambda netlist, sdf: netlist.write_text(netlist.read_text()[:200]), "cannot be judged"),
        (lambda netlist, sdf: netlist.write_text('{"modules": {}}'), "cannot be judged"),
        (
            lambda netlist, sdf: netlist.write_text('{"modules": {"top": {"cells": {}}}}'),
            "no path between registers",
        ),
    ],
)
def test_what_is_missing_or_of_another_format_is_refused_in_one_line(routed, spoil, words):
    spoil(*routed)
    with pytest.raises(CheckError, match=words) as told:
        routed_path(*routed)
    assert "\n" not in str(told.value)
