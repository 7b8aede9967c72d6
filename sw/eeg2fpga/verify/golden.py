"""The golden model: a settled binarized EEGNet in integers and vectorised NumPy, with nothing of ONNX or FINN.

Tensors are (windows, pixels, channels); bipolar values are -1 and +1.
"""

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from eeg2fpga.errors import UserError
from eeg2fpga.files import replacing
from eeg2fpga.models.copies import graph_windows
from eeg2fpga.models.eegnet import Convolution, EEGNet
from eeg2fpga.models.grid import grid_range, step

Integers = NDArray[np.int64]
_CHUNK = 256
_ARRAYS = ("weights", "sign", "thresholds", "bias")


def _no_integers() -> Integers:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class GoldenLayer:
    """One layer in integers.

    `kind`: pointwise, depthwise, add, pool, classifier or argmax.
    `weights` +-1: (out, in), depthwise (channels, kernel). With thresholds (channels, levels), ascending,
    y = offset + multiplier * #{levels: sign * acc >= threshold}. `bias`: the classifier's, (classes,).
    `stride` of add is that of the stream it takes in; `pads` are pixels (before, after) of `pad_value`;
    `low` and `high` bound the saturating add.
    """

    name: str
    kind: str
    weights: Integers = field(default_factory=_no_integers)
    sign: Integers = field(default_factory=_no_integers)
    thresholds: Integers = field(default_factory=_no_integers)
    bias: Integers = field(default_factory=_no_integers)
    multiplier: int = 1
    offset: int = 0
    stride: int = 1
    pads: tuple[int, int] = (0, 0)
    pad_value: int = 0
    low: int = 0
    high: int = 0


class GoldenModel:
    """Layers in the order of docs/design.md; `samples` and `electrodes` of a window, exported with `copies` of each."""

    def __init__(self, layers: list[GoldenLayer], electrodes: int, samples: int, copies: int = 1):
        self.integer_layers = layers
        self.electrodes, self.samples, self.copies = electrodes, samples, copies

    @classmethod
    def from_model(cls, model: EEGNet) -> "GoldenModel":
        """Fold a settled binarized model's batch norms into integer thresholds (in float64, its own arithmetic)."""
        if not model.binary:
            raise ValueError("the golden model is built from the binarized twin")
        return cls(_fold(model), model.electrodes, model.samples, model.config.copies)

    def graph_windows(self, windows: NDArray[np.int8]) -> NDArray[np.int8]:
        """int8 (n, electrodes, samples) -> int8 (n, electrodes * copies, samples), as the exported graph takes them."""
        return graph_windows(windows, self.copies)

    def layers(self, windows: NDArray[np.int8], offset: int = 0) -> dict[str, Integers]:
        """int8 (n, electrodes, samples) -> every layer's output, name -> int64 (n, pixels, channels).

        `pool`, `classifier` and `argmax` have one pixel; argmax has one channel, the class.
        offset: the decision's; it is added to the score of class 1 of two. More classes have none.
        """
        self._check(windows)
        chunks = [self._run(windows[i : i + _CHUNK], offset) for i in range(0, max(len(windows), 1), _CHUNK)]
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}

    def predict(self, windows: NDArray[np.int8], offset: int = 0) -> Integers:
        """int8 (n, electrodes, samples) -> class of each window, int64 (n,); offset as in `layers`."""
        return self._last(windows, "argmax", offset)[:, 0]

    def scores(self, windows: NDArray[np.int8]) -> Integers:
        """int8 (n, electrodes, samples) -> the classifier's integers, int64 (n, classes)."""
        return self._last(windows, "classifier")

    def save(self, path: str | Path) -> None:
        """Write the layers to an .npz, atomically."""
        settings, arrays = [], {}
        for layer in self.integer_layers:
            settings.append({k: v for k, v in vars(layer).items() if k not in _ARRAYS})
            arrays |= {f"{layer.name}/{key}": getattr(layer, key) for key in _ARRAYS}
        tree = {"electrodes": self.electrodes, "samples": self.samples, "copies": self.copies, "layers": settings}
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, settings=np.array(json.dumps(tree)), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> "GoldenModel":
        """Read what `save` wrote; UserError if `path` is missing or something else."""
        if not Path(path).is_file():
            raise UserError(f"no golden model {path}: run the build first (`make demo`)")
        try:
            with np.load(path, allow_pickle=False) as data:
                tree = json.loads(str(data["settings"]))
                layers = [
                    GoldenLayer(
                        **entry | {"pads": tuple(entry["pads"])}, **{k: data[f"{entry['name']}/{k}"] for k in _ARRAYS}
                    )
                    for entry in tree["layers"]
                ]
                shape = tree["electrodes"], tree["samples"], tree["copies"]
        except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile):
            raise UserError(f"{path} is not a golden model: delete it and run the build again") from None
        return cls(layers, *shape)

    def _last(self, windows: NDArray[np.int8], layer: str, offset: int = 0) -> Integers:
        """Output of a layer of one pixel, int64 (n, channels)."""
        self._check(windows)
        chunks = [self._run(windows[i : i + _CHUNK], offset)[layer] for i in range(0, max(len(windows), 1), _CHUNK)]
        return np.concatenate(chunks)[:, 0]

    def _check(self, windows: NDArray[np.int8]) -> None:
        if windows.dtype != np.int8 or windows.shape[1:] != (self.electrodes, self.samples):
            raise ValueError(
                f"windows are {windows.dtype} {windows.shape}, not int8 (n, {self.electrodes}, {self.samples})"
            )

    def _run(self, windows: NDArray[np.int8], offset: int) -> dict[str, Integers]:
        current = self.graph_windows(windows).transpose(0, 2, 1).astype(np.int64)
        stream = current
        outputs: dict[str, Integers] = {}
        for layer in self.integer_layers:
            current = _apply(layer, current, stream, offset)
            if layer.kind == "add" or layer.name == "stem":
                stream = current
            outputs[layer.name] = current
        return outputs


