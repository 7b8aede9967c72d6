"""The pool's C++ sums as many pixels as come."""

import pytest
from eeg2fpga.compile.hls.code import generate_code
from eeg2fpga.compile.hls.fold import fold, for_synthesis
from eeg2fpga.compile.hls.layers import to_finn_layers
from eeg2fpga.compile.hls.square_pool import SquarePool
from eeg2fpga.config import BlockConfig, ModelConfig
from qonnx.custom_op.registry import getCustomOp

from tests.hls.conftest import PART, SMALL, Small

QUARTER = ModelConfig(width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))


@pytest.mark.parametrize(
    ("config", "before", "side"), [(SMALL, ["FMPadding", "Reshape"], 3), (QUARTER, ["Reshape"], 2)]
)
def test_series_becomes_a_square(tmp_path, config, before, side):
    """Eight pixels get a ninth, of zeros; four are two by two."""
    network = Small(tmp_path, config)
    folded = for_synthesis(fold(to_finn_layers(network.streamlined, PART), 500), PART)
    index = next(i for i, node in enumerate(folded.graph.node) if node.op_type == "GlobalAccPool_hls")
    nodes = list(folded.graph.node)
    assert [node.op_type.rsplit("_", 1)[0] for node in nodes[index - len(before) : index]] == before
    pool = getCustomOp(nodes[index])
    assert list(pool.get_nodeattr("numInputVectors")) == [1, side, side]
    assert folded.get_tensor_shape(nodes[index].input[0])[1:3] == [side, side]
    generate_code(network.folded, tmp_path / "code", PART, 100)
    assert (
        f"AccPool_Batch<{side}, 6,"
        in (tmp_path / "code" / "pool_GlobalAccPool" / "top_pool_GlobalAccPool.cpp").read_text()
    )


def test_a_square_stays(tmp_path):
    network = Small(tmp_path, QUARTER)
    folded = for_synthesis(fold(to_finn_layers(network.streamlined, PART), 500), PART)
    again = folded.transform(SquarePool())
    assert len(again.graph.node) == len(folded.graph.node)
