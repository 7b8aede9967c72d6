"""After training: what the batch norms compute becomes few-bit integers, written back into the batch norms themselves.

The PyTorch model then computes with the deployed numbers, and no decision lies so close to an integer accumulator value
that the rounding of float32 could turn it, in whatever order an exporter or a folding pass multiplies.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from eeg2fpga.models.eegnet import Convolution, EEGNet
from eeg2fpga.models.multibit_stream import STEP, grid_range

THRESHOLD_BITS = 8
SCALE_BITS = 16
OFFSET_BITS = 8
MARGIN = 1e-3
"""Least distance, in accumulator steps, from a threshold to an integer."""
_FLOAT_ERROR = 2e-5
"""Least distance, in grid steps, from an affine's result to a rounding boundary: 20 times float32's error there."""

_COARSEST_OFFSET = -2
"""Offsets resolve at least 2^-2 of a grid step, whatever one stray channel would like."""


@dataclass(frozen=True)
class Storage:
    """What the deployed network has to hold."""

    parameters: int
    """Trained parameters of the float twin."""
    weight_bits: int
    """Bits of +-1 weights."""
    storage_bits: int
    """Weights, 8 a sign threshold, 24 a multi-level channel (scale, offset), and the biases."""


@torch.no_grad()
def settle(model: EEGNet) -> EEGNet:
    """Quantise thresholds, affines and biases of a trained binarized `model` in place; return it in eval mode.

    Sign layers: y = +1 where s * acc >= T, s in {-1, +1}, T an integer of THRESHOLD_BITS.
    Grid layers: y = round(a * acc + b) in grid steps, a of SCALE_BITS with a shared exponent a layer, b of OFFSET_BITS.
    Settling a settled model changes nothing that it decides.
    """
    if not model.binary:
        raise ValueError("settle() takes the binarized twin")
    model.eval()
    step = STEP[model.config.residual_bits]
    for name, layer in model.convolutions().items():
        scale_in = input_step(name, step)
        if layer.kind == "sign":
            _settle_sign(layer, scale_in)
        else:
            largest = _largest_accumulator(model, name, layer)
            _settle_grid(layer, scale_in, step, grid_range(model.config.residual_bits), largest)
    model.classifier.bias.copy_(torch.from_numpy(_settle_bias(model.classifier.bias.double().numpy())))
    return model


def storage(model: EEGNet) -> Storage:
    """Count a settled model's parameters and bits."""
    twin = EEGNet(model.config, model.electrodes, model.samples, model.classes, binary=False)
    weight_bits = sum(weight.numel() for weight in model.latent_weights())
    per_channel = {"sign": THRESHOLD_BITS, "grid": SCALE_BITS + OFFSET_BITS}
    affine = sum(per_channel[layer.kind] * layer.norm.num_features for layer in model.convolutions().values())
    bias = [int(value) for value in model.classifier.bias.detach().round()]
    bias_width = max(max(value, -value - 1).bit_length() + 1 for value in bias)
    return Storage(
        sum(p.numel() for p in twin.parameters()), weight_bits, weight_bits + affine + bias_width * len(bias)
    )


def input_step(name: str, residual_step: float) -> float:
    """Value of one integer step at a layer's input: INT8 and bipolar 1, the residual grid its step."""
    return residual_step if name == "stem" or name.endswith(".expand") else 1.0


def _affine(layer: Convolution, scale_in: float) -> tuple[np.ndarray, np.ndarray]:
    """The batch norm on integer accumulators: gain * acc + offset, float64 (channels,)."""
    norm = layer.norm
    gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    offset = norm.bias.double() - gain * norm.running_mean.double()
    return (gain * scale_in).numpy(), offset.numpy()


def _write(layer: Convolution, gain: np.ndarray, offset: np.ndarray) -> None:
    """Make the batch norm compute gain * x + offset."""
    norm = layer.norm
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.copy_(torch.from_numpy(gain))
    norm.bias.copy_(torch.from_numpy(offset))


def _settle_sign(layer: Convolution, scale_in: float) -> None:
    gain, offset = _affine(layer, scale_in)
    low, high = -(1 << (THRESHOLD_BITS - 1)), (1 << (THRESHOLD_BITS - 1)) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.ceil(-offset / np.abs(gain))
    # A channel without gain is constant: +1 always, or never.
    exact = np.where(gain == 0, np.where(offset >= 0, low, high), exact)
    threshold = np.clip(exact, low, high)
    # The boundary lies half a step below the integer, as far from both neighbours as can be.
    _write(layer, np.where(gain < 0, -1.0, 1.0) / scale_in, 0.5 - threshold)


