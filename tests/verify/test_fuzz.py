"""Random networks: the same from the same seed, legal, checked for real, and made smaller when one fails."""

import io

import pytest
from eeg2fpga.config import BlockConfig, ModelConfig
from eeg2fpga.models.eegnet import time_steps
from eeg2fpga.verify import fuzz
from eeg2fpga.verify.fuzz import Case, check, draw, minimal
from rich.console import Console

TINY = Case(
    ModelConfig(width=3, stem_kernel=4, stem_stride=2, residual_bits=3, blocks=(BlockConfig(hidden=5, kernel=3),)),
    electrodes=3,
    samples=24,
    seed=2,
)


def test_a_seed_is_a_network():
    assert draw(7) == draw(7)
    assert len({draw(seed).text() for seed in range(20)}) == 20


def test_a_tiny_network_passes():
    assert check(TINY) is None


def test_wrong_cycles_are_told(monkeypatch):
    monkeypatch.setattr(fuzz, "expected_cycles", lambda model: 7)
    assert "7 were predicted" in check(TINY)


def test_a_failure_is_made_smaller():
    """Fails as long as a block has more than three hidden channels and the stem a stride."""

    def fails(case: Case) -> str | None:
        wide = any(block.hidden > 3 for block in case.model.blocks)
        return f"width {case.model.width}" if wide and case.model.stem_stride > 1 else None

    case = next(draw(seed) for seed in range(100) if fails(draw(seed)) and len(draw(seed).model.blocks) == 3)
    least, what = minimal(case, fails(case), fails)
    assert fails(least) == what == "width 1"
    assert len(least.model.blocks) == 1
    assert least.model.blocks[0].hidden in (4, 5, 6, 7)
    assert least.electrodes in (2, 3)


def test_the_command_names_seed_and_network(monkeypatch):
    monkeypatch.setattr(fuzz, "check", lambda case: "rtl differs" if case.seed == 4 else None)
    console = Console(file=io.StringIO(), width=200)
    assert not fuzz.fuzz(5, 2, console)
    told = console.file.getvalue()
    assert "seed 3: equal" in told
    assert "seed 4: rtl differs" in told
    assert "make fuzz N=1 SEED=4" in told
    assert "stem_kernel:" in told
    assert "seed 5" not in told


@pytest.mark.parametrize("seed", range(30))
def test_what_is_drawn_is_legal(seed):
    case = draw(seed)
    assert case.model.width >= 2 and all(block.kernel % 2 for block in case.model.blocks)
    steps = time_steps(case.model, case.samples)
    assert all(step > 1 for step in steps[: len(case.model.blocks)])
