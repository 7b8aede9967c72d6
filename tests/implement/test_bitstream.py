"""A small build to a board's folder: the flow, Yosys and the folder are real, place and route are stand-ins."""

import io
import json
import re
import shutil
import sys
from importlib.metadata import version

import pytest
from eeg2fpga import cli
from eeg2fpga import flow as flow_module
from eeg2fpga.board.manifest import NAME, file_hash, file_names, read_manifest, read_selftest
from eeg2fpga.config import BlockConfig, BuildConfig, DataConfig, HardwareConfig, ModelConfig, SplitConfig, TargetConfig
from eeg2fpga.errors import CheckError, MissingToolsError, UserError
from eeg2fpga.implement import bitstream, whole
from eeg2fpga.implement.bitfile import read_bitfile
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.folder import build_hash
from eeg2fpga.implement.routed import check_routed
from eeg2fpga.implement.tools import find_toolchain
from eeg2fpga.implement.whole_check import RESULT, check_whole
from rich.console import Console

from tests.networks import save_tiny_checkpoint

BOARD = find_board("pynq-z2")
NETLISTS = (whole.NETLIST, whole.VERILOG)
MODEL = ModelConfig(width=4, stem_kernel=8, blocks=(BlockConfig(hidden=6, kernel=3, stride=2),))
CONFIG = BuildConfig(
    data=DataConfig(source="eegmat"),
    split=SplitConfig(protocol="subject"),
    model=MODEL,
    hardware=HardwareConfig(target=TargetConfig(windows_per_second=10_000)),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder of a flow in which all up to the netlist was done once, without tools; what it said, and the netlist."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow_module, "OUTPUTS", folder / "out")
        patch.setattr(flow_module, "data_root", lambda: folder / "nowhere")
        save_tiny_checkpoint(folder / "checkpoint", MODEL)
        flow = a_flow(folder)
        (flow.folder / BOARD.name).mkdir(parents=True)
        (flow.folder / BOARD.name / "eeg2fpga.bit").write_text("stale")
        with pytest.raises(MissingToolsError) as caught:
            bitstream.make_bitstream(flow, BOARD, ["vivado: none", "openxc7: none"], (1,), flow.console)
    return folder, str(caught.value), flow.console.file.getvalue()


def a_flow(folder):
    console = Console(file=io.StringIO(), width=200)
    return flow_module.Flow("tiny", CONFIG, console, folder / "checkpoint", folder / "out" / "tiny")


@pytest.fixture
def flow(built, monkeypatch):
    """The flow again. What Yosys and the simulation gave, which was real, is not computed again."""
    folder = built[0]
    monkeypatch.setattr(flow_module, "OUTPUTS", folder / "out")
    monkeypatch.setattr(flow_module, "data_root", lambda: folder / "nowhere")
    flow = a_flow(folder)
    kept = folder / "kept"
    if not kept.exists():
        kept.mkdir()
        for name in (*NETLISTS, RESULT):
            shutil.copy(flow.folder / "implementation" / BOARD.name / name, kept)

    def again(project):
        for name in NETLISTS:
            shutil.copy(kept / name, project.folder)
        return whole.read_whole(project)

    monkeypatch.setattr(bitstream, "synthesise_whole", again)
    monkeypatch.setattr(bitstream, "check_whole", lambda *_: json.loads((kept / RESULT).read_text())["netlist"])
    monkeypatch.setattr(bitstream, "check_routed", lambda *_: {"windows": 0, "seconds": 0})
    yield flow
    shutil.rmtree(flow.folder / BOARD.name, ignore_errors=True)


def make(flow, seeds=(1, 2, 3)):
    return bitstream.make_bitstream(flow, BOARD, find_toolchain(None, BOARD), seeds, flow.console)


def bit_files(flow) -> list:
    return list(flow.folder.rglob("*.bit"))


def test_without_tools_all_but_the_bit_file_is_there(built):
    folder, message, said = built
    for words in ("no bit file", "vivado: none", "openxc7: none", "run the same command again"):
        assert words in message
    assert (
        "100 windows, all equal" in said
        and "whole design for TUL PYNQ-Z2" in said
        and "LUT levels between registers" in said
    )
    out = folder / "out" / "tiny"
    assert json.loads((out / "verification.json").read_text())["mismatches"] == 0
    assert all((out / "implementation" / "pynq-z2" / name).is_file() for name in ("netlist.json", "build.tcl"))
    assert not (out / "pynq-z2").exists() and not list(out.rglob("*.bit"))


def test_the_driver_runs_the_whole_netlist_by_interrupt(built):
    found = json.loads((built[0] / "out" / "tiny" / "implementation" / "pynq-z2" / "whole.json").read_text())
    assert found["total"]["lut"] > 500 and found["netlist"]["cycles"] > 1000
    assert (found["netlist"]["windows"], found["netlist"]["mismatches"]) == (100, 0)
    # The loopback, classes of 1, 7 and 92 windows, scores.
    assert found["netlist"]["batches"] == found["netlist"]["interrupts"] == 5


def changed_lut(text: str) -> str:
    """A LUT of the accelerator gives the opposite."""
    for cell in re.finditer(r"LUT\d #\(\s*\.INIT\((\d+)'h([0-9a-f]+)\)\s*\) \S+ +\(.*?\);", text, re.DOTALL):
        if "u_accelerator.u_classifier" in cell[0]:
            bits = int(cell[1])
            opposite = f"{int(cell[2], 16) ^ (1 << bits) - 1:x}"
            return text[: cell.start(2)] + opposite + text[cell.end(2) :]
    raise AssertionError("no LUT beside the classifier")


def swapped_wires(text: str) -> str:
    """Two bits of what HP0 reads change places: a sample's sign and its lowest."""
    return re.sub(r"\.SAXIHP0RDATA\((\S+) \)", r".SAXIHP0RDATA({ \1 [63:8], \1 [0], \1 [6:1], \1 [7] })", text)


def lost_interrupt(text: str) -> str:
    """Nothing drives IRQF2P."""
    return re.sub(r"\.IRQF2P\(\{.*?\}\)", ".IRQF2P(20'h00000)", text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (changed_lut, "netlist of the whole design: "),
        (swapped_wires, "netlist of the whole design: .* came back as others"),
        (lost_interrupt, "netlist of the whole design: .* 0 interrupts"),
    ],
)
def test_another_netlist_is_refused_before_place_and_route(flow, toolchain, monkeypatch, change, words):
    toolchain("openxc7")
    synthesised = bitstream.synthesise_whole

    def alter(project):
        found = synthesised(project)
        text = found.verilog.read_text()
        found.verilog.write_text(change(text))
        assert found.verilog.read_text() != text
        return found

    monkeypatch.setattr(bitstream, "synthesise_whole", alter)
    monkeypatch.setattr(bitstream, "check_whole", check_whole)
    with pytest.raises(CheckError, match=words):
        make(flow)
    assert not (flow.folder / "pynq-z2").exists() and not list(flow.folder.rglob("commands.txt"))


