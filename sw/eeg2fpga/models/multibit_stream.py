"""Method 1, a multi-bit residual stream: what blocks hand on and add to has 2 to 4 bits, what is inside them is +-1.

Idea: a sign throws away all but the polarity, and a chain of signs forgets the input. Bi-Real Net (Liu et al., ECCV
2018) keeps a real-valued shortcut beside the binary convolutions; a few bits hold almost as much and stay integers.
Formula: q(x) = clamp(round(x / step), -2^(n-1), 2^(n-1) - 1) * step, straight-through inside the range; the stream is
s' = q(q(project) + s). One constant step for all of it, so that the sum is an integer add that saturates.
Cost in hardware: n wires instead of 1, 2^n - 1 thresholds a channel, computed from a scale and an offset.
Off: the stream is a sign, s' = sign(sign(project) + s).
"""

import torch
from torch import Tensor

STEP = {4: 0.5, 3: 0.75, 2: 1.0}
"""Step of the grid by its bits, for values of unit variance."""


def grid_range(bits: int) -> tuple[int, int]:
    """Smallest and largest integer of the grid."""
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


class Grid(torch.autograd.Function):
    """x to the nearest of low..high times step; gradient 1 inside the grid's range, else 0."""

    @staticmethod
    def forward(ctx, x: Tensor, step: float, low: int, high: int) -> Tensor:
        """Values on the grid, of the shape of `x`."""
        ctx.save_for_backward(x)
        ctx.edges = (low - 0.5) * step, (high + 0.5) * step
        return (x / step).round_().clamp_(low, high).mul_(step)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        """Gradient of `x`, of its shape."""
        # The gradient of a clamp, in one pass over memory where a mask takes four.
        return torch.ops.aten.hardtanh_backward(gradient, ctx.saved_tensors[0], *ctx.edges), None, None, None
