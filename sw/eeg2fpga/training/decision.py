"""From scores to classes: absolute, or relative to what the network makes of the person at rest.

Idea: people differ in the score that they rest at by as much as a task moves it, and the baseline says where that is.
Unlabelled, recorded beforehand, it is what the normalisation knows as well. Formula: class 1 where
margin - median of the baseline windows' margins > threshold (board/decision.py); the threshold lies halfway between the
means of the two classes' relative margins on windows that are not tested.
Cost in hardware: a register and an adder before the argmax.
"""

from collections.abc import Callable

import numpy as np

from eeg2fpga.board.decision import resting_level
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError

Scores = Callable[[np.ndarray], np.ndarray]
"""int8 windows (n, electrodes, samples) -> scores (n, classes)."""


def decide(decision: str, dataset: Dataset, split: Split, scores: Scores) -> np.ndarray:
    """Class of each test window, int64 (n,); decision: `absolute` or `relative`."""
    if decision == "absolute":
        return scores(dataset.windows(split.test)).argmax(1)
    threshold = fit_threshold(dataset, np.concatenate([split.train, split.validation]), scores)
    return relative_classes(dataset, split.test, scores, threshold)


def relative_classes(dataset: Dataset, indices: np.ndarray, scores: Scores, threshold: float) -> np.ndarray:
    """Class of windows `indices`, int64 (n,). Raises UserError as `relative_margins` does."""
    return (relative_margins(dataset, indices, scores) > threshold).astype(np.int64)


def fit_threshold(dataset: Dataset, indices: np.ndarray, scores: Scores) -> float:
    """Halfway between the classes' mean relative margins over windows `indices`, which hold both classes."""
    margins, labels = relative_margins(dataset, indices, scores), dataset.labels[indices]
    return float(margins[labels == 0].mean() + margins[labels == 1].mean()) / 2


def relative_margins(dataset: Dataset, indices: np.ndarray, scores: Scores) -> np.ndarray:
    """Margins of windows `indices` (n,) less the resting level of the baseline before each.

    Raises UserError where there are not two classes, no baselines, or one is shorter than a window.
    """
    if len(dataset.class_names) != 2:
        raise UserError(f"decision `relative` is between two classes, not {len(dataset.class_names)}: set absolute")
    if not dataset.baselines:
        raise UserError("decision `relative` needs baselines: set data.normalisation to calibration")
    of_window = dataset.signal_baseline[dataset.window_signal[indices]]
    levels = np.zeros(len(dataset.baselines))
    for baseline in np.unique(of_window):
        resting = dataset.resting_windows(baseline)
        if not len(resting):
            raise UserError(f"a baseline is shorter than a window of {dataset.window} samples: set absolute")
        levels[baseline] = resting_level(_margins(scores(resting)))
    return _margins(scores(dataset.windows(indices))) - levels[of_window]


def _margins(scores: np.ndarray) -> np.ndarray:
    return scores[:, 1] - scores[:, 0]
