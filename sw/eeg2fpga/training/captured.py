"""A step's work on a GPU as one CUDA graph.

Idea: a step of these nets is some thousand kernels of microseconds each, and launching them one by one from Python
takes ten times as long as they do. A graph is launched as a whole (PyTorch's `torch.cuda.graph`).
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.optim import Optimizer

_EAGER_CALLS = 3
"""Calls before the capture: libraries choose and allocate in the first ones, which a capture does not allow."""

Work = Callable[..., tuple[Tensor, ...]]


class CapturedWork:
    """`work` on a GPU: done as it is a few times, then captured and replayed.

    Inputs have the same shapes and types at every call; `work` keeps to the GPU, and what it writes (parameters,
    gradients, optimiser state) stays where it is in memory. All calls compute the same, replayed or not.
    """

    def __init__(self, work: Work, device: torch.device) -> None:
        self._work, self._device = work, device
        self._calls = 0
        self._inputs: list[Tensor] = []
        self._outputs: tuple[Tensor, ...] = ()
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """What `work` returns; the next call overwrites it."""
        if not self._inputs:
            # Contiguous whatever the inputs are: channels last, a depthwise convolution is a kernel a channel.
            self._inputs = [torch.empty(one.shape, dtype=one.dtype, device=self._device) for one in inputs]
        for mine, given in zip(self._inputs, inputs, strict=True):
            mine.copy_(given)
        self._calls += 1
        if self._calls <= _EAGER_CALLS:
            return self._eagerly()
        if self._graph is None:
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                self._outputs = self._work(*self._inputs)
        self._graph.replay()
        return self._outputs

    def _eagerly(self) -> tuple[Tensor, ...]:
        # On a side stream, as the capture will be: gradients remember the stream they were first made on.
        side, main = torch.cuda.Stream(self._device), torch.cuda.current_stream(self._device)
        side.wait_stream(main)
        with torch.cuda.stream(side):
            outputs = self._work(*self._inputs)
        main.wait_stream(side)
        return outputs


def place_optimizer(optimizer: Optimizer, device: torch.device) -> None:
    """Make a step of `optimizer` one that can be captured if `device` is a GPU, and a plain one if not.

    What it remembers may come from a checkpoint of either.
    """
    on_gpu = device.type == "cuda"
    for group in optimizer.param_groups:
        group["capturable"] = on_gpu
        rate = float(group["lr"])
        # A number would be captured as a constant.
        group["lr"] = torch.tensor(rate, device=device) if on_gpu else rate
    for state in optimizer.state.values():
        state["step"] = state["step"].to(device)
