"""serial_threshold against arithmetic.multi_threshold."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.memory import padded, search_words, to_words

PIXELS = 9
WINDOWS = 3

# CHANNELS, PE, INPUT_BITS, LEVELS, OUTPUT_BITS, OFFSET, BLOCK
CASES = [
    (4, 4, 6, 1, 1, 0, 0),
    (6, 2, 5, 3, 2, -2, 1),
    (3, 1, 9, 15, 4, -8, 0),
    (12, 3, 2, 7, 6, 5, 1),
    (5, 5, 12, 15, 8, -100, 0),
    (8, 1, 7, 1, 1, 0, 1),
]


def parameters(channels: int, pe: int, input_bits: int, levels: int, output_bits: int, offset: int, block: int) -> dict:
    return {
        "CHANNELS": channels,
        "PE": pe,
        "INPUT_BITS": input_bits,
        "LEVELS": levels,
        "OUTPUT_BITS": output_bits,
        "OFFSET": offset,
        "BLOCK": block,
        "THRESHOLD_FILE": "thresholds.mem",
    }


@parameter_sets(("channels", "pe", "input_bits", "levels", "output_bits", "offset", "block"), CASES, netlists=(3,))
def test_equals_arithmetic(channels, pe, input_bits, levels, output_bits, offset, block):
    generator = np.random.default_rng(channels * 100 + levels)
    low, high = -(1 << (input_bits - 1)), 1 << (input_bits - 1)
    thresholds = np.sort(generator.integers(low, high, (channels, levels)), axis=1)
    x = generator.integers(low, high, (WINDOWS, PIXELS, channels))
    # Equality must count as above; make it frequent.
    x[:, ::2] = thresholds[:, generator.integers(levels)]
    y = arithmetic.multi_threshold(x, thresholds, output_bits, offset)
    run_unit(
        "serial_threshold",
        parameters(channels, pe, input_bits, levels, output_bits, offset, block),
        {"s_axis": [to_words(window.reshape(-1, pe), input_bits) for window in x]},
        {"m_axis": [to_words(window.reshape(-1, pe), output_bits) for window in y]},
        cycles=PIXELS * channels // pe * (levels.bit_length() + 1),
        memories={
            "thresholds.mem": (search_words(thresholds, pe, input_bits, block + 1), padded(input_bits * (block + 1))),
        },
    )


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ((6, 4, 5, 3, 2, -2, 0), "PE_does_not_divide_CHANNELS"),
        ((4, 2, 5, 4, 4, 0, 0), "LEVELS_is_not_a_power_of_two_minus_one"),
        ((4, 2, 1, 1, 1, 0, 0), "INPUT_BITS_below_two"),
        ((4, 2, 5, 3, 2, -1, 0), "OUTPUT_BITS_do_not_hold_the_count"),
        ((4, 2, 5, 3, 1, 0, 0), "OUTPUT_BITS_do_not_hold_the_count"),
        ((4, 2, 5, 3, 2, -2, 2), "BLOCK_not_0_or_1"),
    ],
)
def test_illegal_parameters_stop_elaboration(case, what):
    assert f"ILLEGAL_{what}_in_serial_threshold" in elaboration_error("serial_threshold", parameters(*case))


@pytest.mark.parametrize("case", CASES[:4])
def test_lint(case):
    done = lint("serial_threshold", parameters(*case))
    assert done.returncode == 0, done.stderr
