"""batch_extent: the last beat of any batch, and whether it lies in the address space."""

import json
import random
from pathlib import Path

import cocotb
from bench import PERIOD_NS, elaboration_error, lint, parameter_sets, run_unit
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge


@parameter_sets("window_bytes", [8, 2432, 65535 * 65535 // 2], netlists=(1,))
def test_formula(window_bytes: int) -> None:
    parameters = {"WINDOW_BYTES": window_bytes}
    run_unit("batch_extent", parameters, {}, {}, test_module="test_batch_extent", window_bytes=window_bytes)


def test_lints() -> None:
    done = lint("batch_extent", {"WINDOW_BYTES": 155})
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_WINDOW_BYTES" in elaboration_error("batch_extent", {"WINDOW_BYTES": 0})


@cocotb.test()
async def against_the_formula(dut) -> None:
    case = json.loads(Path("case.json").read_text())["window_bytes"]
    generator = random.Random(case)
    Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    dut.rst_n.value = dut.load.value = 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    fits = 0
    for turn in range(160):
        dut.beats.value = turn % 4 == 3
        window_bytes = 8 if turn % 4 == 3 else case
        most = 2**32 // window_bytes
        windows = generator.choice([1, most, most + 1, 2**32 - 1, generator.randrange(1, most + 2), 1 << turn % 32])
        room = max(0, 2**32 - windows * window_bytes)
        source = generator.choice([0, room // 8 * 8, min(room // 8 * 8 + 8, 2**32 - 8), generator.randrange(2**29) * 8])
        dut.windows.value, dut.source.value, dut.load.value = windows, source, 1
        await FallingEdge(dut.clk)
        dut.load.value = 0
        for _ in range(40):
            assert not int(dut.valid.value)
            await FallingEdge(dut.clk)
            if int(dut.valid.value):
                break
        end = source + windows * window_bytes
        # A batch of the whole address space counts as too long: nothing would be left for its results.
        inside = end <= 2**32 and windows * window_bytes < 2**32
        assert int(dut.valid.value) and int(dut.too_long.value) == (not inside), f"{windows} windows from {source:#x}"
        if inside:
            assert int(dut.last_beat.value) == (end - 1) // 8
            fits += 1
    assert 10 < fits < 150
