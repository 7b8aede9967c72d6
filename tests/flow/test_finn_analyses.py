"""FINN's own analyses run on the dataflow graph: our operators are registered from outside."""

from functools import partial

from eeg2fpga.compile import graph
from eeg2fpga.compile.convert import to_dataflow
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.folding import Folding
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig
from finn.analysis.fpgadataflow.exp_cycles_per_layer import exp_cycles_per_layer
from finn.analysis.fpgadataflow.res_estimation import res_estimation
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network


def test_cycles_and_resources(tmp_path):
    model = random_network(
        ModelConfig(width=4, stem_kernel=4, blocks=(BlockConfig(hidden=8, kernel=3),)), 3, 16, seed=1
    )
    export_qonnx(model, 3, 16, tmp_path / "model.onnx")
    streamlined = streamline(ModelWrapper(str(tmp_path / "model.onnx")), None)
    dataflow = Folding(to_dataflow(streamlined), HardwareConfig()).apply(500)
    cycles = dataflow.analysis(exp_cycles_per_layer)
    assert cycles == {op.onnx_node.name: op.get_exp_cycles() for op in graph.operators(dataflow)}
    assert max(cycles.values()) <= 500
    resources = dataflow.analysis(partial(res_estimation, fpgapart="xc7z020clg400-1"))
    assert resources["spatial"]["LUT"] > 0
