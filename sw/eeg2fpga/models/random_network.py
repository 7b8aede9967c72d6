"""Binarized networks with random weights and batch norms, settled: enough for checks of equality and for sizes."""

import torch

from eeg2fpga.config import ModelConfig
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.settle import settle

_WINDOWS = 64
"""Random ones, whose median scores the classes' biases balance."""


def random_network(config: ModelConfig, electrodes: int, samples: int, seed: int, classes: int = 2) -> EEGNet:
    """Batch norms of both signs whose statistics lie near the sums' own, so that outputs are far from constant.

    On uniformly random INT8 windows every class wins some, unless the classes happen to have the same weights.
    """
    torch.manual_seed(seed)
    model = EEGNet(config, electrodes, samples, classes, binary=True)
    for name, layer in model.convolutions().items():
        fan_in = layer.conv.weight[0].numel()
        spread = {"spatial": 5000.0, "stem": 5.0}.get(name, 5.0 if name.endswith("expand") else 1.0)
        layer.norm.running_var.fill_(fan_in * spread)
        layer.norm.running_mean.normal_(0, fan_in**0.5 / 2)
        layer.norm.weight.data.normal_()
        layer.norm.bias.data.normal_(0, 0.5)
    windows = torch.randint(-127, 128, (_WINDOWS, electrodes, samples, 1)).float()
    with torch.no_grad():
        scores = settle(model)(windows) / (model.classifier.gain * model.classifier.unit)
    model.classifier.bias.data = -scores.median(0).values
    return settle(model)
