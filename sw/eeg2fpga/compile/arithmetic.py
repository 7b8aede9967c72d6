"""What each hardware unit computes, in NumPy integers.

Arrays are (..., pixels, channels), int64; bipolar tensors hold -1 and +1. The op classes execute these functions and
the cocotb tests of the units compare with them, so dataflow graph and RTL share one definition. (The golden model does
not: it is written apart.)
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def multi_threshold(x: Integers, thresholds: Integers, bits: int, offset: int) -> Integers:
    """y = count over levels of (x >= T) + offset; with bits = 1 the bipolar value 2y - 1.

    x: (..., channels); thresholds: (channels, levels), ascending (FINN, Umuroglu et al. 2017, section 4.2).
    """
    count = (x[..., None] >= thresholds).sum(-1)
    return 2 * count - 1 if bits == 1 else count + offset


def binary_mvu(x: Integers, weights: Integers, bias: Integers | None = None) -> Integers:
    """Signed sums x @ weights + bias. x: (..., pixels, MW), weights: (MW, MH) of +-1, bias: (MH,)."""
    sums = x @ weights
    return sums if bias is None else sums + bias


def to_popcount(sums: Integers, fan_in: int) -> Integers:
    """Signed sums of bipolar products to agreement counts: p = (sum + fan_in) / 2."""
    return (sums + fan_in) // 2


def complement_sums(sums: Integers, weights: Integers, simd: int = 1) -> Integers:
    """Signed sums to sums where a weight of -1 counts ~x = -x - 1, which needs no carry, and what `simd` elements at a
    time are summed up with (`carries`).

    sums: (..., channels); weights: (channels, fan-in) of +-1, or also 0 for simd = 1.
    """
    return sums - ((weights < 0) * (1 - np.resize(carries(simd), weights.shape[1]))).sum(1)


def carries(simd: int) -> Integers:
    """(simd,): adders of a binary tree whose first operand begins with element s; each adds 1 if that has weight -1.

    (a ^ u) + (b ^ v) = ((a + (b ^ u ^ v)) ^ u) + u for u and v of 0 or -1, and hw/rtl/tile_sums leaves out the + u.
    """
    spans = [1 << level for level in range(simd.bit_length()) if 1 << level < simd]
    return np.array([sum(s % (2 * span) == 0 and s + span < simd for span in spans) for s in range(simd)])


def popcount_thresholds(thresholds: Integers, fan_in: int) -> Integers:
    """Thresholds on signed sums to thresholds on agreement counts: t' = ceil((t + fan_in) / 2)."""
    return -((-(thresholds + fan_in)) // 2)


def sliding_window(x: Integers, kernel: int, stride: int, before: int, after: int, value: int) -> Integers:
    """Windows over pixels: (..., pixels, channels) to (..., output pixels, channels, kernel)."""
    widths = [(0, 0)] * (x.ndim - 2) + [(before, after), (0, 0)]
    padded = np.pad(x, widths, constant_values=value)
    return sliding_window_view(padded, kernel, axis=-2)[..., ::stride, :, :]


def depthwise(x: Integers, weights: Integers) -> Integers:
    """Sums over taps. x: (..., pixels, channels, kernel), weights: (channels, kernel) of +-1."""
    return (x * weights).sum(-1)


def residual_add(a: Integers, b: Integers, bits: int) -> Integers:
    """Saturating sum in `bits` bits, two's complement."""
    return np.clip(a + b, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def subsample(x: Integers, stride: int) -> Integers:
    """Pixels 0, stride, 2*stride, ... of a window."""
    return x[..., ::stride, :]


def global_pool(x: Integers) -> Integers:
    """Sum over the pixels of a window; keeps a pixel axis of one."""
    return x.sum(-2, keepdims=True)


def argmax(x: Integers, offset: int = 0) -> Integers:
    """Index of the first largest channel, `offset` on the second of two; keeps a channel axis of one."""
    if x.shape[-1] == 2:
        return (x[..., 1:] + offset > x[..., :1]).astype(np.int64)
    return x.argmax(-1)[..., None]
