"""FINN's Zynq build: what it is given, how far the real one gets without Vivado, and what is made of its results."""

import json
import shutil
from pathlib import Path

import finn.xsi
import pytest
from eeg2fpga import cli
from eeg2fpga.compile.hls import zynq
from eeg2fpga.errors import CheckError, MissingToolsError, UserError
from eeg2fpga.implement.folder import write_finn_folder
from finn.builder.build_dataflow_config import DataflowBuildConfig
from finn.transformation.fpgadataflow.create_dataflow_partition import CreateDataflowPartition
from finn.transformation.fpgadataflow.floorplan import Floorplan
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_iodma import InsertIODMA
from finn.transformation.fpgadataflow.make_driver import MakePYNQDriver
from finn.transformation.fpgadataflow.make_zynq_proj import ZynqBuild
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from finn.util.exception import FINNUserError
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import GiveReadableTensorNames, GiveUniqueNodeNames
from qonnx.transformation.infer_data_layouts import InferDataLayouts

from tests.hls.conftest import PART

TIMING = """
------------------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)
    -------      -------  ---------------------  -------------------      -------      -------
      {slack}        0.000                      0                31415        0.021        0.000
"""


@pytest.fixture
def no_tools(monkeypatch):
    """No AMD tool, as on a machine without a licence."""
    monkeypatch.delenv("XILINX_VIVADO", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    if any(shutil.which(name) for name in ("vivado", "vitis_hls", "vitis-run")):
        pytest.fail("AMD's tools lie in /usr/bin: this test is of their absence")


def test_finn_reads_the_build_and_knows_its_steps(tmp_path, monkeypatch):
    # finn.builder asks for Vivado's simulator at import, whatever the steps.
    monkeypatch.setitem(vars(finn.xsi), "SimEngine", object)
    from finn.builder.build_dataflow import resolve_build_steps

    build = DataflowBuildConfig.construct_from(zynq.write_build(tmp_path, "pynq-z2", 100, 10_000))
    assert build._resolve_fpga_part() == PART
    assert build.synth_clk_period_ns == 10
    assert [step.__name__ for step in resolve_build_steps(build)] == list(zynq.STEPS)


def test_boards_that_finn_has_not_are_refused(tmp_path):
    with pytest.raises(UserError, match="no board `arty-z7-20`: pick one of pynq-z1, pynq-z2"):
        zynq.write_build(tmp_path, "arty-z7-20", 100, 10_000)


def test_finn_s_own_build_gets_to_vitis_hls(s, tmp_path, no_tools):
    """DMAs, partition and code of every kernel by the real ZynqBuild; then it asks for Vivado."""
    model = ModelWrapper(str(s.hls / "hardware.onnx"))
    with pytest.raises(FINNUserError, match="XILINX_VIVADO"):
        model.transform(ZynqBuild(zynq.finn_board("pynq-z2"), 10.0, partition_model_dir=str(tmp_path)))
    first = ModelWrapper(str(sorted(tmp_path.glob("*.onnx"))[0]))
    assert first.graph.node[0].op_type in ("IODMA_hls", "StreamingDataWidthConverter_rtl")


def test_finn_s_driver_is_made_for_our_windows(s, tmp_path):
    model = ModelWrapper(str(s.hls / "hardware.onnx")).transform(InferDataLayouts())
    steps = (InsertIODMA(64), InsertDWC(), SpecializeLayers(PART), Floorplan(), CreateDataflowPartition(str(tmp_path)))
    for step in steps:
        model = model.transform(step).transform(GiveUniqueNodeNames()).transform(GiveReadableTensorNames())
    model = model.transform(MakePYNQDriver("zynq-iodma", "FINNDMAOverlay", clk_period_ns=10.0))
    settings = json.loads((Path(model.get_metadata_prop("pynq_driver_dir")) / "settings.json").read_text())
    shapes = settings["driver_information"]["io_shape_dict"]
    network = json.loads((s.folder / "network.json").read_text())
    electrodes = len(network["input"]["electrodes"]) * network["copies"]
    assert shapes["ishape_normal"] == [[1, network["input"]["window"], 1, electrodes]]
    assert shapes["oshape_normal"] == [[1, 1, 1, 1]]


def test_the_command_ends_with_one_line_without_vivado(s, tmp_path, no_tools):
    """The real `finn build`: it gives no bit file, and that is what is said."""
    build = zynq.write_build(tmp_path, "pynq-z2", 100, 10_000)
    with pytest.raises(CheckError, match="gave no bit file"):
        zynq.run_build(s.hls / "hardware.onnx", build)
    assert "XILINX_VIVADO" in build.with_suffix(".log").read_text()


def test_without_tools_all_else_is_done_and_said(s, no_tools):
    stale = s.folder / "pynq-z2"
    stale.mkdir()
    with pytest.raises(MissingToolsError) as raised:
        s.build_board("pynq-z2")
    said = str(raised.value)
    assert str(s.code) in said
    assert "Vitis HLS" in said
    assert "Then run the same command again" in said
    assert not stale.exists()


def test_another_part_is_refused(s, monkeypatch):
    hardware = s.config.hardware.model_copy(update={"part": "xc7z010clg400-1"})
    monkeypatch.setattr(s, "config", s.config.model_copy(update={"hardware": hardware}))
    with pytest.raises(UserError, match="is for xc7z010clg400-1, pynq-z2 has xc7z020clg400-1"):
        s.build_board("pynq-z2")


def test_exit_code_of_missing_tools(monkeypatch, capsys):
    def missing():
        raise MissingToolsError("no tool")

    monkeypatch.setattr(cli, "app", missing)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    assert capsys.readouterr().err == "eeg2fpga: no tool\n"


def results(folder: Path, slack: str = "0.317") -> Path:
    """What FINN's builder leaves."""
    for name, text in {
        "bitfile/finn-accel.bit": "bits",
        "bitfile/finn-accel.hwh": "<hwh/>",
        "driver/settings.json": "{}",
        "report/post_route_timing.rpt": TIMING.format(slack=slack),
        "report/post_synth_resources.json": json.dumps(
            {"(top)": {"LUT": 9000, "FF": 8000, "BRAM_18K": 3, "BRAM_36K": 4, "DSP": 0}}
        ),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_results_become_the_folder_for_a_board(s, tmp_path):
    made = zynq.read_build(results(tmp_path / "pynq-z2"), tmp_path / "log")
    assert made.timing == {"met": True, "worst_slack_ns": 0.317}
    assert made.utilisation == {"lut": 9000, "ff": 8000, "bram18": 11, "dsp": 0}
    target = tmp_path / "board"
    manifest = write_finn_folder(target, s.folder, "pynq-z2", PART, 100, made)
    assert manifest == json.loads((target / "manifest.json").read_text())
    names = {path.name for path in target.iterdir()}
    assert {"eeg2fpga.bit", "eeg2fpga.hwh", "manifest.json", "selftest.npz", "finn_driver"} <= names
    assert manifest["toolchain"] == "finn"
    assert {"model", "bit", "hwh", "selftest"} <= set(manifest["hashes"])


def test_missed_timing_and_missing_files_are_failures(tmp_path):
    with pytest.raises(CheckError, match=r"timing missed: setup slack -1.25 ns"):
        zynq.read_build(results(tmp_path / "slow", "-1.25"), tmp_path / "log")
    for name in ("bitfile/finn-accel.bit", "report/post_route_timing.rpt"):
        folder = results(tmp_path / Path(name).name)
        (folder / name).write_text("")
        with pytest.raises(CheckError, match="FINN's build gave no"):
            zynq.read_build(folder, tmp_path / "log")
    with pytest.raises(CheckError, match="no WNS"):
        zynq.worst_slack("nothing")


def test_a_build_that_fails_leaves_no_old_bit_file(tmp_path, monkeypatch):
    build = zynq.write_build(tmp_path, "pynq-z2", 100, 10_000)
    results(build.with_suffix(""))
    monkeypatch.setattr(zynq, "command", lambda *_: ["false"])
    with pytest.raises(CheckError):
        zynq.run_build(tmp_path / "hardware.onnx", build)
    assert not (tmp_path / "pynq-z2" / "bitfile").exists()
