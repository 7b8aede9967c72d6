"""Method 2, a smooth sign: learned shifts that start spread out, and a gradient that sees how near a value is to 0.

Idea: a sign at 0 for all channels makes channels with similar weights switch together, and the clipped straight-through
gradient (Hubara et al., NeurIPS 2016) treats all of [-1, 1] alike. ReActNet (Liu et al., ECCV 2020) learns a shift a
channel, Bi-Real Net (Liu et al., ECCV 2018) follows the sign by a piecewise quadratic.
Formula: y = sign(x + shift), shift ~ U(-1, 1) at the start, then learned; dy/dx = max(0, 2 - 2|x + shift|).
Cost in hardware: none, the shift is the batch norm's offset and ends up in the threshold.
Off: shifts start at 0, dy/dx = 1 inside [-1, 1].
"""

import torch
from torch import Tensor, nn


class PolynomialSign(torch.autograd.Function):
    """sign(x); gradient 2 - 2|x| on [-1, 1], else 0."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        """+-1 of the shape of `x`; sign(0) = +1."""
        ctx.save_for_backward(x)
        # Many times faster than torch.where with two numbers.
        return x.sign().add_(0.5).sign_()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        """Gradient of `x`, of its shape."""
        (x,) = ctx.saved_tensors
        return x.abs().mul_(-2).add_(2).clamp_(min=0).mul_(gradient)


def spread(norm: nn.BatchNorm2d) -> None:
    """Start the shifts of the sign behind `norm` spread over [-1, 1]."""
    nn.init.uniform_(norm.bias, -1, 1)
