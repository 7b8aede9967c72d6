"""Yosys and ABC of the package `pyosys`: native, twice as fast as the build's WebAssembly, of the same version."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from eeg2fpga.errors import UserError

_RUN = "from pyosys import libyosys; libyosys.run_pass('script commands.ys', libyosys.Design())"


def run_native_yosys(script: str, folder: Path) -> None:
    """Run Yosys on files of `folder`; yosys.log there. Raises RuntimeError with its message when it fails."""
    _package()
    (folder / "commands.ys").write_text(script.replace("; ", "\n") + "\n")
    done = subprocess.run([sys.executable, "-c", _RUN], cwd=folder, capture_output=True, text=True)
    (folder / "yosys.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise RuntimeError(f"yosys failed:\n{(done.stdout + done.stderr)[-4000:]}")


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
