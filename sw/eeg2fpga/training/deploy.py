"""Networks for people who are in no split: trained on everyone, kept as checkpoints, evaluated on newcomers."""

from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console

from eeg2fpga.config import BuildConfig
from eeg2fpga.data.load import load_dataset
from eeg2fpga.data.splits import everyone
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.decision import Scores, decide, fit_threshold
from eeg2fpga.training.evaluate import scores
from eeg2fpga.training.metrics import decision_figures
from eeg2fpga.training.train import train_build
from eeg2fpga.verify.golden import GoldenModel

NETWORKS = ("float", "binary")


def train_everyone(config: BuildConfig, dataset: Dataset, store: Path, target: Path, console: Console) -> None:
    """Train both stages on all windows, without validation; write target/float.npz and target/binary.npz."""
    split = everyone(dataset)
    networks = dict(zip(NETWORKS, train_build(config, dataset, split, store, console), strict=True))
    for name, scorer in scorers(*networks.values()).items():
        threshold = fit_threshold(config.decision, dataset, split.train, scorer)
        save_checkpoint(target / f"{name}.npz", networks[name], dataset.metadata(), threshold)


def scorers(floating: EEGNet, binary: EEGNet) -> dict[str, Scores]:
    """What scores windows, by network: PyTorch for the float one, the golden model's integers for the binarized one."""
    return {"float": partial(scores, floating), "binary": GoldenModel.from_model(binary).scores}


def evaluate_checkpoints(config: BuildConfig, folder: Path, root: Path, cache: Path) -> dict[str, dict]:
    """Figures of the checkpoints in `folder` on the recordings in `root` (metrics.decision_figures, by network).

    `root` holds the recordings, or a folder of the source's name that does. The binarized network is the golden model,
    integers only. Raises UserError if the recordings are not like those that the networks were trained on.
    """
    inside = root / config.data.source
    data = config.data.model_copy(update={"path": inside if inside.is_dir() else root})
    checkpoints = {name: load_checkpoint(folder / f"{name}.npz") for name in NETWORKS}
    dataset = load_dataset(data, None, cache)
    for name, checkpoint in checkpoints.items():
        _check_alike(dataset, checkpoint, folder / f"{name}.npz")
    indices = np.arange(len(dataset))
    return {
        name: decision_figures(dataset, indices, decide(dataset, indices, scorer, checkpoints[name].threshold))
        for name, scorer in scorers(*(checkpoint.model for checkpoint in checkpoints.values())).items()
    }


def _check_alike(dataset: Dataset, checkpoint: Checkpoint, path: Path) -> None:
    trained, given = checkpoint.metadata, dataset.metadata()
    for name in ("electrodes", "sampling_rate", "window", "normalisation", "input_scale", "class_names"):
        if trained[name] != given[name]:
            raise UserError(f"{path} was trained with {name} {trained[name]}, the recordings have {given[name]}")
