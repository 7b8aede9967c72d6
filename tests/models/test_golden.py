"""The golden model against Brevitas, layer by layer, in integers."""

import numpy as np
import pytest
import torch
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.eegnet import EEGNet, to_input
from eeg2fpga.models.grid import step
from eeg2fpga.models.settle import settle, storage
from eeg2fpga.verify.golden import GoldenModel

torch.set_num_threads(1)

SHAPES = [
    (ModelConfig(), 32, 128, 2),
    (ModelConfig(width=10, residual_bits=3, hidden_bits=1, stem_kernel=9, stem_stride=3), 7, 70, 3),
    (
        ModelConfig(
            width=6,
            residual_bits=2,
            hidden_bits=3,
            blocks=(BlockConfig(hidden=12, kernel=3, stride=3), BlockConfig(hidden=12, kernel=5)),
        ),
        19,
        96,
        2,
    ),
    (ModelConfig(width=8, copies=2, blocks=(BlockConfig(hidden=8, kernel=3),)), 5, 40, 2),
    (ModelConfig(width=8, stem_kernel=1, stem_stride=1, blocks=(BlockConfig(hidden=8, kernel=1),)), 4, 20, 4),
]


def random_model(config: ModelConfig, electrodes: int, samples: int, classes: int, seed: int) -> EEGNet:
    """A settled net whose batch norms follow its data, with gains of both signs, a zero gain and odd biases."""
    torch.manual_seed(seed)
    model = EEGNet(config, electrodes, samples, classes, binary=True)
    for layer in model.convolutions().values():
        layer.norm.weight.data.normal_()
        layer.norm.bias.data.normal_()
        layer.norm.momentum = None
    model.spatial.norm.weight.data[0] = 0
    model.train()
    with torch.no_grad():
        for _ in range(3):
            model(to_input(torch.from_numpy(random_windows(64, electrodes, samples, seed))))
        model.classifier.bias.uniform_(-20, 20)
    return settle(model)


def random_windows(count: int, electrodes: int, samples: int, seed: int) -> np.ndarray:
    normal = np.random.default_rng(seed).normal(0, 30, (count, electrodes, samples))
    return np.clip(np.round(normal), -128, 127).astype(np.int8)


def brevitas_layers(model: EEGNet, windows: np.ndarray) -> dict[str, np.ndarray]:
    """Every layer's output in integers, by forward hooks."""
    stream, hidden = step(model.config.residual_bits), step(model.config.hidden_bits)
    found: dict[str, np.ndarray] = {}

    def keep(name: str, unit: float):
        def hook(module, inputs, output):
            value = output.flatten(2).transpose(1, 2) if output.dim() == 4 else output[:, None, :]
            integer = (value.double() / unit).numpy()
            assert np.abs(integer - np.round(integer)).max() < 1e-3, name
            found[name] = np.round(integer).astype(np.int64)

        return hook

    handles = []
    for name, module in model.named_modules():
        if name in ("spatial", "stem") or name.endswith((".project", ".add")):
            handles.append(module.register_forward_hook(keep(name, stream)))
        elif name.endswith((".expand", ".depthwise")):
            handles.append(module.register_forward_hook(keep(name, hidden)))
        elif name == "pool":
            handles.append(module.register_forward_hook(keep(name, 1.0)))
        elif name == "classifier":
            handles.append(module.register_forward_hook(keep(name, module.gain.item() * module.unit)))
    with torch.no_grad():
        model(to_input(torch.from_numpy(windows)))
    for handle in handles:
        handle.remove()
    return found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [0, 1])
def test_golden_equals_brevitas_layer_by_layer(shape, seed):
    model = random_model(*shape, seed)
    windows = random_windows(600, *shape[1:3], seed + 100)
    golden = GoldenModel.from_model(model)
    ours, theirs = golden.layers(windows), brevitas_layers(model, windows)
    assert set(theirs) == set(ours) - {"argmax"}
    for name, expected in theirs.items():
        assert ours[name].dtype == np.int64
        np.testing.assert_array_equal(ours[name], expected, err_msg=name)
        assert len(np.unique(expected)) > 1, name
    np.testing.assert_array_equal(golden.predict(windows), ours["classifier"][:, 0].argmax(1))
    assert any((layer.norm.weight < 0).any() for layer in model.convolutions().values())


def test_extreme_windows_agree():
    model = random_model(*SHAPES[0], 3)
    windows = np.random.default_rng(3).choice(np.array([-128, 127], np.int8), (50, 32, 128))
    ours, theirs = GoldenModel.from_model(model).layers(windows), brevitas_layers(model, windows)
    for name, expected in theirs.items():
        np.testing.assert_array_equal(ours[name], expected, err_msg=name)


def test_two_classes_never_tie():
    model = random_model(*SHAPES[0], 4)
    scores = GoldenModel.from_model(model).layers(random_windows(500, 32, 128, 9))["classifier"][:, 0]
    assert np.all((scores[:, 0] - scores[:, 1]) % 2 == 1)


