"""Forms of a fully parallel layer y = f(weights.T @ x): the ways to share work between rows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile.logic.functions import bits_of, popcount
from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.operands import (
    Number,
    Total,
    add_pair,
    inputs_of,
    product_range,
    row_width,
    unwrapped,
)
from eeg2fpga.compile.logic.problem import Problem
from eeg2fpga.compile.logic.share import share_pairs
from eeg2fpga.compile.logic.tree import RowTree, bases, separate, spanning_tree, star

Form = Callable[[Problem, int], Netlist]
"""A form builds the netlist of a problem, given the beam width of its plans."""


DEPTHS = (2, 3, 5, 8)
"""Row trees are tried with rows up to this many steps from the root: deeper is smaller, with more pipeline stages."""


def forms(problem: Problem, every: bool = False) -> dict[str, Form]:
    """The forms worth a try, by name; all of them where `every`, also those that hardly ever win."""
    weights = problem.weights
    rows = weights.shape[1]
    trees: dict[str, Callable[[], RowTree]] = {"rows": lambda: separate(weights)}
    # A weight of zero leaves rows little to share but pairs.
    whole = (weights != 0).all()
    if rows > 1 and whole:
        trees["base"] = lambda: star(weights)
        for count in (2, 4, 8):
            if 8 * count <= rows:
                trees[f"{count} bases"] = lambda c=count: bases(weights, c)
        for depth in DEPTHS:
            trees[f"tree {depth}"] = lambda d=depth: spanning_tree(weights, d)
    found: dict[str, Form] = {}
    for name, make in trees.items():
        if every or problem.input_bits == 1 or rows == 1:
            found[name] = lambda p, b, m=make: _tree_form(p, b, m(), False)
        if problem.input_bits > 1 and rows > 1:
            # A pair of single bits is as wide as its two bits: nothing to gain.
            found[name + "+pairs"] = lambda p, b, m=make: _tree_form(p, b, m(), True)
    if rows > 1 and whole and _classes(weights)[0].shape[1] <= len(weights) // 2:
        found["column classes"] = _class_form
    if every and whole:
        for size in (3, 4, 5, 6):
            found[f"chunks of {size}"] = lambda p, b, s=size: _chunk_form(p, b, s)
    return found


def _start(problem: Problem, beam: int) -> tuple[Netlist, list[Number]]:
    net = Netlist(len(problem.weights) * problem.input_bits, beam)
    return net, inputs_of(net, len(problem.weights), problem.input_bits)


def _tree_form(problem: Problem, beam: int, tree: RowTree, pairs: bool) -> Netlist:
    """Rows from their parents in the tree, with common pairs of terms where `pairs`."""
    net, numbers = _start(problem, beam)
    net.outputs = tree_rows(net, numbers, problem, tree, pairs)
    return net


def tree_rows(net: Netlist, numbers: list[Number], problem: Problem, tree: RowTree, pairs: bool) -> list[int]:
    """Output literals of all rows, row 0 first."""
    numbers = list(numbers)
    terms = np.array([tree.differences(row) for row in range(tree.weights.shape[1])])
    ranges = [product_range(numbers, weights) for weights in tree.weights.T.tolist()]
    if pairs:
        terms, found = share_pairs(terms, [len(number.bits) for number in numbers])
        for first, second, sign in found:
            numbers.append(add_pair(net, numbers[first], numbers[second], sign))
    parents = set(tree.parent)
    # Thresholds read a sum that wraps, anything else wants it upright.
    modular = not all(row.is_sign or row.thresholds is None for row in problem.rows)
    sums: dict[int, Number] = {}
    outputs: dict[int, list[int]] = {}
    for row in tree.order:
        total = Total(net)
        parent = tree.parent[row]
        if parent >= 0:
            total.add(sums[parent], tree.sign[row])
        for term in np.flatnonzero(terms[row]):
            total.add(numbers[term], int(terms[row, term]), int(parent >= 0))
        low, high = ranges[row]
        if row in parents or (modular and parent >= 0):
            width = max(row_width(*r) for r in ranges)
            sums[row] = _sum(problem, row, total, width, low, high) if modular else unwrapped(total, low, high, width)
            if row < len(problem.rows):
                outputs[row] = problem.rows[row].of_number(net, sums[row], low, high)
        else:
            outputs[row] = problem.rows[row].of_total(net, total, low, high)
    return [literal for row in range(len(problem.rows)) for literal in outputs[row]]


def _sum(problem: Problem, row: int, total: Total, width: int, low: int, high: int) -> Number:
    return problem.rows[row].sum(total, width, low, high) if row < len(problem.rows) else total.number(width)


def _classes(weights: NDArray) -> tuple[NDArray, list[list[tuple[int, int]]]]:
    """Columns (inputs) that are equal up to sign in all rows: one column for each class, and its (input, sign)s."""
    members: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for index, row in enumerate(weights.tolist()):
        sign = row[0]
        members.setdefault(tuple(sign * w for w in row), []).append((index, sign))
    return np.array(list(members)).T, list(members.values())


def _class_form(problem: Problem, beam: int) -> Netlist:
    """Few rows: inputs with equal weights in all of them are added up first."""
    net, numbers = _start(problem, beam)
    small, members = _classes(problem.weights)
    merged = []
    for group in members:
        total = Total(net)
        for index, sign in group:
            total.add(numbers[index], sign)
        merged.append(total.number())
    net.outputs = tree_rows(net, merged, problem, separate(small.T), False)
    return net


def _chunk_form(problem: Problem, beam: int, size: int) -> Netlist:
    """Chunk tables shared by rows, a bit plane at a time (rtl_notes): ones of a chunk = 2 * h + parity - k.

    The parity is the same for all rows up to sign, so its sum is one shared number; equal h are one table.
    """
    net, numbers = _start(problem, beam)
    chunks = [range(k, min(k + size, len(numbers))) for k in range(0, len(numbers), size)]
    shared = Total(net)
    planes = range(problem.input_bits)
    for chunk in chunks:
        for plane in planes:
            signals = [numbers[k].bits[plane] for k in chunk]
            shared.heap.add(bits_of(net, signals, popcount(len(signals)), 1)[0], plane)
    parity = shared.number()
    outputs = []
    for output, weights in zip(problem.rows, problem.weights.T.tolist(), strict=True):
        total = Total(net)
        total.add(parity)
        for chunk in chunks:
            signed = [numbers[k].signed(weights[k]) for k in chunk]
            odd = sum(weights[k] < 0 for k in chunk) & 1
            half = (popcount(len(signed)) + odd) >> 1
            total.offset += sum(number.offset for number in signed)
            for plane in planes:
                signals = [number.bits[plane] for number in signed]
                bits = bits_of(net, signals, half, int(half.max()).bit_length())
                total.heap.add_number(bits, plane + 1)
                total.offset -= odd << plane
        outputs += output.of_total(net, total, *product_range(numbers, weights))
    net.outputs = outputs
    return net
