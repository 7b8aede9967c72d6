"""After training: what the batch norms compute becomes few-bit integers, written back into the batch norms themselves.

The PyTorch model then computes with the deployed numbers, and no decision lies so close to an integer accumulator value
that the rounding of float32 could turn it, in whatever order an exporter or a folding pass multiplies.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from eeg2fpga.models.eegnet import Convolution, EEGNet
from eeg2fpga.models.grid import grid_range, step

THRESHOLD_BITS = 8
SCALE_BITS = {"stream": 16, "stem": 16, "hidden": 8}
"""By role. Inside a block sums are small and levels few."""
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
    """Weights, the biases, and a channel: 8 of a sign's threshold, 24 (stream) or 16 (inside a block) of scale and
    offset.
    """


@torch.no_grad()
def settle(model: EEGNet) -> EEGNet:
    """Quantise thresholds, affines and biases of a trained binarized `model` in place; return it in eval mode.

    Sign layers: y = +1 where s * acc >= T, s in {-1, +1}, T an integer of THRESHOLD_BITS.
    Others: y = round(a * acc + b) in grid steps, a of SCALE_BITS with a shared exponent a layer, b of OFFSET_BITS.
    Settling a settled model changes nothing that it decides.
    """
    if not model.binary:
        raise ValueError("settle() takes the binarized twin")
    model.eval()
    for layer in model.convolutions().values():
        if layer.bits == 1:
            _settle_sign(layer)
        else:
            _settle_grid(layer)
    model.classifier.bias.copy_(torch.from_numpy(_settle_bias(model.classifier.bias.double().numpy())))
    return model


def storage(model: EEGNet) -> Storage:
    """Count a settled model's parameters and bits."""
    twin = EEGNet(model.config, model.electrodes, model.samples, model.classes, binary=False)
    weight_bits = sum(weight.numel() for weight in model.latent_weights())
    affine = sum(_channel_bits(layer) * layer.norm.num_features for layer in model.convolutions().values())
    bias = [int(value) for value in model.classifier.bias.detach().round()]
    bias_width = max(max(value, -value - 1).bit_length() + 1 for value in bias)
    return Storage(
        sum(p.numel() for p in twin.parameters()), weight_bits, weight_bits + affine + bias_width * len(bias)
    )


def _channel_bits(layer: Convolution) -> int:
    return THRESHOLD_BITS if layer.bits == 1 else SCALE_BITS[layer.role] + OFFSET_BITS


def _affine(layer: Convolution) -> tuple[np.ndarray, np.ndarray]:
    """The batch norm on integer accumulators: gain * acc + offset, float64 (channels,)."""
    norm = layer.norm
    gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    offset = norm.bias.double() - gain * norm.running_mean.double()
    return (gain * step(layer.input_bits)).numpy(), offset.numpy()


def _write(layer: Convolution, gain: np.ndarray, offset: np.ndarray) -> None:
    """Make the batch norm compute gain * x + offset."""
    norm = layer.norm
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.copy_(torch.from_numpy(gain))
    norm.bias.copy_(torch.from_numpy(offset))


def _settle_sign(layer: Convolution) -> None:
    gain, offset = _affine(layer)
    low, high = -(1 << (THRESHOLD_BITS - 1)), (1 << (THRESHOLD_BITS - 1)) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.ceil(-offset / np.abs(gain))
    # A channel without gain is constant: +1 always, or never.
    exact = np.where(gain == 0, np.where(offset >= 0, low, high), exact)
    threshold = np.clip(exact, low, high)
    # The boundary lies half a step below the integer, as far from both neighbours as can be.
    _write(layer, np.where(gain < 0, -1.0, 1.0) / step(layer.input_bits), 0.5 - threshold)