@pytest.mark.parametrize("name", ["vivado", "openxc7"])
def test_folder_for_the_board(flow, toolchain, name):
    toolchain(name)
    target = make(flow)
    assert target == flow.folder / "pynq-z2"
    manifest = read_manifest(target)
    assert (manifest["board"], manifest["part"], manifest["clock_mhz"]) == ("pynq-z2", "xc7z020clg400-1", 100)
    assert manifest["toolchain"] == name and manifest["build_hash"] == build_hash(flow.rtl)[:32]
    assert manifest["timing"]["met"] and manifest["timing"]["achieved_mhz"] > 100
    assert manifest["utilisation"] == {"lut": 3400 if name == "vivado" else 3500, "ff": 4000, "bram18": 13, "dsp": 0}
    tools = manifest["tools"]
    assert tools["vivado"] == "2024.1" if name == "vivado" else (tools["nextpnr-xilinx"], tools["seed"]) == ("0.9.6", 2)
    assert manifest["power_w"] == (1.543 if name == "vivado" else None)
    names = file_names(manifest["build_hash"])
    assert manifest["hashes"]["bit"] == file_hash(target / names["bit"])
    assert tools["yosys"] == version("pyosys")
    assert "7z020clg400" in read_bitfile(target / names["bit"]).part
    hwh = (target / names["hwh"]).read_text()
    assert manifest["build_hash"] in hwh and 'NAME="ELECTRODES" VALUE="3"' in hwh
    assert len(read_selftest(target)[0]) == 64
    assert (target / "eeg2fpga_board" / "driver.py").is_file() and (target / "eeg_inference.ipynb").is_file()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("vivado", {"SETUP": "-0.2"}),
        ("vivado", {"FAULT": "killed in route_design"}),
        ("openxc7", {"REAL_MHZ": "1=90,2=91,3=92"}),
        ("openxc7", {"FAULT": "frames empty"}),
        ("openxc7", {"FAULT": "bit cut"}),
    ],
)
def test_a_failure_leaves_no_bit_file_not_even_the_last_one(flow, toolchain, name, settings):
    toolchain(name, **settings)
    (flow.folder / "pynq-z2").mkdir()
    (flow.folder / "pynq-z2" / "eeg2fpga.bit").write_text("of the last run")
    with pytest.raises(CheckError):
        make(flow)
    assert not bit_files(flow) and not (flow.folder / "pynq-z2").exists()


