"""Brevitas quantisers of the binarized net: +-1 weights, bipolar activations, activations on a fixed grid.

Brevitas supplies layers, proxies and the QONNX export; the two implementations here set the values and the gradients.
"""

from abc import ABC, abstractmethod

import torch
from brevitas.core.utils import StatelessBuffer
from brevitas.inject import ExtendedInjector
from brevitas.inject.enum import FloatToIntImplType
from brevitas.proxy import ActQuantProxyFromInjector, WeightQuantProxyFromInjector
from torch import Tensor, nn

from eeg2fpga.models.grid import STEP, Grid, grid_range

QuantResult = tuple[Tensor, Tensor, Tensor, Tensor]


class _ClippedSign(torch.autograd.Function):
    """sign(x), sign(0) = +1; gradient 1 on [-1, 1], else 0 (Hubara et al., NeurIPS 2016)."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        # Many times faster than torch.where with two numbers.
        return x.sign().add_(0.5).sign_()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return torch.ops.aten.hardtanh_backward(gradient, ctx.saved_tensors[0], -1.0, 1.0)


class _ConstantQuant(nn.Module, ABC):
    """A tensor quantiser with constant scale, zero point 0 and constant bit width, as Brevitas' proxies call it."""

    def __init__(self, scale: float, bits: int):
        super().__init__()
        self.scale = StatelessBuffer(torch.tensor(scale))
        self.zero_point = StatelessBuffer(torch.tensor(0.0))
        self.bit_width = StatelessBuffer(torch.tensor(float(bits)))

    def forward(self, x: Tensor) -> QuantResult:
        return self.quantise(x), self.scale(), self.zero_point(), self.bit_width()

    @abstractmethod
    def quantise(self, x: Tensor) -> Tensor:
        """Return the values of `x` on the quantiser's levels."""


class ClippedBinaryQuant(_ConstantQuant):
    """Latent weights and activations to +-1."""

    def __init__(self) -> None:
        super().__init__(1.0, 1)

    def quantise(self, x: Tensor) -> Tensor:
        """Return sign(x) with the clipped straight-through gradient."""
        return _ClippedSign.apply(x)


class GridQuant(_ConstantQuant):
    """Activations to the grid."""

    def __init__(self, grid_bits: int):
        super().__init__(STEP[grid_bits], grid_bits)
        self.step = STEP[grid_bits]
        self.low, self.high = grid_range(grid_bits)

    def quantise(self, x: Tensor) -> Tensor:
        """Return the nearest grid point, saturating."""
        return Grid.apply(x, self.step, self.low, self.high)


class BinaryWeight(ExtendedInjector):
    """`weight_quant` of a layer with +-1 weights of scale 1."""

    proxy_class = WeightQuantProxyFromInjector
    tensor_quant = ClippedBinaryQuant
    float_to_int_impl_type = FloatToIntImplType.ROUND
    signed = True
    narrow_range = True


class BipolarActivation(ExtendedInjector):
    """`act_quant` of a sign."""

    proxy_class = ActQuantProxyFromInjector
    tensor_quant = ClippedBinaryQuant
    act_impl = None
    float_to_int_impl_type = FloatToIntImplType.ROUND
    signed = True
    narrow_range = True


class GridActivation(ExtendedInjector):
    """`act_quant` of a grid; pass `grid_bits` beside it."""

    proxy_class = ActQuantProxyFromInjector
    tensor_quant = GridQuant
    act_impl = None
    float_to_int_impl_type = FloatToIntImplType.ROUND
    signed = True
    narrow_range = False
