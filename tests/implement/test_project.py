"""The project folder, and the whole design as a netlist of it."""

import json
import shutil

import pytest
from eeg2fpga.errors import UserError
from eeg2fpga.implement import whole as whole_module
from eeg2fpga.implement.boards import find_board
from eeg2fpga.implement.folder import build_hash
from eeg2fpga.implement.project import write_project
from eeg2fpga.implement.whole import refuse_overfull, synthesise_whole
from eeg2fpga.implement.yosys import Resources

LUTS = 53_200


def test_sources_are_all_there(project, accelerator):
    assert all(
        (project.folder / name).is_file() for name in (*project.sources, *project.memories, *project.constraints)
    )
    assert len(set(project.sources)) == len(project.sources)
    top = (project.folder / "eeg2fpga_top.sv").read_text()
    assert f".BUILD_HASH(128'h{build_hash(accelerator[1])[:32]})" in top
    for setting in (".BASE(32'h43C00000)", ".ELECTRODES(3)", ".SAMPLES(16)", ".LANES(3)"):
        assert setting in top


@pytest.fixture
def copied(accelerator, tmp_path):
    """The accelerator with its RTL in a folder of its own, to be damaged."""
    model, rtl = accelerator
    shutil.copytree(rtl, tmp_path / "rtl")
    return model, tmp_path / "rtl"


def test_memory_file_without_a_last_line_end(copied, tmp_path):
    """Tools that drop the last word of such a file would build another network."""
    model, rtl = copied
    path = next((rtl / "memory").iterdir())
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match=f"{path.name} is empty or cut off"):
        write_project(tmp_path / "project", "small", model, rtl, find_board("pynq-z2"), 100)


def test_memory_file_that_is_missing(copied, tmp_path):
    """Vivado would fill that memory with zeros and go on."""
    model, rtl = copied
    path = next((rtl / "memory").iterdir())
    path.unlink()
    with pytest.raises(UserError, match=f"no {path.name}"):
        write_project(tmp_path / "project", "small", model, rtl, find_board("pynq-z2"), 100)


def test_whole_netlist(project):
    """What Yosys makes of the whole top level: one processor, one clock buffer, no latch, no DSP slice, all driven."""
    found = synthesise_whole(project)
    assert {kind: found.cells[kind] for kind in ("PS7", "BUFG", "OBUF")} == {"PS7": 1, "BUFG": 1, "OBUF": 1}
    assert found.cells["FDCE"] == 4, "the reset synchroniser"
    assert found.total.dsp == 0 and not [kind for kind in found.cells if kind.startswith(("LD", "$", "DSP"))]
    assert 800 < found.total.lut < found.sites < 6000
    assert 2 < found.timing.levels < 16
    (module,) = [m for m in json.loads(found.netlist.read_text())["modules"].values() if "PS7" in _types(m)]
    (ps7,) = [cell for cell in module["cells"].values() if cell["type"] == "PS7"]
    driven = _outputs(module)
    for port in ("MAXIGP0ACLK", "MAXIGP0RDATA", "MAXIGP0BID", "SAXIHP0AWADDR", "SAXIHP0WDATA", "SAXIHP0ARVALID"):
        assert all(bit in driven or bit in ("0", "1") for bit in ps7["connections"][port]), port
    assert ps7["connections"]["IRQF2P"][1:] == ["0"] * 19 and ps7["connections"]["IRQF2P"][0] in driven
    assert ps7["connections"]["SAXIHP0WID"][1:] == ["0"] * 5


def _types(module: dict) -> set[str]:
    return {cell["type"] for cell in module["cells"].values()}


def _outputs(module: dict) -> set[int]:
    return {
        bit
        for cell in module["cells"].values()
        for port, bits in cell["connections"].items()
        if cell["port_directions"][port] == "output"
        for bit in bits
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("always @(*) if (led_enable) led_latch = clk;", "LD"),
        ("always @(posedge clk) led_latch <= nowhere;", "Found 1 problems in .check -assert"),
    ],
    ids=["latch", "undriven"],
)
def test_what_a_board_cannot_run_is_refused(project, body, words):
    path = project.folder / "zynq_top.sv"
    text = path.read_text().replace("assign led = beat[26];", "assign led = beat[26] ^ led_latch;")
    declared = "  reg led_latch;\n  wire nowhere;\n  wire led_enable = beat[3];\n"
    path.write_text(text.replace("  wire [11:0] gp_awid", f"{declared}  {body}\n  wire [11:0] gp_awid", 1))
    with pytest.raises(RuntimeError, match=words):
        synthesise_whole(project)


def test_overfull_designs_are_refused():
    refuse_overfull(Resources(int(0.85 * LUTS), 1000, 10, 0), "xc7z020clg400-1")
    with pytest.raises(UserError, match=r"takes 45221 of 53200 LUT of xc7z020clg400-1, place and route manages 85%"):
        refuse_overfull(Resources(int(0.85 * LUTS) + 1, 1000, 10, 0), "xc7z020clg400-1")
    refuse_overfull(Resources(1000, 1000, 10, 0), "xc7z020clg400-1", sites=45_220)
    with pytest.raises(UserError, match="takes 45221 of 53200 LUT sites"):
        refuse_overfull(Resources(1000, 1000, 10, 0), "xc7z020clg400-1", sites=45_221)
    with pytest.raises(UserError, match="BRAM18"):
        refuse_overfull(Resources(1000, 1000, 270, 0), "xc7z020clg400-1")
    with pytest.raises(UserError, match="no capacity of part xc7a35t"):
        refuse_overfull(Resources(1, 1, 1, 0), "xc7a35tcpg236-1")


def test_margins_are_below_the_whole_part():
    assert all(0.5 < share <= 1 for share in whole_module.SHARE.values())
