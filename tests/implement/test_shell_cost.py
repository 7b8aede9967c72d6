"""What the shell costs, by Yosys' own front end: the limits of docs/board.md."""

import pytest
from eeg2fpga.implement.shell_cost import synthesise_shell

CASES = [(19, 1, 960), (19, 19, 1300), (32, 32, 1200), (5, 5, 1100)]
"""Electrodes, bytes a word, LUTs that it may take."""


@pytest.mark.parametrize(("electrodes", "lanes", "limit"), CASES)
def test_limits(tmp_path, electrodes, lanes, limit):
    found = synthesise_shell(tmp_path, electrodes, 128, lanes)
    units = ", ".join(f"{name} {unit.lut}" for name, unit in found.units.items())
    print(f"\n{lanes} bytes a word: {found.total}, {found.timing.levels} levels; LUT by unit: {units}")
    assert found.total.lut <= limit
    assert found.total.bram18 == found.total.dsp == 0
    assert found.timing.levels <= 7, found.timing.deepest
    assert set(found.units) >= {"registers", "control", "extent", "counters", "reader", "unpacker", "packer", "writer"}
