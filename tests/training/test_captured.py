"""What a GPU's checkpoint leaves in an optimiser; the GPU's own steps are tested wherever tests/training finds one."""

import pytest
import torch
from eeg2fpga.training.captured import place_optimizer
from torch.optim import Adam


def test_an_optimizer_of_a_gpus_checkpoint_steps_on_a_cpu():
    weights = [torch.nn.Parameter(torch.linspace(-1, 1, 5)) for _ in range(2)]
    kept, moved = (Adam([weight], lr=0.1) for weight in weights)

    def step(weight: torch.Tensor, optimizer: Adam) -> None:
        weight.grad = weight.detach() ** 2
        optimizer.step()

    step(weights[0], kept)
    step(weights[1], moved)
    moved.param_groups[0] |= {"capturable": True, "lr": torch.tensor(0.1)}
    place_optimizer(moved, torch.device("cpu"))
    assert moved.param_groups[0]["lr"] == pytest.approx(0.1) and isinstance(moved.param_groups[0]["lr"], float)
    step(weights[0], kept)
    step(weights[1], moved)
    torch.testing.assert_close(weights[0], weights[1])
