"""Layers of every kind, their inputs, and what arithmetic.py makes of them."""

from dataclasses import dataclass, field

import numpy as np
from eeg2fpga.compile import arithmetic
from eeg2fpga.compile.logic import build_depthwise, build_layer


@dataclass
class Case:
    weights: np.ndarray
    input_bits: int
    thresholds: np.ndarray | None
    bias: np.ndarray | None = None
    output_bits: int = 1
    offset: int = 0
    depthwise: bool = False
    options: dict = field(default_factory=dict)

    def build(self):
        build = build_depthwise if self.depthwise else build_layer
        return build(
            self.weights, self.input_bits, self.thresholds, self.bias, self.output_bits, self.offset, **self.options
        )

    def inputs(self, vectors: int, seed: int = 0) -> np.ndarray:
        """Random inputs, and those that drive each row to its ends."""
        rng = np.random.default_rng(seed)
        count = self.weights.size if self.depthwise else len(self.weights)
        low, high = (-1, 1) if self.input_bits == 1 else (-(1 << self.input_bits - 1), (1 << self.input_bits - 1) - 1)
        x = rng.integers(low, high + 1, (vectors, count))
        if self.input_bits == 1:
            x = np.where(x > 0, 1, -1)
        rows = np.array([self.weights.ravel()]) if self.depthwise else self.weights.T
        return np.concatenate([x, np.where(rows > 0, high, low), np.where(rows > 0, low, high)])

    def expected(self, x: np.ndarray) -> np.ndarray:
        if self.depthwise:
            sums = arithmetic.depthwise(x.reshape(len(x), *self.weights.shape), self.weights)
        else:
            sums = arithmetic.binary_mvu(x, self.weights, self.bias)
        if self.thresholds is None:
            return sums
        return arithmetic.multi_threshold(sums, self.thresholds, self.output_bits, self.offset)


def signs(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2, shape) * 2 - 1


def levels(seed: int, rows: int, count: int, deviation: float) -> np.ndarray:
    """Thresholds of y = clamp(round(a * acc + b)): equally spaced but for rounding."""
    rng = np.random.default_rng(seed)
    step = deviation / 2 * rng.uniform(0.8, 1.25, (rows, 1))
    middle = rng.normal(0, deviation / 4, (rows, 1))
    return np.ceil(middle + (np.arange(count) - count // 2) * step).astype(int)


def edge_thresholds(seed: int, rows: int, count: int, reach: int) -> np.ndarray:
    """Never and always met, equal, and anywhere."""
    rng = np.random.default_rng(seed)
    thresholds = np.sort(rng.integers(-reach, reach + 1, (rows, count)), 1)
    thresholds[0], thresholds[1] = -10 * reach, 10 * reach
    thresholds[2] = thresholds[2, 0]
    thresholds[3, : count // 2], thresholds[3, count // 2 :] = -reach, reach
    return thresholds
