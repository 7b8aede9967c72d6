"""The committed figures that a change may not worsen: LUTs by 2 %, cycles not at all."""

import json
from pathlib import Path

from eeg2fpga.errors import UserError
from eeg2fpga.files import write_json
from eeg2fpga.locations import BUILDS

BASELINE = BUILDS / "bench.json"
LUT_TOLERANCE = 0.02
KEPT = ("lut", "ff", "bram18", "dsp", "logic_levels", "cycles_per_window", "latency_us", "expected_luts")
"""What does not depend on the machine."""


def write_baseline(found: dict[str, dict], path: Path = BASELINE) -> None:
    """Make the figures the ones to compare with."""
    write_json(path, {name: {key: figures[key] for key in KEPT} for name, figures in found.items()})


def regressions(found: dict[str, dict], path: Path = BASELINE) -> list[str]:
    """A sentence for each figure that is worse than the baseline's. Raises UserError if there is no baseline."""
    if not path.exists():
        raise UserError(f"no baseline {path}: run `make bench`, then `eeg2fpga bench --accept`")
    baseline = json.loads(path.read_text())
    worse = []
    for name, before in baseline.items():
        now = found[name]
        lut, cycles = now["lut"], now["cycles_per_window"]
        if lut > before["lut"] * (1 + LUT_TOLERANCE):
            worse.append(f"{name}: {lut} LUTs, {100 * (lut / before['lut'] - 1):.1f} % more than {before['lut']}")
        if cycles > before["cycles_per_window"]:
            worse.append(f"{name}: {cycles} cycles a window, not {before['cycles_per_window']}")
    return worse
