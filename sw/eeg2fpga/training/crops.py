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
        self._starts = [torch.from_numpy(start[label == index]) for index in range(classes)]
        for index, of_class in enumerate(self._starts):
            if not len(of_class):
                name = dataset.class_names[index]
                raise UserError(f"no training window has the label {name}: lower split.folds or add recordings")

    def __len__(self) -> int:
        return sum(len(of_class) for of_class in self._starts)

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Windows float32 (size, electrodes, samples, 1) of INT8 integers and their classes int64 (size,)."""
        labels = torch.randint(len(self._starts), (size,), generator=generator)
        position = torch.rand(size, generator=generator, dtype=torch.float64)
        counts = torch.tensor([len(of_class) for of_class in self._starts])
        picked = (position * counts[labels]).long()
        start = torch.stack([self._starts[c][i] for c, i in zip(labels.tolist(), picked.tolist(), strict=True)])
        rows = self._rows[(start[:, None] + torch.arange(self.window)).flatten()]
        # Channels last in memory, as gathered: a quarter faster in the convolutions than contiguous.
        return rows.to(torch.float32).view(size, self.window, 1, -1).permute(0, 3, 1, 2), labels


def crop_starts(window_starts: np.ndarray, window: int) -> np.ndarray:
    """Offsets, ascending, of all crops of `window` samples inside the union of one signal's windows."""
    ordered = np.sort(window_starts)
    gaps = np.flatnonzero(np.diff(ordered) > window) + 1
    runs = np.split(ordered, gaps)
    return np.concatenate([np.arange(run[0], run[-1] + 1) for run in runs])
