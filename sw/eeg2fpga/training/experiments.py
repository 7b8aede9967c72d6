"""Many trainings side by side: one a fold, network and seed, on the cores there are; what is done is kept."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import get_args

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from eeg2fpga.config import BuildConfig, DataConfig, Protocol
from eeg2fpga.data.load import data_root, load_dataset
from eeg2fpga.data.splits import SPLIT_VERSION, Split, split_windows
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.files import replacing
from eeg2fpga.locations import OUTPUTS
from eeg2fpga.models.settle import settle
from eeg2fpga.peers import PEERS, PEERS_VERSION
from eeg2fpga.training.decision import Scores, decide, fit_threshold
from eeg2fpga.training.evaluate import scores
from eeg2fpga.training.metrics import Outcome
from eeg2fpga.training.train import VERSION, Trainer, student_settings
from eeg2fpga.training.workers import worker_pool

PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)
FOLDS = 6
STORE = OUTPUTS / "training"
"""Checkpoints of all builds, by what they depend on."""


@dataclass(frozen=True)
class Job:
    """One training and what it says of its test windows.

    network: `float<n>` or `binary<n>` (the n-th network of stage 1 or 2), or a peer's name. The split is in `config`.
    """

    config: BuildConfig
    network: str

    def key(self) -> str:
        """What names the result."""
        settings = {name: getattr(self.config, name).model_dump(mode="json") for name in ("data", "split")}
        if self.network in PEERS:
            version = PEERS_VERSION
            settings["seed"] = self.config.training.seed
        else:
            version = VERSION
            own = student_settings(self.config)
            settings |= own if _is_binary(self) else {name: own[name] for name in ("model", "training")}
        if self.config.decision != "absolute":
            settings["decision"] = self.config.decision
        text = json.dumps([version, SPLIT_VERSION, self.network, settings], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True, eq=False)
class Result:
    """Outcome on the test windows, by the build's decision and by the absolute one; parameters; windows trained a
    second of one thread's own computing.
    """

    outcome: Outcome
    absolute: Outcome
    parameters: int
    windows_per_second: float


def folds(config: BuildConfig, protocol: str, count: int = FOLDS) -> list[BuildConfig]:
    """The build on each fold of a protocol."""
    return [
        config.model_copy(
            update={"split": config.split.model_copy(update={"protocol": protocol, "folds": count, "fold": fold})}
        )
        for fold in range(count)
    ]


def protocols_possible(config: BuildConfig) -> list[str]:
    """The protocols that the data allow with six folds."""
    dataset = _dataset(config.data)
    possible = []
    for protocol in PROTOCOLS:
        try:
            split_windows(dataset, folds(config, protocol)[0].split)
        except UserError:
            continue
        possible.append(protocol)
    return possible


def run_jobs(jobs: Sequence[Job], console: Console, workers: int | None = None) -> list[Result]:
    """Results of `jobs`, in order; run what is not done, `workers` at a time (default: a process a core).

    Results are kept in builds/out/experiments, checkpoints in builds/out/training: a killed run goes on where it was.
    """
    # Stage 2 reads the teachers that stage 1 left, so those come first.
    wanted = [teacher for job in jobs for teacher in _teachers(job)]
    due = {job.key(): job for job in [*jobs, *wanted] if not _path(job).is_file()}
    stages = {
        "stage 1 and peers": [job for job in due.values() if not _is_binary(job)],
        "stage 2": [job for job in due.values() if _is_binary(job)],
    }
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with (
        worker_pool(workers) as pool,
        Progress(*columns, console=console, refresh_per_second=1) as progress,
    ):
        for name, group in stages.items():
            task = progress.add_task(name, total=len(group), visible=bool(group))
            for future in as_completed([pool.submit(run_job, job) for job in group]):
                future.result()
                progress.advance(task)
    return [_load(job) for job in jobs]


def _teachers(job: Job) -> list[Job]:
    if not _is_binary(job) or not job.config.methods.distillation:
        return []
    return [Job(job.config, f"float{index}") for index in range(job.config.training.teachers)]


def _is_binary(job: Job) -> bool:
    return job.network.startswith("binary")


def run_job(job: Job) -> None:
    """Train (or read what was trained), predict the test windows and store the result."""
    dataset = _dataset(job.config.data)
    split = split_windows(dataset, job.config.split)
    if job.network in PEERS:
        peer = PEERS[job.network](dataset, split, job.config.training.seed)
        network_scores, parameters, speed = peer.scores, peer.parameters, peer.train_windows_per_second
    else:
        network_scores, parameters, speed = _own(job, dataset, split)
    known = np.concatenate([split.train, split.validation])
    threshold = fit_threshold(job.config.decision, dataset, known, network_scores)
    decisions = decide(dataset, split.test, network_scores, threshold)
    outcome, absolute = (
        Outcome.of(dataset, split.test, classes) for classes in (decisions.classes, decisions.absolute)
    )
    _save(job, Result(outcome, absolute, parameters, speed))


def _own(job: Job, dataset: Dataset, split: Split) -> tuple[Scores, int, float]:
    """What scores windows, parameters, windows trained a second."""
    trainer = Trainer(job.config, dataset, split, STORE, Console(quiet=True))
    binary, index = _is_binary(job), int(job.network.removeprefix("float").removeprefix("binary"))
    teachers = trainer.teachers() if binary and job.config.methods.distillation else []
    model = trainer.student(teachers, index) if binary else trainer.teacher(index)
    if binary and job.config.methods.multibit_stream:
        # What is deployed; without that method there is no hardware, and the network is taken as trained.
        model = settle(model)
    parameters = sum(p.numel() for p in model.parameters())
    return partial(scores, model), parameters, trainer.windows_per_second


@cache
def _dataset(config: DataConfig) -> Dataset:
    return load_dataset(config, data_root(), OUTPUTS / "cache")


def _path(job: Job) -> Path:
    return OUTPUTS / "experiments" / f"{job.key()}.npz"


def _save(job: Job, result: Result) -> None:
    with replacing(_path(job)) as temporary:
        np.savez_compressed(
            temporary,
            parameters=result.parameters,
            windows_per_second=result.windows_per_second,
            absolute=result.absolute.predicted,
            **vars(result.outcome),
        )


def _load(job: Job) -> Result:
    with np.load(_path(job), allow_pickle=False) as stored:
        outcome = Outcome(**{name: stored[name] for name in Outcome.__dataclass_fields__})
        absolute = replace(outcome, predicted=stored["absolute"])
        return Result(outcome, absolute, int(stored["parameters"]), float(stored["windows_per_second"]))
