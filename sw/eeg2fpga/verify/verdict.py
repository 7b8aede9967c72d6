"""Whether a build is good: one answer for all commands, from what its checks recorded."""

import json
from pathlib import Path

CHECKS = ("verification.json", "netlist_verification.json")
"""Of golden, graphs and RTL; of the netlist after synthesis. In builds/out/<build>."""


def faults(outputs: Path) -> list[str]:
    """A line for everything that the checks of the build in `outputs` found; empty: the build is good.

    Raises FileNotFoundError where a check has not run.
    """
    found = [json.loads((outputs / name).read_text()) for name in CHECKS]
    lines = [difference["text"] for checked in found for difference in checked["differences"]]
    altered = [f"rtl: {name} is not what the dataflow graph gives" for name in found[0]["altered"]]
    return lines + altered
