"""Registers: depth between them, equal latency, function kept."""

import numpy as np
import pytest
from eeg2fpga.compile.logic.netlist import LUT
from eeg2fpga.compile.logic.pipeline import cut

from tests.compile.logic.conftest import Case, levels, signs


@pytest.fixture(scope="module")
def layer():
    case = Case(signs(0, 12, 8), 4, levels(0, 8, 15, 8), output_bits=4, offset=-8, options={"only": "tree 3+pairs"})
    return case.build()


@pytest.mark.parametrize("target", [2, 3, 5, 6, 99])
def test_depth_target(layer, target):
    pipeline = cut(layer.netlist, target)
    assert pipeline.depth <= target
    net, alive = layer.netlist, layer.netlist.live()
    depth = [0] * len(net.kinds)
    for node, fanins in enumerate(net.fanins):
        if not alive[node] or node <= net.inputs:
            continue
        nodes = [s >> 1 for s in fanins if s > 1]
        assert all(pipeline.stages[n] <= pipeline.stages[node] for n in nodes)
        here = [depth[n] for n in nodes if pipeline.stages[n] == pipeline.stages[node]]
        same_chain = net.chain_of[node] >= 0 and net.kinds[node] != LUT
        own = [depth[n] for n in nodes if same_chain and net.chain_of[n] == net.chain_of[node] and net.kinds[n] != LUT]
        depth[node] = max([1 + d for d in here if d not in own] + own, default=1)
        assert depth[node] <= target
    # A LUT that feeds a chain is never separated from it.
    for chain in net.chains:
        stages = {pipeline.stages[n] for n in [s >> 1 for s in chain.select] + chain.sums if alive[n] and n}
        assert len(stages) <= 1
    assert pipeline.latency >= -(-layer.depth // target)
    assert (pipeline.latency == 1) == (target == 99)


def test_fewer_levels_cost_flip_flops(layer):
    counts = [cut(layer.netlist, target).flip_flops() for target in (2, 5, 99)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == np.unique([s for s in layer.netlist.outputs if s > 1]).size


def test_a_chain_does_not_fit_one_level(layer):
    with pytest.raises(ValueError, match="needs 2"):
        cut(layer.netlist, 1)
