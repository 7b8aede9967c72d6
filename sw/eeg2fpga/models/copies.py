"""Each electrode several times at the input of the binarized net, so that a filter of +-1 weights can leave one out.

Idea: a sum with weights of +-1 hears every electrode equally loudly, and keeping the spatial weights in float brings
back much of what binarization loses (docs/accuracy.md). Several binary bases (ABC-Net: Lin, Zhao and Pan, NIPS 2017)
give such a weight more values: two copies make -2, 0 and +2.
Formula: acc = sum over electrodes e and copies c of w[e, c] x[e], w +-1, each stored.
Cost in hardware: `copies` times the weights. Two weights of an electrode become one of -1, 0 or +1, so no more cycles
and no more additions; the device takes each electrode once, the exported graph the copies side by side.
"""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


def with_copies(windows: Tensor, copies: int) -> Tensor:
    """(N, electrodes, samples, 1) -> (N, electrodes * copies, samples, 1), copies of an electrode side by side."""
    if copies == 1:
        return windows
    # Channels last in memory, as crops are: the convolutions are half as fast again as with repeat_interleave.
    last = windows.permute(0, 2, 3, 1)
    return last.unsqueeze(-1).expand(*last.shape, copies).flatten(3).permute(0, 3, 1, 2)


def graph_windows(windows: NDArray[np.int8], copies: int) -> NDArray[np.int8]:
    """The same in NumPy: windows as the exported graph takes them."""
    return windows if copies == 1 else np.repeat(windows, copies, axis=1)