def _settle_grid(layer: Convolution) -> None:
    out, levels, scale_bits = step(layer.bits), grid_range(layer.bits), SCALE_BITS[layer.role]
    gain, offset = (value / out for value in _affine(layer))
    # A channel that hardly varies gets an enormous gain: it is a constant, the batch norm's offset.
    dead = np.abs(gain) > 2 * (levels[1] - levels[0] + 1)
    gain = np.where(dead, 0.0, gain)
    offset = np.where(dead, np.clip(layer.norm.bias.double().numpy() / out, *levels), offset)
    unit_b = 2.0 ** min(_exponent(np.abs(offset).max(), OFFSET_BITS), _COARSEST_OFFSET)
    # An offset beyond its bits: shrink gain and offset together, which keeps the zero crossing.
    shrink = np.minimum(1.0, unit_b * ((1 << (OFFSET_BITS - 1)) - 1) / np.maximum(np.abs(offset), 1e-30))
    gain, offset = gain * shrink, offset * shrink
    units = 2.0 ** _exponent(np.abs(gain).max(), scale_bits), unit_b
    boundaries = np.arange(levels[0] + 1, levels[1] + 1) - 0.5
    largest = _largest_accumulator(layer)
    pairs = [_clear(pair, units, scale_bits, boundaries, largest) for pair in zip(gain, offset, strict=True)]
    chosen = np.array(pairs)
    _write(layer, chosen[:, 0] * out / step(layer.input_bits), chosen[:, 1] * out)


def _exponent(largest: float, bits: int) -> int:
    """The least e with round(largest / 2^e) <= 2^(bits-1) - 1."""
    if largest == 0:
        return -(bits - 1)
    limit = (1 << (bits - 1)) - 1
    exponent = math.ceil(math.log2(largest / (limit + 0.5)))
    return exponent if round(largest / 2.0**exponent) <= limit else exponent + 1


def _clear(
    exact: tuple[float, float], units: tuple[float, float], scale_bits: int, boundaries: np.ndarray, largest: int
) -> tuple[float, float]:
    """The quantised (a, b) nearest the given ones whose thresholds all keep clear of integers up to `largest`."""
    start_a, start_b = (round(value / unit) for value, unit in zip(exact, units, strict=True))
    limit_a, limit_b = (1 << (scale_bits - 1)) - 1, (1 << (OFFSET_BITS - 1)) - 1
    for move_b in (0, 1, -1, 2, -2):
        for move_a in (m for size in range(65) for m in ((size, -size) if size else (0,))):
            mantissa_a, mantissa_b = start_a + move_a, start_b + move_b
            if abs(mantissa_a) > limit_a or abs(mantissa_b) > limit_b:
                continue
            pair = mantissa_a * units[0], mantissa_b * units[1]
            if _is_clear(*pair, boundaries, largest):
                return pair
    raise RuntimeError(f"no quantised affine near {exact[0]} * acc + {exact[1]} keeps clear of integer accumulators")


def _is_clear(a: float, b: float, boundaries: np.ndarray, largest: int) -> bool:
    if a == 0:
        return bool(np.abs(boundaries - b).min() > _FLOAT_ERROR)
    thresholds = (boundaries - b) / a
    thresholds = thresholds[np.abs(thresholds) <= largest + 1]
    margin = min(0.25, max(MARGIN, _FLOAT_ERROR / abs(a)))
    return bool(np.all(np.abs(thresholds - np.round(thresholds)) > margin))


def _largest_accumulator(layer: Convolution) -> int:
    """A bound on |acc| of a layer."""
    return layer.conv.weight[0].numel() * -grid_range(layer.input_bits)[0]


def _settle_bias(bias: np.ndarray) -> np.ndarray:
    """Round to integers; with two classes, so that their difference is odd.

    Sums of the same values under different signs have one parity, so an odd difference rules out ties.
    """
    rounded = np.round(bias)
    if len(rounded) == 2 and (rounded[1] - rounded[0]) % 2 == 0:
        rounded[1] += 1 if bias[1] - bias[0] >= rounded[1] - rounded[0] else -1
    return rounded
