"""Both stages of a build."""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from eeg2fpga.config import BuildConfig
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.settle import settle
from eeg2fpga.training.crops import Crops
from eeg2fpga.training.evaluate import evaluate
from eeg2fpga.training.loop import train
from eeg2fpga.training.stage1 import teacher_run, teacher_seed
from eeg2fpga.training.stage2 import student_run

_VERSION = 1
"""Part of every checkpoint's key: raise it when the same configuration would train to other weights."""


def train_build(
    config: BuildConfig, dataset: Dataset, split: Split, folder: Path, console: Console | None = None
) -> tuple[EEGNet, EEGNet]:
    """Train teachers, then the binarized net; return (the float net, the settled binarized net), both in eval mode.

    The float net is the teacher with the best balanced accuracy on the validation windows. Checkpoints go to `folder`:
    a killed run goes on where it stopped, with the same final weights, and a finished one is only read. The same
    configuration, data, split and number of threads give the same weights. Raises UserError for a model that does not
    fit the windows and for a class without training windows.
    """
    console = console or Console(stderr=True)
    torch.set_num_threads(config.training.threads)
    classes = len(dataset.class_names)
    crops = Crops(dataset, split.train, classes)
    key = training_key(config, dataset, split)
    teachers = [
        _train_teacher(config, dataset, crops, index, key, folder, console) for index in range(config.training.teachers)
    ]
    torch.manual_seed(config.training.seed * 1000)
    student = build_model(config, dataset, binary=True)
    run, loss = student_run(config.training, student, teachers, key, folder)
    return _best(teachers, dataset, split), settle(train(run, crops, loss, console))


def build_model(config: BuildConfig, dataset: Dataset, *, binary: bool) -> EEGNet:
    """A new, untrained network for the build's windows."""
    shape = len(dataset.electrodes), dataset.window, len(dataset.class_names)
    return EEGNet(config.model, *shape, binary=binary, dropout=0.0 if binary else config.training.dropout)


def training_key(config: BuildConfig, dataset: Dataset, split: Split) -> str:
    """A hash of all that the trained weights depend on."""
    settings = {name: getattr(config, name).model_dump(mode="json") for name in ("model", "training")}
    digest = hashlib.sha256(json.dumps([_VERSION, settings, dataset.class_names, dataset.window]).encode())
    for signal in dataset.signals:
        digest.update(np.ascontiguousarray(signal))
    for array in (dataset.signal_labels, dataset.window_signal, dataset.window_start, split.train):
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def _train_teacher(
    config: BuildConfig, dataset: Dataset, crops: Crops, index: int, key: str, folder: Path, console: Console
) -> EEGNet:
    torch.manual_seed(teacher_seed(config.training, index))
    model = build_model(config, dataset, binary=False)
    run, loss = teacher_run(config.training, model, index, key, folder)
    return train(run, crops, loss, console)


def _best(teachers: list[EEGNet], dataset: Dataset, split: Split) -> EEGNet:
    """The teacher that the validation windows prefer; the first where there are none."""
    if not len(split.validation):
        return teachers[0]
    windows, labels = dataset.windows(split.validation), dataset.labels[split.validation]
    return max(teachers, key=lambda teacher: evaluate(teacher, windows, labels)["balanced_accuracy"])
