"""Where things are: the repository's folders and the data sets."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HARDWARE = REPOSITORY / "hw"
BUILDS = REPOSITORY / "builds"
OUTPUTS = BUILDS / "out"


def data_root() -> Path | None:
    """Folder of data sets: EEG2FPGA_DATA, else ../shared/data beside the repository where that exists."""
    named = os.environ.get("EEG2FPGA_DATA")
    if named:
        return Path(named)
    beside = REPOSITORY.parent / "shared" / "data"
    return beside if beside.is_dir() else None
