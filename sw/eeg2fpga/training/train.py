"""Both stages of a build."""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from eeg2fpga.config import AugmentationConfig, BuildConfig
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.settle import settle
from eeg2fpga.training.crops import Crops
from eeg2fpga.training.decision import check_resting
from eeg2fpga.training.evaluate import evaluate
from eeg2fpga.training.loop import Run, Validation, train
from eeg2fpga.training.stage1 import teacher_run, teacher_seed
from eeg2fpga.training.stage2 import student_run, student_seed

VERSION = 5
"""Part of every checkpoint's key: raise it when the same configuration would train to other weights."""

_STAGE2_ONLY = (
    "binary_stage",
    "binary_augmentation",
    "distillation_weight",
    "temperature",
    "teachers",
    "statistics_batches",
)


class Trainer:
    """Trains the networks of one build on one split; every run is kept in `folder` under the hash of all it depends on.

    A killed run goes on where it stopped, with the same final weights, and a finished one is only read, by whatever
    build asks for it. The same configuration, data, split and number of threads give the same weights.
    Raises UserError for a model that does not fit the windows, for a class without training windows, and where the
    build's decisions cannot be relative to rest.
    """

    def __init__(
        self, config: BuildConfig, dataset: Dataset, split: Split, folder: Path, console: Console | None = None
    ) -> None:
        if config.decision == "relative":
            check_resting(dataset)
        self.config, self.dataset, self.split, self.folder = config, dataset, split, folder
        self._console = console or Console(stderr=True)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.set_num_threads(config.training.threads)
        self._crops = Crops(dataset, split.train, len(dataset.class_names))
        self._validation = None
        if len(split.validation):
            windows, labels = dataset.windows(split.validation), dataset.labels[split.validation]
            self._validation = Validation(torch.from_numpy(windows), torch.from_numpy(labels))
        self._data = self._data_digest()
        self.windows_per_second = 0.0
        """Of the last training: windows in its steps a second of one thread's computing."""

    def teacher(self, index: int) -> EEGNet:
        """Stage 1: float network `index`, in eval mode."""
        config = self.config.training
        torch.manual_seed(teacher_seed(config, index))
        model = build_model(self.config, self.dataset, binary=False)
        return self._train(teacher_run(config, model, index, self._teacher_key(index), self.folder))

    def teachers(self) -> list[EEGNet]:
        """All of the build's float networks."""
        return [self.teacher(index) for index in range(self.config.training.teachers)]

    def student(self, teachers: list[EEGNet], index: int = 0) -> EEGNet:
        """Stage 2: binarized network `index` (0 is the build's, others measure how far seeds spread), as trained, not
        settled, in eval mode; `teachers`: none, or `teachers()`.
        """
        config = self.config.training
        torch.manual_seed(student_seed(config, index))
        model = build_model(self.config, self.dataset, binary=True)
        on_device = [teacher.to(self._device) for teacher in teachers]
        key, augmentation = self._student_key(index), binary_augmentation(self.config)
        student = self._train(student_run(config, model, on_device, index, key, self.folder, augmentation=augmentation))
        for teacher in teachers:
            teacher.cpu()
        return student

    def best(self, teachers: list[EEGNet]) -> EEGNet:
        """The teacher that the validation windows prefer; the first where there are none."""
        split, dataset = self.split, self.dataset
        if not len(split.validation):
            return teachers[0]
        windows, labels = dataset.windows(split.validation), dataset.labels[split.validation]
        return max(teachers, key=lambda teacher: evaluate(teacher, windows, labels)["balanced_accuracy"])

    def _train(self, run: Run) -> EEGNet:
        run.device = self._device
        run.model.to(self._device)
        model = train(run, self._crops, self._validation, self._console).cpu()
        self.windows_per_second = run.windows / run.seconds
        return model

    def _teacher_key(self, index: int) -> str:
        training = self.config.training.model_dump(mode="json", exclude=set(_STAGE2_ONLY))
        # The float twin has neither quantisers nor methods.
        model = self.config.model.model_dump(mode="json", exclude={"residual_bits", "hidden_bits", "copies", "size"})
        return _digest([VERSION, "float", index, training, model, self._data])

    def _student_key(self, index: int) -> str:
        return _digest([VERSION, "binary", index, student_settings(self.config), self._data])

    def _data_digest(self) -> str:
        dataset, split = self.dataset, self.split
        digest = hashlib.sha256(json.dumps([dataset.class_names, dataset.window]).encode())
        for signal in dataset.signals:
            digest.update(np.ascontiguousarray(signal))
        arrays = (dataset.signal_labels, dataset.window_signal, dataset.window_start, split.train, split.validation)
        for array in arrays:
            digest.update(np.ascontiguousarray(array))
        return digest.hexdigest()


def binary_augmentation(config: BuildConfig) -> AugmentationConfig | None:
    """What stage 2 does to its crops under the build's protocol, if anything."""
    return config.training.binary_augmentation.get(config.split.protocol)


def student_settings(config: BuildConfig) -> dict:
    """All of a build that a binarized network depends on but data and split."""
    settings = {name: getattr(config, name).model_dump(mode="json") for name in ("model", "methods", "training")}
    # Only what they say of this protocol.
    own = binary_augmentation(config)
    settings["training"]["binary_augmentation"] = None if own is None else own.model_dump(mode="json")
    return settings


def train_build(
    config: BuildConfig, dataset: Dataset, split: Split, folder: Path, console: Console | None = None
) -> tuple[EEGNet, EEGNet]:
    """Train teachers, then the binarized net; return (the float net, the settled binarized net), both in eval mode.

    The float net is the teacher with the best balanced accuracy on the validation windows. See Trainer for `folder` and
    errors.
    """
    trainer = Trainer(config, dataset, split, folder, console)
    teachers = trainer.teachers()
    student = trainer.student(teachers if config.methods.distillation else [])
    return trainer.best(teachers), settle(student)


def build_model(config: BuildConfig, dataset: Dataset, *, binary: bool) -> EEGNet:
    """A new, untrained network for the build's windows."""
    shape = len(dataset.electrodes), dataset.window, len(dataset.class_names)
    dropout = 0.0 if binary else config.training.dropout
    return EEGNet(config.model, *shape, binary=binary, methods=config.methods, dropout=dropout)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
