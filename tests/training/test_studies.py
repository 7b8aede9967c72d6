"""A whole study through the command line, on generated people: every protocol, network and figure is there."""

import json
import os
import subprocess
import sys

import pytest
from eeg2fpga.config import MethodsConfig, load_build
from eeg2fpga.locations import BUILDS
from eeg2fpga.training.studies import METHODS, variants

BUILD = """
data: {source: synthetic, label: valence, synthetic: {subjects: 6}, stride: 512}
split: {protocol: trial}
model: {width: 6, stem_kernel: 16, blocks: [{hidden: 8, kernel: 3, stride: 2}]}
training:
  teachers: 2
  batch: 32
  float_stage: {steps: 20, rate: 0.003}
  binary_stage: {steps: 20, rate: 0.005}
"""


def test_variants_are_plain_each_alone_all_and_all_but_each():
    build = load_build(BUILDS / "eegmat-s.yaml")
    found = variants(build)
    methods = {name: variant.methods for name, variant in found.items() if name != "plain"}
    assert len(methods) == 2 + 2 * len(METHODS) == len(set(methods.values()))
    assert methods["all"] == MethodsConfig()
    assert all(sum(vars(methods[f"only_{method}"]).values()) == 1 for method in METHODS)
    plain, none = found["plain"], found["no_method"]
    assert plain.methods == none.methods == MethodsConfig(**dict.fromkeys(METHODS, False))
    assert (plain.model.copies, plain.training.statistics_batches) == (1, 0)
    assert not plain.training.binary_augmentation
    assert (none.model, none.training) == (build.model, build.training)


@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_crossval_command(tmp_path_factory, again):
    """The second time everything is read, and says the same."""
    folder = tmp_path_factory.getbasetemp() / "study"
    folder.mkdir(exist_ok=True)
    (folder / "tiny.yaml").write_text(BUILD)
    environment = os.environ | {"EEG2FPGA_OUTPUTS": str(folder / "out")}
    command = [sys.executable, "-m", "eeg2fpga.cli", "crossval", str(folder / "tiny.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "tiny, both stages" in done.stdout
    path = folder / "out" / "tiny" / "crossval.json"
    found = json.loads(path.read_text())
    assert set(found["protocols"]) == {"subject", "trial", "shuffled"}
    for networks in found["protocols"].values():
        for name in ("float", "binary"):
            assert len(networks[name]["folds"]) == 6 * 2, "two seeds a fold"
            assert networks[name]["subjects"] == 6
            assert 0 <= networks[name]["interval"][0] <= networks[name]["interval"][1] <= 1
        below = networks["float"]["balanced_accuracy"] - networks["binary"]["balanced_accuracy"]
        assert networks["binary"]["below_float"]["balanced_accuracy"] == pytest.approx(below)
    before = folder / "first.json"
    if again:
        assert found == json.loads(before.read_text())
    before.write_text(path.read_text())
