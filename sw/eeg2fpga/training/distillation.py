"""Method 3, distillation: the binarized net learns from what its float teachers say of a crop, not from labels alone.

Idea: labels of a whole recording are noisy for one second of it, and a net of +-1 weights has no room to fit noise; the
teachers' mean says how sure one can be (Hinton, Vinyals and Dean, 2015; binarized nets: Mishra and Marr, ICLR 2018).
Formula: (1 - w) CE(scores, labels) + w T^2 KL(mean of softmax(teacher / T) || softmax(scores / T)).
Cost in hardware: none.
Off: cross entropy alone.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from eeg2fpga.config import TrainingConfig


def distillation_loss(config: TrainingConfig, scores: Tensor, labels: Tensor, teachers: list[Tensor]) -> Tensor:
    """Scalar loss of scores (N, classes) against labels (N,) and the teachers' scores (N, classes) each."""
    plain = F.cross_entropy(scores, labels, label_smoothing=config.label_smoothing)
    temperature, weight = config.temperature, config.distillation_weight
    target = torch.stack([F.softmax(score.detach() / temperature, dim=1) for score in teachers]).mean(dim=0)
    student = F.log_softmax(scores / temperature, dim=1)
    divergence = F.kl_div(student, target, reduction="batchmean") * temperature**2
    return (1 - weight) * plain + weight * divergence
