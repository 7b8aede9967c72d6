"""The generated code: every layer of S has some, under our layers' names, and Vitis HLS is told what it must be."""

import json
import re
import tkinter
from pathlib import Path

import pytest
from eeg2fpga.compile.hls.code import LISTING, generate_code
from eeg2fpga.compile.hls.libraries import FINN_HLSLIB
from eeg2fpga.compile.ops.base import identifier
from eeg2fpga.verify.golden import GoldenModel
from finn.custom_op.fpgadataflow.hls.labelselect_hls import LabelSelect_hls

from tests.hls.conftest import PART

VITIS_HLS = (
    *("open_project", "add_files", "set_top", "open_solution", "set_part", "set_param", "config_compile"),
    *("config_interface", "config_rtl", "create_clock", "csynth_design", "export_design", "puts", "exit"),
)
"""Commands that the scripts use; `puts` and `exit` are Tcl's own."""


def nodes_of(flow) -> list[dict]:
    return json.loads((flow.code / LISTING).read_text())


def test_every_layer_of_s_has_cpp_under_its_name(s):
    layers = [layer.name for layer in GoldenModel.load(s.folder / "golden.npz").integer_layers]
    nodes = nodes_of(s)
    assert {node["layer"] for node in nodes} == set(layers)
    assert all(node["node"].startswith(f"{identifier(node['layer'])}_") for node in nodes)
    assert len({node["node"] for node in nodes}) == len(nodes)
    for layer in layers:
        cpp = [node for node in nodes if node["layer"] == layer and node["operator"].endswith("_hls")]
        assert cpp, f"{layer} has no C++"
        for node in cpp:
            folder = s.code / node["node"]
            assert re.search(rf"void\s+{node['node']}\s*\(", (folder / f"top_{node['node']}.cpp").read_text())
            assert set(node["files"]) == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_every_other_node_of_s_has_verilog(s):
    for node in nodes_of(s):
        if node["operator"].endswith("_rtl"):
            names = [name for name in node["files"] if name.endswith((".v", ".sv"))]
            texts = [(s.code / node["node"] / name).read_text() for name in names]
            assert any(f"module {node['node']}" in text for text in texts), node["node"]


def thresholds(folder: Path) -> str:
    return (folder / "thresh.h").read_text().split("=", 1)[1]


def test_parameters_are_in_the_code(s):
    folder = s.code / "block0_project_MVAU"
    assert len(re.findall(r"-?\d+", thresholds(folder))) >= 24 * 15
    assert len((folder / "memblock.dat").read_text().split()) > 0


@pytest.fixture(scope="module")
def small_code(small, tmp_path_factory):
    """The code of a network with signs inside its block."""
    folder = tmp_path_factory.mktemp("small") / "code"
    generate_code(small.folded, folder, PART, 100)
    return folder


def test_thresholds_of_counts_are_none_below_0(small_code):
    assert "-" not in thresholds(small_code / "block0_project_MVAU")


def test_biases_of_one_are_numbers(small_code):
    """+1 and -1 are BIPOLAR to FINN, which its code holds as bits: it would add 1 and 0."""
    text = (small_code / "classifier_ElementwiseAdd" / "params.hpp").read_text()
    assert re.findall(r"-?\d+", text.split("=")[1]) == ["1", "-1"]
    assert "ap_int<2>" in text


@pytest.mark.parametrize("node", ["spatial_MVAU", "stem_VVAU", "argmax_LabelSelect"])
def test_tcl_runs_to_the_end(s, node, monkeypatch):
    """By a Tcl interpreter, Vitis HLS's commands recorded."""
    monkeypatch.setenv(FINN_HLSLIB, "the/library")
    monkeypatch.setenv("FINN_CUSTOM_HLS", "the/custom")
    tcl, called = tkinter.Tcl(), []
    for command in VITIS_HLS:
        tcl.createcommand(command, lambda *words, command=command: called.append((command, *words)) or "")
    tcl.eval((s.code / node / f"hls_syn_{node}.tcl").read_text())
    did = {words[0]: words[1:] for words in called}
    assert did["add_files"][0] == str(s.code / node / f"top_{node}.cpp")
    assert "-Ithe/library" in did["add_files"][-1]
    assert did["set_top"] == (node,)
    assert did["set_part"] == (PART,)
    assert did["create_clock"][1] == "10.0"
    order = [words[0] for words in called if words[0] in ("open_project", "csynth_design", "export_design", "exit")]
    assert order == ["open_project", "csynth_design", "export_design", "exit"]


def test_failure_leaves_no_half_of_it(small, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(LabelSelect_hls, "code_generation_ipgen", fail)
    with pytest.raises(RuntimeError):
        generate_code(small.folded, tmp_path / "code", PART, 100)
    assert not (tmp_path / "code").exists()
