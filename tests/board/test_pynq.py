"""The driver with the real pynq packages, in the environments that have them, over the verilated shell."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from eeg2fpga.locations import REPOSITORY

from .conftest import OTHER, SIMULATOR

CHECKS = Path(__file__).parent / "on_pynq"
PYTHONS = {
    version: REPOSITORY / f".venv-pynq{suffix}" / "bin" / "python" for version, suffix in (("3.1", "31"), ("4.0", ""))
}
"""3.1 is in the last image for PYNQ-Z1 and Z2; 4.0 dropped them."""


@pytest.fixture
def environment(outputs: Path) -> dict[str, str]:
    """Of a process that has a board, and two builds to load."""
    library = str(outputs / "simulator" / SIMULATOR)
    return os.environ | {
        "EEG2FPGA_FOLDER": str(outputs / "pynq-z2"),
        "EEG2FPGA_OTHER": str(outputs / OTHER),
        "EEG2FPGA_SHELLS": json.dumps(
            {str(outputs / "pynq-z2"): library, str(outputs / OTHER): str(outputs / "other.so")}
        ),
        "EEG2FPGA_VECTORS": str(outputs / "vectors.npz"),
        "PYTHONPATH": str(CHECKS),
    }


@pytest.fixture(params=PYTHONS)
def python(request) -> Path:
    """Of an environment with pynq."""
    assert PYTHONS[request.param].exists(), f"no {PYTHONS[request.param].parent.parent.name}: run `make setup`"
    return PYTHONS[request.param]


def test_checks_on_pynq(python, environment, vectors):
    """on_pynq/checks.py: each is a test of its own there; all must pass, none may be left out."""
    version = subprocess.run([python, "-c", "import pynq; print(pynq.__version__)"], capture_output=True, text=True)
    assert version.stdout.startswith("3.1" if python == PYTHONS["3.1"] else "4.0")
    where = ["--rootdir", str(CHECKS), "--confcutdir", str(CHECKS), "-c", os.devnull]
    command = [str(python), "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *where, str(CHECKS / "checks.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    print(f"{vectors['source']}: {re.findall('^.*windows .*$', done.stdout, re.M)}")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"^[\d]+ passed", done.stdout, re.M)
    assert not re.search(r"\d (skipped|deselected|xfailed)", done.stdout)
