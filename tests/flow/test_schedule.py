"""Schedules and FIFO depths against the verilated RTL: every result in its cycle, and no FIFO with a word to spare."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from eeg2fpga.compile import graph
from eeg2fpga.compile.dataflow import build_dataflow
from eeg2fpga.compile.depths import LEAST, LEAST_RAM, least_depth
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import TAPPED, generate, identifier
from eeg2fpga.compile.schedule.simulate import Outcome, ScheduleSimulation
from eeg2fpga.compile.sections import FREE, sections
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, FoldingConfig, HardwareConfig, ModelConfig
from eeg2fpga.verify.fuzz import random_folding
from eeg2fpga.verify.verilated import VerilatedAccelerator
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from tests.networks import random_network

TWO_BLOCKS = ModelConfig(
    width=6, stem_kernel=8, blocks=(BlockConfig(hidden=12, kernel=3, stride=2), BlockConfig(hidden=12, kernel=5))
)
ONE_BLOCK = ModelConfig(
    width=4, stem_kernel=5, stem_stride=2, residual_bits=2, hidden_bits=1, blocks=(BlockConfig(hidden=12, kernel=3),)
)
ELECTRODES, SAMPLES, WINDOWS = 5, 32, 24
SETTLED = 3
"""Windows after which the interval must hold."""
CASES = [*[(TWO_BLOCKS, seed) for seed in (3, 8, 12)], *[(ONE_BLOCK, seed) for seed in (1, 3, 8)]]
"""Foldings that need FIFOs deeper than the least."""
NAMES = [f"{len(config.blocks)}-{seed}" for config, seed in CASES]


@pytest.fixture(scope="module")
def streamlined(tmp_path_factory):
    """Streamlined graph of a random network, by configuration."""
    done = {}

    def make(config: ModelConfig) -> ModelWrapper:
        if config not in done:
            path = tmp_path_factory.mktemp("network") / "model.onnx"
            export_qonnx(random_network(config, ELECTRODES, SAMPLES, seed=3), ELECTRODES, SAMPLES, path)
            done[config] = streamline(ModelWrapper(str(path)), None)
        return done[config]

    return make


def results(accelerator: VerilatedAccelerator) -> list[int]:
    """Cycle of each window's result, from reset with a source that always offers; none if it gets stuck."""
    windows = np.random.default_rng(5).integers(-127, 128, (WINDOWS, ELECTRODES, SAMPLES)).astype(np.int8)
    try:
        return accelerator.run(windows).result_cycles.tolist()
    except RuntimeError as stuck:
        assert "words at layer" in str(stuck)
        return []


def folded(source: ModelWrapper, seed: int, logic: float = 0.0) -> ModelWrapper:
    return build_dataflow(source, random_folding(source, np.random.default_rng(seed), logic))


def fifos(model: ModelWrapper) -> list:
    return [op for op in graph.operators(model) if op.unit == "fifo"]


@pytest.mark.parametrize("seed", range(6))
def test_schedule_is_that_of_the_rtl(streamlined, seed, tmp_path):
    """Random foldings, some layers as logic; the computed depths, then a few words more or less."""
    rng = np.random.default_rng(seed)
    model = folded(streamlined((TWO_BLOCKS, ONE_BLOCK)[seed % 2]), seed, logic=0.5)
    for op in fifos(model) if seed > 1 else []:
        op.set_nodeattr("Depth", max(LEAST, op["Depth"] + int(rng.integers(-1, 3))))
    run = ScheduleSimulation(model).run(WINDOWS)
    generate(model, tmp_path / "rtl", "test")
    accelerator = VerilatedAccelerator(model, tmp_path / "rtl", tmp_path / "objects")
    assert results(accelerator) == ([] if run.outcome is Outcome.STUCK else run.results.tolist())


def test_words_that_a_layer_holds_while_it_works_on_them(streamlined, tmp_path):
    """All columns at once, a row a cycle: the input stays at the input, behind the cheaper pair of registers."""
    source = streamlined(TWO_BLOCKS)
    widest = {op.onnx_node.name: op["MW"] for op in graph.operators(folded(source, 0)) if op.unit == "binary_mvu"}
    hardware = HardwareConfig(folding={name: FoldingConfig(pe=1, simd=mw) for name, mw in widest.items()})
    model = build_dataflow(source, hardware)
    assert any(op["Half"] and op["Depth"] == LEAST for op in fifos(model))
    generate(model, tmp_path / "rtl", "test")
    accelerator = VerilatedAccelerator(model, tmp_path / "rtl", tmp_path / "objects")
    assert results(accelerator) == ScheduleSimulation(model).run(WINDOWS).results.tolist()


