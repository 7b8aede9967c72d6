from collections.abc import Callable

import numpy as np
import pytest
from eeg2fpga.config import SplitConfig
from eeg2fpga.data.splits import split_windows, window_units
from eeg2fpga.data.windows import Dataset, build_dataset
from eeg2fpga.errors import UserError


@pytest.fixture
def make(recordings: Callable) -> Callable[[int, int], Dataset]:
    return lambda subjects, trials: build_dataset(recordings(subjects, trials), ("low", "high"), 100, 100)


@pytest.mark.parametrize("protocol", ["shuffled", "trial", "subject"])
def test_disjoint_and_complete(make: Callable, protocol: str):
    dataset = make(8, 10)
    units = window_units(dataset, protocol)
    tested = []
    for fold in range(4):
        split = split_windows(dataset, SplitConfig(protocol=protocol, folds=4, fold=fold))
        parts = [split.train, split.validation, split.test]
        assert all(len(part) for part in parts)
        assert sorted(np.concatenate(parts).tolist()) == list(range(len(dataset)))
        for first, second in ((0, 1), (0, 2), (1, 2)):
            assert not set(units[parts[first]]) & set(units[parts[second]])
        for part in parts:
            assert set(dataset.labels[part]) == {0, 1}
        tested += split.test.tolist()
    assert sorted(tested) == list(range(len(dataset))), "every window is tested once over the folds"


def test_units(make: Callable):
    dataset = make(3, 4)
    assert len(set(window_units(dataset, "shuffled"))) == len(dataset)
    assert len(set(window_units(dataset, "trial"))) == 12
    assert len(set(window_units(dataset, "subject"))) == 3


def test_six_unseen_people_of_24(make: Callable):
    dataset = make(24, 2)
    split = split_windows(dataset, SplitConfig(protocol="subject", folds=4))
    assert len(set(dataset.subjects[split.test])) == 6
    assert not set(dataset.subjects[split.test]) & set(dataset.subjects[np.r_[split.train, split.validation]])


def test_trials_of_both_classes_in_every_fold(make: Callable):
    """One recording a class and person, as in EEGMAT: four of each class test, in every fold."""
    dataset = make(24, 2)
    for fold in range(6):
        test = split_windows(dataset, SplitConfig(protocol="trial", folds=6, fold=fold)).test
        trials = {(dataset.subjects[i], dataset.trials[i]): dataset.labels[i] for i in test}
        assert sorted(trials.values()) == [0] * 4 + [1] * 4


def test_seeded(make: Callable):
    dataset = make(8, 10)
    first, again, other = (
        split_windows(dataset, SplitConfig(protocol="trial", seed=seed)).test.tolist() for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_as_many_folds_as_people(make: Callable):
    dataset = make(3, 2)
    split = split_windows(dataset, SplitConfig(protocol="subject", folds=3))
    assert [len(set(dataset.subjects[part])) for part in (split.train, split.validation, split.test)] == [1, 1, 1]


def test_too_few(make: Callable):
    with pytest.raises(UserError, match="fold 5 of 5"):
        split_windows(make(8, 4), SplitConfig(protocol="subject", folds=5, fold=5))
    with pytest.raises(UserError, match="needs more subjects than the 4"):
        split_windows(make(4, 4), SplitConfig(protocol="subject", folds=5))
    with pytest.raises(UserError, match="needs more subjects than the 1"):
        split_windows(make(2, 4), SplitConfig(protocol="subject", folds=2))
