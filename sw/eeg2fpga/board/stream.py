"""Samples as they arrive: blocks of any length in, (time, class) out at each stride."""

from __future__ import annotations

from typing import Callable

import numpy as np

from .network_input import NetworkInput, Quantiser


class Stream:
    """Made by EEGAccelerator.stream(). Not for several threads at once.

    select: block of the recorder's rows -> float32 microvolt (electrodes, samples) of the network's.
    classify: int8 windows (n, electrodes, samples) -> classes.
    """

    def __init__(
        self,
        network: NetworkInput,
        quantiser: Quantiser,
        select: Callable[[np.ndarray], np.ndarray],
        classify: Callable[[np.ndarray], np.ndarray],
        stride: int,
    ) -> None:
        self._network, self._quantiser, self._stride = network, quantiser, stride
        self._select, self._classify = select, classify
        self._kept = quantiser.signal(np.empty((len(network.electrodes), 0), np.float32))
        self._skip = 0
        """Samples still to come before the next window's first one (a stride longer than a window)."""
        self._seen = 0
        """Samples before the first one kept."""

    def push(self, block: np.ndarray) -> list[tuple[float, int]]:
        """Take the next samples, microvolt (rows of the recorder, any number of samples).

        Returns (seconds from the stream's start to the window's end, class) of each window that they complete. After an
        exception the stream is as it was before the call: the same block can be pushed again.
        """
        arrived = self._quantiser.signal(self._select(block))
        skipped = min(self._skip, arrived.shape[1])
        samples = np.concatenate([self._kept, arrived[:, skipped:]], axis=1)
        seen = self._seen + skipped
        length, stride = self._network.window, self._stride
        starts = range(0, samples.shape[1] - length + 1, stride)
        decisions = []
        if len(starts):
            windows = np.stack([self._quantiser.window(samples[:, start : start + length]) for start in starts])
            ends = [(seen + start + length) / self._network.sampling_rate for start in starts]
            decisions = [(time, int(label)) for time, label in zip(ends, self._classify(windows))]
        used = len(starts) * stride
        gone = min(used, samples.shape[1])
        self._kept, self._seen = samples[:, gone:], seen + gone
        self._skip = self._skip - skipped + used - gone
        return decisions
