"""Comparison of two sets of layer outputs: the first difference, by layer, window and element."""

from dataclasses import dataclass

import numpy as np

from eeg2fpga.compile.arithmetic import Integers


@dataclass(frozen=True)
class Difference:
    """Where `stage` first departs from the golden model. Layers are looked at in order, then windows, then elements."""

    stage: str
    layer: str
    window: int | str
    pixel: int
    channel: int
    expected: int
    got: int
    windows: int
    """Windows in which this layer differs."""

    def __str__(self) -> str:
        return (
            f"{self.stage} differs from the golden model first at layer {self.layer}, window {self.window}, pixel "
            f"{self.pixel}, channel {self.channel}: {self.got} instead of {self.expected} "
            f"({self.windows} windows differ there)"
        )


def first_difference(
    stage: str, golden: dict[str, Integers], other: dict[str, Integers], offset: int = 0
) -> Difference | None:
    """Compare layer by layer, in the golden model's order; arrays are (windows, pixels, channels).

    offset: number of the first window. A layer that `other` lacks is not compared, but the last one must be there.
    """
    last = list(golden)[-1]
    if last not in other:
        raise ValueError(f"{stage} gave no output of layer {last}")
    for layer, expected in golden.items():
        if layer not in other:
            continue
        got = np.asarray(other[layer]).reshape(expected.shape)
        unequal = got != expected
        if unequal.any():
            window, pixel, channel = (int(i) for i in np.argwhere(unequal)[0])
            values = (int(expected[window, pixel, channel]), int(got[window, pixel, channel]))
            count = int(unequal.any(axis=(1, 2)).sum())
            return Difference(stage, layer, offset + window, pixel, channel, *values, count)
    return None
