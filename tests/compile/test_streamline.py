"""The streamlined graph computes what the Brevitas network does, and nothing but integers."""

import json

import numpy as np
import pytest
import torch
from eeg2fpga.compile import export, streamline
from eeg2fpga.compile.passes.name_layers import LAYERS_KEY, TENSORS_KEY
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.eegnet import EEGNet, to_input
from eeg2fpga.models.grid import STEP
from eeg2fpga.models.settle import settle
from eeg2fpga.verify.compare import first_difference
from eeg2fpga.verify.golden import GoldenModel

ELECTRODES, SAMPLES, WINDOWS = 6, 64, 256
CONFIGS = {
    "strided": ModelConfig(
        width=8,
        stem_kernel=8,
        stem_stride=4,
        blocks=(BlockConfig(hidden=16, stride=2), BlockConfig(hidden=16, kernel=3)),
    ),
    "narrow": ModelConfig(
        width=6,
        residual_bits=3,
        hidden_bits=1,
        stem_kernel=5,
        stem_stride=2,
        blocks=(
            BlockConfig(hidden=18, stride=3),
            BlockConfig(hidden=18, kernel=5),
            BlockConfig(hidden=12, stride=2),
            BlockConfig(hidden=18),
        ),
    ),
}
CLASSES = {"strided": 2, "narrow": 3}


def network(name: str) -> EEGNet:
    """A network with random, lively batch norms, gains of both signs, and an integer bias."""
    generator = torch.Generator().manual_seed(len(name))
    torch.manual_seed(0)
    model = EEGNet(CONFIGS[name], ELECTRODES, SAMPLES, CLASSES[name], binary=True).eval()
    for layer, module in model.convolutions().items():
        norm, count = module.norm, module.norm.num_features
        spread = 180.0 if layer == "spatial" else 3.0
        with torch.no_grad():
            norm.running_mean.copy_(torch.randn(count, generator=generator) * spread / 4)
            norm.running_var.copy_((torch.rand(count, generator=generator) + 0.5) * spread**2)
            norm.weight.copy_(torch.randn(count, generator=generator) * 2)
            norm.bias.copy_(torch.randn(count, generator=generator) * 0.5)
    with torch.no_grad():
        model.classifier.bias.copy_(torch.randint(-9, 9, (CLASSES[name],), generator=generator))
    return model


