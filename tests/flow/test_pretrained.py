"""Hardware from a checkpoint, without training; where the recordings are missing, on generated EEG."""

import io

import pytest
from eeg2fpga import flow as flow_module
from eeg2fpga.config import BlockConfig, BuildConfig, DataConfig, HardwareConfig, ModelConfig, SplitConfig, TargetConfig
from eeg2fpga.report import write_report
from rich.console import Console

from tests.networks import ELECTRODES, save_tiny_checkpoint

MODEL = ModelConfig(width=4, stem_kernel=8, blocks=(BlockConfig(hidden=6, kernel=3, stride=2),))


@pytest.fixture
def checkpoint(tmp_path):
    save_tiny_checkpoint(tmp_path / "checkpoint", MODEL)
    return tmp_path / "checkpoint"


def test_without_recordings_generated_eeg_proves_the_same(tmp_path, checkpoint, monkeypatch):
    monkeypatch.setattr(flow_module, "OUTPUTS", tmp_path / "out")
    monkeypatch.setattr(flow_module, "data_root", lambda: tmp_path / "nowhere")
    config = BuildConfig(
        data=DataConfig(source="eegmat"),
        split=SplitConfig(protocol="subject"),
        model=MODEL,
        hardware=HardwareConfig(target=TargetConfig(windows_per_second=100_000)),
    )
    said = io.StringIO()
    flow = flow_module.Flow("tiny", config, Console(file=said, width=200), checkpoint)
    dataset, split = flow.data()
    assert "generated EEG takes the place of the recordings" in said.getvalue()
    assert dataset.electrodes == ELECTRODES
    assert len(split.test) == len(dataset) > 1000
    flow.train(dataset, split)
    flow.compile(dataset, split)
    flow.check(dataset, split)
    report = write_report(flow, dataset.labels[split.test])
    assert flow.folder.name == "tiny-pretrained"
    assert report["people"] == "none, generated EEG"
    assert report["mismatches"] == 0
    assert report["windows_verified"] == len(dataset)
    assert report["netlist_windows"] == len(dataset) + 3
    assert report["netlist_mismatches"] == 0 and report["netlist_cycles_equal"]
