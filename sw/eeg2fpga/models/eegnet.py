"""EEGNet of this project, float and binarized, from one definition: spatial filter, temporal stem, inverted residuals.

Layers, their names and their order: docs/design.md. Tensors are (N, channels, time, 1).
"""

from dataclasses import dataclass

import torch
from brevitas.nn import QuantConv2d, QuantIdentity
from torch import Tensor, nn
from torch.nn import functional as F

from eeg2fpga.config import BlockConfig, MethodsConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.copies import with_copies
from eeg2fpga.models.graded_sign import hidden_bits
from eeg2fpga.models.grid import INPUT_BITS, step
from eeg2fpga.models.multibit_stream import stream_bits
from eeg2fpga.models.quantisers import BinaryWeight, BipolarActivation, GridActivation

ALL_METHODS = MethodsConfig()


@dataclass(frozen=True)
class Activations:
    """What stands behind a layer's batch norm, by the layer's role: the float twin's functions, or quantisers.

    Roles: `window` (the network's input), `hidden` (inside a block), `stream` (what the residual stream carries),
    `stem` (where that stream begins).
    """

    binary: bool
    config: ModelConfig
    methods: MethodsConfig

    def bits(self, role: str) -> int:
        """Of the binarized twin's activations; 1: a sign."""
        if role == "window":
            return INPUT_BITS
        if role == "hidden":
            return hidden_bits(self.config, self.methods)
        return stream_bits(self.config, self.methods)

    def module(self, role: str) -> nn.Module:
        """A new activation."""
        if not self.binary:
            return nn.Identity() if role == "stream" else nn.ReLU6()
        bits = self.bits(role)
        if bits == 1:
            return QuantIdentity(act_quant=BipolarActivation, return_quant_tensor=False)
        return QuantIdentity(act_quant=GridActivation, grid_bits=bits, return_quant_tensor=False)


class Convolution(nn.Module):
    """Convolution over time, batch norm and activation: one row of the layer table.

    `conv`, `norm` and `act` are its submodules; `stride`, `padding` (before, after) and `pad_value` its geometry;
    `role` its output's, `bits` and `input_bits` those of output and input (see Activations). A bipolar input is padded
    with -1: +-1 has no 0.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        activations: Activations,
        roles: tuple[str, str],
        kernel: int = 1,
        stride: int = 1,
        padding: int = 0,
        depthwise: bool = False,
    ):
        super().__init__()
        input_role, self.role = roles
        self.input_bits, self.bits = activations.bits(input_role), activations.bits(self.role)
        self.depthwise = depthwise
        self.kernel, self.stride, self.padding = kernel, stride, padding
        self.pad_value = -1.0 if activations.binary and depthwise and self.input_bits == 1 else 0.0
        # The convolution pads with 0 itself; -1 needs a pad of its own.
        self.own_pad = padding if self.pad_value else 0
        own = 0 if self.own_pad else padding
        self.conv = _conv(activations.binary, channels_in, channels_out, kernel, stride, own, self.depthwise)
        self.norm = nn.BatchNorm2d(channels_out)
        self.act = activations.module(self.role)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, time, 1) -> (N, out, time', 1)."""
        if self.own_pad:
            x = F.pad(x, (0, 0, self.own_pad, self.own_pad), value=self.pad_value)
        return self.act(self.norm(self.conv(x)))


class SaturatingAdd(nn.Module):
    """project + stream; binarized: back onto the same grid, which saturates."""

    def __init__(self, activations: Activations):
        super().__init__()
        self.act = activations.module("stream")

    def forward(self, project: Tensor, stream: Tensor) -> Tensor:
        """Two tensors of the same shape -> their sum."""
        return self.act(project + stream)


class InvertedResidual(nn.Module):
    """expand, depthwise, project, add with the stream subsampled in time."""

    def __init__(self, width: int, block: BlockConfig, activations: Activations):
        super().__init__()
        hidden, self.stride = block.hidden, block.stride
        self.expand = Convolution(width, hidden, activations, ("stream", "hidden"))
        inside = ("hidden", "hidden")
        padding = block.kernel // 2
        self.depthwise = Convolution(
            hidden, hidden, activations, inside, block.kernel, block.stride, padding, depthwise=True
        )
        self.project = Convolution(hidden, width, activations, ("hidden", "stream"))
        self.add = SaturatingAdd(activations)

    def forward(self, stream: Tensor) -> Tensor:
        """(N, width, time, 1) -> (N, width, ceil(time / stride), 1)."""
        y = self.project(self.depthwise(self.expand(stream)))
        return self.add(y, stream[:, :, :: self.stride, :] if self.stride > 1 else stream)


class Pool(nn.Module):
    """Mean over time times `factor`; binarized, factor = pixels / step makes it the integer sum."""

    def __init__(self, factor: float):
        super().__init__()
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, time, 1) -> (N, width, 1, 1)."""
        x = self.mean(x)
        return x if self.factor == 1.0 else x * self.factor


class FloatClassifier(nn.Module):
    """Linear classifier with dropout before it."""

    def __init__(self, width: int, classes: int, dropout: float):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.conv = nn.Conv2d(width, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, 1, 1) -> logits (N, classes)."""
        return self.conv(self.dropout(x)).flatten(1)


