"""What a model makes of labelled windows."""

import numpy as np
import torch
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score

from eeg2fpga.models.eegnet import EEGNet, to_input

_CHUNK = 512


@torch.no_grad()
def scores(model: EEGNet, windows: np.ndarray) -> np.ndarray:
    """Scores of int8 windows (n, electrodes, samples) in eval mode, float32 (n, classes)."""
    training = model.training
    model.eval()
    chunks = [model(to_input(torch.from_numpy(windows[i : i + _CHUNK]))) for i in range(0, len(windows), _CHUNK)]
    model.train(training)
    return torch.cat(chunks).numpy() if chunks else np.zeros((0, model.classes), np.float32)


def evaluate(model: EEGNet, windows: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """balanced_accuracy and accuracy of int8 windows (n, electrodes, samples); roc_auc too if two classes both occur.

    Chance of the balanced accuracy is 1 / classes, however rare a class is.
    """
    found = scores(model, windows)
    predicted = found.argmax(axis=1)
    result = {
        "balanced_accuracy": float(balanced_accuracy_score(labels, predicted)),
        "accuracy": float(accuracy_score(labels, predicted)),
    }
    if found.shape[1] == 2 and len(np.unique(labels)) == 2:
        result["roc_auc"] = float(roc_auc_score(labels, found[:, 1] - found[:, 0]))
    return result
