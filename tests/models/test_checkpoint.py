"""Checkpoints are small, exact where the network is integers, and refused when damaged."""

import numpy as np
import pytest
import torch
from eeg2fpga.config import ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.checkpoint import load_checkpoint, save_checkpoint
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.evaluate import scores
from eeg2fpga.verify.golden import GoldenModel

from tests.networks import random_network

METADATA = {"electrodes": ["Fz"], "window": 64}


def windows() -> np.ndarray:
    return np.random.default_rng(0).integers(-127, 128, (40, 19, 64)).astype(np.int8)


def test_binarized_network_comes_back_exactly(tmp_path):
    model = random_network(ModelConfig(), 19, 64, seed=2)
    save_checkpoint(tmp_path / "binary.npz", model, METADATA)
    again = load_checkpoint(tmp_path / "binary.npz")
    assert again.metadata == METADATA
    expected = GoldenModel.from_model(model).layers(windows())
    for name, values in GoldenModel.from_model(again.model).layers(windows()).items():
        np.testing.assert_array_equal(values, expected[name])
    assert (tmp_path / "binary.npz").stat().st_size < 16_000


def test_float_network_comes_back_to_half_precision(tmp_path):
    torch.manual_seed(0)
    model = EEGNet(ModelConfig(), 19, 64, binary=False)
    save_checkpoint(tmp_path / "float.npz", model, METADATA)
    again = load_checkpoint(tmp_path / "float.npz").model
    assert np.abs(scores(again, windows()) - scores(model, windows())).max() < 0.02
    assert (tmp_path / "float.npz").stat().st_size < 24_000


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_damaged_and_missing_files_are_refused(tmp_path, content):
    path = tmp_path / "binary.npz"
    with pytest.raises(UserError, match="no checkpoint"):
        load_checkpoint(path)
    path.write_bytes(content)
    with pytest.raises(UserError, match="make it again"):
        load_checkpoint(path)
