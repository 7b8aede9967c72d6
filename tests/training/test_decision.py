"""Decisions of people who rest at different scores."""

import numpy as np
import pytest
from eeg2fpga.config import BuildConfig, DataConfig, SplitConfig
from eeg2fpga.data.recording import Recording
from eeg2fpga.data.splits import everyone
from eeg2fpga.data.windows import Dataset, build_dataset
from eeg2fpga.errors import UserError
from eeg2fpga.training.decision import decide, fit_threshold, resting_levels
from eeg2fpga.training.train import Trainer

WINDOW, SECONDS = 16, 6


def dataset(people: tuple[str, ...], classes=("rest", "task"), normalisation="calibration", rest=64) -> Dataset:
    """People whose amplitude the task raises from 1 to 2.5 deviations of their baseline."""
    rng = np.random.default_rng(0)
    recordings = []
    for person in people:
        baseline = rng.standard_normal((2, rest)).astype(np.float32)
        for label, gain in enumerate((1.0, 2.5)):
            data = gain * rng.standard_normal((2, WINDOW * SECONDS)).astype(np.float32)
            recordings.append(Recording(data, 16, ("Fz", "Cz"), label, person, f"{label}", baseline, "made up"))
    return build_dataset(recordings, classes, WINDOW, WINDOW, normalisation)


def amplitude(windows: np.ndarray) -> np.ndarray:
    """Scores whose margin is the windows' amplitude in integer steps, always above 0."""
    margins = np.abs(windows.astype(np.int64)).mean(axis=(1, 2)).round().astype(np.int64)
    return np.stack([np.zeros_like(margins), margins], axis=1)


def test_recordings_share_their_persons_baseline():
    data = dataset(("anna", "bert"))
    assert len(data.baselines) == 2
    np.testing.assert_array_equal(data.signal_baseline, [0, 0, 1, 1])
    windows = data.resting_windows(1)
    assert windows.shape == (4, 2, WINDOW) and windows.dtype == np.int8
    np.testing.assert_array_equal(windows[2], data.baselines[1][:, 2 * WINDOW : 3 * WINDOW])


def test_relative_decisions_hold_where_the_largest_score_says_nothing():
    data = dataset(("anna", "bert", "carl"))
    known, tested = np.flatnonzero(data.subjects != "carl"), np.flatnonzero(data.subjects == "carl")
    threshold = fit_threshold("relative", data, known, amplitude)
    assert isinstance(threshold, int), "integer scores have an integer threshold"
    found = decide(data, tested, amplitude, threshold)
    assert (found.absolute == 1).all()
    np.testing.assert_array_equal(found.classes, data.labels[tested])
    absolute = decide(data, tested, amplitude, None)
    np.testing.assert_array_equal(absolute.classes, found.absolute)
    assert fit_threshold("absolute", data, known, amplitude) is None


def test_a_shift_of_all_of_a_persons_scores_changes_nothing():
    data = dataset(("anna", "bert"))
    everyone = np.arange(len(data))

    def shifted(windows: np.ndarray) -> np.ndarray:
        return amplitude(windows) + np.array([0, 1000])

    threshold = fit_threshold("relative", data, everyone, amplitude)
    assert fit_threshold("relative", data, everyone, shifted) == threshold
    plain, moved = (decide(data, everyone, scores, threshold).classes for scores in (amplitude, shifted))
    np.testing.assert_array_equal(plain, moved)


@pytest.mark.parametrize(
    ("what", "arguments"),
    [
        ("between two classes, not 3", {"classes": ("a", "b", "c")}),
        ("needs baselines", {"normalisation": "fixed"}),
        ("shorter than a window", {"rest": WINDOW - 1}),
    ],
)
def test_what_cannot_be_decided_relative_to_rest_is_refused_before_training(what, arguments, tmp_path):
    data = dataset(("anna",), **arguments)
    with pytest.raises(UserError, match=what):
        resting_levels(data, np.arange(len(data)), amplitude)
    source = DataConfig(source="files", normalisation="calibration")
    build = BuildConfig(data=source, split=SplitConfig(protocol="trial"), decision="relative")
    with pytest.raises(UserError, match=what):
        Trainer(build, data, everyone(data), tmp_path)
