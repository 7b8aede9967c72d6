"""That the netlists of units are simulated: of every unit some set in each `make test`, and a wrong one is found."""

import re
import subprocess
import sys
from pathlib import Path

import bench
import pytest
from bench import HARDWARE, NETLIST, RTL, run_unit

WHOLE = "zynq_top"
"""Its netlist is driven in every `make bitstream` and its test."""
RIGHT, WRONG = "HELD_BITS'(-1)", "-HELD_BITS'(1)"
"""A cast that Yosys reads as +1: the issue that began these tests."""


def test_every_unit_has_a_set_whose_netlist_is_simulated() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--collect-only", "-m", "netlist", str(HARDWARE)]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=HARDWARE.parent).stdout
    marked = set(re.findall(r"^hw/\w+/(\w+)/test_", listed, re.MULTILINE))
    tested = {path.parent.name for path in HARDWARE.glob("*/*/test_*.py") if "run_unit(" in path.read_text()}
    assert tested - marked == {WHOLE}


@pytest.mark.parametrize("form", [RTL, NETLIST])
def test_what_yosys_reads_otherwise_is_found_on_the_netlist_alone(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "FORMS", [form])
    # make lint refuses it: here it is to come through.
    monkeypatch.setattr(bench.portable, "faults", lambda *_: [])
    text = (HARDWARE / "rtl" / "sliding_window" / "sliding_window.sv").read_text()
    assert RIGHT in text
    changed = tmp_path / "sliding_window.sv"
    changed.write_text(text.replace(RIGHT, WRONG))
    names = {
        "CHANNELS": 1,
        "SIMD": 1,
        "ELEMENT_BITS": 3,
        "PIXELS": 6,
        "KERNEL": 1,
        "STRIDE": 1,
        "PAD_BEFORE": 0,
        "PAD_AFTER": 0,
        "DEPTH": 4,
    }
    windows = [[1, 5, 2, 7, 0, 3], [4, 4, 6, 1, 2, 0]]
    streams = ({"s_axis": windows}, {"m_axis": windows})
    if form == RTL:
        run_unit("sliding_window", names, *streams, files=[changed])
    else:
        with pytest.raises(AssertionError, match="netlist of sliding_window"):
            run_unit("sliding_window", names, *streams, files=[changed])
