"""The board makes the windows that training makes, bit for bit, of whole recordings and of samples as they arrive."""

from dataclasses import replace

import numpy as np
import pytest
from eeg2fpga.board.errors import InputError
from eeg2fpga.board.network_input import NetworkInput
from eeg2fpga.board.stream import Stream
from eeg2fpga.data.recording import Recording
from eeg2fpga.data.windows import build_dataset

ELECTRODES = ("Fz", "T7", "Pz")
RATE, WINDOW = 128, 50
KINDS = ("calibration", "window", "fixed")


@pytest.fixture
def recording() -> Recording:
    rng = np.random.default_rng(5)
    data = rng.normal(3, 25, (3, 1111)).astype(np.float32)
    # Steps of a quarter of one, exactly: roundings half to even are among them; and what is clipped.
    data[:, ::7] = np.round(data[:, ::7] * 4) / 4
    data[:, 5::200] *= 50
    baseline = rng.normal(1, 12, (3, 300)).astype(np.float32)
    return Recording(data, RATE, ELECTRODES, 0, "s", "t", baseline, "made")


def network(recording: Recording, kind: str) -> NetworkInput:
    return NetworkInput(build_dataset([recording], ("a", "b"), WINDOW, WINDOW, kind).metadata())


def quantiser(board: NetworkInput, recording: Recording, rows: list[int], named: int):
    baseline = recording.baseline if board.normalisation == "calibration" else None
    return board.quantiser(baseline, rows, named)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stride", [1, 17, 50, 73])
def test_windows_as_training_has_them(recording, kind, stride):
    expected = build_dataset([recording], ("a", "b"), WINDOW, stride, kind).windows()
    board = network(recording, kind)
    rows = board.rows(ELECTRODES)
    found = board.cut(board.select(recording.data, rows, 3), quantiser(board, recording, rows, 3), stride)
    np.testing.assert_array_equal(found, expected)
    assert np.abs(expected).max() == 127


@pytest.mark.parametrize("kind", KINDS)
def test_rows_in_any_order_under_any_name(recording, kind):
    """The recorder has other names, other rows beside, another order, and double precision."""
    names = ["ECG", "EEG Pz-REF", "T3", "Cz", "FZ"]
    rows = [None, 2, 1, None, 0]
    other = np.random.default_rng(1).normal(size=(5, recording.data.shape[1]))
    calm = np.random.default_rng(2).normal(size=(5, recording.baseline.shape[1]))
    for place, row in enumerate(rows):
        if row is not None:
            other[place], calm[place] = recording.data[row], recording.baseline[row]
    board = network(recording, kind)
    chosen = board.rows(names)
    quantise = quantiser(board, replace_baseline(recording, calm), chosen, 5)
    found = board.cut(board.select(other, chosen, 5), quantise, WINDOW)
    np.testing.assert_array_equal(found, build_dataset([recording], ("a", "b"), WINDOW, WINDOW, kind).windows())


def replace_baseline(recording: Recording, baseline: np.ndarray) -> Recording:
    """Past the check of its shape: the recorder's rows are not the network's."""
    changed = replace(recording)
    object.__setattr__(changed, "baseline", baseline)
    return changed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stride", [1, 17, 50, 73, 400])
@pytest.mark.parametrize("seed", range(4))
def test_streams_see_the_same_windows(recording, kind, stride, seed):
    """Blocks of any length, empty ones too; every window once, at the time of its end."""
    board = network(recording, kind)
    rows = board.rows(ELECTRODES)
    seen = []

    def classify(windows):
        seen.extend(windows)
        return np.arange(len(seen) - len(windows), len(seen))

    made = quantiser(board, recording, rows, 3)
    stream = Stream(board, made, lambda block: board.select(block, rows, 3, "block"), classify, stride)
    cuts = np.sort(np.random.default_rng(seed).integers(0, recording.data.shape[1], 40 if seed else 0))
    decisions = [found for block in np.split(recording.data, cuts, axis=1) for found in stream.push(block)]
    expected = build_dataset([recording], ("a", "b"), WINDOW, stride, kind).windows()
    np.testing.assert_array_equal(np.stack(seen), expected)
    assert [label for _, label in decisions] == list(range(len(expected)))
    assert [time for time, _ in decisions] == [(k * stride + WINDOW) / RATE for k in range(len(expected))]


def test_a_push_that_failed_can_be_repeated(recording):
    board = network(recording, "fixed")
    rows = board.rows(ELECTRODES)
    fails = [True]
    seen = []

    def classify(windows):
        if fails.pop():
            raise RuntimeError("power")
        seen.extend(windows)
        return np.zeros(len(windows), int)

    stream = Stream(board, board.quantiser(None, rows, 3), lambda block: board.select(block, rows, 3), classify, 50)
    with pytest.raises(RuntimeError, match="power"):
        stream.push(recording.data[:, :120])
    with pytest.raises(InputError, match="3 rows"):
        stream.push(recording.data[:2, :120])
    fails[:] = [False, False]
    assert [time for time, _ in stream.push(recording.data[:, :120])] == [50 / RATE, 100 / RATE]
    assert [time for time, _ in stream.push(recording.data[:, 120:150])] == [150 / RATE]
    np.testing.assert_array_equal(np.stack(seen), build_dataset([recording], ("a",), 50, 50, "fixed").windows()[:3])
