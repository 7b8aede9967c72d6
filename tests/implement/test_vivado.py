"""build.tcl run by a real Tcl interpreter against stand-ins that record Vivado's commands (stand_ins/vivado.tcl)."""

import json

import pytest
from eeg2fpga.errors import CheckError
from eeg2fpga.implement import vivado
from eeg2fpga.implement.boards import BOARDS, find_board
from eeg2fpga.implement.project import write_project
from eeg2fpga.implement.tools import find_toolchain

from tests.bitfiles import bitfile, configuration

GATE = "get_msg_config"
FLOW = [
    *["read_verilog", "read_mem", "read_xdc", "read_xdc", GATE],
    *["synth_design", "get_clocks", "write_checkpoint", GATE],
    *["opt_design", "place_design", "phys_opt_design", "write_checkpoint", GATE],
    *["route_design", "write_checkpoint", "write_verilog", GATE],
    *["report_timing_summary", "report_utilization", "report_power", "report_drc", "report_methodology", "report_cdc"],
    *["check_timing", "report_pulse_width", GATE, "get_timing_paths", "get_timing_paths", "set_property"],
    *["write_bitstream", GATE],
]


def implement(project, ip=False):
    return vivado.implement(project, find_toolchain("vivado", project.board), ip)


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
    assert [line[0] for line in rest] == FLOW
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
    assert arguments["synth_design"] == "-top eeg2fpga_top -part xc7z020clg400-1 -max_dsp 0"
    assert [line[1] for line in rest if line[0] == "write_checkpoint"] == [
        f"-force {step}.dcp" for step in ("synthesised", "placed", "routed")
    ]
    assert arguments["write_verilog"] == "-force -mode funcsim routed.v"
    assert arguments["set_property"] == f"BITSTREAM.CONFIG.USR_ACCESS 0x{project.build_hash[:8]} design"
    assert placed.bit.read_bytes()[:2] == b"\0\x09"
    assert placed.tools == {"vivado": "2024.1", "processor": "bare"}
    slacks = {"worst_slack_ns": 0.512, "hold_ns": 0.031, "pulse_width_ns": 3.75}
    assert placed.timing == {"met": True, "achieved_mhz": 105.4} | slacks
    assert placed.power_w == 1.543
    assert placed.utilisation == {"lut": 3400, "ff": 4000, "bram18": 13, "dsp": 0}


@pytest.mark.parametrize(
    ("slacks", "words"),
    [
        ({"SETUP": "-0.004"}, "setup slack -0.004 ns at 100 MHz: lower hardware.clock_mhz"),
        ({"HOLD": "-0.01"}, "hold slack -0.01 ns at 100 MHz: try another Vivado"),
        ({"PULSE": "-0.5"}, "pulse width slack -0.5 ns"),
    ],
)
def test_missed_timing_leaves_no_bit_file(project, toolchain, slacks, words):
    toolchain("vivado", **slacks)
    (project.folder / vivado.BIT).write_text("stale")
    with pytest.raises(CheckError, match=words):
        implement(project)
    assert commands(project)[-1][0] == "get_timing_paths"
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize("command", sorted(set(FLOW)))
@pytest.mark.parametrize("how", ["error", "killed"])
def test_a_command_that_fails(project, toolchain, command, how):
    toolchain("vivado", FAULT=f"{how} in {command}")
    (project.folder / vivado.BIT).write_text("stale")
    with pytest.raises(CheckError, match=r"vivado (ended with|was killed by)"):
        implement(project)
    assert commands(project)[-1][0] == command
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize(
    ("command", "step"),
    [
        ("read_xdc", "reading"),
        ("synth_design", "synthesis"),
        ("place_design", "placement"),
        ("route_design", "routing"),
        ("report_power", "reports"),
        ("write_bitstream", "write_bitstream"),
    ],
)
def test_a_critical_warning_ends_the_run_by_its_name(project, toolchain, command, step):
    toolchain("vivado", FAULT=f"critical in {command}")
    with pytest.raises(CheckError, match=rf"critical warnings in {step}: \d.*\[Some 1-23\] {command} found something"):
        implement(project)
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("drc error", r"drc\.rpt: NSTD-1 \| Error \| Unspecified I/O Standard \| 1"),
        ("drc critical", r"drc\.rpt: TIMING-17 \| Critical Warning"),
        ("methodology critical", r"methodology\.rpt: TIMING-17 \| Critical Warning \| Non-clocked sequential cell"),
        ("cdc critical", r"cdc\.rpt: Critical fclk0 other"),
        ("cdc rule", r"cdc\.rpt: CDC-1 Critical 1 1-bit unknown CDC circuitry"),
        ("timing no_clock", r"check_timing\.rpt: 1\. checking no_clock \(12\)"),
        ("timing unconstrained_internal_endpoints", r"checking unconstrained_internal_endpoints \(12\)"),
        ("timing loops", r"checking loops \(12\)"),
    ],
)
def test_a_report_with_an_error_or_a_critical_warning_ends_the_run(project, toolchain, fault, words):
    toolchain("vivado", FAULT=fault)
    with pytest.raises(CheckError, match=f"vivado ended with 1: ERROR: .*{words}"):
        implement(project)
    assert "write_bitstream" not in dict(commands(project))


