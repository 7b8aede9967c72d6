"""What every peer is once fitted, and how it is timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sklearn.metrics import balanced_accuracy_score

from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.training.decision import Scores


@dataclass(frozen=True)
class Peer:
    """A fitted model that ours is compared with."""

    scores: Scores
    parameters: int
    """Trained numbers that a prediction needs."""
    train_windows_per_second: float
    """Windows that training saw per second of one thread: its steps alone, without validation."""


Fit = Callable[[Dataset, Split, int], Peer]
"""(data set, split, seed) -> the peer fitted on the split's training windows; its test windows are never looked at."""


class Stopwatch:
    """Sums the seconds that the calling thread computes inside `with`: other programs on the machine do not count."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> "Stopwatch":
        self._start = time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.thread_time() - self._start


def validation_score(scores: Scores, dataset: Dataset, split: Split) -> float:
    """Balanced accuracy on the split's validation windows; 0 if it has none."""
    if not len(split.validation):
        return 0.0
    predicted = scores(dataset.windows(split.validation)).argmax(axis=1)
    return float(balanced_accuracy_score(dataset.labels[split.validation], predicted))
