"""Figures from outcomes small enough to count by hand."""

import numpy as np
import pytest
from eeg2fpga.training.metrics import Outcome, bootstrap_interval, difference, figures, over_folds


def outcome(labels, predicted, subjects, recordings) -> Outcome:
    return Outcome(np.array(labels), np.array(predicted), np.array(list(subjects)), np.array(list(recordings)))


# Person a: recordings p (class 0, two of three right) and q (class 1, one of three); person b: r (class 0, right).
COUNTED = outcome([0, 0, 0, 1, 1, 1, 0, 0], [0, 0, 1, 1, 0, 0, 0, 0], "aaaaaabb", "pppqqqrr")


def test_figures():
    found = figures(COUNTED)
    assert found["balanced_accuracy"] == pytest.approx((4 / 5 + 1 / 3) / 2)
    assert found["accuracy"] == pytest.approx(5 / 8)
    assert found["f1"] == pytest.approx((8 / 11 + 2 / 5) / 2)
    assert found["confusion"] == [[4, 1], [2, 1]]
    assert (found["windows"], found["recordings"], found["subjects"]) == (8, 3, 2)
    assert found["people"] == {"a": pytest.approx((2 / 3 + 1 / 3) / 2)}, "person b has one class only"


def test_vote_is_by_the_majority_of_a_recordings_windows():
    assert figures(COUNTED)["vote"] == pytest.approx((1 + 0) / 2)


def test_over_folds_averages_folds_and_pools_the_rest():
    other = outcome([0, 1], [0, 1], "cc", "st")
    found = over_folds([COUNTED, other])
    first = (4 / 5 + 1 / 3) / 2
    assert found["folds"] == [pytest.approx(first), 1.0]
    assert found["balanced_accuracy"] == pytest.approx((first + 1) / 2)
    assert found["spread"] == pytest.approx((1 - first) / 2)
    assert found["confusion"] == [[5, 1], [2, 2]]
    low, high = found["interval"]
    assert low < (5 / 6 + 2 / 4) / 2 < high


def test_bootstrap_draws_people_not_windows():
    """Ten people, each all right or all wrong: the interval is that of ten draws, however many windows there are."""
    right = np.repeat([1, 0], [7, 3])
    for windows in (2, 200):
        labels = np.tile([0, 1], 10 * windows // 2)
        people = np.repeat(np.arange(10), windows)
        predicted = np.where(right[people] == 1, labels, 1 - labels)
        low, high = bootstrap_interval(Outcome(labels, predicted, people.astype(str), people.astype(str)))
        assert low == pytest.approx(0.4, abs=0.05)
        assert high == pytest.approx(1.0, abs=0.05)


def _people(right: np.ndarray, windows: int = 20) -> Outcome:
    """A person each of `right`, of whose windows so large a share is right, in both classes alike."""
    labels = np.tile(np.repeat([0, 1], windows), len(right))
    people = np.repeat(np.arange(len(right)), 2 * windows)
    position = np.tile(np.arange(windows), 2 * len(right))
    predicted = np.where(position < np.round(right[people] * windows), labels, 1 - labels)
    return Outcome(labels, predicted, people.astype(str), people.astype(str))


def test_difference_is_of_the_same_people():
    """People differ widely, the two networks alike on each of them: the difference is known well."""
    right = np.linspace(0.3, 0.9, 13)
    ours, theirs = [_people(right)], [_people(right - 0.1), _people(right - 0.2)]
    found = difference(ours, theirs)
    assert found["balanced_accuracy"] == pytest.approx(0.15, abs=0.01)
    low, high = found["interval"]
    assert 0.13 < low <= high < 0.17
    wide = bootstrap_interval(ours[0])
    assert wide[1] - wide[0] > 0.15
    with pytest.raises(ValueError):
        difference(ours, [_people(right[1:])])
