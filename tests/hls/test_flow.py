"""`backend: hls` in a build, and the command."""

import io
import json

import pytest
import typer
from eeg2fpga import flow as flow_module
from eeg2fpga.cli.app import find_flow
from eeg2fpga.cli.build import _run_hls, bitstream, hls, verify
from eeg2fpga.compile.hls.fold import target_cycles
from eeg2fpga.compile.hls.libraries import AP_TYPES, FINN_HLSLIB
from eeg2fpga.config import FoldingConfig, HardwareConfig, TargetConfig
from eeg2fpga.errors import UserError
from eeg2fpga.hls_flow import HlsFlow, check_table
from rich.console import Console

BUILD = """
data: {source: synthetic, label: valence, synthetic: {subjects: 2}}
split: {protocol: trial}
hardware: {backend: hls%s}
"""


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Writes a build with `more` under hardware and returns its path."""
    monkeypatch.setattr(flow_module, "OUTPUTS", tmp_path / "out")

    def write(more: str = "") -> str:
        path = tmp_path / "mine-s.yaml"
        path.write_text(BUILD % more)
        return str(path)

    return write


def test_backend_hls_takes_finn_s_layers(build):
    assert isinstance(find_flow(build()), HlsFlow)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (", target: {max_luts: 2000}", "FINN folds for a rate"),
        (", parallel: true", "FINN folds its layers itself"),
        (", folding: {spatial: {pe: 1, simd: 1}}", "FINN folds its layers itself"),
    ],
)
def test_what_finn_cannot_be_asked_is_said_first(build, tmp_path, more, said):
    with pytest.raises(UserError, match=said):
        find_flow(build(more))
    assert not (tmp_path / "out").exists()


def test_cycles_that_finn_folds_for():
    assert target_cycles(HardwareConfig(clock_mhz=50, target=TargetConfig(windows_per_second=1000))) == 50_000
    assert target_cycles(HardwareConfig(target=TargetConfig(max_throughput=True))) == 1
    with pytest.raises(UserError, match="leave out"):
        target_cycles(HardwareConfig(folding={"spatial": FoldingConfig(parallel=True)}))


def test_verify_names_the_other_command(build):
    with pytest.raises(UserError, match="`eeg2fpga hls mine-s` compares its layers"):
        verify(build())


def test_a_board_that_finn_has_not_is_refused_at_once(build, tmp_path):
    with pytest.raises(UserError, match="FINN has no board `arty-z7-20`"):
        hls(build(), board="arty-z7-20")
    assert not (tmp_path / "out").exists()


def test_bitstream_takes_finn_s_path(build, tmp_path):
    with pytest.raises(UserError, match="FINN has no board `arty-z7-20`"):
        bitstream(build(), board="arty-z7-20")
    with pytest.raises(UserError, match="backend hls needs Vivado: no --toolchain openxc7"):
        bitstream(build(), toolchain="openxc7")
    assert not (tmp_path / "out").exists()


def test_half_of_the_libraries_is_refused_at_once(build, tmp_path, monkeypatch):
    monkeypatch.setenv(FINN_HLSLIB, str(tmp_path))
    monkeypatch.delenv(AP_TYPES, raising=False)
    with pytest.raises(UserError, match=f"{AP_TYPES} is not set"):
        find_flow(build())


def test_everything_is_kept(s):
    """A second run finds each stage up to date."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow_module, "OUTPUTS", s.folder.parent)
        again = HlsFlow("eegmat-s", s.config, Console(file=io.StringIO()), s.checkpoint)
        dataset, split = again.data()
        again.train(dataset, split)
        again.compile(dataset, split)
        again.check(dataset, split)
    assert again.stages.ran == []


def test_the_table_has_every_layer(s):
    found = json.loads((s.hls / "verification.json").read_text())
    said = io.StringIO()
    Console(file=said, width=160).print(check_table(found))
    for layer in found["layers"]:
        assert layer["layer"] in said.getvalue()
    assert f"{found['windows']} windows" in said.getvalue()


def test_a_difference_ends_with_1(s, monkeypatch):
    found = json.loads((s.hls / "verification.json").read_text()) | {"differences": ["FINN's Python differs"]}
    for name in ("train", "compile", "check"):
        monkeypatch.setattr(HlsFlow, name, lambda *_: None)
    monkeypatch.setattr(HlsFlow, "data", lambda _: (None, None))
    monkeypatch.setattr(HlsFlow, "read", lambda *_: found)
    with pytest.raises(typer.Exit) as ended:
        _run_hls(s)
    assert ended.value.exit_code == 1
