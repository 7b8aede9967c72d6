"""global_pool: sums over the pixels of a window."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.arithmetic import global_pool
from eeg2fpga.compile.memory import decode, to_words

PARAMETERS = [(4, 2, 4, 7, 8), (3, 3, 4, 8, 16), (6, 2, 3, 6, 5), (5, 1, 4, 4, 1), (24, 4, 4, 9, 17)]


def _names(channels: int, pe: int, bits: int, sum_bits: int, pixels: int) -> dict[str, int]:
    return {"CHANNELS": channels, "PE": pe, "INPUT_BITS": bits, "OUTPUT_BITS": sum_bits, "PIXELS": pixels}


@parameter_sets(("channels", "pe", "bits", "sum_bits", "pixels"), PARAMETERS, netlists=(0,))
def test_streams(channels: int, pe: int, bits: int, sum_bits: int, pixels: int) -> None:
    x = decode(np.random.default_rng(pixels).integers(0, 1 << bits, (4, pixels, channels)), bits)
    x[1], x[2] = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    inputs = [to_words(window.reshape(-1, pe), bits) for window in x]
    expected = [to_words(window.reshape(-1, pe), sum_bits) for window in global_pool(x)]
    parameters = _names(channels, pe, bits, sum_bits, pixels)
    run_unit("global_pool", parameters, {"s_axis": inputs}, {"m_axis": expected}, cycles=pixels * channels // pe)


@pytest.mark.parametrize("case", PARAMETERS)
def test_lints(case: tuple[int, int, int, int, int]) -> None:
    done = lint("global_pool", _names(*case))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("case", "what"), [((4, 3, 4, 7, 8), "PE"), ((4, 2, 1, 7, 8), "INPUT_BITS"), ((4, 2, 4, 6, 8), "OUTPUT_BITS")]
)
def test_illegal_parameters_stop_elaboration(case: tuple[int, int, int, int, int], what: str) -> None:
    assert f"ILLEGAL_{what}" in elaboration_error("global_pool", _names(*case))
