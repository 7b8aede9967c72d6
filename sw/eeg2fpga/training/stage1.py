"""Stage 1: the float twin, several seeds of it, as teachers."""

from functools import partial
from pathlib import Path

from torch import Tensor
from torch.nn import functional as F
from torch.optim import AdamW

from eeg2fpga.config import TrainingConfig
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.augment import augment
from eeg2fpga.training.loop import Run, one_cycle


def teacher_run(config: TrainingConfig, model: EEGNet, index: int, key: str, folder: Path) -> Run:
    """AdamW, one cycle, dropout, label smoothing, augmented crops: the run of teacher `index`."""
    stage = config.float_stage
    optimizer = AdamW(model.parameters(), lr=stage.rate, weight_decay=config.weight_decay)

    def loss(scores: Tensor, windows: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(scores, targets, label_smoothing=config.label_smoothing)

    return Run(
        title=f"float {index + 1}/{config.teachers}",
        model=model,
        optimizer=optimizer,
        schedule=one_cycle(optimizer, stage.steps),
        loss=loss,
        steps=stage.steps,
        batch=config.batch,
        seed=teacher_seed(config, index),
        key=key,
        checkpoint=folder / f"float-{key[:16]}.pt",
        patience=stage.patience,
        choose_from=stage.choose_from,
        augment=partial(augment, classes=model.classes, config=config.augmentation),
        mixed_precision=True,
    )


def teacher_seed(config: TrainingConfig, index: int) -> int:
    """The seed of teacher `index`: its initial weights, crops and dropout."""
    return config.seed * 1000 + index + 1
