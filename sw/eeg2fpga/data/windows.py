"""Recordings to INT8 windows (arithmetic: board/signals.py, which the device runs too), and the data set of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from eeg2fpga.board.signals import CLIP, FIXED_MICROVOLT, SCALE, calibrated, fixed, quantise, statistics, windowed
from eeg2fpga.data.recording import Recording
from eeg2fpga.errors import UserError

Normalisation = Literal["calibration", "window", "fixed"]


@dataclass(frozen=True)
class Normaliser:
    """z = (signal - mean) / deviation of each electrode, known before the window ends.

    calibration: mean and deviation of the recording's baseline, measured before it. window: of the window itself.
    fixed: 0 and 10 microvolt.
    """

    kind: Normalisation

    def signal(self, recording: Recording) -> np.ndarray:
        """z of a whole recording, (electrodes, samples); not for kind `window`.

        Raises UserError if kind is calibration and the recording has no baseline.
        """
        if self.kind == "fixed":
            return fixed(recording.data)
        if self.kind != "calibration":
            raise ValueError("normalisation `window` is of windows, not of recordings")
        return calibrated(recording.data, *self._statistics(recording))

    def baseline(self, recording: Recording) -> np.ndarray:
        """z of a recording's baseline, (electrodes, samples); only for kind `calibration`. Raises as `signal` does."""
        return calibrated(recording.baseline, *self._statistics(recording))

    def window(self, recording: Recording, start: int, length: int) -> np.ndarray:
        """z of one window by its own mean and deviation, (electrodes, length)."""
        return windowed(recording.data[:, start : start + length])

    @staticmethod
    def _statistics(recording: Recording) -> tuple[np.ndarray, np.ndarray]:
        """Mean and deviation of the recording's baseline."""
        if recording.baseline is None or recording.baseline.shape[1] < 2:
            raise UserError(
                f"{recording.file}: subject {recording.subject} has no baseline to calibrate with: add a row labelled "
                "`baseline` to the CSV, or set data.normalisation to window or fixed"
            )
        mean, deviation = statistics(recording.baseline)
        if not deviation.all():
            flat = recording.electrodes[int(np.argmin(deviation))]
            raise UserError(f"{recording.file}: electrode {flat} is flat in the baseline: drop or repair it")
        return mean, deviation


@dataclass(frozen=True, eq=False)
class Dataset:
    """Quantised signals and the windows in them.

    Signals are continuous, one a recording, so that training can crop at any offset. Under normalisation `window` no
    continuous signal exists: each window is then a signal of its own, exactly `window` samples long.
    """

    signals: list[np.ndarray]
    """int8 (electrodes, samples) each."""
    signal_labels: np.ndarray
    """int64, class index of each signal."""
    signal_subjects: np.ndarray
    """str, of each signal."""
    signal_trials: np.ndarray
    """str, of each signal; unique within the subject."""
    window_signal: np.ndarray
    """int64, the signal that each window is in."""
    window_start: np.ndarray
    """int64, its first sample there."""
    window: int
    """Samples a window."""
    electrodes: tuple[str, ...]
    sampling_rate: int
    class_names: tuple[str, ...]
    normalisation: Normalisation
    source: str = ""
    scale: float = SCALE
    """z of one integer step."""
    baselines: list[np.ndarray] = field(default_factory=list)
    """int8 (electrodes, samples) each: stretches at rest, normalised as the signals after them (`calibration` only)."""
    signal_baseline: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """int64, the baseline of each signal; empty where there are none."""

    def __len__(self) -> int:
        return len(self.window_start)

    def windows(self, indices: np.ndarray | None = None) -> np.ndarray:
        """The windows of `indices` (default: all), int8 (n, electrodes, samples)."""
        chosen = np.arange(len(self)) if indices is None else np.asarray(indices, dtype=np.int64)
        cut = np.empty((len(chosen), len(self.electrodes), self.window), np.int8)
        for row, index in enumerate(chosen):
            start = self.window_start[index]
            cut[row] = self.signals[self.window_signal[index]][:, start : start + self.window]
        return cut

    def resting_windows(self, baseline: int) -> np.ndarray:
        """The windows of a baseline, one after the other, int8 (n, electrodes, samples)."""
        signal = self.baselines[baseline]
        count = signal.shape[1] // self.window
        return signal[:, : count * self.window].reshape(len(signal), count, self.window).swapaxes(0, 1)

    @property
    def labels(self) -> np.ndarray:
        """int64, class index of each window."""
        return self.signal_labels[self.window_signal]

    @property
    def subjects(self) -> np.ndarray:
        """str, of each window."""
        return self.signal_subjects[self.window_signal]

    @property
    def trials(self) -> np.ndarray:
        """str, of each window; unique within the subject."""
        return self.signal_trials[self.window_signal]

    def metadata(self) -> dict:
        """What a device needs to make the same windows; goes beside the model, JSON types only."""
        return {
            "source": self.source,
            "electrodes": list(self.electrodes),
            "sampling_rate": self.sampling_rate,
            "window": self.window,
            "normalisation": self.normalisation,
            "fixed_microvolt": FIXED_MICROVOLT if self.normalisation == "fixed" else None,
            "input_scale": self.scale,
            "input_clip": CLIP,
            "class_names": list(self.class_names),
        }


