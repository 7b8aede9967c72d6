"""Stage 2: the binarized twin, distilled from the mean of the teachers (Hinton et al., 2015)."""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import Adam

from eeg2fpga.config import TrainingConfig
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.loop import Loss, Run, one_cycle


def student_run(
    config: TrainingConfig, model: EEGNet, teachers: list[EEGNet], key: str, folder: Path
) -> tuple[Run, Loss]:
    """Adam, one cycle, no weight decay (it would pull latent weights to the sign's edge); and the distillation loss."""
    bias = [model.classifier.bias]
    others = [parameter for parameter in model.parameters() if parameter is not model.classifier.bias]
    # The bias counts accumulator steps, each `unit` of the mean's own size.
    groups = [{"params": others}, {"params": bias, "lr": config.binary_rate / model.classifier.unit}]
    optimizer = Adam(groups, lr=config.binary_rate)

    def loss(scores: Tensor, windows: Tensor, labels: Tensor) -> Tensor:
        return distillation_loss(config, scores, labels, [teacher(windows) for teacher in _frozen(teachers)])

    run = Run(
        title="binarized",
        model=model,
        optimizer=optimizer,
        schedule=one_cycle(optimizer, config.binary_steps),
        steps=config.binary_steps,
        batch=config.batch,
        seed=config.seed * 1000,
        key=key,
        checkpoint=folder / "binary.pt",
    )
    return run, loss


def distillation_loss(config: TrainingConfig, scores: Tensor, labels: Tensor, teachers: list[Tensor]) -> Tensor:
    """(1 - w) cross entropy + w T^2 KL(teachers' mean at temperature T || scores at T)."""
    plain = F.cross_entropy(scores, labels, label_smoothing=config.label_smoothing)
    temperature = config.temperature
    target = torch.stack([F.softmax(score.detach() / temperature, dim=1) for score in teachers]).mean(dim=0)
    student = F.log_softmax(scores / temperature, dim=1)
    divergence = F.kl_div(student, target, reduction="batchmean") * temperature**2
    return (1 - config.distillation) * plain + config.distillation * divergence


def _frozen(teachers: list[EEGNet]) -> list[EEGNet]:
    return [teacher.requires_grad_(False).eval() for teacher in teachers]
