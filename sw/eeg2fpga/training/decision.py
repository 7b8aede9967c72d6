"""From scores to classes: absolute, or relative to what the network makes of the person at rest.

Idea: the scores that people rest at differ by as much as a task moves them, and the baseline says where each rests.
Unlabelled and recorded beforehand, it is what the normalisation knows as well. Formula: class 1 where
margin - median of the baseline windows' margins > threshold (board/decision.py); the threshold lies halfway between the
means of the two classes' relative margins on windows that are not tested.
Cost in hardware: a register, and an adder before the argmax.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eeg2fpga.board.decision import resting_level
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError

Scores = Callable[[np.ndarray], np.ndarray]
"""int8 windows (n, electrodes, samples) -> scores (n, classes)."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """Classes of the same windows, int64 (n,): what is decided, and what the largest score alone would say."""

    classes: np.ndarray
    absolute: np.ndarray
    relative: bool
    """False: the two are the same."""


def decide(dataset: Dataset, indices: np.ndarray, scores: Scores, threshold: float | None) -> Decisions:
    """Decisions on windows `indices`; threshold None: absolute ones. Raises UserError as `check_resting` does."""
    found = scores(dataset.windows(indices))
    absolute = found.argmax(1)
    if threshold is None:
        return Decisions(absolute, absolute, relative=False)
    margins = _margins(found) - resting_levels(dataset, indices, scores)
    return Decisions((margins > threshold).astype(np.int64), absolute, relative=True)


def fit_threshold(decision: str, dataset: Dataset, indices: np.ndarray, scores: Scores) -> float | int | None:
    """Threshold of `decision`, None if it is `absolute`, from windows `indices`, which hold both classes.

    An integer where scores are integers. Raises UserError as `check_resting` does.
    """
    if decision == "absolute":
        return None
    margins, labels = _margins(scores(dataset.windows(indices))), dataset.labels[indices]
    relative = margins - resting_levels(dataset, indices, scores)
    threshold = (relative[labels == 0].mean() + relative[labels == 1].mean()) / 2
    return float(threshold) if margins.dtype.kind == "f" else int(np.floor(threshold))


def check_resting(dataset: Dataset) -> None:
    """Raise UserError unless decisions relative to rest are possible: two classes, baselines of a window or more."""
    if len(dataset.class_names) != 2:
        raise UserError(f"decision `relative` is between two classes, not {len(dataset.class_names)}: set absolute")
    if not dataset.baselines:
        raise UserError("decision `relative` needs baselines: set data.normalisation to calibration")
    shortest = min(baseline.shape[1] for baseline in dataset.baselines)
    if shortest < dataset.window:
        raise UserError(
            f"a baseline of {shortest} samples is shorter than a window of {dataset.window}: set decision to absolute"
        )


def resting_levels(dataset: Dataset, indices: np.ndarray, scores: Scores) -> np.ndarray:
    """Of each window of `indices`, the resting level of the baseline before it, float64 (n,).

    Raises UserError as `check_resting` does.
    """
    check_resting(dataset)
    of_window = dataset.signal_baseline[dataset.window_signal[indices]]
    levels = np.zeros(len(dataset.baselines))
    for baseline in np.unique(of_window):
        levels[baseline] = resting_level(_margins(scores(dataset.resting_windows(baseline))))
    return levels[of_window]


def _margins(scores: np.ndarray) -> np.ndarray:
    return scores[:, 1] - scores[:, 0]