def build_dataset(
    recordings: Iterable[Recording],
    class_names: tuple[str, ...],
    window: int,
    stride: int,
    normalisation: Normalisation = "calibration",
    source: str = "",
) -> Dataset:
    """Normalise, quantise and cut recordings, which are read one at a time.

    Raises UserError if there is none, one is shorter than a window, or they differ in electrodes or sampling rate.
    """
    normaliser = Normaliser(normalisation)
    signals: list[np.ndarray] = []
    about: list[tuple[int, str, str]] = []
    cuts: list[tuple[int, int]] = []
    baselines: list[np.ndarray] = []
    baseline_of: list[int] = []
    first: Recording | None = None
    for recording in recordings:
        first = first or recording
        _check_alike(first, recording, window)
        starts = range(0, recording.data.shape[1] - window + 1, stride)
        if normalisation == "window":
            pieces = [quantise(normaliser.window(recording, start, window)) for start in starts]
            cuts += [(len(signals) + index, 0) for index in range(len(pieces))]
        else:
            pieces = [quantise(normaliser.signal(recording))]
            cuts += [(len(signals), start) for start in starts]
        if normalisation == "calibration":
            resting = quantise(normaliser.baseline(recording))
            # The recordings of a person that share a baseline follow each other.
            if not baselines or not np.array_equal(resting, baselines[-1]):
                baselines.append(resting)
            baseline_of.append(len(baselines) - 1)
        signals += pieces
        about += [(recording.label, recording.subject, recording.trial)] * len(pieces)
    if first is None:
        raise UserError(f"no recording in the {source or 'data'} source: check data.path")
    labels, subjects, trials = zip(*about, strict=True)
    return Dataset(
        signals=signals,
        signal_labels=np.array(labels, np.int64),
        signal_subjects=np.array(subjects),
        signal_trials=np.array(trials),
        window_signal=np.array([signal for signal, _ in cuts], np.int64),
        window_start=np.array([start for _, start in cuts], np.int64),
        window=window,
        electrodes=first.electrodes,
        sampling_rate=first.sampling_rate,
        class_names=class_names,
        normalisation=normalisation,
        source=source,
        baselines=baselines,
        signal_baseline=np.array(baseline_of, np.int64),
    )


def _check_alike(first: Recording, recording: Recording, window: int) -> None:
    if (recording.electrodes, recording.sampling_rate) != (first.electrodes, first.sampling_rate):
        raise UserError(f"{recording.file}: electrodes or sampling rate differ from {first.file}: make them equal")
    if recording.data.shape[1] < window:
        raise UserError(
            f"{recording.file}: {recording.data.shape[1]} samples are shorter than a window of {window}: "
            "lower data.window, or leave the recording out"
        )