def _apply(layer: GoldenLayer, x: Integers, stream: Integers, offset: int) -> Integers:
    """One layer's output from its input `x`, the residual stream and, at the end, the decision offset."""
    if layer.kind == "add":
        return np.clip(x + stream[:, :: layer.stride], layer.low, layer.high)
    if layer.kind == "pool":
        return x.sum(axis=1, keepdims=True)
    if layer.kind == "argmax":
        return decision(x, offset)
    acc = _depthwise(layer, x) if layer.kind == "depthwise" else _pointwise(layer, x)
    return acc + layer.bias if layer.kind == "classifier" else _threshold(layer, acc)


def decision(scores: Integers, offset: int) -> Integers:
    """Class (..., 1) of scores (..., classes), the first of equals; offset: on the score of class 1 of two."""
    shifted = scores + np.array([0, offset]) if scores.shape[-1] == 2 else scores
    return shifted.argmax(axis=-1, keepdims=True)


def _pointwise(layer: GoldenLayer, x: Integers) -> Integers:
    # float64 products of small integers are exact, and BLAS multiplies them far faster than NumPy multiplies int64.
    return (x.astype(np.float64) @ layer.weights.T.astype(np.float64)).astype(np.int64)


def _depthwise(layer: GoldenLayer, x: Integers) -> Integers:
    x = np.pad(x, ((0, 0), layer.pads, (0, 0)), constant_values=layer.pad_value)
    kernel = layer.weights.shape[1]
    pixels = (x.shape[1] - kernel) // layer.stride + 1
    acc = np.zeros((x.shape[0], pixels, x.shape[2]), np.int64)
    for tap in range(kernel):
        acc += x[:, tap : tap + (pixels - 1) * layer.stride + 1 : layer.stride] * layer.weights[:, tap]
    return acc


def _threshold(layer: GoldenLayer, acc: Integers) -> Integers:
    signed = acc * layer.sign
    count = np.zeros_like(acc)
    for level in layer.thresholds.T:
        count += signed >= level
    return layer.offset + layer.multiplier * count


def _fold(model: EEGNet) -> list[GoldenLayer]:
    low, high = grid_range(model.stem.bits)
    layers = [_fold_convolution("spatial", model.spatial), _fold_convolution("stem", model.stem)]
    for index, block in enumerate(model.blocks()):
        members = {"expand": block.expand, "depthwise": block.depthwise, "project": block.project}
        layers += [_fold_convolution(f"block{index}.{name}", layer) for name, layer in members.items()]
        layers.append(GoldenLayer(f"block{index}.add", "add", stride=block.stride, low=low, high=high))
    layers.append(GoldenLayer("pool", "pool"))
    bias = model.classifier.bias.detach().double().round().numpy().astype(np.int64)
    layers.append(GoldenLayer("classifier", "classifier", weights=_signs(model.classifier.conv.weight), bias=bias))
    layers.append(GoldenLayer("argmax", "argmax"))
    return layers


def _signs(weight: torch.Tensor) -> Integers:
    """Latent weights (out, in or 1, kernel, 1) to +-1 (out, in * kernel)."""
    return np.where(weight.detach().flatten(1).numpy() >= 0, 1, -1).astype(np.int64)


def _fold_convolution(name: str, layer: Convolution) -> GoldenLayer:
    """A layer whose accumulator counts steps of its input; its batch norm becomes a sign and ascending thresholds."""
    norm = layer.norm
    deviation = np.sqrt(norm.running_var.double().numpy() + norm.eps)
    gain = norm.weight.detach().double().numpy() / deviation
    offset = norm.bias.detach().double().numpy() - gain * norm.running_mean.double().numpy()
    if layer.bits == 1:
        boundaries, first, multiplier = np.zeros(1), -1, 2
    else:
        first, high = grid_range(layer.bits)
        boundaries, multiplier = (np.arange(first + 1, high + 1) - 0.5) * step(layer.bits), 1
    return GoldenLayer(
        name,
        "depthwise" if layer.depthwise else "pointwise",
        weights=_signs(layer.conv.weight),
        sign=np.where(gain < 0, -1, 1).astype(np.int64),
        thresholds=_thresholds(np.abs(gain) * step(layer.input_bits), offset, boundaries),
        multiplier=multiplier,
        offset=first,
        stride=layer.stride,
        pads=(layer.padding, layer.padding),
        pad_value=int(layer.pad_value),
    )


def _thresholds(gain: np.ndarray, offset: np.ndarray, boundaries: np.ndarray) -> Integers:
    """Smallest integers T with gain * T + offset >= boundary, (channels, levels); gain >= 0, and 0 means a constant."""
    distance = boundaries[None, :] - offset[:, None]
    unreachable = 1 << 30
    safe = np.where(gain == 0, 1.0, gain)[:, None]
    exact = np.clip(np.ceil(distance / safe), -unreachable, unreachable)
    constant = np.where(distance <= 0, -unreachable, unreachable)
    return np.where(gain[:, None] == 0, constant, exact).astype(np.int64)
