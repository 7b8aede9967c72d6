"""Log band power and logistic regression: the classical baseline."""

import numpy as np
from scipy.signal import welch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.peers.peer import Peer, Stopwatch, validation_score
from eeg2fpga.training.decision import Scores

BANDS = {"delta": (1, 4), "theta": (4, 8), "alpha": (8, 13), "beta": (13, 30), "gamma": (30, 45)}
"""Hz, the upper edge excluded."""
INVERSE_REGULARISATION = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""C of the logistic regression: the validation windows choose."""


def fit_band_power(dataset: Dataset, split: Split, seed: int) -> Peer:
    """Standardised log band powers into a class-balanced logistic regression (scikit-learn).

    The C with the best balanced accuracy on the validation windows is kept, the smallest of equals. Nothing is random:
    `seed` changes nothing. The speed is that of the features and the kept regression, each window seen once.
    """
    labels = dataset.labels[split.train]
    with threadpool_limits(1):
        windows = dataset.windows(split.train)
        # Once before the clock: the first call pays several times over for fresh memory.
        log_band_power(windows, dataset.sampling_rate)
        with Stopwatch() as extraction:
            features = log_band_power(windows, dataset.sampling_rate)
        best, kept = -1.0, None
        for inverse in INVERSE_REGULARISATION:
            with Stopwatch() as regression:
                model = _model(inverse, seed).fit(features, labels)
            scores = _scorer(model, dataset.sampling_rate)
            score = validation_score(scores, dataset, split)
            if score > best:
                seconds = extraction.seconds + regression.seconds
                best, kept = score, Peer(scores, _parameters(model), len(labels) / seconds)
    return kept


def log_band_power(windows: np.ndarray, sampling_rate: int) -> np.ndarray:
    """Natural log of the mean power density of each band, float64 (n, electrodes * bands), bands fastest.

    windows: int8 (n, electrodes, samples). Welch's periodogram over segments of a second (or the window, if shorter),
    on a grid no coarser than 1 Hz. Bands that lie beyond half the sampling rate are left out.
    """
    segment = min(windows.shape[2], sampling_rate)
    frequency, density = welch(
        windows.astype(np.float64), sampling_rate, nperseg=segment, nfft=max(segment, sampling_rate)
    )
    inside = [(low <= frequency) & (frequency < high) for low, high in BANDS.values()]
    power = np.stack([density[..., band].mean(axis=-1) for band in inside if band.any()], axis=-1)
    # The density of the rounding to integers: keeps the log of a silent electrode finite.
    rounding = 1 / 12 / (sampling_rate / 2)
    return np.log(power + rounding).reshape(len(windows), -1)


def _model(inverse: float, seed: int) -> Pipeline:
    regression = LogisticRegression(C=inverse, class_weight="balanced", max_iter=1000, random_state=seed)
    return make_pipeline(StandardScaler(), regression)


def _parameters(model: Pipeline) -> int:
    """Weights and biases; mean and deviation of the features fold into them."""
    regression = model[-1]
    return regression.coef_.size + regression.intercept_.size


def _scorer(model: Pipeline, sampling_rate: int) -> Scores:
    def scores(windows: np.ndarray) -> np.ndarray:
        if not len(windows):
            return np.zeros((0, len(model.classes_)))
        return model.predict_log_proba(log_band_power(windows, sampling_rate))

    return scores
