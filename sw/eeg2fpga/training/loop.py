"""One training run: steps, validation, progress; a killed run goes on from its checkpoint to the same weights."""

import copy
import math
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sklearn.metrics import balanced_accuracy_score
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from torch.utils.tensorboard import SummaryWriter

from eeg2fpga.files import replacing
from eeg2fpga.models.eegnet import EEGNet, to_input
from eeg2fpga.training.captured import CapturedWork, Work, place_optimizer
from eeg2fpga.training.crops import Crops
from eeg2fpga.training.statistics import retake_statistics

CHECKPOINT_STEPS = 250
VALIDATION_STEPS = 100
LOG_STEPS = 20
_SMOOTHING = 0.98

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(scores, windows, labels or class probabilities) -> scalar."""


@dataclass
class Run:
    """What one training needs. `key` names everything that the result depends on."""

    title: str
    model: EEGNet
    optimizer: Optimizer
    schedule: LRScheduler
    loss: Loss
    steps: int
    batch: int
    seed: int
    key: str
    checkpoint: Path
    patience: int = 0
    choose_from: float = 0.0
    """Share of the steps after which checkpoints compete."""
    statistics_batches: int = 0
    """Batches for the batch norms' statistics of a checkpoint that competes; 0: their running averages."""
    augment: Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]] | None = None
    """Windows and labels to windows and class probabilities."""
    mixed_precision: bool = False
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    windows: int = 0
    """Seen in steps so far, and the seconds that this thread computed for them (resumptions included)."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Validation:
    """Windows that choose the checkpoint: int8 (n, electrodes, samples) and their classes (n,)."""

    windows: Tensor
    labels: Tensor


@dataclass
class _Best:
    """The best checkpoint so far, by balanced accuracy on the validation windows (the later one of equals)."""

    score: float = -1.0
    state: dict[str, Tensor] = field(default_factory=dict)
    waited: int = 0

    def offer(self, score: float, model: EEGNet) -> None:
        if score >= self.score:
            self.score, self.state, self.waited = score, copy.deepcopy(model.state_dict()), 0
        else:
            self.waited += 1


def train(
    run: Run, crops: Crops, validation: Validation | None, console: Console, interval: int = CHECKPOINT_STEPS
) -> EEGNet:
    """Do the run's remaining steps; return its model in eval mode: the best on `validation`, the last without it.

    Resumes from `run.checkpoint` where that is of the same key, and starts anew where it is not. A checkpoint is
    written every `interval` steps and after the last one, so that a finished run costs nothing to repeat. TensorBoard
    logs go beside it, to a folder of the checkpoint's name.
    """
    generator = torch.Generator().manual_seed(run.seed)
    best = _Best()
    with torch.random.fork_rng(devices=[run.device] if run.device.type == "cuda" else []):
        # Dropout draws from the global generator.
        torch.manual_seed(run.seed)
        first = _resume(run, generator, best)
        if first < run.steps:
            _steps(run, crops, validation, console, generator, best, first, interval)
    if best.state:
        run.model.load_state_dict(best.state)
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


class _Average:
    """Exponential averages of loss and accuracy, for the progress bar."""

    def __init__(self) -> None:
        self.loss, self.accuracy, self.weight = 0.0, 0.0, 0.0

    def add(self, loss: float, accuracy: float) -> None:
        self.loss = _SMOOTHING * self.loss + (1 - _SMOOTHING) * loss
        self.accuracy = _SMOOTHING * self.accuracy + (1 - _SMOOTHING) * accuracy
        self.weight = _SMOOTHING * self.weight + (1 - _SMOOTHING)

    def fields(self) -> dict[str, float]:
        return {"loss": self.loss / self.weight, "accuracy": self.accuracy / self.weight}


def _steps(
    run: Run,
    crops: Crops,
    validation: Validation | None,
    console: Console,
    generator: torch.Generator,
    best: _Best,
    first: int,
    interval: int,
) -> None:
    run.model.train()
    place_optimizer(run.optimizer, run.device)
    update = CapturedWork(partial(_update, run), run.device) if run.device.type == "cuda" else partial(_update, run)
    average = _Average()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}  loss {task.fields[loss]:.3f}  accuracy {task.fields[accuracy]:.3f}"),
        TimeRemainingColumn(),
    )
    log = SummaryWriter(str(run.checkpoint.with_suffix("")), purge_step=first)
    with log, Progress(*columns, console=console, refresh_per_second=2) as progress:
        task = progress.add_task(run.title, total=run.steps, completed=first, loss=float("nan"), accuracy=float("nan"))
        for step in range(first + 1, run.steps + 1):
            before = time.thread_time()
            average.add(*_step(run, crops, generator, update))
            run.seconds += time.thread_time() - before
            run.windows += run.batch
            progress.update(task, completed=step, **average.fields())
            if step % LOG_STEPS == 0:
                for name, value in average.fields().items():
                    log.add_scalar(f"train/{name}", value, step)
            if step % VALIDATION_STEPS == 0 or step == run.steps:
                competes = step >= run.choose_from * run.steps
                if competes and run.statistics_batches:
                    retake_statistics(run.model, crops, run.statistics_batches, run.seed, run.device)
                if validation is not None:
                    score = _validate(run.model, validation, run.device)
                    log.add_scalar("validation/balanced_accuracy", score, step)
                    if competes:
                        best.offer(score, run.model)
            stop = step == run.steps or 0 < run.patience < best.waited
            if step % interval == 0 or stop:
                _save(run, generator, best, run.steps if stop else step)
            if stop:
                break


def _step(run: Run, crops: Crops, generator: torch.Generator, update: Work) -> tuple[float, float]:
    """One step; its loss and the share of crops that were right."""
    windows, labels = crops.batch(run.batch, generator)
    targets = labels
    if run.augment is not None:
        windows, targets = run.augment(windows, labels, generator)
        labels = targets.argmax(1)
    value, found = update(windows, targets)
    run.schedule.step()
    return value.item(), (found.cpu() == labels).float().mean().item()


def _update(run: Run, windows: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """One optimiser step on crops that are on the run's device; the loss and the classes found."""
    with torch.autocast(run.device.type, torch.bfloat16, enabled=run.mixed_precision and run.device.type == "cuda"):
        scores = run.model(windows)
        value = run.loss(scores, windows, targets)
    run.optimizer.zero_grad(set_to_none=True)
    value.backward()
    run.optimizer.step()
    run.model.constrain()
    return value.detach(), scores.detach().argmax(1)


