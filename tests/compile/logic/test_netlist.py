"""Folding and hashing, heaps, and plans."""

import numpy as np
import pytest
from eeg2fpga.compile.logic import tables
from eeg2fpga.compile.logic.evaluate import evaluate
from eeg2fpga.compile.logic.heap import Heap
from eeg2fpga.compile.logic.netlist import FALSE, TRUE, Netlist
from eeg2fpga.compile.logic.pairing import count_luts, pair_luts
from eeg2fpga.compile.logic.plan import plan


def test_lut_folds_constants_inversions_repeats_and_useless_inputs():
    net = Netlist(3)
    a, b, c = (net.input(k) for k in range(3))
    majority = 0b11101000
    assert net.lut([a, b, TRUE], majority) == net.lut([b ^ 1, a ^ 1], 0b0111)
    assert net.lut([a, a, b], majority) == a
    assert net.lut([a, a ^ 1, b ^ 1], majority) == b ^ 1
    assert net.lut([a, FALSE, FALSE], majority) == FALSE
    assert net.lut([a, b, c], 0b10101010) == a
    inverse = net.lut([a, b, c], majority ^ 0xFF)
    assert inverse == net.lut([c, b, a], majority) ^ 1


def test_table_operations():
    rng = np.random.default_rng(0)
    for _ in range(50):
        table = int(rng.integers(0, 1 << 16))
        bit = lambda t, k: t >> k & 1  # noqa: E731
        for k in range(16):
            assert bit(tables.flip(table, 4, 2), k) == bit(table, k ^ 4)
            swapped = k & 0b0101 | (k >> 1 & 1) << 3 | (k >> 3 & 1) << 1
            assert bit(tables.swap(table, 4, 1, 3), k) == bit(table, swapped)
        for k in range(8):
            wide = (k >> 2) << 3 | k & 3
            assert bit(tables.restrict(table, 4, 2, 1), k) == bit(table, wide | 4)
            assert bit(tables.merge(table, 4, 0, 2, True), k) == bit(table, wide | (0 if k & 1 else 4))


@pytest.mark.parametrize("seed", range(25))
def test_heap_sum_and_comparison(seed):
    rng = np.random.default_rng(seed)
    heights = rng.integers(0, rng.integers(2, 25), rng.integers(1, 6))
    heights[0] += 1
    count = int(heights.sum())
    inverted = rng.integers(0, 2, count) if seed % 3 else np.zeros(count, int)
    columns = np.repeat(np.arange(len(heights)), heights)
    bits = rng.integers(0, 2, (300, count))
    total = ((bits ^ inverted) << columns).sum(1)
    constant = int(rng.integers(0, 40)) if seed % 2 else 0
    maximum = int((1 << columns).sum())
    width = max(1, (maximum + constant).bit_length() - seed % 3)
    threshold = int(rng.integers(-1, maximum + 2))
    net = Netlist(count)

    def heap() -> Heap:
        result = Heap(net)
        for k in range(count):
            result.add(net.input(k) ^ int(inverted[k]), int(columns[k]))
        return result

    summed = heap()
    summed.add_constant(constant)
    net.outputs = [*summed.sum(width), heap().at_least(threshold)]
    y = evaluate(net, bits)
    np.testing.assert_array_equal((y[:, :-1] << np.arange(width)).sum(1), (total + constant) % (1 << width))
    np.testing.assert_array_equal(y[:, -1], total >= threshold)


def test_plans_are_as_small_as_known():
    """7:3 in two LUTs, and about 1.8 bits removed a LUT in a tall heap."""
    assert plan((7,), None, None).luts == 2
    assert plan((40,) * 4, None, 10).luts <= 83


def test_pairs_share_inputs_and_fit():
    net = Netlist(6)
    x = [net.input(k) for k in range(6)]
    net.outputs = [net.lut(x[:3], 0x96), net.lut(x[:3], 0xE8), net.lut(x, 1 << 63), net.lut(x[3:5], 8)]
    assert count_luts(net) == (4, 3)
    sizes = [len({s for node in site for s in net.fanins[node]}) for site in pair_luts(net) if len(site) == 2]
    assert sizes == [3]


def test_no_path_leads_from_a_pair_back_to_it():
    """Two functions of the same inputs, of which one reads the other by way of a third."""
    net = Netlist(5)
    x = [net.input(k) for k in range(5)]
    first = net.lut(x[:2], 8)
    between = net.lut([first, *x[2:]], 0x9669)
    last = net.lut([*x[:2], between], 0x96)
    net.outputs = [first, last]
    assert not any({first >> 1, last >> 1} <= set(site) for site in pair_luts(net))
