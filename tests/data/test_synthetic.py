from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.config import DataConfig, SplitConfig, SyntheticConfig
from eeg2fpga.data.load import load_dataset
from eeg2fpga.data.splits import split_windows
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

BANDS = ((4, 8), (8, 13), (13, 20), (20, 30), (30, 45))


def log_band_power(windows: np.ndarray, rate: int) -> np.ndarray:
    power = np.abs(np.fft.rfft(windows * np.hanning(windows.shape[-1]), axis=-1)) ** 2
    frequency = np.fft.rfftfreq(windows.shape[-1], 1 / rate)
    bands = [power[:, :, (frequency >= low) & (frequency < high)].sum(-1) for low, high in BANDS]
    return np.log(np.concatenate(bands, axis=1) + 1)


def unseen_trials_accuracy(label: str, difficulty: float, cache: Path) -> float:
    settings = SyntheticConfig(subjects=2, difficulty=difficulty)
    dataset = load_dataset(DataConfig(source="synthetic", label=label, synthetic=settings), None, cache)
    split = split_windows(dataset, SplitConfig(protocol="trial"))
    features = log_band_power(dataset.windows(), dataset.sampling_rate)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
    model.fit(features[split.train], dataset.labels[split.train])
    return model.score(features[split.test], dataset.labels[split.test])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("label", ["valence", "arousal"])
def test_difficulty_moves_accuracy(label: str, cache: Path):
    easy, default, hopeless = (unseen_trials_accuracy(label, difficulty, cache) for difficulty in (0.1, 0.5, 1.0))
    print(f"\nsynthetic {label}, unseen trials: {easy:.3f} (0.1), {default:.3f} (0.5), {hopeless:.3f} (1.0)")
    assert easy > default + 0.02
    assert 0.85 < default < 0.96
    assert 0.35 < hopeless < 0.65
