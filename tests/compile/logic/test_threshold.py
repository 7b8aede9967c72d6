"""Thresholds on a number that counts on a circle."""

import numpy as np
import pytest
from eeg2fpga.compile.logic import problem
from eeg2fpga.compile.logic.evaluate import evaluate
from eeg2fpga.compile.logic.layer import build_layer
from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.operands import Number
from eeg2fpga.compile.logic.pairing import count_luts
from eeg2fpga.compile.logic.threshold import threshold_bits, threshold_luts

from tests.compile.logic.conftest import signs


@pytest.mark.parametrize("seed", range(8))
def test_luts_are_told_before_they_are_spent(seed):
    """Random ranges, thresholds and offsets; every number that occurs gets its code."""
    rng = np.random.default_rng(seed)
    width, bits = int(rng.integers(7, 10)), int(rng.integers(2, 4))
    low, high = -int(rng.integers(20, 3 << (width - 3))), int(rng.integers(20, 3 << (width - 3)))
    thresholds = np.sort(rng.integers(low, high + 1, (1 << bits) - 1)).tolist()
    offset = int(rng.integers(-500, 500))
    net = Netlist(width)
    number = Number(tuple(net.input(k) for k in range(width)), offset)
    net.outputs = threshold_bits(net, number, low, high, thresholds, bits, 0)
    values = np.arange(low, high + 1)
    codes = (evaluate(net, (values - offset)[:, None] >> np.arange(width) & 1) << np.arange(bits)).sum(1)
    assert (codes == (values[:, None] >= thresholds).sum(1)).all()
    assert threshold_luts(width, offset, low, high, thresholds, bits, 0) == count_luts(net)[1]


def test_the_middle_threshold_at_half_the_circle_leaves_one_comparison():
    """Its comparison is the top bit."""
    thresholds = [-17, -7, 4]
    assert threshold_luts(8, -7 - 128, -80, 80, thresholds, 2, 0) < threshold_luts(8, -80, -80, 80, thresholds, 2, 0)


def test_constants_in_the_sums_save_luts(monkeypatch):
    """A layer of int4 inputs and 2-bit outputs, with and without them."""
    weights = signs(1, 16, 24)
    thresholds = np.random.default_rng(2).integers(-12, 12, (24, 1)) + np.array([-9, 0, 9])
    small = build_layer(weights, 4, thresholds, output_bits=2, only="rows+pairs")
    monkeypatch.setattr(problem, "CAREFUL", 100)
    assert small.luts_paired < build_layer(weights, 4, thresholds, output_bits=2, only="rows+pairs").luts_paired
