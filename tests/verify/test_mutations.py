"""A fault in the netlist, in the RTL as Yosys reads it, or in a model: commands end with 1 and say where."""

import importlib
import io
import shutil
from pathlib import Path

import pytest
import yaml
from eeg2fpga import flow as flow_module
from eeg2fpga import stages
from eeg2fpga.board.manifest import NAME
from eeg2fpga.cli import build as commands
from eeg2fpga.compile import rtl
from eeg2fpga.config import load_build
from eeg2fpga.errors import CheckError
from eeg2fpga.implement.folder import write_folder
from eeg2fpga.locations import HARDWARE
from eeg2fpga.verify import verilated
from eeg2fpga.verify.mutations import MUTATIONS, mutate
from rich.console import Console
from typer.testing import CliRunner

from tests.networks import save_tiny_checkpoint

# The package's attribute of this name is the application itself.
application = importlib.import_module("eeg2fpga.cli.app")
BUILD = {
    "data": {"source": "eegmat"},
    "split": {"protocol": "subject"},
    # Small, with every kind of cell that MUTATIONS names.
    "model": {"width": 6, "stem_kernel": 8, "stem_stride": 4, "blocks": [{"hidden": 16, "kernel": 5, "stride": 2}]},
    "hardware": {
        "target": {"windows_per_second": 30_000},
        "folding": {"block0.project": {"pe": 1, "simd": 16}, "block0.expand": {"pe": 2, "simd": 6}},
    },
}
OLD_CAST = ("HELD_BITS'(-1)", "-HELD_BITS'(1)")
"""Minus one, which Yosys reads as one in the second form."""
WRONG_MODELS = {
    "a LUTRAM written elsewhere": (
        "RAM_M.v",
        "bits_a[{ADDRD, 1'b0}+:2] <=",
        "bits_a[{~ADDRD, 1'b0}+:2] <=",
    ),
    "block RAM that reads 0, as Yosys' own model": ("block_ram.v", "value = cells[source+k];", "value = 9'd0;"),
}


@pytest.fixture(scope="module")
def patched(tmp_path_factory):
    """A folder in which builds lie, with the tiny build's YAML and checkpoint; no recordings, fast compilation."""
    folder = tmp_path_factory.mktemp("mutations")
    (folder / "tiny.yaml").write_text(yaml.safe_dump(BUILD))
    save_tiny_checkpoint(folder / "checkpoints" / "tiny", load_build(folder / "tiny.yaml").model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow_module, "OUTPUTS", folder / "out")
        patch.setattr(flow_module, "data_root", lambda: folder / "nowhere")
        patch.setattr(application, "CHECKPOINTS", folder / "checkpoints")
        # Some windows and the extremes, not all: seconds instead of a minute for each fault.
        patch.setattr(flow_module, "EFFORT", 1e9)
        patch.setattr(verilated, "NETLIST_FLAGS", "-O0")
        yield folder


def command(folder: Path, name: str) -> tuple[int, str]:
    """Exit code and output of `eeg2fpga <name> --pretrained tiny.yaml`."""
    said = Console(file=io.StringIO(), width=250)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "console", said)
        patch.setattr(commands, "console", said)
        done = CliRunner().invoke(application.app, [name, "--pretrained", str(folder / "tiny.yaml")])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, said.file.getvalue()


@pytest.fixture(scope="module")
def good(patched):
    """The build, once all is well; its outputs."""
    code, said = command(patched, "demo")
    assert code == 0, said
    assert "golden = graph = dataflow = LUTs = RTL = netlist" in said and "every result in the RTL's cycle" in said
    return patched / "out" / "tiny-pretrained"


def judged(patched, good) -> str:
    """What `demo` says of the fault that is in place, its last line; the netlist's check alone runs again."""
    (good / "netlist_verification.json").unlink()
    code, said = command(patched, "demo")
    assert code == 1, said
    return said.strip().split("\n")[-1]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_fault_in_the_netlist_is_found_and_located(patched, good, mutation):
    netlist = good / "rtl" / rtl.SYNTHESISED
    whole = netlist.read_text()
    try:
        netlist.write_text(mutate(whole, mutation))
        line = judged(patched, good)
    finally:
        netlist.write_text(whole)
    assert line.startswith("netlist ") and " layer " in line and "window " in line


@pytest.mark.parametrize("name", WRONG_MODELS)
def test_a_wrong_model_of_a_memory_is_found(patched, good, name, tmp_path, monkeypatch):
    file, right, wrong = WRONG_MODELS[name]
    models = shutil.copytree(rtl.PRIMITIVES, tmp_path / "xc7")
    assert right in (models / file).read_text()
    (models / file).write_text((models / file).read_text().replace(right, wrong))
    monkeypatch.setattr(rtl, "PRIMITIVES", models)
    line = judged(patched, good)
    assert line.startswith("netlist ") and " layer " in line and "window " in line


def test_a_faulty_netlist_leaves_no_folder(patched, good):
    netlist = good / "rtl" / rtl.SYNTHESISED
    whole = netlist.read_text()
    try:
        netlist.write_text(mutate(whole, MUTATIONS[0]))
        judged(patched, good)
        code, said = command(patched, "simulator")
        assert code == 1 and "netlist " in said
        with pytest.raises(CheckError, match=r"no folder of tiny-pretrained.*netlist"):
            write_folder(good / "board", good, "pynq-z2", "part", 100, "none", {})
    finally:
        netlist.write_text(whole)
    assert not list(good.rglob(NAME))


def test_the_cast_that_yosys_reads_otherwise_is_found(patched, good, tmp_path, monkeypatch):
    """RTL that is right in Verilator: synthesised again, the accelerator waits for ever."""
    hardware = shutil.copytree(HARDWARE, tmp_path / "hw", ignore=shutil.ignore_patterns("sim_build"))
    unit = hardware / "rtl" / "sliding_window" / "sliding_window.sv"
    assert unit.read_text().count(OLD_CAST[0]) == 2
    unit.write_text(unit.read_text().replace(*OLD_CAST))
    monkeypatch.setattr(rtl, "HARDWARE", hardware)
    monkeypatch.setattr(stages, "HARDWARE", hardware)
    code, said = command(patched, "demo")
    line = said.strip().split("\n")[-1]
    # The layers before it gave a part of their words, and none is behind it that has any.
    assert code == 1 and line.startswith("netlist gives 0 of ") and "layer pool" in line and "window 0" in line
