"""argmax: index of the first largest score."""

import numpy as np
import pytest
from bench import elaboration_error, lint, run_unit
from eeg2fpga.compile.arithmetic import argmax
from eeg2fpga.compile.memory import decode, to_words

PARAMETERS = [(4, 2, 2, 2), (2, 8, 1, 1), (2, 12, 2, 8), (3, 3, 3, 2), (6, 5, 2, 3), (10, 2, 5, 9)]


def _names(classes: int, bits: int, pe: int, index_bits: int) -> dict[str, int]:
    return {"CLASSES": classes, "INPUT_BITS": bits, "PE": pe, "OUTPUT_BITS": index_bits}


@pytest.mark.parametrize(("classes", "bits", "pe", "index_bits"), PARAMETERS)
def test_streams(classes: int, bits: int, pe: int, index_bits: int) -> None:
    x = decode(np.random.default_rng(classes).integers(0, 1 << bits, (60, classes)), bits)
    x[3], x[4] = 0, -(1 << (bits - 1))  # ties
    inputs = [to_words(window.reshape(-1, pe), bits) for window in x]
    expected = [[int(index)] for index in argmax(x)[:, 0]]
    parameters = _names(classes, bits, pe, index_bits)
    run_unit("argmax", parameters, {"s_axis": inputs}, {"m_axis": expected}, cycles=classes // pe)


@pytest.mark.parametrize("case", PARAMETERS)
def test_lints(case: tuple[int, int, int, int]) -> None:
    done = lint("argmax", _names(*case))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("case", "what"), [((4, 8, 3, 2), "PE"), ((4, 1, 2, 2), "INPUT_BITS"), ((5, 8, 1, 2), "OUTPUT_BITS")]
)
def test_illegal_parameters_stop_elaboration(case: tuple[int, int, int, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("argmax", _names(*case))
