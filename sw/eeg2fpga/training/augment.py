"""What is done to training crops so that a few people stand for many."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from eeg2fpga.config import AugmentationConfig


def augment(
    windows: Tensor, labels: Tensor, generator: torch.Generator, classes: int, config: AugmentationConfig
) -> tuple[Tensor, Tensor]:
    """Reverse the polarity of some crops, scale and silence electrodes, mix crops in pairs.

    windows: float32 (N, electrodes, samples, 1), labels: (N,) -> windows of the same shape and class probabilities
    (N, classes). Draws from `generator`, a fixed count a batch.
    """
    count, electrodes = windows.shape[:2]
    polarity = 1 - 2 * (torch.rand(count, 1, generator=generator) < config.flip).float()
    gain = torch.exp(config.gain * torch.randn(count, electrodes, generator=generator))
    kept = (torch.rand(count, electrodes, generator=generator) >= config.drop).float()
    changed = windows * (polarity * gain * kept)[:, :, None, None]
    targets = F.one_hot(labels, classes).float()
    if not config.mixup:
        return changed, targets
    share = _beta(config.mixup, generator)
    other = torch.randperm(count, generator=generator)
    return torch.lerp(changed[other], changed, share), torch.lerp(targets[other], targets, share)


def _beta(alpha: float, generator: torch.Generator) -> float:
    """One draw from Beta(alpha, alpha): torch's own sampler takes no generator."""
    rng = np.random.default_rng(int(torch.randint(1 << 62, (1,), generator=generator)))
    return float(rng.beta(alpha, alpha))
