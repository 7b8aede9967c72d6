"""Binarized networks with random weights and batch norms, settled: enough for checks of equality and for sizes."""

import torch

from eeg2fpga.config import ModelConfig
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.settle import settle


def random_network(config: ModelConfig, electrodes: int, samples: int, seed: int) -> EEGNet:
    """Batch norms of both signs whose statistics lie near the sums' own, so that outputs are far from constant."""
    torch.manual_seed(seed)
    model = EEGNet(config, electrodes, samples, binary=True)
    for name, layer in model.convolutions().items():
        fan_in = layer.conv.weight[0].numel()
        spread = {"spatial": 5000.0, "stem": 5.0}.get(name, 5.0 if name.endswith("expand") else 1.0)
        layer.norm.running_var.fill_(fan_in * spread)
        layer.norm.running_mean.normal_(0, fan_in**0.5 / 2)
        layer.norm.weight.data.normal_()
        layer.norm.bias.data.normal_(0, 0.5)
    model.classifier.bias.data.normal_(0, (config.width * model.pixels[-1]) ** 0.5)
    return settle(model)
