"""ABC of the package `pyosys`."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from eeg2fpga.errors import UserError


def run_abc(commands: str, folder: Path, log: str, seconds: float) -> str:
    """Run ABC; what it prints, also kept in `log`, cut short after `seconds`."""
    try:
        done = subprocess.run(
            [_package() / "yosys-abc", "-c", commands], cwd=folder, capture_output=True, text=True, timeout=seconds
        )
        said = done.stdout + done.stderr
    except subprocess.TimeoutExpired as stopped:
        said = (stopped.stdout or b"").decode()
    (folder / log).write_text(said)
    return said


def _package() -> Path:
    spec = find_spec("pyosys")
    if spec is None or spec.origin is None:
        raise UserError("the Python package `pyosys` is not installed: run `make setup`")
    return Path(spec.origin).parent
