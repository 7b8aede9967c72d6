"""The open toolchain's run against stand-ins that fail in each way that the programs can (stand_ins/openxc7.py)."""

import pytest
from eeg2fpga.errors import CheckError
from eeg2fpga.implement import openxc7
from eeg2fpga.implement.bitfile import read_bitfile
from eeg2fpga.implement.tools import find_toolchain


def implement(project, whole, seeds=(1, 2, 3), any_version=False):
    tools = find_toolchain("openxc7", project.board, any_version)
    return openxc7.implement(project, whole, tools, seeds, lambda text: None)


def bit_files(project) -> list:
    return list(project.folder.glob("*.bit"))


def test_the_fastest_seed_is_kept(project, whole, toolchain):
    toolchain("openxc7")
    placed = implement(project, whole)
    runs = (project.folder / "commands.txt").read_text().splitlines()
    assert [run[run.index("--seed") :][:9] for run in runs] == ["--seed 1 ", "--seed 2 ", "--seed 3 "]
    assert all("--xdc pynq-z2.xdc --json netlist.json" in run and "--freq 120 " in run for run in runs)
    assert placed.tools["seed"] == 2 and placed.tools["nextpnr-xilinx"] == "0.9.6"
    assert placed.timing == {"met": True, "worst_slack_ns": round(10 - 1000 / 140, 3), "achieved_mhz": 140.0}
    assert placed.utilisation == {"lut": 3500, "ff": 4000, "bram18": 13, "dsp": 0}
    assert bit_files(project) == [placed.bit]
    assert read_bitfile(placed.bit).part == "xc7z020clg400-1"


@pytest.mark.parametrize("prints", ["2023", "2025", "2026"])
def test_what_is_used_is_read_from_every_version(project, whole, toolchain, prints):
    """LUT sites are fewer than the LUT cells that it prints; of two RAMB36E1 each is two."""
    toolchain("openxc7", PRINTS=prints)
    assert implement(project, whole, (1,)).utilisation == {"lut": 3500, "ff": 4000, "bram18": 13, "dsp": 0}


def test_a_seed_that_fails_is_passed_over(project, whole, toolchain):
    toolchain("openxc7", FAULT="seed 2 exits")
    assert implement(project, whole).tools["seed"] == 1


@pytest.mark.parametrize("seeds", [(1, 2), (2, 1)])
def test_of_the_seeds_the_really_fastest_is_kept(project, whole, toolchain, seeds):
    """L as it was placed: seed 2 is the faster one only where block RAM takes no time."""
    toolchain("openxc7", MHZ="1=110.3,2=134.5", REAL_MHZ="1=105.5,2=94.3")
    told = []
    tools = find_toolchain("openxc7", project.board)
    placed = openxc7.implement(project, whole, tools, seeds, told.append)
    assert placed.tools["seed"] == 1
    assert placed.timing == {"met": True, "worst_slack_ns": round(10 - 1000 / 105.5, 3), "achieved_mhz": 105.5}
    assert any("seed 2: 94.3 MHz (134.5 by nextpnr-xilinx)" in line and "ram > " in line for line in told)


def test_what_only_nextpnr_calls_fast_enough_is_refused(project, whole, toolchain):
    toolchain("openxc7", MHZ="1=110.3,2=134.5", REAL_MHZ="1=105.5,2=94.3")
    with pytest.raises(CheckError, match=r"94\.3 MHz at best \(seed 2\), 105 are needed"):
        implement(project, whole, (2,))
    assert not bit_files(project)


def test_missed_timing_names_a_clock_that_would_do(project, whole, toolchain):
    toolchain("openxc7", REAL_MHZ="1=101,2=104.9,3=90")
    with pytest.raises(
        CheckError, match=r"104\.9 MHz at best \(seed 2\), 105 are needed for 100 .*clock_mhz: 99 would do"
    ):
        implement(project, whole)
    assert not bit_files(project)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("nextpnr-xilinx exits", "nextpnr-xilinx ended with 255: ERROR: nextpnr-xilinx cannot"),
        ("nextpnr-xilinx killed", "nextpnr-xilinx was killed by signal 9"),
        ("no clock", "reports no clock"),
        ("no delays", r"wrote no seed3\.sdf \(--sdf\)"),
        ("no netlist", r"the timing of seed3\.json and seed3\.sdf cannot be judged"),
        ("no fasm", "wrote no logic"),
        ("fasm empty", "wrote no logic"),
        ("fasm without logic", "wrote no logic"),
        ("fasm2frames exits", "fasm2frames ended with 255"),
        ("fasm2frames killed", "fasm2frames was killed by signal 9"),
        ("no frames", "wrote no frame"),
        ("frames empty", "wrote no frame .* blank bit file"),
        ("frames blank", "wrote no frame .* blank bit file"),
        ("frames cut", "frame that is not whole: .* line 40"),
        ("no utilisation", "prints no count of SLICE_FFX, RAMB18E1, RAMB36E1, DSP48E1"),
        ("xc7frames2bit exits", "xc7frames2bit ended with 255"),
        ("xc7frames2bit killed", "xc7frames2bit was killed by signal 9"),
        ("no bit", "wrote no bit file"),
        ("bit empty", "does not begin as a bit file"),
        ("bit cut", r"it has \d+ of \d+ bytes"),
        ("bit blank", "it is blank"),
        ("bit of other frames", "is not the design's"),
    ],
)
def test_no_fault_leaves_a_bit_file(project, whole, toolchain, fault, words):
    toolchain("openxc7", FAULT=fault)
    for seed in (1, 2, 3):
        for suffix in ("fasm", "frames", "bit"):
            (project.folder / f"seed{seed}.{suffix}").write_text("CLB stale")
    with pytest.raises(CheckError, match=words):
        implement(project, whole)
    assert not bit_files(project)


@pytest.mark.parametrize("kind", ["RAM64X1S", "DSP48E1"])
def test_primitives_that_the_tools_get_wrong(project, whole, toolchain, kind):
    toolchain("openxc7")
    whole.cells[kind] = 2
    with pytest.raises(CheckError, match=kind):
        implement(project, whole)
    assert not (project.folder / "commands.txt").exists()
