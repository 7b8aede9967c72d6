"""ABC of the package `pyosys`."""

import subprocess
from pathlib import Path

from eeg2fpga.implement.yosys import yosys_package


def run_abc(commands: str, folder: Path, log: str, seconds: float) -> str:
    """Run ABC; what it prints, also kept in `log`, cut short after `seconds`."""
    try:
        done = subprocess.run(
            [yosys_package() / "yosys-abc", "-c", commands], cwd=folder, capture_output=True, text=True, timeout=seconds
        )
        said = done.stdout + done.stderr
    except subprocess.TimeoutExpired as stopped:
        said = (stopped.stdout or b"").decode()
    (folder / log).write_text(said)
    return said
