"""Figures of a classifier on labelled windows of people it never saw, or did: the report says which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score

from eeg2fpga.data.windows import Dataset
from eeg2fpga.training.decision import Decisions

BOOTSTRAPS = 2000


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a classifier said of windows: arrays of one length, a window each."""

    labels: np.ndarray
    """int64, true class."""
    predicted: np.ndarray
    """int64."""
    subjects: np.ndarray
    """str."""
    recordings: np.ndarray
    """str, unique over subjects."""

    @classmethod
    def of(cls, dataset: Dataset, indices: np.ndarray, predicted: np.ndarray) -> "Outcome":
        """The outcome on windows `indices` of a data set."""
        recordings = np.char.add(np.char.add(dataset.subjects, "/"), dataset.trials)
        return cls(dataset.labels[indices], predicted, dataset.subjects[indices], recordings[indices])


def figures(outcome: Outcome) -> dict:
    """Of one set of windows: balanced accuracy, accuracy, macro F1, vote, confusion matrix, counts, each person.

    vote: balanced accuracy over recordings, each the majority of its windows' classes (the lower class of equals).
    """
    labels, predicted = outcome.labels, outcome.predicted
    people = {
        str(name): float(balanced_accuracy_score(labels[own], predicted[own]))
        for name in np.unique(outcome.subjects)
        if len(np.unique(labels[own := outcome.subjects == name])) > 1
    }
    return {
        "balanced_accuracy": float(balanced_accuracy_score(labels, predicted)),
        "accuracy": float((labels == predicted).mean()),
        "f1": float(f1_score(labels, predicted, average="macro")),
        "vote": vote(outcome),
        "confusion": confusion_matrix(labels, predicted).tolist(),
        "windows": len(labels),
        "recordings": len(np.unique(outcome.recordings)),
        "subjects": len(np.unique(outcome.subjects)),
        "people": people,
    }


def decision_figures(dataset: Dataset, indices: np.ndarray, decisions: Decisions) -> dict:
    """`figures` of the decisions on windows `indices`.

    `absolute`: the two main ones of the largest score alone. `unlabelled_data`: what of the tested people was used.
    """
    absolute = Outcome.of(dataset, indices, decisions.absolute)
    uses = ["normalisation"] * (dataset.normalisation == "calibration")
    uses += ["decision"] * (decisions.relative)
    return figures(Outcome.of(dataset, indices, decisions.classes)) | {
        "unlabelled_data": f"baseline ({', '.join(uses)})" if uses else "none",
        "absolute": {
            "balanced_accuracy": float(balanced_accuracy_score(absolute.labels, absolute.predicted)),
            "vote": vote(absolute),
        },
    }


def vote(outcome: Outcome) -> float:
    """Balanced accuracy of recordings by the majority of their windows."""
    truth, said = [], []
    for name in np.unique(outcome.recordings):
        own = outcome.recordings == name
        truth.append(outcome.labels[own][0])
        said.append(np.bincount(outcome.predicted[own]).argmax())
    return float(balanced_accuracy_score(truth, said))


def over_folds(outcomes: Sequence[Outcome]) -> dict:
    """Of the folds of a protocol, several seeds of each allowed: `figures` of all windows together, and over the folds.

    `balanced_accuracy` becomes the mean over folds, `spread` is their standard deviation, `interval` the 95 % interval
    of the pooled balanced accuracy when people are drawn again with replacement (Efron and Tibshirani, 1993).
    """
    pooled = _pooled(outcomes)
    folds = [float(balanced_accuracy_score(outcome.labels, outcome.predicted)) for outcome in outcomes]
    return figures(pooled) | {
        "balanced_accuracy": float(np.mean(folds)),
        "spread": float(np.std(folds)),
        "folds": folds,
        "interval": list(bootstrap_interval(pooled)),
        "vote": float(np.mean([vote(outcome) for outcome in outcomes])),
    }


def bootstrap_interval(outcome: Outcome, draws: int = BOOTSTRAPS, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the balanced accuracy over people drawn with replacement."""
    return _interval(_redrawn(outcome, draws, seed))


def difference(
    ours: Sequence[Outcome], theirs: Sequence[Outcome], draws: int = BOOTSTRAPS, seed: int = 0
) -> dict[str, float | list[float]]:
    """By how much theirs, on folds of the same people, lie below ours.

    `balanced_accuracy`: of the means over folds; `interval`: 95 % of the pooled difference over people drawn with
    replacement, for both the same. Seeds that are not there are not in it.
    """
    mine, other = _pooled(ours), _pooled(theirs)
    if not np.array_equal(np.unique(mine.subjects), np.unique(other.subjects)):
        raise ValueError("outcomes of different people have no paired difference")
    apart = _redrawn(mine, draws, seed) - _redrawn(other, draws, seed)
    means = [np.mean([balanced_accuracy_score(one.labels, one.predicted) for one in side]) for side in (ours, theirs)]
    return {"balanced_accuracy": float(means[0] - means[1]), "interval": list(_interval(apart))}


def _pooled(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        *(np.concatenate([getattr(outcome, name) for outcome in outcomes]) for name in Outcome.__dataclass_fields__)
    )


def _redrawn(outcome: Outcome, draws: int, seed: int) -> np.ndarray:
    """Balanced accuracy of `draws` sets of as many people, (draws,): sets of the same people for the same seed."""
    names, person = np.unique(outcome.subjects, return_inverse=True)
    classes = int(max(outcome.labels.max(), outcome.predicted.max())) + 1
    right, total = np.zeros((len(names), classes)), np.zeros((len(names), classes))
    np.add.at(total, (person, outcome.labels), 1)
    np.add.at(right, (person, outcome.labels), outcome.labels == outcome.predicted)
    drawn = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    with np.errstate(invalid="ignore"):
        recall = right[drawn].sum(1) / total[drawn].sum(1)
    return np.nanmean(recall, axis=1)


def _interval(values: np.ndarray) -> tuple[float, float]:
    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(low), float(high)
