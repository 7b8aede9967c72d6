"""residual_add: saturating sums of two streams."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.arithmetic import residual_add
from eeg2fpga.compile.memory import decode, to_words

PARAMETERS = [(2, 4, 4, 4), (1, 3, 8, 6), (3, 2, 2, 2), (4, 4, 4, 7), (5, 6, 3, 2)]


def _names(pe: int, a_bits: int, b_bits: int, bits: int) -> dict[str, int]:
    return {"PE": pe, "A_BITS": a_bits, "B_BITS": b_bits, "OUTPUT_BITS": bits}


@parameter_sets(("pe", "a_bits", "b_bits", "bits"), PARAMETERS, netlists=(0,))
def test_streams(pe: int, a_bits: int, b_bits: int, bits: int) -> None:
    generator = np.random.default_rng(pe)
    a = decode(generator.integers(0, 1 << a_bits, (3, 40, pe)), a_bits)
    b = decode(generator.integers(0, 1 << b_bits, (3, 40, pe)), b_bits)
    a[0, 0], b[0, 0] = -(1 << (a_bits - 1)), -(1 << (b_bits - 1))
    a[0, 1], b[0, 1] = (1 << (a_bits - 1)) - 1, (1 << (b_bits - 1)) - 1
    y = residual_add(a, b, bits)
    inputs = {"a_axis": [to_words(w, a_bits) for w in a], "b_axis": [to_words(w, b_bits) for w in b]}
    expected = {"m_axis": [to_words(w, bits) for w in y]}
    run_unit("residual_add", _names(pe, a_bits, b_bits, bits), inputs, expected, cycles=40)


@pytest.mark.parametrize("case", PARAMETERS)
def test_lints(case: tuple[int, int, int, int]) -> None:
    done = lint("residual_add", _names(*case))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("case", "what"), [((2, 1, 4, 4), "input"), ((2, 4, 4, 1), "OUTPUT_BITS")])
def test_illegal_parameters_stop_elaboration(case: tuple[int, int, int, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("residual_add", _names(*case))