@pytest.mark.parametrize(("lanes", "half", "least"), [(4, 0, LEAST), (32, 0, LEAST_RAM), (32, 1, LEAST)])
def test_wide_words_wait_in_ram_and_narrow_ones_in_registers(lanes, half, least):
    """Of int4 elements. HALF has no multiplexer that RAM would save."""
    stream = {"Pixels": 8, "Channels": 32, "Taps": 1, "inputDataType": "INT4", "outputDataType": "INT4"}
    node = graph.make_node("Fifo", "fifo", ["x"], ["y"], Depth=LEAST, Half=half, PE=lanes, **stream)
    assert least_depth(getCustomOp(node)) == least


def make_shortenable(rtl: Path, names: list[str]) -> None:
    """Put a shorter_fifo in the place of the FIFOs called `names`."""
    top = (rtl / f"{TAPPED}.sv").read_text()
    for index, name in enumerate(names):
        start = top.rindex("  fifo #(", 0, top.index(f") u_{identifier(name)} ("))
        top = top[:start] + top[start:].replace("  fifo #(", f"  shorter_fifo #(\n      .INDEX({index}),", 1)
    (rtl / f"{TAPPED}.sv").write_text(top)
    shutil.copy(Path(__file__).with_name("shorter_fifo.sv"), rtl)
    (rtl / "files.f").write_text("shorter_fifo.sv\n" + (rtl / "files.f").read_text())


@pytest.mark.parametrize(("config", "seed"), CASES, ids=NAMES)
def test_depths_reach_the_interval_and_none_has_a_word_to_spare(streamlined, config, seed, tmp_path):
    model = folded(streamlined(config), seed)
    interval = max(op.get_exp_cycles() for op in graph.operators(model))
    deeper = [op.onnx_node.name for op in fifos(model) if op["Depth"] > least_depth(op)]
    generate(model, tmp_path / "rtl", "test")
    make_shortenable(tmp_path / "rtl", deeper)
    chosen = tmp_path / "rtl" / "memory" / "shorter.mem"
    chosen.write_text(f"{len(deeper):x}\n")
    accelerator = VerilatedAccelerator(model, tmp_path / "rtl", tmp_path / "objects")
    assert set(np.diff(results(accelerator))[SETTLED:]) == {interval}
    assert deeper
    for index, name in enumerate(deeper):
        chosen.write_text(f"{index:x}\n")
        cycles = results(accelerator)
        slower = not cycles or cycles[-1] - cycles[SETTLED] > interval * (WINDOWS - 1 - SETTLED)
        assert slower, f"{name} does with a word less"


def test_a_skip_without_room_gets_stuck(streamlined):
    model = folded(streamlined(ONE_BLOCK), 3)
    assert ScheduleSimulation(model).run(2, {"block0.add_fifo1": LEAST}).outcome is Outcome.STUCK


@pytest.mark.parametrize("logic", [0, 1])
def test_a_schedule_moves_the_words_of_its_streams_in_the_cycles_promised(streamlined, logic):
    model = folded(streamlined(TWO_BLOCKS), 0, logic)
    ends = {section.gate.onnx_node.name: section.fifo.input_stream() for section in sections(model)}
    assert ends or not logic
    for op in graph.operators(model):
        processes = op.schedule()
        if op.unit in FREE:
            # The gate before it speaks for the whole section, below.
            assert processes == ()
            continue
        gives = [np.resize(p.gives, p.steps) for p in processes]
        for stream, patterns in (
            (op.input_stream(), [np.resize(p.takes, p.steps) for p in processes if not p.behind]),
            (ends.get(op.onnx_node.name, op.output_stream()), [gives[-1]] if processes[-1].behind else gives),
        ):
            assert sum(pattern.sum() for pattern in patterns) == stream.words, op.onnx_node.name
        assert max(p.steps for p in processes) == op.get_exp_cycles()
