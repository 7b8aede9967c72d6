"""Where things are: the repository's folders."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HARDWARE = REPOSITORY / "hw"
BUILDS = REPOSITORY / "builds"
OUTPUTS = BUILDS / "out"
