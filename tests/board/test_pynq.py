"""The driver with the real pynq package, in the environment that has it, over the verilated shell."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from eeg2fpga.board.manifest import HASHED
from eeg2fpga.locations import REPOSITORY

CHECKS = Path(__file__).parent / "on_pynq"
PYTHON = REPOSITORY / ".venv-pynq" / "bin" / "python"


@pytest.fixture
def environment(outputs: Path) -> dict[str, str]:
    """Of a process that has a board."""
    assert PYTHON.exists(), "no .venv-pynq: run `make setup`"
    return os.environ | {
        "EEG2FPGA_FOLDER": str(outputs / "pynq-z2"),
        "EEG2FPGA_SHELL": str(outputs / "simulator" / HASHED["simulator"]),
        "EEG2FPGA_VECTORS": str(outputs / "vectors.npz"),
        "PYTHONPATH": str(CHECKS),
    }


def test_checks_on_pynq(environment, vectors):
    """on_pynq/checks.py: each is a test of its own there; all must pass, none may be left out."""
    where = ["--rootdir", str(CHECKS), "--confcutdir", str(CHECKS), "-c", os.devnull]
    command = [str(PYTHON), "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *where, str(CHECKS / "checks.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    print(f"{vectors['source']}: {re.findall('^.*windows .*$', done.stdout, re.M)}")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"^[\d]+ passed", done.stdout, re.M)
    assert not re.search(r"\d (skipped|deselected|xfailed)", done.stdout)