def _settle_grid(layer: Convolution, scale_in: float, step: float, levels: tuple[int, int], largest: int) -> None:
    gain, offset = (value / step for value in _affine(layer, scale_in))
    # A channel that hardly varies gets an enormous gain: it is a constant, the batch norm's offset.
    dead = np.abs(gain) > 2 * (levels[1] - levels[0] + 1)
    gain = np.where(dead, 0.0, gain)
    offset = np.where(dead, np.clip(layer.norm.bias.double().numpy() / step, *levels), offset)
    unit_b = 2.0 ** min(_exponent(np.abs(offset).max(), OFFSET_BITS), _COARSEST_OFFSET)
    # An offset beyond its bits: shrink gain and offset together, which keeps the zero crossing.
    shrink = np.minimum(1.0, unit_b * ((1 << (OFFSET_BITS - 1)) - 1) / np.maximum(np.abs(offset), 1e-30))
    gain, offset = gain * shrink, offset * shrink
    unit_a = 2.0 ** _exponent(np.abs(gain).max(), SCALE_BITS)
    boundaries = np.arange(levels[0] + 1, levels[1] + 1) - 0.5
    pairs = [_clear(a, b, unit_a, unit_b, boundaries, largest) for a, b in zip(gain, offset, strict=True)]
    chosen = np.array(pairs)
    _write(layer, chosen[:, 0] * step / scale_in, chosen[:, 1] * step)


def _exponent(largest: float, bits: int) -> int:
    """The least e with round(largest / 2^e) <= 2^(bits-1) - 1."""
    if largest == 0:
        return -(bits - 1)
    limit = (1 << (bits - 1)) - 1
    exponent = math.ceil(math.log2(largest / (limit + 0.5)))
    return exponent if round(largest / 2.0**exponent) <= limit else exponent + 1


def _clear(
    a: float, b: float, unit_a: float, unit_b: float, boundaries: np.ndarray, largest: int
) -> tuple[float, float]:
    """The quantised (a, b) nearest the given ones whose thresholds all keep clear of integers up to `largest`."""
    start_a, start_b = round(a / unit_a), round(b / unit_b)
    limit_a, limit_b = (1 << (SCALE_BITS - 1)) - 1, (1 << (OFFSET_BITS - 1)) - 1
    for move_b in (0, 1, -1, 2, -2):
        for move_a in (m for size in range(65) for m in ((size, -size) if size else (0,))):
            mantissa_a, mantissa_b = start_a + move_a, start_b + move_b
            if abs(mantissa_a) > limit_a or abs(mantissa_b) > limit_b:
                continue
            pair = mantissa_a * unit_a, mantissa_b * unit_b
            if _is_clear(*pair, boundaries, largest):
                return pair
    raise RuntimeError(f"no quantised affine near {a} * acc + {b} keeps clear of integer accumulators")


def _is_clear(a: float, b: float, boundaries: np.ndarray, largest: int) -> bool:
    if a == 0:
        return bool(np.abs(boundaries - b).min() > _FLOAT_ERROR)
    thresholds = (boundaries - b) / a
    thresholds = thresholds[np.abs(thresholds) <= largest + 1]
    margin = min(0.25, max(MARGIN, _FLOAT_ERROR / abs(a)))
    return bool(np.all(np.abs(thresholds - np.round(thresholds)) > margin))


def _largest_accumulator(model: EEGNet, name: str, layer: Convolution) -> int:
    """A bound on |acc| of a layer."""
    fan_in = layer.conv.weight[0].numel()
    if name == "spatial":
        return fan_in * 128
    grid_input = name == "stem" or name.endswith(".expand")
    return fan_in * (-grid_range(model.config.residual_bits)[0] if grid_input else 1)


def _settle_bias(bias: np.ndarray) -> np.ndarray:
    """Round to integers; with two classes, so that their difference is odd.

    Sums of the same values under different signs have one parity, so an odd difference rules out ties.
    """
    rounded = np.round(bias)
    if len(rounded) == 2 and (rounded[1] - rounded[0]) % 2 == 0:
        rounded[1] += 1 if bias[1] - bias[0] >= rounded[1] - rounded[0] else -1
    return rounded
