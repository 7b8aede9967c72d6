"""The random networks of the tests."""

from pathlib import Path

from eeg2fpga.config import ModelConfig
from eeg2fpga.models.checkpoint import save_checkpoint
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.random_network import random_network

__all__ = ["ELECTRODES", "random_network", "save_tiny_checkpoint"]

ELECTRODES = ("Fz", "Cz", "Pz")


def save_tiny_checkpoint(folder: Path, model: ModelConfig) -> None:
    """float.npz and binary.npz of an untrained network for three electrodes, as builds/checkpoints has them."""
    metadata = {
        "electrodes": list(ELECTRODES),
        "sampling_rate": 128,
        "window": 128,
        "normalisation": "calibration",
        "input_scale": 6 / 127,
        "class_names": ["low", "high"],
    }
    save_checkpoint(folder / "float.npz", EEGNet(model, len(ELECTRODES), 128, binary=False), metadata)
    save_checkpoint(folder / "binary.npz", random_network(model, len(ELECTRODES), 128, seed=4), metadata)