def test_the_processors_ip(project, toolchain):
    """A block design of its IP: the same ports, and its own constraint of the clock in place of ours."""
    toolchain("vivado")
    placed = implement(project, ip=True)
    assert placed.tools == {"vivado": "2024.1", "processor": "ip"}
    called = commands(project)
    names = [name for name, _ in called]
    assert names.index("create_project") < names.index("validate_bd_design") < names.index("generate_target")
    wrapper, sources = (text for name, text in called if name == "read_verilog")
    assert wrapper == "processor_wrapper.v"
    assert sources.split()[-1] == "processor_ip.sv}" and (project.folder / "processor_ip.sv").is_file()
    assert [text for name, text in called if name == "read_xdc"] == ["pynq-z2.xdc"]
    settings = next(text for name, text in called if name == "set_property" and "PCW" in text)
    for setting in (
        *("PCW_USE_M_AXI_GP0 1", "PCW_USE_S_AXI_HP0 1", "PCW_S_AXI_HP0_DATA_WIDTH 64", "PCW_IRQ_F2P_INTR 1"),
        *("PCW_FPGA0_PERIPHERAL_FREQMHZ 100", "PCW_EN_CLK0_PORT 1", "PCW_EN_RST0_PORT 1", "PCW_USE_FABRIC_INTERRUPT 1"),
    ):
        assert f"CONFIG.{setting}" in settings
    synthesis = next(text for name, text in called if name == "synth_design")
    assert synthesis.endswith("-verilog_define EEG2FPGA_PROCESSOR_IP=1")
    assert ("get_clocks", "-quiet clk_fpga_0") in called


def test_what_the_ip_says_of_itself_does_not_end_the_run(project, toolchain):
    toolchain("vivado", FAULT="critical in validate_bd_design")
    assert implement(project, ip=True).bit.is_file()


def test_a_bit_file_of_another_build(project, toolchain, tmp_path):
    (tmp_path / "other.bit").write_bytes(bitfile(configuration("vivado", 0x12345678)))
    toolchain("vivado", BIT=str(tmp_path / "other.bit"))
    with pytest.raises(CheckError, match="it is of another build"):
        implement(project)
    assert not (project.folder / vivado.BIT).exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no clock", "no clock fclk0"),
        ("no path", "no timing path"),
        ("no bit", "wrote no bit file"),
        ("no table", "no row `Slice LUTs`"),
        ("no power", r"no row `Total On-Chip Power \(W\)`"),
    ],
)
def test_what_is_missing_is_an_error(project, toolchain, fault, words):
    toolchain("vivado", FAULT=fault)
    with pytest.raises(CheckError, match=words):
        implement(project)
    assert not (project.folder / vivado.BIT).exists()


def test_a_bit_file_that_is_cut(project, toolchain, tmp_path):
    (tmp_path / "cut.bit").write_bytes(bitfile(configuration())[:100_000])
    toolchain("vivado", BIT=str(tmp_path / "cut.bit"))
    with pytest.raises(CheckError, match=r"no good: it has \d+ of \d+ bytes"):
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
    clock = (project.folder / "clock.xdc").read_text().splitlines()
    assert clock[1] == "create_clock -name fclk0 -period 8.000 [get_pins {zynq/ps7/FCLKCLK[0]}]"
    assert clock[-1] == "set_input_jitter fclk0 0.240"


def test_result_is_what_tcl_wrote(project, toolchain):
    toolchain("vivado", SETUP="1.25")
    implement(project)
    assert json.loads((project.folder / vivado.RESULT).read_text()) == {
        "setup_ns": 1.25,
        "hold_ns": 0.031,
        "pulse_width_ns": 3.75,
    }
