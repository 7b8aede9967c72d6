"""What the hardware cannot do is refused in one line that names the layer and the remedy."""

import pytest
import torch
from brevitas.nn import QuantConv2d, QuantIdentity
from eeg2fpga.compile import export, legality
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.quantisers import BinaryWeight, BipolarActivation, GridActivation
from torch import nn
from torch.nn import functional as F


def sign() -> nn.Module:
    return QuantIdentity(act_quant=BipolarActivation, return_quant_tensor=False)


def grid() -> nn.Module:
    return QuantIdentity(act_quant=GridActivation, grid_bits=4, return_quant_tensor=False)


def conv(channels: int, kernel: int = 1, padding: int = 0) -> nn.Module:
    return QuantConv2d(
        channels, channels, (kernel, 1), padding=(padding, 0), bias=False, weight_quant=BinaryWeight, groups=channels
    )


class Skip(nn.Module):
    """x + conv(x) with or without quantisers on the branches and behind the sum."""

    def __init__(self, on_branches: bool, behind: bool):
        super().__init__()
        self.before = grid()
        self.conv = conv(4)
        self.act = grid() if on_branches else nn.Identity()
        self.after = grid() if behind else nn.Identity()

    def forward(self, x):
        x = self.before(x)
        return self.after(self.act(self.conv(x)) + x)


class MinusOnePad(nn.Module):
    def __init__(self, value: float):
        super().__init__()
        self.act, self.conv, self.value = sign(), conv(4, 3), value

    def forward(self, x):
        return self.conv(F.pad(self.act(x), (0, 0, 1, 1), value=self.value))


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (nn.Conv3d(1, 1, 3), "Conv3d"),
        (nn.PReLU(), "PReLU"),
        (nn.Hardtanh(), "Hardtanh"),
        (nn.AvgPool2d(2), "TruncAvgPool2d"),
        (nn.Conv2d(4, 4, 1, groups=2), "groups=2"),
        (nn.Conv2d(4, 8, 1, groups=4), "depthwise"),
    ],
)
def test_illegal_layers_are_named(module, words):
    with pytest.raises(UserError) as error:
        legality.check(nn.Sequential(nn.Identity(), nn.Sequential(module)))
    assert "`1.0`" in str(error.value)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("model", "layer", "words"),
    [
        (nn.Sequential(sign(), conv(4, 3, 1)), "1", "zero padding on a bipolar tensor"),
        (MinusOnePad(0.0), "", "zero padding on a bipolar tensor"),
        (Skip(False, True), "", "unquantised skip"),
        (Skip(True, False), "", "unquantised skip"),
    ],
)
def test_illegal_graphs_are_refused(model, layer, words, tmp_path):
    with pytest.raises(UserError) as error:
        export.export_qonnx(model, 4, 8, tmp_path / "model.onnx")
    assert f"layer `{layer}" in str(error.value)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("model", [nn.Sequential(grid(), conv(4, 3, 1)), MinusOnePad(-1.0), Skip(True, True)])
def test_legal_graphs_pass(model, tmp_path):
    export.export_qonnx(model, 4, 8, tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").is_file()


def test_the_network_is_legal():
    torch.manual_seed(0)
    legality.check(EEGNet(ModelConfig(blocks=(BlockConfig(hidden=48),)), 4, 32, binary=True))
