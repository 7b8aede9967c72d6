"""The exported QONNX: input, metadata, layer names, nothing half-written."""

import json

import numpy as np
import pytest
import torch
from eeg2fpga.compile import export
from eeg2fpga.compile.passes.name_layers import LAYERS_KEY
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.models.eegnet import EEGNet
from qonnx.core.modelwrapper import ModelWrapper
from torch import nn

CONFIG = ModelConfig(width=4, stem_kernel=4, stem_stride=2, blocks=(BlockConfig(hidden=8, kernel=3, stride=2),))


def test_file_input_and_metadata(tmp_path):
    path = tmp_path / "new" / "model.onnx"
    export.export_qonnx(EEGNet(CONFIG, 3, 16, 2, binary=True), 3, 16, path)
    model = ModelWrapper(str(path))
    assert [tensor.name for tensor in model.graph.input] == ["window"]
    assert model.get_tensor_shape("window") == [1, 3, 16, 1]
    assert model.get_tensor_datatype("window").name == "INT8"
    layers = "spatial stem block0.expand block0.depthwise block0.project block0.add pool classifier argmax"
    assert json.loads(model.get_metadata_prop(LAYERS_KEY)) == layers.split()


def test_exported_graph_computes_the_network(tmp_path):
    from qonnx.core.onnx_exec import execute_onnx

    torch.manual_seed(3)
    model = EEGNet(CONFIG, 3, 16, 2, binary=True).eval()
    graph = export.export_qonnx(model, 3, 16, tmp_path / "model.onnx")
    window = np.random.default_rng(0).integers(-127, 128, (1, 3, 16, 1)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(window)).numpy()
    (scores,) = execute_onnx(graph, {"window": window}).values()
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_nothing_is_written_for_an_illegal_model(tmp_path):
    with pytest.raises(UserError, match="PReLU"):
        export.export_qonnx(nn.Sequential(nn.PReLU()), 3, 16, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
