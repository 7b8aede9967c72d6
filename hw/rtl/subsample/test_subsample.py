"""subsample: pixels 0, STRIDE, 2*STRIDE, ... of each window."""

import numpy as np
import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit
from eeg2fpga.compile.arithmetic import subsample

PARAMETERS = [(8, 2, 8, 2), (16, 1, 9, 2), (8, 3, 10, 4), (8, 5, 3, 1), (24, 1, 7, 3), (8, 2, 3, 5), (8, 2, 1, 2)]


def _names(width: int, words: int, pixels: int, stride: int) -> dict[str, int]:
    return {"WIDTH": width, "WORDS": words, "PIXELS": pixels, "STRIDE": stride}


@parameter_sets(("width", "words", "pixels", "stride"), PARAMETERS, netlists=(0,))
def test_streams(width: int, words: int, pixels: int, stride: int) -> None:
    values = np.random.default_rng(pixels).integers(0, 1 << width, (4, pixels, words))
    inputs = values.reshape(4, -1).tolist()
    expected = subsample(values, stride).reshape(4, -1).tolist()
    parameters = _names(width, words, pixels, stride)
    run_unit("subsample", parameters, {"s_axis": inputs}, {"m_axis": expected}, cycles=pixels * words)


@pytest.mark.parametrize("case", PARAMETERS[:4])
def test_lints(case: tuple[int, int, int, int]) -> None:
    done = lint("subsample", _names(*case))
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_size" in elaboration_error("subsample", _names(8, 2, 8, 0))
