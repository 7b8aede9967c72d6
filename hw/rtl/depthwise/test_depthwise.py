"""depthwise against arithmetic.depthwise and arithmetic.multi_threshold."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.memory import depthwise_weights, padded, search_words, to_words

USES = ("thresholds", "multi_threshold", "serial_threshold")
PIXELS = 5
WINDOWS = 3

# CHANNELS, PE, KERNEL, INPUT_BITS, ACC_BITS, LEVELS, OUTPUT_BITS, OFFSET, SERIAL, in block RAM
CASES = [
    (6, 2, 7, 1, 4, 1, 1, 0, 1, 0),
    (4, 4, 1, 1, 2, 1, 1, 0, 0, 1),
    (4, 4, 2, 1, 3, 1, 1, 0, 1, 1),
    (3, 1, 32, 4, 10, 15, 4, -8, 0, 1),
    (6, 3, 5, 4, 7, 15, 4, -8, 1, 0),
    (3, 1, 32, 4, 10, 15, 4, -8, 1, 1),
    (5, 5, 3, 4, 6, 3, 2, -2, 1, 1),
    (8, 4, 5, 1, 5, 0, 5, 0, 0, 0),
    (4, 1, 3, 8, 11, 0, 12, 0, 0, 0),
]
LANES = [
    ((12, 6, 7, 1, 4, 1, 1, 0, 1, 0), 2),
    ((8, 8, 40, 4, 10, 15, 4, -8, 1, 1), 1),
    ((6, 6, 11, 4, 8, 15, 4, -8, 1, 0), 3),
]
"""Cases and lanes of the thresholds."""


def parameters(channels, pe, kernel, input_bits, acc_bits, levels, output_bits, offset, serial, block) -> dict:
    return {
        "CHANNELS": channels,
        "PE": pe,
        "KERNEL": kernel,
        "INPUT_BITS": input_bits,
        "ACC_BITS": acc_bits,
        "LEVELS": levels,
        "OUTPUT_BITS": output_bits,
        "OFFSET": offset,
        "SERIAL": serial,
        "WEIGHT_BLOCK": block,
        "THRESHOLD_BLOCK": block,
        "WEIGHT_FILE": "weights.mem",
        "THRESHOLD_FILE": "thresholds.mem" if levels else "",
    }


def depthwise_order(x, pe: int):
    """(windows, pixels, channels, kernel) to (windows, words, PE): channel fold outermost, tap next."""
    windows, pixels, channels, kernel = x.shape
    return x.reshape(windows, pixels, channels // pe, pe, kernel).swapaxes(3, 4).reshape(windows, -1, pe)


@parameter_sets("case", CASES, netlists=(0,), ids=lambda case: "-".join(map(str, case)))
def test_equals_arithmetic(case):
    check(case, case[1])


@pytest.mark.parametrize(("case", "lanes"), LANES)
def test_lanes_share_thresholds(case, lanes):
    check(case, lanes)


def check(case, lanes):
    channels, pe, kernel, input_bits, acc_bits, levels, output_bits, offset, serial, block = case
    generator = np.random.default_rng(channels * 100 + kernel)
    weights = 2 * generator.integers(0, 2, (channels, kernel)) - 1
    memories = {"weights.mem": (depthwise_weights(weights, pe), padded(pe))}
    shape = (WINDOWS, PIXELS, channels, kernel)
    if input_bits == 1:
        x = 2 * generator.integers(0, 2, shape) - 1
    else:
        x = generator.integers(-(1 << (input_bits - 1)), 1 << (input_bits - 1), shape)
        # The largest sum that there is.
        x[1, 0] = np.where(weights < 0, -(1 << (input_bits - 1)), (1 << (input_bits - 1)) - 1)
    y = arithmetic.depthwise(x, weights)
    if input_bits > 1:
        y = arithmetic.complement_sums(y, weights)
    if levels:
        own = arithmetic.to_popcount(y, kernel) if input_bits == 1 else y
        thresholds = np.sort(generator.choice(np.unique(own), (channels, levels)), axis=1)
        a_word = 2 if serial and block else 1
        words = search_words(thresholds, lanes, acc_bits, a_word)
        memories["thresholds.mem"] = (words, padded(acc_bits * a_word))
        y = arithmetic.multi_threshold(own, thresholds, output_bits, offset)
        assert len(np.unique(y)) > 1
    run_unit(
        "depthwise",
        parameters(*case) | {"LANES": lanes},
        {"s_axis": [to_words(words, input_bits) for words in depthwise_order(x, pe)]},
        {"m_axis": [to_words(window.reshape(-1, lanes), output_bits) for window in y]},
        cycles=PIXELS * kernel * channels // pe,
        memories=memories,
        uses=USES,
    )


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ((6, 4, 7, 1, 4, 1, 1, 0, 1, 0), "PE_does_not_divide_CHANNELS"),
        ((6, 2, 8, 1, 4, 1, 1, 0, 1, 0), "ACC_BITS_do_not_hold_the_sums"),
        ((6, 2, 3, 1, 4, 15, 4, -8, 1, 0), "SERIAL_with_threshold_stages_not_below_KERNEL"),
        ((6, 2, 3, 1, 4, 1, 1, 0, 1, 2), "WEIGHT_BLOCK_not_0_or_1"),
    ],
)
def test_illegal_parameters_stop_elaboration(case, what):
    assert f"ILLEGAL_{what}_in_depthwise" in elaboration_error("depthwise", parameters(*case), USES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_lint(case):
    done = lint("depthwise", parameters(*case), USES)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("case", "lanes"), LANES)
def test_lint_lanes(case, lanes):
    done = lint("depthwise", parameters(*case) | {"LANES": lanes}, USES)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("index", "lanes", "what"),
    [(4, 1, "SERIAL_with_threshold_stages_not_below_KERNEL"), (7, 2, "LANES_without_thresholds")],
)
def test_illegal_lanes_stop_elaboration(index, lanes, what):
    assert f"ILLEGAL_{what}_in_depthwise" in elaboration_error(
        "depthwise", parameters(*CASES[index]) | {"LANES": lanes}, USES
    )
