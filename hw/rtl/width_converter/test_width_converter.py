"""width_converter: the same elements in wider or narrower words."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.memory import decode, to_words

PARAMETERS = [(4, 2, 4), (1, 1, 8), (1, 12, 3), (5, 3, 3), (4, 8, 2), (3, 5, 1), (7, 1, 3), (1, 24, 48)]


def _names(bits: int, lanes_in: int, lanes_out: int) -> dict[str, int]:
    return {"ELEMENT_BITS": bits, "IN_ELEMENTS": lanes_in, "OUT_ELEMENTS": lanes_out}


@parameter_sets(("bits", "lanes_in", "lanes_out"), PARAMETERS, netlists=(0,))
def test_streams(bits: int, lanes_in: int, lanes_out: int) -> None:
    elements = 12 * max(lanes_in, lanes_out)
    values = decode(np.random.default_rng(bits).integers(0, 1 << bits, (3, elements)), bits)
    inputs = [to_words(window.reshape(-1, lanes_in), bits) for window in values]
    expected = [to_words(window.reshape(-1, lanes_out), bits) for window in values]
    cycles = elements // min(lanes_in, lanes_out)
    parameters = _names(bits, lanes_in, lanes_out)
    run_unit("width_converter", parameters, {"s_axis": inputs}, {"m_axis": expected}, cycles=cycles)


@pytest.mark.parametrize("case", PARAMETERS[:6])
def test_lints(case: tuple[int, int, int]) -> None:
    done = lint("width_converter", _names(*case))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("case", "what"), [((1, 4, 6), "do_not_divide"), ((0, 2, 4), "size_below_one")])
def test_illegal_parameters_stop_elaboration(case: tuple[int, int, int], what: str) -> None:
    assert what in elaboration_error("width_converter", _names(*case))
