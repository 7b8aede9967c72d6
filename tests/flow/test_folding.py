"""The folding pass: what a target gets, what does not fit, and why each layer is built as it is."""

from io import StringIO

import pytest
from eeg2fpga.compile.dataflow import (
    build_dataflow,
    choose_folding,
    draft_dataflow,
    estimated_luts,
    expected_cycles,
    predicted_luts,
)
from eeg2fpga.compile.explain import as_json, explain, explanation_table
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.parts import CAPACITY
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, FoldingConfig, HardwareConfig, ModelConfig, TargetConfig
from eeg2fpga.errors import UserError
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console

from tests.networks import random_network

NETWORK = ModelConfig(width=8, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2),))
ELECTRODES, SAMPLES = 6, 48
PART = HardwareConfig().part


@pytest.fixture(scope="module")
def streamlined(tmp_path_factory):
    path = tmp_path_factory.mktemp("folding") / "model.onnx"
    export_qonnx(random_network(NETWORK, ELECTRODES, SAMPLES, seed=3), ELECTRODES, SAMPLES, path)
    return streamline(ModelWrapper(str(path)))


def luts(streamlined, **target) -> int:
    hardware = HardwareConfig(target=TargetConfig(**target))
    return sum(estimated_luts(draft_dataflow(streamlined, hardware), PART).values())


def test_a_rate_is_kept_by_the_fewest_luts(streamlined):
    rates = [1_000, 10_000, 100_000, 1_000_000]
    drafts = [
        draft_dataflow(streamlined, HardwareConfig(target=TargetConfig(windows_per_second=rate))) for rate in rates
    ]
    assert all(expected_cycles(draft) <= 100_000_000 // rate for draft, rate in zip(drafts, rates, strict=True))
    costs = [luts(streamlined, windows_per_second=rate) for rate in rates]
    assert costs == sorted(costs) and costs[0] < costs[-1]


def test_max_luts_gives_the_fastest_that_fits(streamlined):
    folding, _ = choose_folding(streamlined, HardwareConfig())
    budgets, limit = folding.budgets(), luts(streamlined, windows_per_second=20_000)
    hardware = HardwareConfig(target=TargetConfig(max_luts=limit))
    _, budget = choose_folding(streamlined, hardware)
    assert luts(streamlined, max_luts=limit) <= limit
    faster = budgets[budgets.index(budget) - 1]
    assert luts(streamlined, windows_per_second=100_000_000 // faster) > limit
    built = build_dataflow(streamlined, hardware)
    assert sum(predicted_luts(built).values()) <= 1.1 * limit


def test_max_throughput_is_bound_by_the_slowest_layer(streamlined):
    draft = draft_dataflow(streamlined, HardwareConfig(target=TargetConfig(max_throughput=True)))
    folding, budget = choose_folding(streamlined, HardwareConfig(target=TargetConfig(max_throughput=True)))
    slowest = max(min(choice.cycles for choice in options) for options in folding.options.values())
    assert expected_cycles(draft) == budget == slowest


def test_what_does_not_fit_is_refused_with_the_layer_and_by_how_much(streamlined):
    least = luts(streamlined, windows_per_second=1)
    with pytest.raises(UserError, match=rf"smallest accelerator needs about {least} LUTs, {least - 100} more than 100"):
        draft_dataflow(streamlined, HardwareConfig(target=TargetConfig(max_luts=100)))


def test_a_part_that_is_too_small_is_refused(streamlined, monkeypatch):
    monkeypatch.setitem(CAPACITY["xc7z020"], "lut", 500)
    with pytest.raises(UserError, match=r"xc7z020clg400-1: this accelerator needs about \d+ LUTs.*largest part is \w+"):
        draft_dataflow(streamlined, HardwareConfig(parallel=True))


def test_the_choice_is_explained(streamlined):
    hardware = HardwareConfig(target=TargetConfig(windows_per_second=50_000), folding={"stem": FoldingConfig(pe=2)})
    folding, budget = choose_folding(streamlined, hardware)
    explanations = {each.layer: each for each in explain(folding, budget)}
    assert list(explanations) == list(folding.options)
    for layer, each in explanations.items():
        options = folding.options[layer]
        assert each.chosen.cycles <= budget
        assert all(choice.luts >= each.chosen.luts for choice in options if choice.cycles <= budget)
        if each.smaller is not None:
            assert each.smaller.luts < each.chosen.luts and each.smaller.cycles > budget
        if each.other is not None:
            assert each.other.parallel != each.chosen.parallel and each.other.luts >= each.chosen.luts
    assert any(each.smaller for each in explanations.values()) and any(each.other for each in explanations.values())
    assert as_json(list(explanations.values()))["stem"]["chosen"]["pe"] == 2
    console = Console(width=140, file=StringIO())
    console.print(explanation_table(list(explanations.values()), budget))
    text = console.file.getvalue()
    assert "within 2000 cycles" in text and "PE 2, SIMD 1, as configured" in text
    assert all(layer in text for layer in explanations)