def test_offset_moves_the_decision_of_two_classes():
    """Class 1 if margin + offset > 0: at the margins of the windows, beside them, and beyond all."""
    model, windows = random_model(*SHAPES[0], 4), random_windows(300, 32, 128, 9)
    golden = GoldenModel.from_model(model)
    scores = golden.layers(windows)["classifier"][:, 0]
    np.testing.assert_array_equal(golden.scores(windows), scores)
    margins = scores[:, 1] - scores[:, 0]
    np.testing.assert_array_equal(golden.predict(windows), margins > 0)
    for offset in (0, 1, -1, *-margins[:5], *-margins[:5] + 1, 32767, -32768):
        np.testing.assert_array_equal(golden.predict(windows, offset), margins + offset > 0)
        np.testing.assert_array_equal(golden.layers(windows, offset)["argmax"][:, 0, 0], margins + offset > 0)


def test_more_classes_ignore_the_offset():
    model, windows = random_model(*SHAPES[1], 5), random_windows(100, *SHAPES[1][1:3], 6)
    golden = GoldenModel.from_model(model)
    np.testing.assert_array_equal(golden.predict(windows, 1000), golden.predict(windows))


def test_settling_twice_changes_nothing():
    model = random_model(*SHAPES[1], 5)
    windows = random_windows(100, *SHAPES[1][1:3], 6)
    before = GoldenModel.from_model(model).layers(windows)
    after = GoldenModel.from_model(settle(model)).layers(windows)
    for name, expected in before.items():
        np.testing.assert_array_equal(after[name], expected)


def test_settled_thresholds_fit_their_bits_and_keep_clear_of_integers():
    model = random_model(*SHAPES[1], 7)
    for layer in model.convolutions().values():
        if layer.bits == 1:
            boundary = -layer.norm.bias.detach().double().numpy()
            np.testing.assert_array_equal(np.abs(boundary % 1), 0.5)
            assert boundary.min() >= -128.5 and boundary.max() <= 126.5
        else:
            offset = layer.norm.bias.detach().double().numpy() / step(3)
            assert len(np.unique(np.round(offset / np.abs(offset[offset != 0]).min(), 6))) > 1


def test_settling_costs_little():
    torch.manual_seed(0)
    model = EEGNet(ModelConfig(), 32, 128, 2, binary=True)
    windows = to_input(torch.from_numpy(random_windows(400, 32, 128, 0)))
    with torch.no_grad():
        for _ in range(20):
            model.train()(windows)
        model.eval()
        before, after = model(windows), settle(model)(windows)
    assert torch.corrcoef(torch.stack([before[:, 0], after[:, 0]]))[0, 1] > 0.95


def test_save_and_load(tmp_path):
    model = random_model(*SHAPES[2], 1)
    golden = GoldenModel.from_model(model)
    golden.save(tmp_path / "golden.npz")
    windows = random_windows(40, *SHAPES[2][1:3], 2)
    loaded = GoldenModel.load(tmp_path / "golden.npz").layers(windows)
    for name, expected in golden.layers(windows).items():
        np.testing.assert_array_equal(loaded[name], expected)


def test_copies_add_up_to_weights_that_can_be_zero():
    model = random_model(ModelConfig(copies=2), 5, 64, 2, seed=0)
    golden, windows = GoldenModel.from_model(model), random_windows(20, 5, 64, 1)
    assert golden.graph_windows(windows).shape == (20, 10, 64)
    weights = golden.integer_layers[0].weights.reshape(-1, 5, 2).sum(-1)
    assert set(np.unique(weights)) == {-2, 0, 2}
    sums = golden.graph_windows(windows).transpose(0, 2, 1).astype(int) @ golden.integer_layers[0].weights.T
    np.testing.assert_array_equal(sums, windows.transpose(0, 2, 1).astype(int) @ weights.T)


@pytest.mark.parametrize("content", [b"no", b"", b"PK\x03\x04 truncated"])
def test_load_refuses_another_file(tmp_path, content):
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(UserError, match="not a golden model"):
        GoldenModel.load(tmp_path / "x.npz")
    with pytest.raises(UserError, match="no golden model"):
        GoldenModel.load(tmp_path / "y.npz")


def test_storage_counts_everything():
    counted = storage(random_model(*SHAPES[0], 0))
    weights = 32 * 24 + 24 * 40 + 24 * 80 + 80 * 7 + 80 * 24 + 24 * 2
    assert counted.weight_bits == weights
    affine = 16 * 2 * 80 + 24 * 3 * 24
    assert weights + affine + 2 <= counted.storage_bits <= weights + affine + 2 * 9
    assert counted.parameters == weights + 2 * (3 * 24 + 2 * 80) + 2
    signs = storage(random_model(ModelConfig(hidden_bits=1), *SHAPES[0][1:], 0))
    assert counted.storage_bits - signs.storage_bits == 8 * 2 * 80


def test_wrong_windows_are_refused():
    golden = GoldenModel.from_model(random_model(*SHAPES[3], 0))
    with pytest.raises(ValueError, match="not int8"):
        golden.predict(np.zeros((2, 4, 20), np.int64))
