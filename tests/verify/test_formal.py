"""Proofs about units: what holds is proved, and a fault is found, with a trace."""

from pathlib import Path

import pytest
from eeg2fpga.errors import UserError
from eeg2fpga.verify.formal import cases
from eeg2fpga.verify.formal.proof import Fault, described, unit_files
from eeg2fpga.verify.formal.properties import PROPERTIES
from eeg2fpga.verify.formal.run import prove
from rich.console import Console

SHORT = [
    asked
    for asked in cases.PROPERTIES
    if (asked.unit, described(asked.parameters))
    in {
        ("fifo", "DEPTH=3 WIDTH=3"),
        ("fifo", "DEPTH=4 WIDTH=3"),
        ("stream_duplicate", "WIDTH=8"),
        ("registers", "ELECTRODES=19 SAMPLES=128"),
    }
]


@pytest.mark.parametrize("asked", SHORT, ids=lambda asked: f"{asked.unit} {described(asked.parameters)}")
def test_properties_hold_without_a_bound(asked, tmp_path: Path) -> None:
    proof = asked.prove(tmp_path / "proof")
    assert proof.holds and proof.how.startswith("induction"), proof.how


def test_a_seeded_fault_leaves_a_trace(tmp_path: Path) -> None:
    asked = next(asked for asked in SHORT if described(asked.parameters) == "DEPTH=4 WIDTH=3")
    proof = asked.sought().prove(tmp_path / "proof", next(f for f in cases.PROPERTY_FAULTS if f.unit == "fifo"))
    assert not proof.holds and "from reset" in proof.how
    assert "$var" in proof.trace.read_text()


def test_netlist_equals_rtl(tmp_path: Path) -> None:
    proof = next(asked for asked in cases.EQUIVALENCES if asked.unit == "serial_threshold").prove(tmp_path / "proof")
    assert proof.holds and proof.how.startswith("equivalence"), proof.how


def test_the_old_cast_is_found(tmp_path: Path) -> None:
    """Both sides have it; Yosys' front end alone reads +1."""
    asked = next(asked for asked in cases.EQUIVALENCES if asked.unit == "sliding_window")
    proof = asked.prove(tmp_path / "proof", next(f for f in cases.EQUIVALENCE_FAULTS if f.both))
    assert not proof.holds and "an output differs" in proof.how
    assert "$var" in proof.trace.read_text()


@pytest.mark.parametrize("fault", [*cases.PROPERTY_FAULTS, *cases.EQUIVALENCE_FAULTS], ids=lambda fault: fault.what)
def test_seeded_faults_fit_the_rtl(fault: Fault) -> None:
    text = unit_files(fault.unit)[-1].read_text()
    assert fault.seeded(text) != text


def test_a_fault_that_is_not_there_once_is_refused() -> None:
    with pytest.raises(ValueError, match="occurs 2 times, not once"):
        Fault("fifo", "", "b", "c").seeded("a b b")


def test_every_file_of_properties_is_proved_and_has_a_seeded_fault() -> None:
    units = {path.stem.removesuffix("_properties") for path in PROPERTIES.glob("*_properties.sv")} - {"stream"}
    assert units == {asked.unit for asked in cases.PROPERTIES} == {fault.unit for fault in cases.PROPERTY_FAULTS}


def test_a_unit_without_proofs_is_refused_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing is proved about 'no_unit': pick one of argmax, axi3_lite"):
        prove("no_unit", False, tmp_path, Console(quiet=True))