class BinaryClassifier(nn.Module):
    """+-1 weights and an integer bias: score = (z + bias) * gain * unit; `gain` > 0, so the integers decide.

    `unit` is the value of one accumulator step in the mean's own units, constant; `bias` counts accumulator steps.
    """

    def __init__(self, width: int, classes: int, unit: float):
        super().__init__()
        self.unit = unit
        self.conv = _conv(True, width, classes, 1, 1, 0, False)
        self.bias = nn.Parameter(torch.zeros(classes))
        self.gain = nn.Parameter(torch.tensor(0.5 / width**0.5))

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, 1, 1), integer sums -> scores (N, classes)."""
        bias = self.bias + (self.bias.round() - self.bias).detach() if self.training else self.bias
        return (self.conv(x).flatten(1) + bias) * (self.gain * self.unit)


class EEGNet(nn.Module):
    """The network; `binary` picks the binarized twin, `methods` what of it is not plain.

    Input float32 (N, electrodes, samples, 1) holding INT8 integers; output scores (N, classes). `inputs` is what the
    exported graph gets a sample: the electrodes, binarized `copies` times (models/copies.py), which is taken too.
    Raises UserError for an even block kernel or a window shorter than the network's strides and kernels need.
    """

    def __init__(
        self,
        config: ModelConfig,
        electrodes: int,
        samples: int,
        classes: int = 2,
        *,
        binary: bool,
        methods: MethodsConfig = ALL_METHODS,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.config, self.electrodes, self.samples, self.classes = config, electrodes, samples, classes
        self.methods = methods
        self.binary = binary
        self.pixels = time_steps(config, samples)
        activations = Activations(binary, config, methods)
        width, kernel = config.width, config.stem_kernel
        self.inputs = electrodes * (config.copies if binary else 1)
        self.spatial = Convolution(self.inputs, width, activations, ("window", "stream"))
        padding = (kernel - 1) // 2
        self.stem = Convolution(
            width, width, activations, ("stream", "stem"), kernel, config.stem_stride, padding, depthwise=True
        )
        for index, block in enumerate(config.blocks):
            self.add_module(f"block{index}", InvertedResidual(width, block, activations))
        # One step of the pooled sum, in the mean's own size.
        unit = step(activations.bits("stream")) / self.pixels[-1] if binary else 1.0
        self.pool = Pool(1 / unit)
        self.classifier = BinaryClassifier(width, classes, unit) if binary else FloatClassifier(width, classes, dropout)

    def forward(self, windows: Tensor) -> Tensor:
        """(N, electrodes or inputs, samples, 1) -> scores (N, classes)."""
        if windows.shape[1] != self.inputs:
            windows = with_copies(windows, self.config.copies)
        stream = self.stem(self.spatial(windows))
        for block in self.blocks():
            stream = block(stream)
        return self.classifier(self.pool(stream))

    def blocks(self) -> list[InvertedResidual]:
        """The inverted residuals in order."""
        return [getattr(self, f"block{index}") for index in range(len(self.config.blocks))]

    def convolutions(self) -> dict[str, Convolution]:
        """The layers with a batch norm, by name, in order."""
        return {name: module for name, module in self.named_modules() if isinstance(module, Convolution)}

    def latent_weights(self) -> list[nn.Parameter]:
        """The float parameters behind the +-1 weights (binarized twin), else nothing."""
        return [module.weight for module in self.modules() if isinstance(module, QuantConv2d)]

    @torch.no_grad()
    def constrain(self) -> None:
        """After an optimiser step: latent weights back into [-1, 1] (beyond, their gradient is 0), gain positive."""
        weights = self.latent_weights()
        if weights:
            torch._foreach_clamp_min_(weights, -1.0)
            torch._foreach_clamp_max_(weights, 1.0)
            self.classifier.gain.clamp_(min=1e-3)


def time_steps(config: ModelConfig, samples: int) -> tuple[int, ...]:
    """Time steps after `stem` and after each block, for windows of `samples`."""
    steps = [(samples + 2 * ((config.stem_kernel - 1) // 2) - config.stem_kernel) // config.stem_stride + 1]
    for index, block in enumerate(config.blocks):
        if block.kernel % 2 == 0:
            raise UserError(f"model.blocks[{index}].kernel is {block.kernel}: block kernels must be odd, e.g. 7")
        if steps[-1] == 1 and block.kernel > 1:
            # Lowered to an image of one row, it is a convolution that qonnx does not execute.
            raise UserError(
                f"model.blocks[{index}].kernel is {block.kernel}, but one time step is left there: lower the strides "
                "before it, or set it to 1"
            )
        steps.append((steps[-1] - 1) // block.stride + 1)
    if steps[0] < 1:
        raise UserError(f"a window of {samples} samples is shorter than stem_kernel {config.stem_kernel}: shorten it")
    return tuple(steps)


def to_input(windows: Tensor) -> Tensor:
    """int8 (N, electrodes, samples) -> the network's float32 (N, electrodes, samples, 1)."""
    return windows.to(torch.float32).unsqueeze(-1)


def _conv(binary: bool, cin: int, cout: int, kernel: int, stride: int, padding: int, depthwise: bool) -> nn.Module:
    geometry = {
        "kernel_size": (kernel, 1),
        "stride": (stride, 1),
        "padding": (padding, 0),
        "groups": cin if depthwise else 1,
        "bias": False,
    }
    if not binary:
        return nn.Conv2d(cin, cout, **geometry)
    conv = QuantConv2d(cin, cout, weight_quant=BinaryWeight, **geometry)
    nn.init.uniform_(conv.weight, -0.5, 0.5)
    return conv
