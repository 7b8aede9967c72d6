"""A recording that travels with the driver, and windows whose classes prove a device: generated EEG, nobody's."""

from math import gcd

import numpy as np
from scipy.signal import resample_poly

from eeg2fpga.config import SyntheticConfig
from eeg2fpga.data.deap import BASELINE_SECONDS, SAMPLING_RATE, remove_baseline
from eeg2fpga.data.montage import DEAP_ELECTRODES
from eeg2fpga.data.recording import Recording
from eeg2fpga.data.synthetic import generate_subject
from eeg2fpga.data.windows import build_dataset
from eeg2fpga.errors import UserError
from eeg2fpga.verify.golden import GoldenModel

SECONDS = 10
"""Of each of the two states in the example."""
SELFTEST_WINDOWS = 64
CANDIDATES = 256
"""Windows of random bytes that may take part in the self-test, beside those of the example."""
_VALENCE = 0


def example_recording(about: dict) -> Recording:
    """Ten seconds of low and ten of high valence (label 0 of the whole), with a baseline, for a network's electrodes.

    about: Dataset.metadata of the network. Raises UserError for electrodes that cannot be generated.
    """
    missing = [name for name in about["electrodes"] if name not in DEAP_ELECTRODES]
    if missing:
        raise UserError(f"no EEG can be generated for electrode {missing[0]}; known: {', '.join(DEAP_ELECTRODES)}")
    data, ratings = generate_subject(SyntheticConfig(subjects=1, difficulty=0.0), 0)
    rows = [DEAP_ELECTRODES.index(name) for name in about["electrodes"]]
    trials = [remove_baseline(data[trial, rows]) for trial in (ratings[:, _VALENCE].argmin(), ratings[:, 0].argmax())]
    # The first seconds after the baseline ease the rhythms in.
    start, length = BASELINE_SECONDS * SAMPLING_RATE, SECONDS * SAMPLING_RATE
    signal = np.concatenate([trial[:, start : start + length] for trial, _ in trials], axis=1)
    rate = about["sampling_rate"]
    return Recording(
        data=_resampled(signal, rate),
        sampling_rate=rate,
        electrodes=tuple(about["electrodes"]),
        label=0,
        subject="generated",
        trial="example",
        baseline=_resampled(trials[0][1], rate),
        file="example",
    )


def selftest_windows(golden: GoldenModel, about: dict, example: Recording) -> np.ndarray:
    """Windows whose classes take turns as far as they can, int8 (64, electrodes, samples).

    Some are of the example, some random bytes: a device that always says the same fails wherever the network itself
    does not.
    """
    window = about["window"]
    names = tuple(about["class_names"])
    windows = [_random_windows(golden)]
    if example.data.shape[1] >= window:
        windows.insert(0, build_dataset([example], names, window, window, about["normalisation"]).windows())
    candidates = np.concatenate(windows)
    classes = golden.predict(candidates)
    # The k-th of its class comes in round k.
    rounds = np.array([np.count_nonzero(classes[:i] == label) for i, label in enumerate(classes)])
    return candidates[np.lexsort((np.arange(len(classes)), rounds))[:SELFTEST_WINDOWS]]


def _random_windows(golden: GoldenModel) -> np.ndarray:
    shape = (CANDIDATES, golden.electrodes, golden.samples)
    return np.random.default_rng(0).integers(-128, 128, shape, dtype=np.int8)


def _resampled(signal: np.ndarray, rate: int) -> np.ndarray:
    common = gcd(rate, SAMPLING_RATE)
    if rate == SAMPLING_RATE:
        return np.ascontiguousarray(signal, np.float32)
    return resample_poly(signal, rate // common, SAMPLING_RATE // common, axis=1).astype(np.float32)
