"""binary_mvu against arithmetic.binary_mvu and arithmetic.multi_threshold."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.memory import bias_words, mvu_weights, padded, search_words, to_words

USES = ("tile_sums", "thresholds", "multi_threshold", "serial_threshold")
PIXELS = 5
WINDOWS = 3

# MW, MH, SIMD, PE, INPUT_BITS, ACC_BITS, LEVELS, OUTPUT_BITS, OFFSET, with a bias, SERIAL, in block RAM
CASES = [
    (12, 6, 4, 2, 1, 5, 1, 1, 0, False, 1, 0),
    (8, 4, 8, 4, 1, 5, 3, 2, -2, False, 0, 0),
    (6, 9, 3, 9, 8, 12, 15, 4, -8, False, 0, 1),
    (10, 6, 2, 3, 4, 8, 15, 4, -8, False, 1, 0),
    (10, 6, 2, 3, 4, 8, 15, 4, -8, False, 1, 1),
    (9, 4, 1, 1, 1, 5, 7, 4, 0, False, 1, 1),
    (10, 3, 5, 1, 4, 8, 0, 9, 0, True, 0, 0),
    (16, 2, 16, 1, 1, 7, 0, 8, 0, True, 0, 1),
    (7, 5, 1, 5, 1, 4, 0, 4, 0, False, 0, 0),
    (4, 4, 1, 1, 8, 11, 1, 1, 0, False, 1, 0),
    (4, 4, 4, 1, 8, 11, 1, 1, 0, False, 0, 1),
    (4, 4, 2, 1, 8, 11, 1, 1, 0, False, 1, 1),
]
TERNARY = [
    (12, 6, 2, 2, 8, 13, 3, 2, -2, False, 1, 0),
    (12, 4, 12, 4, 8, 13, 1, 1, 0, False, 0, 0),
    (6, 3, 1, 1, 4, 8, 0, 9, 0, True, 0, 0),
    (10, 4, 1, 2, 3, 7, 3, 2, -2, False, 1, 1),
]
LANES = [
    ((12, 8, 1, 8, 4, 9, 7, 3, -4, False, 1, 1), 4),
    ((16, 6, 2, 6, 1, 6, 1, 1, 0, False, 1, 0), 2),
    ((10, 10, 1, 5, 8, 13, 1, 1, 0, False, 1, 0), 1),
    ((18, 6, 1, 3, 8, 14, 15, 4, -8, False, 1, 1), 1),
]
"""Cases and lanes of the thresholds, which then just keep pace, or have cycles to spare."""
TREES = [
    (40, 4, 20, 2, 1, 7, 1, 1, 0, False, 1, 0),
    (39, 4, 39, 2, 1, 7, 1, 1, 0, False, 0, 0),
    (8, 6, 8, 3, 8, 13, 15, 4, -8, False, 0, 0),
    (14, 3, 7, 1, 3, 7, 0, 8, 0, True, 0, 0),
    (22, 4, 11, 4, 4, 10, 1, 1, 0, False, 1, 0),
]
"""Tiles summed up by trees of two levels and more, with nodes left over."""


def parameters(mw, mh, simd, pe, input_bits, acc_bits, levels, output_bits, offset, biased, serial, block) -> dict:
    return {
        "MW": mw,
        "MH": mh,
        "SIMD": simd,
        "PE": pe,
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
        "BIAS_FILE": "bias.mem" if biased else "",
    }


@parameter_sets("case", CASES, netlists=(4,), ids=lambda case: "-".join(map(str, case)))
def test_equals_arithmetic(case):
    check(case, {})


@pytest.mark.parametrize("case", TERNARY, ids=lambda case: "-".join(map(str, case)))
def test_ternary_weights(case):
    check(case, {"WEIGHT_BITS": 2})


@pytest.mark.parametrize(("case", "lanes"), LANES)
def test_lanes_share_thresholds(case, lanes):
    check(case, {"LANES": lanes})


@pytest.mark.parametrize("case", TREES, ids=lambda case: "-".join(map(str, case)))
def test_trees_of_adders(case):
    check(case, {})


def check(case, more):
    mw, mh, simd, pe, input_bits, acc_bits, levels, output_bits, offset, biased, serial, block = case
    weight_bits, lanes = more.get("WEIGHT_BITS", 1), more.get("LANES", pe)
    generator = np.random.default_rng(mw * 100 + mh)
    weights = 2 * generator.integers(0, 2, (mw, mh)) - 1 if weight_bits == 1 else generator.integers(-1, 2, (mw, mh))
    deferred = simd if weight_bits == 1 else 1
    memories = {"weights.mem": (mvu_weights(weights, pe, simd, weight_bits), padded(pe * simd * weight_bits))}
    bias = None
    if biased:
        bias = generator.integers(-5, 6, mh)
        own = bias - (mw if input_bits == 1 else arithmetic.complement_sums(0, weights.T, deferred))
        memories["bias.mem"] = (bias_words(own, pe, acc_bits), padded(pe * acc_bits))
    if input_bits == 1:
        x = 2 * generator.integers(0, 2, (WINDOWS, PIXELS, mw)) - 1
    else:
        x = generator.integers(-(1 << (input_bits - 1)), 1 << (input_bits - 1), (WINDOWS, PIXELS, mw))
        # The largest sum of row 0 in either direction.
        low, high = -(1 << (input_bits - 1)), (1 << (input_bits - 1)) - 1
        x[1, 0] = np.where(weights[:, 0] < 0, low, high)
        x[1, 1] = np.where(weights[:, 0] > 0, low, high)
    y = arithmetic.binary_mvu(x, weights, bias)
    if levels:
        own = arithmetic.to_popcount(y, mw) if input_bits == 1 else arithmetic.complement_sums(y, weights.T, deferred)
        thresholds = np.sort(generator.choice(np.unique(own), (mh, levels)), axis=1)
        a_word = 2 if serial and block else 1
        words = search_words(thresholds, lanes, acc_bits, a_word)
        memories["thresholds.mem"] = (words, padded(acc_bits * a_word))
        y = arithmetic.multi_threshold(own, thresholds, output_bits, offset)
        assert len(np.unique(y)) > 1
    run_unit(
        "binary_mvu",
        parameters(*case) | more,
        {"s_axis": [to_words(window.reshape(-1, simd), input_bits) for window in x]},
        {"m_axis": [to_words(window.reshape(-1, lanes), output_bits) for window in y]},
        cycles=PIXELS * (mw // simd) * (mh // pe),
        memories=memories,
        uses=USES,
    )


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ((12, 6, 5, 2, 1, 5, 1, 1, 0, False, 0, 0), "SIMD_does_not_divide_MW"),
        ((12, 6, 4, 4, 1, 5, 1, 1, 0, False, 0, 0), "PE_does_not_divide_MH"),
        ((12, 6, 4, 2, 1, 4, 1, 1, 0, False, 0, 0), "ACC_BITS_do_not_hold_the_sums"),
        ((12, 6, 4, 2, 1, 5, 1, 1, 0, True, 0, 0), "BIAS_FILE_with_thresholds"),
        ((12, 6, 4, 2, 1, 5, 15, 4, -8, False, 1, 0), "SERIAL_with_threshold_stages_not_below_MW_over_SIMD"),
        ((12, 6, 4, 2, 1, 5, 1, 1, 0, False, 1, 2), "WEIGHT_BLOCK_not_0_or_1"),
    ],
)
def test_illegal_parameters_stop_elaboration(case, what):
    assert f"ILLEGAL_{what}_in_" in elaboration_error("binary_mvu", parameters(*case), USES)


@pytest.mark.parametrize("case", CASES + TREES, ids=lambda case: "-".join(map(str, case)))
def test_lint(case):
    done = lint("binary_mvu", parameters(*case), USES)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("index", "lanes", "what"),
    [
        (0, 4, "LANES_do_not_divide_PE_or_are_fewer_without_SERIAL_in_thresholds"),
        (2, 3, "LANES_do_not_divide_PE_or_are_fewer_without_SERIAL_in_thresholds"),
        (3, 1, "SERIAL_with_threshold_stages_not_below_MW_over_SIMD_in_binary_mvu"),
        (8, 1, "LANES_without_thresholds_in_binary_mvu"),
    ],
)
def test_illegal_lanes_stop_elaboration(index, lanes, what):
    assert f"ILLEGAL_{what}" in elaboration_error("binary_mvu", parameters(*CASES[index]) | {"LANES": lanes}, USES)


@pytest.mark.parametrize(("case", "lanes"), LANES)
def test_lint_lanes(case, lanes):
    done = lint("binary_mvu", parameters(*case) | {"LANES": lanes}, USES)
    assert done.returncode == 0, done.stderr


def test_ternary_weights_for_bipolar_inputs_stop_elaboration():
    stderr = elaboration_error("binary_mvu", parameters(*CASES[0]) | {"WEIGHT_BITS": 2}, USES)
    assert "ILLEGAL_WEIGHT_BITS_not_1_or_2_with_more_than_one_input_bit_in_tile_sums" in stderr


@pytest.mark.parametrize("case", TERNARY, ids=lambda case: "-".join(map(str, case)))
def test_lint_ternary(case):
    done = lint("binary_mvu", parameters(*case) | {"WEIGHT_BITS": 2}, USES)
    assert done.returncode == 0, done.stderr
