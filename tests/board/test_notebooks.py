"""The notebook on a board (the real pynq package over the verilated shell) and its twin on a PC, cell by cell."""

import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from eeg2fpga.implement.folder import DEVICE_TAG, DRIVER, NOTEBOOK
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from .test_pynq import CHECKS, PYTHONS, environment  # noqa: F401


def _kernel(root: Path, python: str, *arguments: str) -> None:
    """A kernel `here` in a folder that JUPYTER_PATH may name."""
    folder = root / "kernels" / "here"
    folder.mkdir(parents=True)
    command = [python, *arguments, "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "here", "language": "python"}))


def _execute(folder: Path) -> str:
    """Run the folder's notebook there, pictures inline; what it printed."""
    notebook = nbformat.read(folder / NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=300, kernel_name="here", resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 3, "EEG, scalp maps, decision over time"
    errors = [output.text for output in outputs if output.get("name") == "stderr"]
    assert not errors
    return "".join(output.text for output in outputs if output.get("name") == "stdout")


def _check(printed: str) -> None:
    assert "self-test 64 windows, scores as the golden model says" in printed
    steps = ("folder", "led", "identity", "loopback", "window", "batch", "self-test")
    assert re.findall(r"^(\d) ([a-z-]+) ", printed, re.M) == [(str(i), name) for i, name in enumerate(steps, 1)]
    assert "rest: " in printed and "task: " in printed
    assert "decisions, the same as of the whole recording" in printed
    assert "windows/s at 100 MHz" in printed


def test_notebook_on_a_pc(outputs, tmp_path, monkeypatch):
    """From a copy of the folder alone: nothing of this repository is on its path."""
    folder = tmp_path / "copied"
    shutil.copytree(outputs / "simulator", folder)
    _kernel(tmp_path, sys.executable, "-m", "ipykernel_launcher")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    printed = _execute(folder)
    _check(printed)
    assert "simulator at 100" in printed


def test_notebook_on_a_board(outputs, environment, tmp_path, monkeypatch):  # noqa: F811
    _kernel(tmp_path, str(PYTHONS["4.0"]), str(CHECKS / "kernel.py"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    printed = _execute(outputs / "pynq-z2")
    _check(printed)
    assert "pynq-z2 at 100" in printed


def test_the_twins_differ_in_one_cell(outputs):
    board, simulator = (json.loads((outputs / name / NOTEBOOK).read_text()) for name in ("pynq-z2", "simulator"))
    differing = [(a, b) for a, b in zip(board["cells"], simulator["cells"], strict=True) if a != b]
    ((first, second),) = differing
    assert first["metadata"]["tags"] == [DEVICE_TAG]
    assert 'EEGAccelerator(".")' in "".join(first["source"])
    assert 'EEGAccelerator(".", device="simulator")' in "".join(second["source"])


def test_the_committed_notebook_has_no_outputs():
    notebook = nbformat.read(DRIVER / NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_a_cell_that_fails_fails_the_test(outputs, tmp_path, monkeypatch):
    """The notebook stops where the folder is not what it was."""
    folder = tmp_path / "damaged"
    shutil.copytree(outputs / "simulator", folder)
    (folder / "selftest.npz").write_bytes(b"")
    _kernel(tmp_path, sys.executable, "-m", "ipykernel_launcher")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with pytest.raises(CellExecutionError, match=r"selftest\.npz is not the file that was built"):
        _execute(folder)
