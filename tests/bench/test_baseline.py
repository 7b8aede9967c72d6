"""A worse figure is told, a better one is not."""

import json

import pytest
from eeg2fpga.bench.baseline import KEPT, regressions, write_baseline
from eeg2fpga.errors import UserError

FIGURES = dict.fromkeys(KEPT, 0) | {"lut": 1000, "cycles_per_window": 145}


def test_two_per_cent_and_no_cycle(tmp_path):
    path = tmp_path / "bench.json"
    write_baseline({"s": FIGURES | {"flow_seconds": 3.0}}, path)
    assert set(json.loads(path.read_text())["s"]) == set(KEPT)
    assert regressions({"s": FIGURES | {"lut": 1020}}, path) == []
    assert regressions({"s": FIGURES | {"lut": 900, "cycles_per_window": 100}}, path) == []
    (lut,) = regressions({"s": FIGURES | {"lut": 1021}}, path)
    assert lut == "s: 1021 LUTs, 2.1 % more than 1000"
    (cycles,) = regressions({"s": FIGURES | {"cycles_per_window": 146}}, path)
    assert cycles == "s: 146 cycles a window, not 145"


def test_no_baseline(tmp_path):
    with pytest.raises(UserError, match="run `make bench`"):
        regressions({"s": FIGURES}, tmp_path / "none.json")
