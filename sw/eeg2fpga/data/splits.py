"""Which windows train, validate and test, by three protocols.

shuffled: windows at random, so neighbours in time fall on both sides (a known leak; it is what much of the literature
reports). trial: no trial on two sides. subject: no person on two sides.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedKFold

from eeg2fpga.config import SplitConfig
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError

SPLIT_VERSION = 2
"""Part of every stored result's key: raise it when the same configuration would split otherwise."""


@dataclass(frozen=True, eq=False)
class Split:
    """Window indices, int64, ascending; disjoint, and together all of the data set."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_windows(dataset: Dataset, config: SplitConfig) -> Split:
    """Cut fold `config.fold` of `config.folds` off as test, then one of `config.validation_folds` off the rest.

    Both by the protocol's unit, which therefore is never on two sides. Raises UserError if fold or folds do not fit the
    data.
    """
    if config.fold >= config.folds:
        raise UserError(f"split.fold {config.fold} of {config.folds} folds: legal: 0..{config.folds - 1}")
    labels = dataset.labels
    units = window_units(dataset, config.protocol)
    # Trials and people are few: with as many folds as units, the rest has one unit less.
    rest, test = _fold(config, labels, units, config.folds, config.fold)
    folds = min(config.validation_folds, _folds_possible(config.protocol, labels[rest], units[rest]))
    kept, validation = _fold(config, labels[rest], units[rest], folds, 0)
    return Split(rest[kept], rest[validation], test)


def everyone(dataset: Dataset) -> Split:
    """All windows train: for networks that will meet people who are in no split."""
    nothing = np.zeros(0, np.int64)
    return Split(np.arange(len(dataset)), nothing, nothing)


def all_test(dataset: Dataset) -> Split:
    """All windows test: for networks that are trained already."""
    nothing = np.zeros(0, np.int64)
    return Split(nothing, nothing, np.arange(len(dataset)))


def window_units(dataset: Dataset, protocol: str) -> np.ndarray:
    """What must not be on two sides, an integer a window: the window itself, its subject and trial, or its subject."""
    if protocol == "shuffled":
        return np.arange(len(dataset))
    names = dataset.subjects
    if protocol == "trial":
        names = np.char.add(np.char.add(names, "\n"), dataset.trials)
    return np.unique(names, return_inverse=True)[1]


def _fold(
    config: SplitConfig, labels: np.ndarray, units: np.ndarray, folds: int, fold: int
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the other folds, and of fold `fold`."""
    possible = _folds_possible(config.protocol, labels, units)
    if not 2 <= folds <= possible:
        unit = {"shuffled": "windows of the rarest class", "trial": "trials", "subject": "subjects"}[config.protocol]
        raise UserError(
            f"split.protocol {config.protocol} with {config.folds} folds needs more {unit} than the {possible} there "
            "are (one fold tests, one validates, the others train): lower split.folds or add recordings"
        )
    if config.protocol == "subject":
        cuts = GroupKFold(folds, shuffle=True, random_state=config.seed).split(labels, labels, units)
        return next(cut for index, cut in enumerate(cuts) if index == fold)
    # A unit has one label, so the units themselves are stratified (StratifiedGroupKFold may put one class in a fold).
    found, first, member = np.unique(units, return_index=True, return_inverse=True)
    cuts = StratifiedKFold(folds, shuffle=True, random_state=config.seed).split(found, labels[first])
    others, chosen = next(cut for index, cut in enumerate(cuts) if index == fold)
    return np.flatnonzero(np.isin(member, others)), np.flatnonzero(np.isin(member, chosen))


def _folds_possible(protocol: str, labels: np.ndarray, units: np.ndarray) -> int:
    if protocol == "shuffled":
        return int(np.bincount(labels)[np.unique(labels)].min()) if len(labels) else 0
    if protocol == "subject":
        return len(np.unique(units))
    # Every fold wants a trial of each class.
    return min(len(np.unique(units[labels == label])) for label in np.unique(labels))
