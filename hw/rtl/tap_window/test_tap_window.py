"""tap_window: all taps of every output pixel in one word, plain or as codes of pairs; nothing stops it."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.arithmetic import sliding_window
from eeg2fpga.compile.logic.pairs import code_bits
from eeg2fpga.compile.logic.pairs import encode as pair_codes
from eeg2fpga.compile.memory import decode, to_words

NAMES = ("CHANNELS", "ELEMENT_BITS", "PIXELS", "KERNEL", "STRIDE", "PAD_BEFORE", "PAD_AFTER", "PAD_BITS", "GROUP")
CASES = [
    (4, 1, 8, 3, 1, 1, 1, 0, 1),
    (3, 1, 20, 7, 2, 3, 3, 0, 1),
    (3, 4, 16, 8, 4, 3, 3, 9, 1),  # the stem's shape: even kernel, pad of any bits
    (2, 8, 11, 2, 5, 0, 0, 0, 1),  # stride above kernel: pixels that no output needs, inside and at the end
    (1, 1, 13, 4, 4, 1, 2, 1, 1),
    (5, 2, 6, 1, 3, 0, 0, 0, 1),
    (2, 1, 4, 4, 1, 0, 0, 0, 1),  # one output a window
    (2, 4, 3, 5, 1, 2, 2, 5, 1),  # window shorter than the kernel
    (3, 4, 16, 8, 4, 3, 3, 0, 2),  # pairs: padding before of odd width, so that a pair straddles the border
    (2, 4, 17, 6, 2, 2, 3, 0, 2),  # even width
    (2, 2, 9, 4, 2, 1, 2, 0, 2),
    (1, 3, 10, 4, 6, 3, 3, 0, 2),
    (1, 4, 12, 6, 2, 4, 5, 5, 2),
]


def _names(case: tuple[int, ...]) -> dict[str, int]:
    return dict(zip(NAMES, case, strict=True))


@parameter_sets("case", CASES, netlists=(0,))
def test_streams_at_full_rate(case: tuple[int, ...]) -> None:
    channels, bits, pixels, kernel, stride, before, after, pad_bits, group = case
    x = decode(np.random.default_rng(sum(case)).integers(0, 1 << bits, (4, pixels, channels)), bits)
    pad = int(decode(np.array(pad_bits), bits))
    y = sliding_window(x, kernel, stride, before, after, pad)
    outputs = y.shape[1]
    cycles = max(pixels, (outputs - 1) * stride + kernel - before)
    inputs = [to_words(window, bits) for window in x]
    if group == 1:
        expected = [to_words(window.reshape(outputs, -1), bits) for window in y]
    else:
        width = code_bits(bits)
        expected = [_words(pair_codes(window, bits).reshape(outputs, -1), width) for window in y]
    run_unit(
        "tap_window",
        _names(case),
        {"s_axis": inputs},
        {"m_axis": expected},
        cycles=cycles,
        uses=["tap_line"],
        gap=cycles - pixels,
    )


def _words(codes: np.ndarray, width: int) -> list[int]:
    return [sum(int(code) << (k * width) for k, code in enumerate(row)) for row in codes]


@pytest.mark.parametrize("case", CASES)
def test_lints(case: tuple[int, ...]) -> None:
    done = lint("tap_window", _names(case), ["tap_line"])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"KERNEL": 11}, "KERNEL_or_STRIDE"),
        ({"STRIDE": 0}, "KERNEL_or_STRIDE"),
        ({"PAD_BEFORE": 3}, "padding_not_below_KERNEL"),
        ({"PAD_BITS": 2}, "PAD_BITS_exceed"),
        ({"GROUP": 2}, "GROUP_in"),
        ({"GROUP": 3}, "GROUP_in"),
    ],
)
def test_illegal_parameters_stop_elaboration(change: dict[str, int], what: str) -> None:
    assert what in elaboration_error("tap_window", _names(CASES[0]) | change, ["tap_line"])
