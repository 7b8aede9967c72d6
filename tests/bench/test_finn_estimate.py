"""FINN's estimate of a random network: FINN's layers, none lost, its formulas, its reach."""

import json

import numpy as np
import pytest
from eeg2fpga.bench.finn_estimate import finn_estimate
from eeg2fpga.compile.hls.layers import BipolarAsBits, to_finn_layers
from eeg2fpga.compile.passes.name_layers import TENSORS_KEY
from eeg2fpga.compile.streamline import run
from eeg2fpga.errors import UserError
from onnx import helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

PART = "xc7z020clg400-1"


def layers_of(streamlined: ModelWrapper) -> list[str]:
    return list(json.loads(streamlined.get_metadata_prop(TENSORS_KEY)))


def test_every_layer_is_there(streamlined):
    estimate = finn_estimate(streamlined, 100, 10_000, PART)
    assert set(estimate.layers) == set(layers_of(streamlined))
    assert estimate.reached
    assert estimate.lut == sum(layer["lut"] for layer in estimate.layers.values())
    assert estimate.cycles_per_window == max(node.cycles for node in estimate.nodes)
    operators = [node.operator for node in estimate.nodes]
    assert operators.count("MVAU_hls") == 4
    assert operators.count("VVAU_hls") == 2
    assert "StreamingFIFO_rtl" in operators


def test_what_finn_does_not_count_is_named(streamlined):
    estimate = finn_estimate(streamlined, 100, 10_000, PART)
    without = {name.rsplit("_", 1)[0] for name in estimate.unmodelled}
    assert without == {"FMPadding_rtl", "DuplicateStreams_hls", "GlobalAccPool_hls", "LabelSelect_hls"}
    assert {name.rsplit("_", 1)[0] for name in estimate.memory_only} == {"Thresholding_rtl", "ElementwiseAdd_hls"}


def test_luts_of_a_binary_product_are_finn_rs(streamlined):
    """300 + 1.1 PE (6 SIMD - 2 + accumulator) without thresholds (FINN-R, 2018)."""
    estimate = finn_estimate(streamlined, 100, 10_000, PART, standalone_thresholds=True)
    (project,) = [node for node in estimate.nodes if node.operator == "MVAU_hls" and node.layer == "block0.project"]
    accumulator = 4  # counts of agreements, 0 to 12
    assert project.lut == int(300 + 1.1 * project.pe * (6 * project.simd - 2 + accumulator))


def test_a_rate_out_of_reach_gives_the_fastest(streamlined):
    fastest = finn_estimate(streamlined, 100, 1e9, PART)
    assert not fastest.reached
    assert fastest.windows_per_second > finn_estimate(streamlined, 100, 100_000, PART).windows_per_second
    assert finn_estimate(streamlined, 100, fastest.windows_per_second, PART).reached


def test_bits_compute_what_bipolar_values_do(streamlined):
    """The graph that FINN converts gives the same classes: XNOR counts are 2 (count) - terms in sums of +-1."""
    bits = streamlined.transform(BipolarAsBits())
    products = {n.input[1]: n for n in bits.graph.node if n.op_type == "MatMul"}
    for name, node in products.items():
        if bits.get_tensor_datatype(name).name == "BINARY":
            _restate_as_products(bits, node)
    windows = np.random.default_rng(0).integers(-127, 128, (40, 5, 32)).astype(np.int8)
    expected = run(streamlined, windows, ["block0.project"])[1]["block0.project"]
    np.testing.assert_array_equal(run(bits, windows, ["block0.project"])[1]["block0.project"], expected)
    assert np.ptp(expected) > 0


def _restate_as_products(model: ModelWrapper, node) -> None:
    """count of equal bits = x (2 w - 1) + number of zero weights: into the thresholds, for an ordinary product."""
    weights = model.get_initializer(node.input[1])
    (follower,) = model.find_consumers(node.output[0])
    channels = weights.shape[1]
    window = model.find_producer(node.input[0]).op_type == "Im2Col"
    used = np.tile(np.eye(channels), (len(weights) // channels, 1)) if window else np.ones_like(weights)
    model.set_initializer(node.input[1], ((2 * weights - 1) * used).astype(np.float32))
    zeros = ((1 - weights) * used).sum(0)[:, None]
    model.set_initializer(follower.input[1], model.get_initializer(follower.input[1]) - zeros.astype(np.float32))


def test_a_node_without_a_layer_is_named(streamlined):
    model = ModelWrapper(streamlined.model.__class__.FromString(streamlined.model.SerializeToString()))
    (pool,) = [node for node in model.graph.node if node.op_type == "GlobalAccPool"]
    source = pool.input[0]
    model.graph.node.insert(0, helper.make_node("Identity", [source], ["passed"], name="pass_on"))
    pool.input[0] = "passed"
    model.set_tensor_shape("passed", model.get_tensor_shape(source))
    with pytest.raises(UserError, match="no hardware layer for pass_on"):
        to_finn_layers(model, PART)


def test_xnor_mode_where_both_operands_are_bits(streamlined):
    layers = to_finn_layers(streamlined, PART)
    modes = [getCustomOp(n).get_nodeattr("binaryXnorMode") for n in layers.graph.node if n.op_type == "MVAU_hls"]
    assert modes == [0, 0, 1, 0]
