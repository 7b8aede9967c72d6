"""binary_mvu against arithmetic.binary_mvu and arithmetic.multi_threshold."""

import numpy as np
import pytest
from bench import elaboration_error, lint, run_unit
from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.memory import bias_words, mvu_weights, padded, threshold_words, to_words

USES = ("multi_threshold",)
PIXELS = 5
WINDOWS = 3

# MW, MH, SIMD, PE, INPUT_BITS, ACC_BITS, LEVELS, OUTPUT_BITS, OFFSET, with a bias
CASES = [
    (12, 6, 4, 2, 1, 5, 1, 1, 0, False),
    (8, 4, 8, 4, 1, 5, 3, 2, -2, False),
    (6, 9, 3, 9, 8, 12, 15, 4, -8, False),
    (10, 3, 5, 1, 4, 8, 0, 9, 0, True),
    (16, 2, 16, 1, 1, 7, 0, 8, 0, True),
    (7, 5, 1, 5, 1, 4, 0, 4, 0, False),
    (4, 4, 1, 1, 8, 11, 1, 1, 0, False),
]


def parameters(mw, mh, simd, pe, input_bits, acc_bits, levels, output_bits, offset, biased) -> dict:
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
        "WEIGHT_FILE": "weights.mem",
        "THRESHOLD_FILE": "thresholds.mem" if levels else "",
        "BIAS_FILE": "bias.mem" if biased else "",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_equals_arithmetic(case):
    mw, mh, simd, pe, input_bits, acc_bits, levels, output_bits, offset, biased = case
    generator = np.random.default_rng(mw * 100 + mh)
    weights = 2 * generator.integers(0, 2, (mw, mh)) - 1
    memories = {"weights.mem": (mvu_weights(weights, pe, simd), padded(pe * simd))}
    bias = None
    if biased:
        bias = generator.integers(-5, 6, mh)
        memories["bias.mem"] = (bias_words(bias, pe, acc_bits), padded(pe * acc_bits))
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
        own = arithmetic.to_popcount(y, mw) if input_bits == 1 else y
        thresholds = np.sort(generator.choice(np.unique(own), (mh, levels)), axis=1)
        memories["thresholds.mem"] = (threshold_words(thresholds, pe, acc_bits), padded(pe * levels * acc_bits))
        y = arithmetic.multi_threshold(own, thresholds, output_bits, offset)
        assert len(np.unique(y)) > 1
    run_unit(
        "binary_mvu",
        parameters(*case),
        {"s_axis": [to_words(window.reshape(-1, simd), input_bits) for window in x]},
        {"m_axis": [to_words(window.reshape(-1, pe), output_bits) for window in y]},
        cycles=PIXELS * (mw // simd) * (mh // pe),
        memories=memories,
        uses=USES,
    )


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ((12, 6, 5, 2, 1, 5, 1, 1, 0, False), "SIMD_does_not_divide_MW"),
        ((12, 6, 4, 4, 1, 5, 1, 1, 0, False), "PE_does_not_divide_MH"),
        ((12, 6, 4, 2, 1, 4, 1, 1, 0, False), "ACC_BITS_do_not_hold_the_sums"),
        ((12, 6, 4, 2, 1, 5, 1, 1, 0, True), "BIAS_FILE_with_thresholds"),
    ],
)
def test_illegal_parameters_stop_elaboration(case, what):
    assert f"ILLEGAL_{what}_in_binary_mvu" in elaboration_error("binary_mvu", parameters(*case), USES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_lint(case):
    done = lint("binary_mvu", parameters(*case), USES)
    assert done.returncode == 0, done.stderr
