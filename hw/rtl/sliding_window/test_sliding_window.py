"""sliding_window: the taps of every output pixel, in depthwise order."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.arithmetic import Integers, sliding_window
from eeg2fpga.compile.memory import decode, to_words

NAMES = ("CHANNELS", "SIMD", "ELEMENT_BITS", "PIXELS", "KERNEL", "STRIDE", "PAD_BEFORE", "PAD_AFTER", "PAD_BITS")
FULL_RATE = [
    (4, 2, 1, 8, 3, 1, 1, 1, 0),
    (6, 2, 4, 20, 7, 2, 3, 3, 0),  # three folds, not a power of two
    (3, 3, 4, 16, 8, 4, 3, 3, 9),  # the stem's shape: even kernel, pad of any bits
    (4, 1, 8, 11, 2, 5, 0, 0, 0),  # stride above kernel: pixels that no output needs, inside and at the end
    (2, 1, 1, 13, 4, 4, 1, 2, 1),
    (5, 5, 2, 6, 1, 3, 0, 0, 0),
    (4, 2, 1, 4, 4, 1, 0, 0, 0),  # one output a window
    (2, 2, 4, 3, 5, 1, 2, 2, 5),  # window shorter than the kernel
    (2, 1, 3, 10, 4, 5, 3, 3, 2),
]
"""Run with the DEPTH that promises the documented cycles."""
SHALLOW = [
    (4, 2, 1, 8, 3, 1, 1, 1, 0),
    (4, 4, 4, 20, 7, 1, 3, 3, 0),
    (3, 1, 4, 17, 2, 2, 0, 1, 3),
    (2, 1, 1, 9, 3, 5, 2, 0, 1),
]
"""Run with the least legal DEPTH: right words, at whatever rate."""


def _names(case: tuple[int, ...], depth: int) -> dict[str, int]:
    return dict(zip(NAMES, case, strict=True)) | {"DEPTH": depth}


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def _run(case: tuple[int, ...], depth: int, exact: bool) -> None:
    channels, simd, bits, pixels, kernel, stride, before, after, pad_bits = case
    x = decode(np.random.default_rng(sum(case)).integers(0, 1 << bits, (4, pixels, channels)), bits)
    pad = int(decode(np.array(pad_bits), bits))
    y = sliding_window(x, kernel, stride, before, after, pad)
    inputs = [to_words(window.reshape(-1, simd), bits) for window in x]
    expected = [_depthwise_order(window, simd, bits) for window in y]
    cycles = max(pixels, y.shape[1] * kernel) * channels // simd
    streams = ({"s_axis": inputs}, {"m_axis": expected})
    run_unit(
        "sliding_window", _names(case, depth) | {"BLOCK": int(not exact)}, *streams, cycles=cycles if exact else None
    )


def _depthwise_order(y: Integers, simd: int, bits: int) -> list[int]:
    """(outputs, channels, kernel) to words: output, fold of channels, tap."""
    outputs, channels, kernel = y.shape
    return to_words(y.reshape(outputs, channels // simd, simd, kernel).transpose(0, 1, 3, 2).reshape(-1, simd), bits)


@parameter_sets("case", FULL_RATE, netlists=(2,))
def test_streams_at_full_rate(case: tuple[int, ...]) -> None:
    _, _, _, _, kernel, stride, *_ = case
    _run(case, _power_of_two(2 * kernel + stride), exact=True)


@parameter_sets("case", SHALLOW, netlists=(1,))
def test_least_buffer_does_not_deadlock(case: tuple[int, ...]) -> None:
    _, _, _, _, kernel, stride, *_ = case
    _run(case, _power_of_two(kernel + stride), exact=False)


@pytest.mark.parametrize("case", FULL_RATE)
def test_lints(case: tuple[int, ...]) -> None:
    done = lint("sliding_window", _names(case, 32))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"SIMD": 3}, "SIMD_does_not_divide"),
        ({"DEPTH": 12}, "DEPTH_not_a_power_of_two"),
        ({"DEPTH": 2}, "DEPTH_not_a_power_of_two"),
        ({"KERNEL": 11, "DEPTH": 64}, "KERNEL_or_STRIDE"),
        ({"STRIDE": 0}, "KERNEL_or_STRIDE"),
        ({"PAD_BEFORE": 3}, "padding_not_below_KERNEL"),
        ({"PAD_BITS": 2}, "PAD_BITS_exceed"),
        ({"BLOCK": 2}, "BLOCK_not_0_or_1"),
    ],
)
def test_illegal_parameters_stop_elaboration(change: dict[str, int], what: str) -> None:
    assert what in elaboration_error("sliding_window", _names(FULL_RATE[0], 8) | change)
