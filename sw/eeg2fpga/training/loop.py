"""One training run: steps, progress, and checkpoints from which a killed run goes on to the very same weights."""

import math
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler

from eeg2fpga.files import replacing
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.training.crops import Crops

CHECKPOINT_STEPS = 250
_SMOOTHING = 0.98

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(scores, windows, labels) -> scalar."""


@dataclass
class Run:
    """What changes from step to step. `key` names everything that the result depends on."""

    title: str
    model: EEGNet
    optimizer: Optimizer
    schedule: LRScheduler
    steps: int
    batch: int
    seed: int
    key: str
    checkpoint: Path


def train(run: Run, crops: Crops, loss: Loss, console: Console, interval: int = CHECKPOINT_STEPS) -> EEGNet:
    """Do the run's remaining steps; return its model in eval mode.

    Resumes from `run.checkpoint` where that is of the same key, and starts anew where it is not. A checkpoint is
    written every `interval` steps and after the last one, so that a finished run costs nothing to repeat.
    """
    generator = torch.Generator().manual_seed(run.seed)
    with torch.random.fork_rng(devices=[]):
        # Dropout draws from the global generator.
        torch.manual_seed(run.seed)
        first = _resume(run, generator)
        if first < run.steps:
            _steps(run, crops, loss, console, generator, first, interval)
    return run.model.eval()


def one_cycle(optimizer: Optimizer, steps: int, warm: float = 0.1) -> LRScheduler:
    """One cycle (Smith, 2018): by cosines from 1/25 of the optimiser's rate up to it in `warm` of the steps, then 0."""

    def factor(step: int) -> float:
        rise = max(1.0, warm * steps)
        if step < rise:
            return 0.04 + 0.96 * _cosine(step / rise)
        return 1 - _cosine(min(1.0, (step - rise) / max(1.0, steps - rise)))

    return LambdaLR(optimizer, factor)


def _cosine(share: float) -> float:
    """0 to 1 along half a cosine."""
    return 0.5 - 0.5 * math.cos(math.pi * share)


def _steps(
    run: Run, crops: Crops, loss: Loss, console: Console, generator: torch.Generator, first: int, interval: int
) -> None:
    run.model.train()
    mean_loss, mean_accuracy, weight = 0.0, 0.0, 0.0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}  loss {task.fields[loss]:.3f}  accuracy {task.fields[accuracy]:.3f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, refresh_per_second=2) as progress:
        task = progress.add_task(run.title, total=run.steps, completed=first, loss=float("nan"), accuracy=float("nan"))
        for step in range(first, run.steps):
            windows, labels = crops.batch(run.batch, generator)
            scores = run.model(windows)
            value = loss(scores, windows, labels)
            run.optimizer.zero_grad(set_to_none=True)
            value.backward()
            run.optimizer.step()
            run.schedule.step()
            run.model.constrain()
            hits = (scores.detach().argmax(1) == labels).float().mean().item()
            mean_loss = _SMOOTHING * mean_loss + (1 - _SMOOTHING) * value.item()
            mean_accuracy = _SMOOTHING * mean_accuracy + (1 - _SMOOTHING) * hits
            weight = _SMOOTHING * weight + (1 - _SMOOTHING)
            progress.update(task, completed=step + 1, loss=mean_loss / weight, accuracy=mean_accuracy / weight)
            if (step + 1) % interval == 0 or step + 1 == run.steps:
                _save(run, generator, step + 1)


def _save(run: Run, generator: torch.Generator, step: int) -> None:
    state = {
        "key": run.key,
        "step": step,
        "model": run.model.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "schedule": run.schedule.state_dict(),
        "crops": generator.get_state(),
        "global": torch.get_rng_state(),
    }
    with replacing(run.checkpoint) as temporary:
        torch.save(state, temporary)


def _resume(run: Run, generator: torch.Generator) -> int:
    """Load the checkpoint if it is this run's; return the step to go on with."""
    if not run.checkpoint.is_file():
        return 0
    try:
        state = torch.load(run.checkpoint, weights_only=True)
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, pickle.UnpicklingError):
        # A file that is no checkpoint costs only time: the run starts anew and overwrites it.
        return 0
    if not isinstance(state, dict) or state.get("key") != run.key:
        return 0
    run.model.load_state_dict(state["model"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.schedule.load_state_dict(state["schedule"])
    generator.set_state(state["crops"])
    torch.set_rng_state(state["global"])
    return int(state["step"])
