"""Training crops: windows at any sample offset that lie wholly inside training windows."""

import numpy as np
import torch
from torch import Tensor

from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError


class Crops:
    """Draws batches of crops, every class equally often.

    A crop lies in the union of the training windows of one signal, so no sample of another window is ever seen.
    """

    def __init__(self, dataset: Dataset, train: np.ndarray, classes: int):
        self.window = dataset.window
        lengths = np.array([signal.shape[1] for signal in dataset.signals])
        first_row = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        # Rows are samples, so that a crop is a block of memory.
        self._rows = torch.from_numpy(np.concatenate([signal.T for signal in dataset.signals]))
        starts, labels = [], []
        for signal in np.unique(dataset.window_signal[train]):
            chosen = train[dataset.window_signal[train] == signal]
            offsets = crop_starts(dataset.window_start[chosen], dataset.window)
            starts.append(offsets + first_row[signal])
            labels.append(np.full(len(offsets), dataset.signal_labels[signal]))
        start, label = np.concatenate(starts), np.concatenate(labels)
        # Class by class, each class's crops in one run.
        self._starts = torch.from_numpy(start[np.argsort(label, kind="stable")])
        counts = np.bincount(label, minlength=classes)
        self._counts, self._first = torch.from_numpy(counts), torch.from_numpy(np.cumsum(counts) - counts)
        self._offsets = torch.arange(dataset.window)
        for index, count in enumerate(counts):
            if not count:
                name = dataset.class_names[index]
                raise UserError(f"no training window has the label {name}: lower split.folds or add recordings")

    def __len__(self) -> int:
        return len(self._starts)

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Windows float32 (size, electrodes, samples, 1) of INT8 integers and their classes int64 (size,)."""
        labels = torch.randint(len(self._counts), (size,), generator=generator)
        position = torch.rand(size, generator=generator, dtype=torch.float64)
        start = self._starts[self._first[labels] + (position * self._counts[labels]).long()]
        rows = self._rows[(start[:, None] + self._offsets).flatten()]
        # Channels last in memory, as gathered: a quarter faster in the convolutions than contiguous.
        return rows.to(torch.float32).view(size, self.window, 1, -1).permute(0, 3, 1, 2), labels


def crop_starts(window_starts: np.ndarray, window: int) -> np.ndarray:
    """Offsets, ascending, of all crops of `window` samples inside the union of one signal's windows."""
    ordered = np.sort(window_starts)
    gaps = np.flatnonzero(np.diff(ordered) > window) + 1
    runs = np.split(ordered, gaps)
    return np.concatenate([np.arange(run[0], run[-1] + 1) for run in runs])
