"""Batch-norm statistics taken anew, for the weights as they are.

Idea: the running averages of a batch norm remember the last dozen batches only, each seen by other signs, and the
thresholds of the binarized net come from them. Averages over many batches, with the weights held, are what the
thresholds should come from (PreciseBN: Wu and Johnson, "Rethinking 'Batch' in BatchNorm", 2021).
Formula: mean and variance are the averages of theirs over `batches` batches of training crops.
Cost in hardware: none.
"""

import torch
from torch import nn

from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.crops import Crops

_BATCH = 256


@torch.no_grad()
def retake_statistics(model: EEGNet, crops: Crops, batches: int, seed: int, device: torch.device) -> None:
    """Replace the running statistics of all batch norms; leave the model in training mode, its weights untouched."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        # None: the plain average of all batches since.
        norm.momentum = None
    generator = torch.Generator().manual_seed(seed)
    model.train()
    for _ in range(batches):
        windows, _ = crops.batch(_BATCH, generator)
        # A GPU wants it contiguous (training/captured.py).
        model(windows.to(device) if device.type == "cpu" else windows.contiguous().to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
