"""Every kind of layer against arithmetic.py, by evaluation of its netlist."""

import numpy as np
import pytest
from eeg2fpga.compile.arithmetic import popcount_thresholds
from eeg2fpga.compile.logic import build_layer
from eeg2fpga.compile.logic.matvec import forms
from eeg2fpga.compile.logic.problem import Problem, row_outputs

from tests.compile.logic.conftest import Case, edge_thresholds, levels, signs

CASES = {
    "bipolar sign": Case(signs(0, 13, 6), 1, levels(0, 6, 1, 3.6)),
    "bipolar sign, edges": Case(signs(1, 9, 6), 1, edge_thresholds(1, 6, 1, 9)),
    "bipolar int4": Case(signs(2, 40, 5), 1, levels(2, 5, 15, 6), output_bits=4, offset=-8),
    "bipolar raw": Case(signs(3, 10, 3), 1, None, np.array([3, -4, 0]), output_bits=6),
    "int4 sign": Case(signs(4, 11, 9), 4, levels(4, 9, 1, 7)),
    "int4 sign, edges": Case(signs(5, 6, 6), 4, edge_thresholds(5, 6, 1, 48)),
    "int8 int4": Case(signs(6, 7, 6), 8, levels(6, 6, 15, 60), output_bits=4, offset=-8),
    "int3 int3, edges": Case(signs(7, 8, 5), 3, edge_thresholds(7, 5, 7, 30), output_bits=3, offset=-4),
    "int2 int2": Case(signs(8, 12, 4), 2, levels(8, 4, 3, 4), output_bits=2, offset=-2),
    "int5 raw": Case(signs(9, 12, 2), 5, None, np.array([100, -3]), output_bits=11),
    "int3 raw, wide": Case(signs(16, 9, 11), 3, None, np.arange(11) * 20 - 99, output_bits=9),
    "one row": Case(signs(10, 5, 1), 4, levels(10, 1, 1, 5)),
    "depthwise bipolar": Case(signs(11, 5, 7), 1, levels(11, 5, 1, 2.6), depthwise=True),
    "depthwise bipolar 9": Case(signs(12, 4, 9), 1, edge_thresholds(12, 4, 1, 9), depthwise=True),
    "depthwise int4": Case(signs(13, 4, 20), 4, levels(13, 4, 15, 9), output_bits=4, offset=-8, depthwise=True),
    "depthwise int4, pairs": Case(
        signs(15, 3, 12),
        4,
        levels(15, 3, 15, 7),
        output_bits=4,
        offset=-8,
        depthwise=True,
        options={"paired_taps": True},
    ),
    "depthwise int4, edges": Case(
        signs(14, 4, 5), 4, edge_thresholds(14, 4, 15, 40), output_bits=4, offset=-8, depthwise=True
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_layer_equals_arithmetic(case):
    layer = case.build()
    x = case.inputs(1000)
    np.testing.assert_array_equal(layer.evaluate(x), case.expected(x))
    assert layer.luts_paired <= layer.luts


@pytest.mark.parametrize("bits", [1, 4])
def test_every_form(bits):
    """All forms, with rows that are equal, opposite or differ in one weight."""
    weights = signs(20, 10, 20)
    weights[:, 1], weights[:, 2] = weights[:, 0], -weights[:, 0]
    weights[:, 3] = weights[:, 0]
    weights[4, 3] *= -1
    thresholds = levels(20, 20, 1, 3 if bits == 1 else 9)
    names = list(forms(Problem(weights, bits, row_outputs(weights, bits, thresholds, None, 1, 0)), every=True))
    assert {"rows", "base", "tree 3", "2 bases", "chunks of 5"} <= set(names)
    for name in names:
        case = Case(weights, bits, thresholds, options={"only": name})
        layer = case.build()
        x = case.inputs(300)
        np.testing.assert_array_equal(layer.evaluate(x), case.expected(x), err_msg=name)
        assert layer.form == name


def test_every_form_with_levels():
    weights, thresholds = signs(21, 8, 6), levels(21, 6, 15, 12)
    for name in ("rows+pairs", "base+pairs", "tree 2", "tree 5+pairs", "chunks of 3"):
        case = Case(weights, 4, thresholds, output_bits=4, offset=-8, options={"only": name})
        x = case.inputs(500)
        np.testing.assert_array_equal(case.build().evaluate(x), case.expected(x), err_msg=name)


def test_column_classes_of_two_rows():
    case = Case(signs(22, 24, 2), 4, None, np.array([5, -7]), output_bits=9)
    layer = case.build()
    assert layer.form == "column classes"
    x = case.inputs(500)
    np.testing.assert_array_equal(layer.evaluate(x), case.expected(x))


def test_thresholds_on_agreement_counts():
    case = Case(signs(23, 12, 4), 1, levels(23, 4, 1, 3.5))
    counts = popcount_thresholds(case.thresholds, 12)
    layer = build_layer(case.weights, 1, counts, agreements=True)
    x = case.inputs(300)
    np.testing.assert_array_equal(layer.evaluate(x), case.expected(x))


@pytest.mark.parametrize(("kernel", "luts"), [(5, 1), (7, 2), (9, 3)])
def test_depthwise_luts(kernel, luts):
    case = Case(signs(24, 6, kernel), 1, np.zeros((6, 1), int), depthwise=True)
    assert case.build().luts_paired <= 6 * luts


def test_what_is_not_covered_is_refused():
    with pytest.raises(ValueError, match="among"):
        build_layer(np.full((3, 2), 2), 1, np.zeros((2, 1)))
    with pytest.raises(ValueError, match="31 levels"):
        build_layer(signs(25, 3, 2), 4, np.zeros((2, 31)), output_bits=5)
