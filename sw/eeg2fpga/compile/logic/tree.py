"""Rows from other rows: z_r = s * z_p + 2 * sum of w * x over the columns where row r is not s times row p.

Two rows of random +-1 weights agree, up to sign, in well over half of the columns, so a row costs only its difference
to the nearest row that is computed already (a minimum spanning tree over the rows; rtl_notes' shared base pattern is
the tree of depth one whose root is no row).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RowTree:
    """`order`: rows, parents first; `parent[r]` (-1: from scratch) and `sign[r]`. Rows from MH on are extra."""

    weights: NDArray
    """(MW, rows): the layer's rows and the extra ones."""
    order: tuple[int, ...]
    parent: tuple[int, ...]
    sign: tuple[int, ...]

    def differences(self, row: int) -> NDArray:
        """(MW,) of -1, 0, 1: the weights where the row differs from its parent; all of them for a root."""
        weights = self.weights[:, row]
        if self.parent[row] < 0:
            return weights
        return np.where(weights == self.sign[row] * self.weights[:, self.parent[row]], 0, weights)

    def total_differences(self) -> int:
        """Terms to add over all rows that have a parent."""
        return sum(int(np.abs(self.differences(r)).sum()) for r in self.order if self.parent[r] >= 0)


def separate(weights: NDArray) -> RowTree:
    """No sharing: every row from scratch."""
    rows = weights.shape[1]
    return RowTree(weights, tuple(range(rows)), (-1,) * rows, (1,) * rows)


def star(weights: NDArray, tries: int = 40) -> RowTree:
    """All rows from one base pattern, which is found by alternating between row signs and column majorities."""
    rng = np.random.default_rng(0)
    columns, rows = weights.shape
    best, cost = weights[:, 0], columns * rows
    for _ in range(tries):
        base = np.where(rng.random(columns) < 0.5, -1, 1)
        for _ in range(20):
            sign = np.where(base @ weights >= 0, 1, -1)
            new = np.where(weights @ sign >= 0, 1, -1)
            if (new == base).all():
                break
            base = new
        distance = np.minimum(*_distances(weights, base))
        if distance.sum() < cost:
            best, cost = base, int(distance.sum())
    return _grow(np.column_stack([weights, best]), rows, 1)


def spanning_tree(weights: NDArray, depth: int) -> RowTree:
    """The spanning tree of least total difference among Prim's from every root, no row further than `depth` from it."""
    trees = (_grow(weights, root, depth) for root in range(weights.shape[1]))
    return min(trees, key=RowTree.total_differences)


def bases(weights: NDArray, count: int, tries: int = 20) -> RowTree:
    """Rows from the nearest of `count` base patterns (k-medians up to sign), the bases from the nearest base."""
    rng = np.random.default_rng(0)
    columns, rows = weights.shape
    best, cost = None, columns * rows
    for _ in range(tries):
        patterns = np.where(rng.random((columns, count)) < 0.5, -1, 1)
        for _ in range(20):
            product = patterns.T @ weights
            nearest = np.abs(product).argmax(0)
            sign = np.where(product[nearest, np.arange(rows)] >= 0, 1, -1)
            sums = np.stack([(weights * sign)[:, nearest == k].sum(1) for k in range(count)], 1)
            new = np.where(sums == 0, patterns, np.sign(sums))
            if (new == patterns).all():
                break
            patterns = new
        distance = int(((columns - np.abs(patterns.T @ weights).max(0)) // 2).sum())
        if distance < cost:
            best, cost = patterns, distance
    assert best is not None
    best = np.unique(best, axis=1)
    core = min((_grow(best, root, len(best)) for root in range(best.shape[1])), key=RowTree.total_differences)
    product = best.T @ weights
    nearest = np.abs(product).argmax(0)
    parent = [*(nearest + rows), *(p + rows if p >= 0 else -1 for p in core.parent)]
    sign = [*np.where(product[nearest, np.arange(rows)] >= 0, 1, -1), *core.sign]
    order = [*(k + rows for k in core.order), *range(rows)]
    return RowTree(np.column_stack([weights, best]), tuple(order), tuple(map(int, parent)), tuple(map(int, sign)))


def _distances(weights: NDArray, row: NDArray) -> tuple[NDArray, NDArray]:
    """Columns where each row of weights differs from `row`, and from -row."""
    agree = (len(row) + row @ weights) // 2
    return len(row) - agree, agree


def _grow(weights: NDArray, root: int, depth: int) -> RowTree:
    """Prim's algorithm from `root`; rows at `depth` take no children."""
    rows = weights.shape[1]
    parent, sign, level = [-1] * rows, [1] * rows, [0] * rows
    order = [root]
    nearest = np.full(rows, len(weights) + 1)
    open_rows = np.ones(rows, bool)
    open_rows[root] = False
    last = root
    for _ in range(rows - 1):
        if level[last] < depth:
            same, opposite = _distances(weights, weights[:, last])
            for row in np.flatnonzero(open_rows & (np.minimum(same, opposite) < nearest)):
                nearest[row] = min(same[row], opposite[row])
                parent[row], sign[row] = last, 1 if same[row] <= opposite[row] else -1
        last = int(np.where(open_rows, nearest, len(weights) + 2).argmin())
        level[last] = level[parent[last]] + 1
        open_rows[last] = False
        order.append(last)
    return RowTree(weights, tuple(order), tuple(parent), tuple(sign))
