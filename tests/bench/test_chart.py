"""LUTs over rate: points in order, PNG and JSON."""

import json

from eeg2fpga.bench.chart import rate_points, write_chart
from eeg2fpga.config import FoldingConfig, HardwareConfig


def lanes(number: int) -> HardwareConfig:
    """Spatial filter in parallel, so that the expanding layer is the slowest."""
    folding = {"spatial": FoldingConfig(pe=6, simd=5), "block0.expand": FoldingConfig(pe=number, simd=1)}
    return HardwareConfig(folding=folding)


def test_points_and_chart(streamlined, tmp_path):
    points = rate_points(streamlined, [lanes(12), lanes(1)], synthesis=False)
    assert points[0].cycles_per_window == 8 * 6 * 12
    assert points[0].windows_per_second < points[1].windows_per_second
    assert points[0].lut_estimated < points[1].lut_estimated
    assert points[0].windows_per_second == 100e6 / points[0].cycles_per_window
    write_chart({"s": points}, tmp_path)
    assert json.loads((tmp_path / "luts_over_rate.json").read_text())["s"][0]["lut"] is None
    assert (tmp_path / "luts_over_rate.png").read_bytes().startswith(b"\x89PNG")


def test_a_point_is_synthesised(streamlined):
    (point,) = rate_points(streamlined, [lanes(1)], synthesis=True)
    assert point.lut > 300