def test_overfull_is_refused_before_place_and_route(flow, toolchain, monkeypatch):
    toolchain("openxc7")
    monkeypatch.setitem(whole.SHARE, "lut", 0.001)
    with pytest.raises(UserError, match="of 53200 LUT"):
        make(flow)
    assert not list(flow.folder.rglob("commands.txt"))


def test_another_part(built, flow):
    other = BOARD.__class__("zcu", "ZCU", "xczu9eg-ffvb1156-2-e")
    with pytest.raises(UserError, match="is for xc7z020clg400-1, ZCU has xczu9eg"):
        bitstream.make_bitstream(flow, other, [], (1,), flow.console)


def test_rtl_that_was_edited_after_its_check(flow, toolchain):
    toolchain("vivado")
    path = next(path for path in sorted(flow.rtl.glob("memory/*")))
    content = path.read_text()
    try:
        path.write_text(("1" if content[0] == "0" else "0") + content[1:])
        with pytest.raises(CheckError, match=f"{path.name} is not what was checked"):
            make(flow)
    finally:
        path.write_text(content)
    assert not bit_files(flow)


def test_the_netlist_after_routing_is_driven_as_well(flow, toolchain, monkeypatch):
    """Yosys' netlist in Vivado's form passes; with another LUT in it there is no bit file."""
    monkeypatch.setattr(bitstream, "check_routed", check_routed)
    toolchain("vivado")
    make(flow)
    assert "netlist after routing = golden: 100 windows, all equal" in flow.console.file.getvalue()
    toolchain("vivado", FAULT="another netlist")
    with pytest.raises(CheckError, match=r"after Vivado: netlist of the whole design: "):
        make(flow)
    assert not bit_files(flow)


@pytest.mark.parametrize(
    ("name", "settings", "code", "words"),
    [
        (None, {}, 3, "no bit file"),
        ("vivado", {"SETUP": "-1"}, 1, "timing missed"),
        ("vivado", {"VERSION": "2020.1"}, 2, "2020.2 or newer"),
        ("vivado", {}, 0, ""),
    ],
)
def test_exit_codes(flow, toolchain, monkeypatch, capsys, name, settings, code, words):
    if name:
        toolchain(name, **settings)
    monkeypatch.setattr(cli.build, "find_flow", lambda build, pretrained: flow)
    monkeypatch.setattr(sys, "argv", ["eeg2fpga", "bitstream", "tiny", "--pretrained"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == code
    assert words in capsys.readouterr().err
    assert bool(bit_files(flow)) == (flow.folder / "pynq-z2" / NAME).exists() == (code == 0)
