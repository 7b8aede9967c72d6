"""What the network takes: checks of recordings and windows, and windows cut from recordings as training cuts them."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from . import signals
from .electrodes import normalise_name
from .errors import InputError


class NetworkInput:
    """The manifest's `input`: electrodes, sampling rate, samples a window, normalisation."""

    def __init__(self, about: dict) -> None:
        self.electrodes = tuple(about["electrodes"])
        self.sampling_rate = about["sampling_rate"]
        self.window = about["window"]
        self.normalisation = about["normalisation"]

    def check_windows(self, windows: np.ndarray) -> np.ndarray:
        """`windows` as they are, if they are int8 (n, electrodes, samples); raises InputError if not."""
        shape = (len(self.electrodes), self.window)
        if windows.dtype != np.int8 or windows.ndim != 3 or windows.shape[1:] != shape:
            raise InputError(
                f"windows must be int8 (n, {shape[0]}, {shape[1]}), these are {windows.dtype} {windows.shape}: "
                "give such windows, or a recording in microvolt (electrodes, samples) as floating point"
            )
        return windows

    def rows(self, electrodes: Sequence[str] | None) -> list[int]:
        """The recording's row of each electrode of the network. electrodes: names of the recording's rows.

        Raises InputError if they are not given, or one of the network's is missing or there twice.
        """
        if electrodes is None:
            raise InputError("name the recording's rows: electrodes=['Fp1', ...]")
        if isinstance(electrodes, str):
            raise InputError("electrodes must be a list of names, not one string")
        given = [normalise_name(str(name), self.electrodes) for name in electrodes]
        missing = [name for name in self.electrodes if name not in given]
        if missing:
            raise InputError(f"the recording lacks electrode {', '.join(missing)}: the network needs every one it has")
        double = [name for name in self.electrodes if given.count(name) > 1]
        if double:
            raise InputError(f"electrode {double[0]} is in the recording twice: drop or rename one of the two")
        return [given.index(name) for name in self.electrodes]

    def check_rate(self, sampling_rate: float | None) -> None:
        """Raise InputError unless the recording's rate in Hz is the network's."""
        if sampling_rate is None:
            raise InputError(f"say the recording's sampling rate: sampling_rate={self.sampling_rate}")
        if sampling_rate != self.sampling_rate:
            raise InputError(
                f"the recording is at {sampling_rate:g} Hz, the network takes {self.sampling_rate:g}: resample it first"
            )

    def check_stride(self, stride: int | None) -> int:
        """Samples from one window to the next: `stride`, or a window's length; raises InputError if it is not >= 1."""
        if stride is None:
            return self.window
        if isinstance(stride, bool) or not isinstance(stride, (int, np.integer)) or stride < 1:
            raise InputError(f"stride must be a whole number of samples, at least 1, not {stride!r}")
        return int(stride)

    def select(self, signal: np.ndarray, rows: Sequence[int], named: int, what: str = "recording") -> np.ndarray:
        """The network's electrodes of a signal in microvolt, float32 (electrodes, samples), in its order.

        rows: of `rows()`; named: how many rows have a name. Raises InputError for a wrong shape or dtype and for NaN.
        """
        signal = np.asarray(signal)
        if signal.dtype.kind != "f":
            raise InputError(f"the {what} is {signal.dtype}: give microvolt as floating point (float32 or float64)")
        if signal.ndim != 2 or signal.shape[0] != named:
            raise InputError(f"the {what} must be (electrodes, samples) with {named} rows, its shape is {signal.shape}")
        # As training has it: readers give float32. What is too large for it becomes infinite, and is refused below.
        with np.errstate(over="ignore"):
            chosen = np.ascontiguousarray(signal[list(rows)], dtype=np.float32)
        finite = np.isfinite(chosen)
        if not finite.all():
            row, sample = np.argwhere(~finite)[0]
            raise InputError(
                f"the {what} has NaN or infinite samples (electrode {self.electrodes[row]}, first at sample {sample}): "
                "cut that stretch out or repair it"
            )
        return chosen

    def quantiser(self, baseline: np.ndarray | None, rows: Sequence[int], named: int) -> Quantiser:
        """How this recording's samples become int8.

        baseline: microvolt (rows of the recording, samples) at rest, which normalisation `calibration` needs and others
        must not have. Raises InputError if it is missing, too short or flat.
        """
        if self.normalisation != "calibration":
            if baseline is not None:
                raise InputError(f"the network normalises by `{self.normalisation}`: leave baseline out")
            return Quantiser(self.normalisation)
        if baseline is None:
            raise InputError("the network needs a baseline: baseline=<microvolt at rest, same rows as the recording>")
        chosen = self.select(baseline, rows, named, "baseline")
        if chosen.shape[1] < 2:
            raise InputError(f"the baseline has {chosen.shape[1]} samples: record some seconds at rest")
        mean, deviation = signals.statistics(chosen)
        if not deviation.all():
            flat = self.electrodes[int(np.argmin(deviation))]
            raise InputError(f"electrode {flat} is flat in the baseline: repair its contact and record again")
        return Quantiser(self.normalisation, mean, deviation)

    def cut(self, samples: np.ndarray, quantiser: Quantiser, stride: int) -> np.ndarray:
        """Windows of a selected signal, int8 (n, electrodes, window), one every `stride` samples from its start on."""
        starts = range(0, samples.shape[1] - self.window + 1, stride)
        windows = np.empty((len(starts), len(self.electrodes), self.window), np.int8)
        continuous = quantiser.signal(samples)
        for index, start in enumerate(starts):
            windows[index] = quantiser.window(continuous[:, start : start + self.window])
        return windows


class Quantiser:
    """Microvolt to int8. Where z depends on the window only `window` does it, else `signal` does, sample by sample."""

    def __init__(self, normalisation: str, mean: np.ndarray | None = None, deviation: np.ndarray | None = None) -> None:
        self._normalisation, self._mean, self._deviation = normalisation, mean, deviation

    def signal(self, samples: np.ndarray) -> np.ndarray:
        """Of any stretch (electrodes, samples) of the recording: int8, or as it was where only windows have z."""
        if self._normalisation == "window":
            return samples
        if self._normalisation == "fixed":
            return signals.quantise(signals.fixed(samples))
        return signals.quantise(signals.calibrated(samples, self._mean, self._deviation))

    def window(self, cut: np.ndarray) -> np.ndarray:
        """Int8 of a window (electrodes, samples) of what `signal` gave."""
        return signals.quantise(signals.windowed(cut)) if self._normalisation == "window" else cut
