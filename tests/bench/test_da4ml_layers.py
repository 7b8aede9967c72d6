"""Layers by da4ml and by ours: both compute the same sums, Yosys counts both."""

import sys

import numpy as np
import pytest
from eeg2fpga.bench.da4ml_layers import compare_layer, da4ml_verilog, pointwise_layers, sums_only
from eeg2fpga.bench.lut_count import count_luts
from eeg2fpga.errors import UserError


def signs(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2, shape) * 2 - 1


def test_luts_are_counted():
    source = "module top(input [3:0] a, b, output [3:0] y, output z); assign y = a + b; assign z = ^a; endmodule"
    assert count_luts({"top.v": source}, "top", 60) == 5


def test_time_runs_out():
    source = "module top(input [63:0] a, b, output [127:0] y); assign y = a * b * a; endmodule"
    assert count_luts({"top.v": source}, "top", 0.5) is None


def test_what_yosys_says_is_told():
    with pytest.raises(RuntimeError, match="syntax error"):
        count_luts({"top.v": "module top(;"}, "top", 60)


@pytest.mark.parametrize("bits", [1, 4])
def test_our_sums(bits):
    weights = signs(9, 5)
    low, high = (0, 2) if bits == 1 else (-8, 8)
    x = np.random.default_rng(1).integers(low, high, (200, 9))
    sums = sums_only(weights, bits).evaluate(2 * x - 1 if bits == 1 else x)
    np.testing.assert_array_equal(sums, (1 + (bits == 1)) * x @ weights)


def test_our_luts_are_those_of_yosys():
    layer = sums_only(signs(6, 4), 4)
    assert count_luts({"top.v": layer.verilog("top", depth_target=layer.depth)}, "top", 60) == layer.luts_paired


def test_every_pointwise_layer_is_found(streamlined):
    found = list(pointwise_layers(streamlined))
    assert [matrix.name for matrix in found] == ["spatial", "block0.expand", "block0.project", "classifier"]
    assert [matrix.input_bits for matrix in found] == [8, 4, 1, 6]
    assert [matrix.last.shape for matrix in found] == [(6, 15), (12, 1), (6, 15), (2,)]


def test_a_layer_is_compared(streamlined):
    found = compare_layer(next(pointwise_layers(streamlined)), 120)
    assert not found.estimated
    assert 0.5 < found.da4ml_lut / found.da4ml_cost < 1.5
    assert found.ours_lut < found.ours_with_thresholds_lut
    assert found.dictionary()["ratio"] == pytest.approx(found.da4ml_lut / found.ours_lut, abs=1e-3)


def test_estimated_where_time_runs_out(streamlined):
    found = compare_layer(next(pointwise_layers(streamlined)), 0.2)
    assert found.estimated
    assert found.da4ml_lut == found.da4ml_cost


def test_missing_da4ml_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "da4ml", None)
    with pytest.raises(UserError, match=r"pip install --no-deps -r requirements-bench\.txt"):
        da4ml_verilog(signs(3, 2), 4)
