"""Common pairs of signed terms over the rows: greedy common subexpression elimination on a -1/0/+1 matrix.

(The greedy rule is Paar's, 1997; the gain counts LUTs: a pair costs a carry chain once, and saves each row that uses
it the bits by which two numbers are wider than their sum.)
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile.logic.plan import BITS_PER_LUT

Pair = tuple[int, int, int]
"""first, second, sign: the new term first + sign * second."""


def share_pairs(terms: NDArray, widths: Sequence[int]) -> tuple[NDArray, list[Pair]]:
    """Replace pairs while that saves LUTs. terms: (rows, terms) of -1, 0, 1; widths: bits of each term.

    Returns the matrix with a column for each new term, and the new terms in order.
    """
    terms = np.asarray(terms, np.int64)
    widths = list(widths)
    pairs: list[Pair] = []
    while len(widths) > 1:
        size = np.abs(terms)
        both, product = size.T @ size, terms.T @ terms
        width = np.array(widths)
        wide, narrow = np.maximum.outer(width, width), np.minimum.outer(width, width)
        counts = np.stack([(both + product) // 2, (both - product) // 2])
        gain = np.triu(counts * (narrow - 1) / BITS_PER_LUT - wide, 1)
        which, first, second = np.unravel_index(gain.argmax(), gain.shape)
        if gain[which, first, second] <= 0:
            break
        sign = -1 if which else 1
        users = (terms[:, first] != 0) & (terms[:, first] * sign == terms[:, second])
        new = np.where(users, terms[:, first], 0)
        terms[users, first] = terms[users, second] = 0
        terms = np.column_stack([terms, new])
        widths.append(int(wide[first, second]) + 1)
        pairs.append((int(first), int(second), sign))
    return terms, pairs
