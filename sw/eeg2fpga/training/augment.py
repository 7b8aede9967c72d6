"""What stage 1 does to its crops so that a few people stand for many."""

import torch
from torch import Tensor

from eeg2fpga.config import AugmentationConfig


def augment(windows: Tensor, config: AugmentationConfig, generator: torch.Generator) -> Tensor:
    """Reverse the polarity of some crops, scale and silence electrodes at random.

    windows: float32 (N, electrodes, samples, 1) -> the same shape. Draws from `generator` (on the CPU), a fixed count a
    batch.
    """
    count, electrodes = windows.shape[:2]
    polarity = 1 - 2 * (torch.rand(count, 1, generator=generator) < config.flip).float()
    gain = torch.exp(config.gain * torch.randn(count, electrodes, generator=generator))
    kept = (torch.rand(count, electrodes, generator=generator) >= config.drop).float()
    return windows * (polarity * gain * kept)[:, :, None, None].to(windows.device)
