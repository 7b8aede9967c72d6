"""Where things are: the repository's folders."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HARDWARE = REPOSITORY / "hw"
BUILDS = REPOSITORY / "builds"
OUTPUTS = Path(os.environ.get("EEG2FPGA_OUTPUTS") or BUILDS / "out").absolute()
"""What builds and studies write; EEG2FPGA_OUTPUTS names another place."""
CHECKPOINTS = BUILDS / "checkpoints"
"""Trained examples, committed: <build>/float.npz and <build>/binary.npz."""
