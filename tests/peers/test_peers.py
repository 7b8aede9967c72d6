"""The peers on a small learnable data set."""

import runpy
import sys

import numpy as np
import pytest
import torch
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.peers import PEERS, Peer, braindecode_nets
from eeg2fpga.peers.band_power import BANDS, fit_band_power, log_band_power
from eeg2fpga.peers.braindecode_nets import Recipe, fit_eegnet, fit_shallow, shallow_lengths
from sklearn.metrics import balanced_accuracy_score

ELECTRODES, WINDOW, RATE = 4, 64, 128
NETS = {"eegnet": (fit_eegnet, Recipe(5e-3, 250, 32)), "shallow": (fit_shallow, Recipe(1e-3, 60, 32))}


def dataset(signals: int = 24, length: int = 640) -> Dataset:
    """Class 1 has a 10 Hz wave in its first two electrodes, which class 0 has not."""
    rng = np.random.default_rng(0)
    labels = np.arange(signals) % 2
    time = np.arange(length) / RATE
    made = rng.normal(0, 15, (signals, ELECTRODES, length))
    phase = rng.uniform(0, 6, signals)
    made[:, :2] += (labels[:, None] * 25 * np.sin(2 * np.pi * 10 * time + phase[:, None]))[:, None]
    per_signal = length // WINDOW
    return Dataset(
        signals=list(np.clip(np.round(made), -127, 127).astype(np.int8)),
        signal_labels=labels.astype(np.int64),
        signal_subjects=np.array([f"s{i // 2}" for i in range(signals)]),
        signal_trials=np.array([f"t{i}" for i in range(signals)]),
        window_signal=np.repeat(np.arange(signals), per_signal).astype(np.int64),
        window_start=np.tile(np.arange(per_signal) * WINDOW, signals).astype(np.int64),
        window=WINDOW,
        electrodes=("F3", "F4", "P3", "P4"),
        sampling_rate=RATE,
        class_names=("low", "high"),
        normalisation="calibration",
    )


def split(data: Dataset) -> Split:
    third = data.window_signal // 2 % 3
    return Split(np.flatnonzero(third == 0), np.flatnonzero(third == 1), np.flatnonzero(third == 2))


def on_test(peer: Peer, data: Dataset) -> float:
    test = split(data).test
    scores = peer.scores(data.windows(test))
    assert scores.dtype.kind == "f" and scores.shape == (len(test), 2)
    return balanced_accuracy_score(data.labels[test], scores.argmax(1))


def relabelled(data: Dataset, indices: np.ndarray) -> Dataset:
    """The same with the signals of some windows as noise of the other class."""
    signals, labels = list(data.signals), data.signal_labels.copy()
    for signal in np.unique(data.window_signal[indices]):
        signals[signal] = np.random.default_rng(signal).integers(-50, 50, signals[signal].shape).astype(np.int8)
        labels[signal] = 1 - labels[signal]
    return Dataset(**(vars(data) | {"signals": signals, "signal_labels": labels}))


def test_band_power_learns():
    data = dataset()
    peer = fit_band_power(data, split(data), 0)
    assert on_test(peer, data) > 0.9
    assert peer.parameters == ELECTRODES * len(BANDS) + 1
    assert peer.train_windows_per_second > 0
    assert peer.scores(data.windows(np.array([], np.int64))).shape == (0, 2)


def test_band_power_finds_the_band():
    time = np.arange(RATE) / RATE
    window = np.round(100 * np.sin(2 * np.pi * np.array([2, 6, 10, 20, 40])[:, None] * time)).astype(np.int8)
    features = log_band_power(window[None], RATE).reshape(5, len(BANDS))
    np.testing.assert_array_equal(features.argmax(axis=1), np.arange(5))


def test_band_power_is_finite_for_silence_and_leaves_out_bands_beyond_half_the_rate():
    features = log_band_power(np.zeros((2, 3, 50), np.int8), 50)
    assert np.isfinite(features).all() and features.shape == (2, 3 * 4)


def test_test_windows_are_never_looked_at():
    data = dataset()
    cut = split(data)
    ours, theirs = fit_band_power(data, cut, 0), fit_band_power(relabelled(data, cut.test), cut, 0)
    np.testing.assert_array_equal(ours.scores(data.windows()), theirs.scores(data.windows()))


def test_band_power_is_deterministic():
    data = dataset()
    first, again = (fit_band_power(data, split(data), 3).scores(data.windows()) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_shallow_lengths_keep_their_seconds_and_fit_short_windows():
    assert shallow_lengths(250, 1000) == {"filter_time_length": 25, "pool_time_length": 75, "pool_time_stride": 15}
    assert shallow_lengths(128, 128) == {"filter_time_length": 13, "pool_time_length": 38, "pool_time_stride": 8}
    assert shallow_lengths(128, 32)["pool_time_length"] == 20


@pytest.mark.parametrize("net", NETS)
def test_braindecode_learns(net):
    fit, recipe = NETS[net]
    data = dataset()
    peer = fit(data, split(data), 0, recipe)
    assert on_test(peer, data) > 0.8
    assert peer.parameters > 500 and peer.train_windows_per_second > 0
    assert peer.scores(data.windows(np.array([], np.int64))).shape == (0, 2)


@pytest.mark.parametrize("network", [braindecode_nets._eegnet, braindecode_nets._shallow])
def test_braindecode_is_deterministic_by_its_seed(network):
    data = dataset()
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    recipe = Recipe(rate=1e-3, steps=20, batch=32)
    models = [braindecode_nets._trained(network, data, split(data), seed, recipe)[0] for seed in (0, 0, 1)]
    assert torch.equal(before, torch.get_rng_state()) and threads == torch.get_num_threads()
    first, again, other = (list(model.state_dict().values()) for model in models)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_best_of_the_last_checkpoints_is_kept(monkeypatch):
    data, scripted, asked = dataset(), iter([0.7, 0.9, 0.8]), []
    monkeypatch.setattr(braindecode_nets, "VALIDATION_STEPS", 10)

    def validation_score(scores, data, split):
        asked.append(scores(data.windows(split.validation)))
        return next(scripted)

    monkeypatch.setattr(braindecode_nets, "validation_score", validation_score)
    peer = fit_eegnet(data, split(data), 0, Recipe(rate=1e-3, steps=40, batch=32, choose_from=0.5))
    assert len(asked) == 3, "those of steps 20, 30 and 40; that of step 10 does not compete"
    assert np.array_equal(peer.scores(data.windows(split(data).validation)), asked[1])


def test_a_window_too_short_for_eegnet_is_a_users_mistake():
    data = dataset()
    short = Dataset(**(vars(data) | {"window": 16}))
    with pytest.raises(UserError, match=r"data\.window 16"):
        fit_eegnet(short, split(short), 0, NETS["eegnet"][1])


@pytest.mark.parametrize("name", ["braindecode_eegnet", "braindecode_shallow"])
def test_a_missing_braindecode_says_how_to_get_it(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "braindecode.models", None)
    data = dataset()
    with pytest.raises(UserError, match="make setup"):
        PEERS[name](data, split(data), 0)


def test_importing_the_networks_needs_no_braindecode(monkeypatch):
    monkeypatch.setitem(sys.modules, "braindecode", None)
    assert "fit_eegnet" in runpy.run_path(braindecode_nets.__file__)
