"""FINN's Python execution beside the golden model."""

import json

import numpy as np
import pytest
from eeg2fpga.compile.graph import copied
from eeg2fpga.compile.hls.execute import PythonLayers, empty_context
from eeg2fpga.compile.hls.layers import to_generic_layers
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.verify.compare import first_difference
from qonnx.core.datatype import DataType
from qonnx.custom_op.registry import getCustomOp

from tests.hls.conftest import ELECTRODES, SAMPLES, Small


def windows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(-127, 128, (count, ELECTRODES, SAMPLES)).astype(np.int8)


def test_s_is_equal_on_every_window(s):
    found = json.loads((s.hls / "verification.json").read_text())
    assert found["windows"] >= 50
    assert len(found["layers"]) == 9
    assert all(layer["python"] for layer in found["layers"])
    assert found["differences"] == []


@pytest.mark.parametrize(
    "blocks",
    [
        (BlockConfig(hidden=8, kernel=3, stride=2), BlockConfig(hidden=10, kernel=5)),
        (BlockConfig(hidden=6, kernel=5),),
    ],
)
@pytest.mark.parametrize(("bits", "hidden_bits"), [(2, 1), (4, 1), (4, 2)])
def test_random_networks_are_equal(tmp_path, blocks, bits, hidden_bits):
    config = ModelConfig(width=4, stem_kernel=6, residual_bits=bits, hidden_bits=hidden_bits, blocks=blocks)
    network = Small(tmp_path, config, seed=bits)
    sent = windows(20)
    expected = network.golden.layers(sent)
    executed = PythonLayers(to_generic_layers(network.streamlined)).run(sent)
    assert set(executed) == set(expected)
    assert first_difference("FINN", expected, executed) is None
    assert all(np.ptp(values) > 0 for name, values in expected.items() if name != "argmax")


def test_a_wrong_threshold_is_found(small):
    generic = copied(to_generic_layers(small.streamlined))
    (node,) = [n for n in generic.graph.node if n.op_type == "VVAU" and getCustomOp(n).get_nodeattr("binaryXnorMode")]
    generic.set_initializer(node.input[2], generic.get_initializer(node.input[2]) + 1)
    sent = windows(20)
    difference = first_difference("FINN", small.golden.layers(sent), PythonLayers(generic).run(sent))
    assert difference.layer == "block0.depthwise"


def test_finn_takes_counts_of_agreements_for_sums(small):
    """Why XnorAccumulators is there; where this fails, FINN has mended it and that can go."""
    generic = to_generic_layers(small.streamlined)
    for node in generic.graph.node:
        if node.op_type in ("MVAU", "VVAU") and getCustomOp(node).get_nodeattr("binaryXnorMode"):
            wide = DataType[getCustomOp(node).get_nodeattr("accDataType")]
            terms = 12 if node.op_type == "MVAU" else 3
            assert wide.min() == 0
            assert terms <= wide.max() < 2 * terms
            assert getCustomOp(node).minimize_accumulator_width(generic).min() < 0


def test_finn_forgets_the_xnor_mode_of_vvau(small):
    """Why PythonLayers executes it on signs; where this fails, FINN has mended it and that can go."""
    generic = to_generic_layers(small.streamlined)
    (node,) = [n for n in generic.graph.node if n.op_type == "VVAU" and getCustomOp(n).get_nodeattr("binaryXnorMode")]
    context = empty_context(generic)
    shape = context[node.input[0]].shape
    context[node.input[0]] = np.random.default_rng(0).integers(0, 2, shape).astype(np.float32)
    getCustomOp(node).set_nodeattr("noActivation", 1)
    getCustomOp(node).execute_node(context, generic.graph)
    bits = context[node.input[0]].reshape(shape[1], -1, shape[3] // 3)
    weights = generic.get_initializer(node.input[1])[:, 0, :, 0].T
    agreements = (bits.reshape(shape[1], 3, -1) == weights).sum(1)
    assert not np.array_equal(context[node.output[0]].reshape(agreements.shape), agreements)
