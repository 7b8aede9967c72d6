"""Activations of 2 to 4 bits: integers of two's complement times a constant step, for values of unit variance."""

import torch
from torch import Tensor

STEP = {4: 0.5, 3: 0.75, 2: 1.0}
"""Step of the grid by its bits."""
INPUT_BITS = 8
"""Of the windows."""


def step(bits: int) -> float:
    """Value of one integer step of an activation of so many bits: signs and windows are integers themselves."""
    return STEP.get(bits, 1.0)


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
