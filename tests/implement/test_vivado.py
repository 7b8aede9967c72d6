"""build.tcl run by a real Tcl interpreter against stand-ins that record Vivado's commands (stand_ins/vivado.tcl)."""

import json

import pytest
from eeg2fpga.errors import CheckError
from eeg2fpga.implement import vivado
from eeg2fpga.implement.boards import BOARDS, find_board
from eeg2fpga.implement.project import write_project
from eeg2fpga.implement.tools import find_toolchain

FLOW = [
    "read_verilog",
    "read_mem",
    "read_xdc",
    "read_xdc",
    "synth_design",
    "get_clocks",
    "opt_design",
    "place_design",
    "phys_opt_design",
    "route_design",
    "report_timing_summary",
    "report_utilization",
    "report_drc",
    "get_timing_paths",
    "get_timing_paths",
]


def implement(project):
    return vivado.implement(project, find_toolchain("vivado", project.board))


def commands(project) -> list[tuple[str, str]]:
    lines = (project.folder / "commands.txt").read_text().splitlines()
    return [(name, arguments) for name, _, arguments in (line.partition(" ") for line in lines)]


def test_commands_in_order(project, toolchain):
    toolchain("vivado")
    placed = implement(project)
    called = commands(project)
    raised = [arguments for name, arguments in called if name == "set_msg_config"]
    assert len(raised) == 5 and all(arguments.endswith("-new_severity ERROR") for arguments in raised)
    assert any("Synth 8-4445" in arguments for arguments in raised)
    rest = [line for line in called if line[0] != "set_msg_config"]
    assert [line[0] for line in rest] == [*FLOW, "write_bitstream"]
    arguments = dict(reversed(rest))
    assert arguments["read_verilog"].split() == [
        "-sv",
        "{" + project.sources[0],
        *project.sources[1:-1],
        project.sources[-1] + "}",
    ]
    assert set(arguments["read_mem"].strip("{}").split()) == set(project.memories)
    assert project.memories and all((project.folder / name).is_file() for name in project.memories)
    assert [line[1] for line in rest if line[0] == "read_xdc"] == ["pynq-z2.xdc", "clock.xdc"]
    assert arguments["synth_design"] == "-top eeg2fpga_top -part xc7z020clg400-1"
    assert placed.bit.read_bytes()[:2] == b"\0\x09"
    assert placed.tools == {"vivado": "2024.1"}
    assert placed.timing == {"met": True, "worst_slack_ns": 0.512, "achieved_mhz": 105.4, "hold_ns": 0.031}
    assert placed.utilisation == {"lut": 3400, "ff": 4000, "bram18": 13, "dsp": 0}


@pytest.mark.parametrize(
    ("setup", "hold", "words"),
    [("-0.004", "0.1", "setup slack -0.004 ns at 100 MHz: lower hardware.clock_mhz"), ("0.2", "-0.01", "hold slack")],
)
def test_missed_timing_leaves_no_bit_file(project, toolchain, setup, hold, words):
    toolchain("vivado", SETUP=setup, HOLD=hold)
    (project.folder / vivado.BIT).write_text("stale")
    with pytest.raises(CheckError, match=words):
        implement(project)
    assert commands(project)[-1][0] == "get_timing_paths"
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize("command", sorted({*FLOW, "write_bitstream"}))
@pytest.mark.parametrize("how", ["error", "killed"])
def test_a_command_that_fails(project, toolchain, command, how):
    toolchain("vivado", FAULT=f"{how} in {command}")
    (project.folder / vivado.BIT).write_text("stale")
    with pytest.raises(CheckError, match=r"vivado (ended with|was killed by)"):
        implement(project)
    assert commands(project)[-1][0] == command
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no clock", "no clock fclk0"),
        ("no path", "no timing path"),
        ("no bit", "wrote no bit file"),
        ("no table", "no row `Slice LUTs`"),
    ],
)
def test_what_is_missing_is_an_error(project, toolchain, fault, words):
    toolchain("vivado", FAULT=fault)
    with pytest.raises(CheckError, match=words):
        implement(project)
    assert fault == "no table" or not (project.folder / vivado.BIT).exists()


def test_a_bit_file_that_is_cut(project, toolchain, bit, tmp_path):
    (tmp_path / "cut.bit").write_bytes((bit / "vivado.bit").read_bytes()[:100_000])
    toolchain("vivado", BIT=str(tmp_path / "cut.bit"))
    with pytest.raises(CheckError, match=r"no good: it has \d+ of 4045564 bytes"):
        implement(project)
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize("name", sorted(BOARDS))
def test_boards(accelerator, tmp_path, name):
    """Each board's own pins, and the build's clock on the processor's pin."""
    model, rtl = accelerator
    project = write_project(tmp_path / "other", "small", model, rtl, find_board(name), 125)
    script = vivado.write_script(project).read_text()
    assert f"read_xdc {name}.xdc" in script
    pins = (project.folder / f"{name}.xdc").read_text()
    assert "PACKAGE_PIN R14 [get_ports led]" in pins and "LVCMOS33" in pins
    clock = (project.folder / "clock.xdc").read_text().splitlines()[-1]
    assert clock == "create_clock -name fclk0 -period 8.000 [get_pins {zynq/ps7/FCLKCLK[0]}]"


def test_result_is_what_tcl_wrote(project, toolchain):
    toolchain("vivado", SETUP="1.25")
    implement(project)
    assert json.loads((project.folder / vivado.RESULT).read_text()) == {"setup_ns": 1.25, "hold_ns": 0.031}
