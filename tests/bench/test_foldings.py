"""Predictions of random foldings on a tiny network; that a wrong one is told."""

from dataclasses import replace

import numpy as np
import pytest
from eeg2fpga.bench.foldings import prediction_table, predictions, summary
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.verify.golden import GoldenModel
from qonnx.core.modelwrapper import ModelWrapper

from tests.networks import random_network

NETWORK = ModelConfig(width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    network = random_network(NETWORK, 4, 32, seed=1)
    path = tmp_path_factory.mktemp("foldings") / "model.onnx"
    export_qonnx(network, 4, 32, path)
    windows = np.random.default_rng(1).integers(-127, 128, (4, 4, 32)).astype(np.int8)
    golden = GoldenModel.from_model(network)
    return predictions(streamline(ModelWrapper(str(path))), golden, windows, range(1, 3))


def test_foldings_differ_and_are_predicted(found):
    assert [each.seed for each in found] == [1, 2]
    assert found[0].folding != found[1].folding
    for each in found:
        assert each.difference is None and each.cycles == each.cycles_predicted
        assert abs(each.error) < 0.1


def test_summary_counts_what_is_wrong(found):
    wrong = replace(found[1], lut_predicted=2 * found[1].lut, cycles=found[1].cycles + 1, difference="rtl: layer")
    figures = summary([found[0], wrong])
    assert (figures["foldings"], figures["cycles_exact"], figures["different"]) == (2, 1, 1)
    assert figures["lut_error_worst"] == pytest.approx(1.0)
    assert prediction_table([wrong]).row_count == 1
