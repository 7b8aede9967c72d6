"""The estimate's error against designs that were placed and routed (placed.json)."""

import json
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from eeg2fpga.compile.logic import build_layer
from eeg2fpga.implement.timing import analyse
from eeg2fpga.implement.timing.routing import RoutingModel
from eeg2fpga.implement.yosys import run_yosys

PLACED = json.loads(Path(__file__).with_name("placed.json").read_text())
SHARED_BASE = PLACED[-1]


@pytest.mark.parametrize("placed", PLACED, ids=lambda placed: placed["design"])
def test_the_error_against_place_and_route_is_the_one_stated(placed):
    """The longest path as the analysis found it: its cells, and the wires by today's model."""
    model = RoutingModel()
    wires = [model.base + model.reach * (slices - 1) for slices in placed["slices_reached"]]
    mhz = 1000 / (placed["cells_ns"] + sum(wires) + model.block_ram * placed["block_ram_wires"])
    assert mhz == pytest.approx(placed["estimated_mhz"], abs=0.1)
    real = 1000 / fmean(1000 / each for each in placed["placed_mhz"])
    assert mhz / real - 1 == pytest.approx(placed["error"], abs=0.002)
    assert abs(mhz / real - 1) < (0.03 if placed["fitted"] else 0.1)


def test_a_placed_design_is_estimated_again(tmp_path):
    """Rows with a shared base, 14 LUT levels, which the model was not fitted to."""
    rng = np.random.default_rng(0)
    for _ in ("rows of compressors", "one shared base"):
        weights, thresholds = rng.integers(0, 2, (64, 64)) * 2 - 1, rng.integers(-8, 9, (64, 1))
    layer = build_layer(weights, 1, thresholds, only="base")
    (tmp_path / "base.v").write_text(layer.verilog("base", "primitives", 100))
    run_yosys(
        "read_verilog -lib -specify +/xilinx/cells_sim.v +/xilinx/cells_xtra.v; read_verilog base.v; "
        "hierarchy -check -top base; proc; opt_clean; select base; write_json -selected base.json",
        tmp_path,
    )
    found = analyse(tmp_path / "base.json", "base")
    assert found.levels == SHARED_BASE["lut_levels"]
    assert found.mhz == pytest.approx(SHARED_BASE["estimated_mhz"], abs=0.1)
