"""Stage 2: the binarized twin."""

from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import Adam

from eeg2fpga.config import AugmentationConfig, TrainingConfig
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.augment import augment
from eeg2fpga.training.distillation import distillation_loss
from eeg2fpga.training.loop import Run, one_cycle


def student_run(
    config: TrainingConfig,
    model: EEGNet,
    teachers: list[EEGNet],
    index: int,
    key: str,
    folder: Path,
    *,
    augmentation: AugmentationConfig | None,
) -> Run:
    """Adam, one cycle, no weight decay (it would pull latent weights to the sign's edge); distilled from `teachers`.

    Without teachers the loss is the cross entropy alone. `augmentation` is that of the crops, of which the teachers
    see the same.
    """
    stage = config.binary_stage
    bias = [model.classifier.bias]
    others = [parameter for parameter in model.parameters() if parameter is not model.classifier.bias]
    # The bias counts accumulator steps, each `unit` of the mean's own size.
    groups = [{"params": others}, {"params": bias, "lr": stage.rate / model.classifier.unit}]
    optimizer = Adam(groups, lr=stage.rate)
    frozen = [teacher.requires_grad_(False).eval() for teacher in teachers]

    def loss(scores: Tensor, windows: Tensor, labels: Tensor) -> Tensor:
        if not frozen:
            return F.cross_entropy(scores, labels, label_smoothing=config.label_smoothing)
        with torch.no_grad():
            taught = [teacher(windows) for teacher in frozen]
        return distillation_loss(config, scores, labels, taught)

    change = None if augmentation is None else partial(augment, classes=model.classes, config=augmentation)
    return Run(
        title="binarized",
        model=model,
        optimizer=optimizer,
        schedule=one_cycle(optimizer, stage.steps),
        loss=loss,
        steps=stage.steps,
        batch=config.batch,
        seed=student_seed(config, index),
        key=key,
        checkpoint=folder / f"binary-{key[:16]}.pt",
        patience=stage.patience,
        choose_from=stage.choose_from,
        statistics_batches=config.statistics_batches,
        augment=change,
    )


def student_seed(config: TrainingConfig, index: int) -> int:
    """The seed of binarized network `index`: its initial weights and crops; no teacher's below a hundred of them."""
    return config.seed * 1000 + 100 * index