@pytest.fixture(scope="module", params=CONFIGS)
def case(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    torch.set_num_threads(1)
    model = network(request.param)
    exported = export.export_qonnx(model, ELECTRODES, SAMPLES, folder / "model.onnx")
    graph = streamline.streamline(exported, folder / "steps")
    windows = np.random.default_rng(1).integers(-127, 128, (WINDOWS, ELECTRODES, SAMPLES)).astype(np.int8)
    return model, graph, windows, folder


def reference(model: EEGNet, windows: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Scores and every layer's output as integers (n, pixels, channels), from the PyTorch network."""
    outputs = {}
    step = STEP[model.config.residual_bits]
    hooks = [
        module.register_forward_hook(lambda _m, _i, output, name=name: outputs.__setitem__(name, output))
        for name, module in model.named_modules()
        if name in export.layer_names(model)
    ]
    with torch.no_grad():
        scores = model(to_input(torch.from_numpy(windows)))
    for hook in hooks:
        hook.remove()
    integers = {}
    for name, value in outputs.items():
        if name == "classifier":
            value = (value / (model.classifier.gain * model.classifier.unit))[:, :, None, None]
        elif name != "pool" and not name.endswith(("expand", "depthwise")):
            value = value / step
        whole = value.round()
        assert (value - whole).abs().max() < 1e-3, name
        integers[name] = whole[..., 0].permute(0, 2, 1).detach().numpy().astype(np.int64)
    return scores.numpy(), integers


def test_every_layer_equals_the_network(case):
    model, graph, windows, _ = case
    layers = json.loads(graph.get_metadata_prop(LAYERS_KEY))
    scores, expected = reference(model, windows)
    labels, values = streamline.run(graph, windows, layers)
    assert layers == [*expected, "argmax"]
    for layer, value in expected.items():
        np.testing.assert_array_equal(values[layer], value, err_msg=layer)
        assert value.std() > 0, layer
    integers = expected["classifier"][:, 0]
    np.testing.assert_array_equal(labels, integers.argmax(-1))
    assert (scores.argmax(-1) == labels).mean() > 0.99  # float scores round, so ties may fall the other way there
    assert len(np.unique(labels)) > 1


def test_channels_without_gain_are_constants(tmp_path):
    """A dead channel in every layer, of either sign: FINN alone leaves its factor 0 in the graph."""
    model = network("strided")
    with torch.no_grad():
        for module in model.convolutions().values():
            module.norm.weight[:2] = 0
    settle(model)
    windows = np.random.default_rng(3).integers(-127, 128, (64, ELECTRODES, SAMPLES)).astype(np.int8)
    expected = GoldenModel.from_model(model).layers(windows)
    assert all((expected[layer][..., :2] == expected[layer][0, 0, :2]).all() for layer in ("spatial", "stem"))
    graph = streamline.streamline(export.export_qonnx(model, ELECTRODES, SAMPLES, tmp_path / "model.onnx"))
    _, values = streamline.run(graph, windows, tuple(expected))
    assert first_difference("streamlined", expected, values) is None


def test_batches_do_not_mix(case):
    _, graph, windows, _ = case
    order = np.random.default_rng(2).permutation(len(windows))
    labels, values = streamline.run(graph, windows, ["stem"])
    shuffled, shuffled_values = streamline.run(graph, windows[order], ["stem"])
    np.testing.assert_array_equal(labels[order], shuffled)
    np.testing.assert_array_equal(values["stem"][order], shuffled_values["stem"])


def test_batched_run_equals_finn_and_onnxruntime(case):
    from qonnx.core.onnx_exec import execute_onnx

    _, graph, windows, _ = case
    labels, _ = streamline.run(graph, windows[:3])
    for window, label in zip(windows, labels, strict=False):
        feed = {"window": window.T[None, :, None, :].astype(np.float32)}
        assert execute_onnx(graph, feed)["argmax"].item() == label


def test_every_saved_step_can_be_executed(case):
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx

    model, _, windows, folder = case
    with torch.no_grad():
        expected = model(to_input(torch.from_numpy(windows[:1]))).numpy().ravel()
    paths = sorted((folder / "steps").glob("*.onnx"))
    assert len(paths) == len(streamline.STEPS)
    for path in [folder / "model.onnx", *paths[:-1]]:
        step = ModelWrapper(str(path))
        feed = {"window": windows[:1].reshape(step.get_tensor_shape("window")).astype(np.float32)}
        (scores,) = execute_onnx(step, feed).values()
        np.testing.assert_allclose(scores.ravel(), expected, rtol=1e-4, atol=1e-5, err_msg=path.name)


def test_graph_is_what_the_next_stage_expects(case):
    model, graph, _, _ = case
    tensors = json.loads(graph.get_metadata_prop(TENSORS_KEY))
    assert list(tensors) == export.layer_names(model)
    assert graph.get_tensor_shape("window") == [1, SAMPLES, 1, ELECTRODES]
    assert graph.get_tensor_datatype("window").name == "INT8"
    assert {node.op_type for node in graph.graph.node} == streamline.OPERATORS
    strides = sum(block.stride > 1 for block in model.config.blocks)
    assert sum(node.name.endswith(".Subsample") for node in graph.graph.node) == strides
    for layer, module in model.convolutions().items():
        weights = graph.get_initializer(f"{layer}.MatMul.weights")
        if module.depthwise:
            taps = weights.reshape(module.kernel, module.norm.num_features, -1)
            assert (np.abs(np.einsum("kcc->kc", taps)) == 1).all()
            assert np.count_nonzero(weights) == module.kernel * module.norm.num_features
            (window,) = [node for node in graph.graph.node if node.name == f"{layer}.Im2Col"]
            values = {attribute.name: attribute.i for attribute in window.attribute}
            assert values.get("pad_value", 0) == module.pad_value
        else:
            assert (np.abs(weights) == 1).all()


def test_leftover_floats_are_named(case):
    _, graph, _, _ = case
    thresholds = graph.get_initializer("stem.MultiThreshold.thresholds")
    try:
        graph.set_initializer("stem.MultiThreshold.thresholds", thresholds + 0.5)
        with pytest.raises(streamline.NotIntegersError, match=r"stem\.MultiThreshold"):
            streamline.assert_integers_only(graph)
    finally:
        graph.set_initializer("stem.MultiThreshold.thresholds", thresholds)
    streamline.assert_integers_only(graph)


def test_fractional_bias_is_refused(tmp_path):
    model = network("strided")
    with torch.no_grad():
        model.classifier.bias.add_(0.4)
    with pytest.raises(UserError, match="`classifier`: its bias"):
        streamline.streamline(export.export_qonnx(model, ELECTRODES, SAMPLES, tmp_path / "model.onnx"))