@torch.no_grad()
def _validate(model: EEGNet, validation: Validation, device: torch.device) -> float:
    """Balanced accuracy on the validation windows."""
    model.eval()
    found = [model(to_input(part).to(device)).argmax(1).cpu() for part in validation.windows.split(512)]
    model.train()
    return float(balanced_accuracy_score(validation.labels, torch.cat(found)))


def _save(run: Run, generator: torch.Generator, best: _Best, step: int) -> None:
    state = {
        "key": run.key,
        "step": step,
        "model": run.model.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "schedule": run.schedule.state_dict(),
        "crops": generator.get_state(),
        "global": torch.get_rng_state(),
        "device": torch.cuda.get_rng_state(run.device) if run.device.type == "cuda" else None,
        "best": vars(best),
        "speed": (run.windows, run.seconds),
    }
    with replacing(run.checkpoint) as temporary:
        torch.save(state, temporary)


def _resume(run: Run, generator: torch.Generator, best: _Best) -> int:
    """Load the checkpoint if it is this run's; return the steps that it has done."""
    if not run.checkpoint.is_file():
        return 0
    try:
        state = torch.load(run.checkpoint, weights_only=True, map_location=run.device)
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, pickle.UnpicklingError):
        # A file that is no checkpoint costs only time: the run starts anew and overwrites it.
        return 0
    if not isinstance(state, dict) or state.get("key") != run.key:
        return 0
    run.model.load_state_dict(state["model"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.schedule.load_state_dict(state["schedule"])
    generator.set_state(state["crops"].cpu())
    torch.set_rng_state(state["global"].cpu())
    if state.get("device") is not None:
        torch.cuda.set_rng_state(state["device"].cpu(), run.device)
    vars(best).update(state["best"])
    run.windows, run.seconds = state["speed"]
    return int(state["step"])
