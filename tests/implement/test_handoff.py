"""The hardware handoff and the bit file as the real pynq package reads them (on_pynq.py, in .venv-pynq)."""

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from eeg2fpga.board import registers
from eeg2fpga.implement.bitfile import read_bitfile
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.handoff import INSTANCE, handoff
from eeg2fpga.implement.register_map import REGISTERS
from eeg2fpga.locations import REPOSITORY

from tests.bitfiles import bitfile, configuration

PYTHON = REPOSITORY / ".venv-pynq" / "bin" / "python"
CHECKS = Path(__file__).with_name("on_pynq.py")
PARAMETERS = {"BUILD_HASH": "128'h0", "ELECTRODES": "19", "SAMPLES": "128", "LANES": "1"}
HASH = "0123456789abcdef" * 2
BUILD = 'a "build" <of> mine & yours'


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """What pynq reads; the clock is one that the processor cannot divide to."""
    assert PYTHON.exists(), "no .venv-pynq: run `make setup`"
    folder = tmp_path_factory.mktemp("folder")
    (folder / "eeg2fpga.hwh").write_text(handoff(find_board("pynq-z2"), 150, BUILD, HASH, PARAMETERS))
    (folder / "eeg2fpga.bit").write_bytes(bitfile(configuration()))
    done = subprocess.run([str(PYTHON), str(CHECKS), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"folder": folder}


@pytest.mark.parametrize("parser", ["new", "old"])
def test_one_ip_at_its_address(read, parser):
    """`new`: PYNQ 3 and 4. `old`: the parser of PYNQ 2."""
    found = read["ip"][parser]
    assert (found["phys_addr"], found["addr_range"]) == (0x43C00000, 0x1000)
    assert found["type"] == "eeg2fpga.org:user:eeg2fpga:1.0"
    expected = {"BUILD": BUILD, "BUILD_HASH": HASH, "ELECTRODES": "19", "SAMPLES": "128", "LANES": "1"}
    assert expected.items() <= found["parameters"].items()
    assert read["names"][parser] == [INSTANCE, "processing_system7_0"]
    assert read["system"] == "processing_system7"


@pytest.mark.parametrize("parser", ["new", "old"])
def test_registers_are_those_of_the_map(read, parser):
    found = read["ip"][parser]["registers"]
    assert {name: at["address_offset"] for name, at in found.items()} == {r.name: r.offset for r in REGISTERS}
    assert all(at["size"] == 32 for at in found.values())
    assert {name for name, at in found.items() if at["access"] == "read-write"} == {
        "INTERRUPT_ENABLE",
        "INTERRUPT",
        "SOURCE",
        "DESTINATION",
        "WINDOWS",
        "OFFSET",
        "MODE",
    }
    bits = {name: field["bit_offset"] for name, field in found["ERROR"]["fields"].items()}
    assert bits == {name: mask.bit_length() - 1 for mask, name, _ in registers.ERRORS}


def test_no_register_is_left_out():
    """Every offset that registers.py has."""
    offsets = {value for name, value in vars(registers).items() if name in {r.name for r in REGISTERS}}
    assert {r.offset for r in REGISTERS} == offsets | set(registers.HASH)
    assert set(registers.DUMPED) <= {r.name for r in REGISTERS}


def test_pynqs_register_map_works(read):
    assert read["registers"] == {
        "GEOMETRY": [19, 128],
        "STATUS": [0, 1, 1, 0],
        "ERROR": [0, 1],
        "written": [1, 0x12345678],
    }


def test_clock(read):
    """150 MHz cannot be had: PYNQ sets 1000/7. Only FCLK0 runs."""
    for parser in ("new", "old"):
        clocks = read["clocks"][parser]
        assert clocks["0"]["divisor0"] * clocks["0"]["divisor1"] == 7
        assert [clocks[str(index)]["enable"] for index in range(4)] == [1, 0, 0, 0]
    assert read["clocks"]["new"]["0"]["frequency"] == pytest.approx(1000 / 7)


def test_interrupt(read):
    """IRQ_F2P[0] is interrupt 61 of the processor. PYNQ 3 and 4 list only pins behind an axi_intc: there is none."""
    assert read["interrupts"][f"{INSTANCE}/interrupt"] == {
        "controller": "",
        "index": 0,
        "fullpath": f"{INSTANCE}/interrupt",
        "raw_irq": 61,
    }
    assert read["interrupt_to"] == ["processing_system7_0", "IRQ_F2P"]


def test_bit_header(read):
    ours = read_bitfile(read["folder"] / "eeg2fpga.bit")
    theirs = read["bit"]
    assert theirs["part"] == ours.part == "7z020clg400"
    assert int(theirs["length"]) == theirs["data"] == len(ours.data)
    assert (theirs["date"], theirs["time"]) == (ours.date, ours.time)


def test_is_well_formed_xml():
    root = ElementTree.fromstring(handoff(find_board("arty-z7-20"), 100, BUILD, HASH, PARAMETERS))
    assert {module.get("INSTANCE") for module in root.iter("MODULE")} == {INSTANCE, "processing_system7_0"}
