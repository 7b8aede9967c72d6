from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from eeg2fpga.board.signals import SCALE, quantise
from eeg2fpga.data.windows import build_dataset
from eeg2fpga.errors import UserError

NAMES = ("low", "high")


def direct(z: np.ndarray) -> np.ndarray:
    return np.round(np.minimum(np.maximum(z, -6), 6) * 127 / 6)


@pytest.mark.parametrize("normalisation", ["calibration", "window", "fixed"])
@pytest.mark.parametrize("stride", [128, 50])
def test_windows_against_direct_computation(recordings: Callable, normalisation: str, stride: int):
    made = recordings(subjects=2, trials=2)
    dataset = build_dataset(made, NAMES, 128, stride, normalisation)
    windows = dataset.windows()
    assert windows.dtype == np.int8
    row = 0
    for recording in made:
        for start in range(0, 500 - 128 + 1, stride):
            cut = recording.data[:, start : start + 128].astype(float)
            reference = {"calibration": recording.baseline, "window": cut, "fixed": None}[normalisation]
            z = cut / 10
            if reference is not None:
                reference = reference.astype(float)
                z = (cut - reference.mean(1, keepdims=True)) / reference.std(1, keepdims=True)
            # float32 in between may land on the other side of a half.
            assert np.abs(windows[row] - direct(z)).max() <= 1
            assert (windows[row] == direct(z)).mean() > 0.999
            assert dataset.labels[row] == recording.label
            assert (dataset.subjects[row], dataset.trials[row]) == (recording.subject, recording.trial)
            row += 1
    assert row == len(dataset) == len(windows)


def test_quantise():
    given = np.array([0, 6, -6, 100, -100, SCALE, 1.6 * SCALE, -0.4 * SCALE])
    assert quantise(given).tolist() == [0, 127, -127, 127, -127, 1, 2, 0]


def test_indices_and_signals(recordings: Callable):
    dataset = build_dataset(recordings(), NAMES, 100, 60)
    chosen = np.array([7, 3, 3])
    np.testing.assert_array_equal(dataset.windows(chosen), dataset.windows()[chosen])
    index = 7
    signal, start = dataset.window_signal[index], dataset.window_start[index]
    assert dataset.signals[signal].shape == (3, 500)
    np.testing.assert_array_equal(dataset.signals[signal][:, start : start + 100], dataset.windows([index])[0])
    assert dataset.windows(np.array([], int)).shape == (0, 3, 100)


def test_window_normalisation_has_a_signal_a_window(recordings: Callable):
    dataset = build_dataset(recordings(subjects=1, trials=2), NAMES, 100, 50, "window")
    assert len(dataset.signals) == len(dataset)
    assert {signal.shape for signal in dataset.signals} == {(3, 100)}


def test_flat_electrode(recordings: Callable):
    recording = recordings(1, 1)[0]
    flat = recording.baseline.copy()
    flat[1] = 4
    with pytest.raises(UserError, match="s0t0: electrode Cz is flat"):
        build_dataset([replace(recording, baseline=flat)], NAMES, 100, 100)
    silent = recording.data.copy()
    silent[1] = 4
    dataset = build_dataset([replace(recording, data=silent)], NAMES, 100, 100, "window")
    assert not dataset.windows()[:, 1].any()


def test_bad_recordings(recordings: Callable):
    with pytest.raises(UserError, match="no baseline"):
        build_dataset(recordings(baseline=False), NAMES, 100, 100)
    with pytest.raises(UserError, match="500 samples are shorter than a window of 501"):
        build_dataset(recordings(), NAMES, 501, 100)
    made = recordings(1, 2)
    with pytest.raises(UserError, match="differ"):
        build_dataset([made[0], replace(made[1], electrodes=("Cz", "Fz", "Pz"))], NAMES, 100, 100)
    with pytest.raises(UserError, match="no recording"):
        build_dataset([], NAMES, 100, 100)


def test_metadata(recordings: Callable):
    fixed = build_dataset(recordings(1, 2), NAMES, 100, 50, "fixed", "files").metadata()
    assert fixed["input_scale"] == pytest.approx(6 / 127)
    assert fixed["fixed_microvolt"] == 10
    assert (fixed["normalisation"], fixed["window"], fixed["sampling_rate"]) == ("fixed", 100, 128)
    assert fixed["electrodes"] == ["Fz", "Cz", "Pz"]
