"""EEG to INT8: the arithmetic that training and the board share (numpy only).

z = (signal - mean) / deviation of each electrode, then clip(z, -6, 6) * 127/6, rounded half to even.
"""

from __future__ import annotations

import numpy as np

CLIP = 6.0
"""Deviations beyond which a sample is clipped."""
SCALE = CLIP / 127
"""z of one integer step."""
FIXED_MICROVOLT = 10.0
"""What counts as one deviation under `fixed`: scalp EEG's usual size."""
NORMALISATIONS = ("calibration", "window", "fixed")


def statistics(baseline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each electrode, float64 (electrodes, 1). baseline: (electrodes, samples)."""
    mean = baseline.mean(axis=1, keepdims=True, dtype=np.float64)
    deviation = baseline.std(axis=1, keepdims=True, dtype=np.float64)
    return mean, deviation


def calibrated(signal: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """z by a baseline's `statistics`, float64 of the shape of `signal` (electrodes, samples)."""
    return (signal - mean) / deviation


def fixed(signal: np.ndarray, microvolt: float = FIXED_MICROVOLT) -> np.ndarray:
    """z of a signal in microvolt by one deviation for all electrodes, of its shape and dtype."""
    return signal / microvolt


def windowed(cut: np.ndarray) -> np.ndarray:
    """z of one window by its own mean and deviation, float64 (electrodes, samples)."""
    cut = cut.astype(np.float64)
    deviation = cut.std(axis=1, keepdims=True)
    # A flat electrode stays flat: within one window that is no error of the recording.
    return (cut - cut.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)


def quantise(z: np.ndarray) -> np.ndarray:
    """INT8 of normalised samples: clip(z, -6, 6) * 127/6, rounded half to even."""
    return np.rint(np.clip(z, -CLIP, CLIP) * (127 / CLIP)).astype(np.int8)
