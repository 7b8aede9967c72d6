"""kernel.cpp as a library, compiled when first needed."""

import ctypes
import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

from eeg2fpga.errors import UserError
from eeg2fpga.files import replacing
from eeg2fpga.locations import OUTPUTS

SOURCE = Path(__file__).with_name("kernel.cpp")
_INT, _LONG, _ARRAY = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p


@cache
def kernel() -> ctypes.CDLL:
    """The library. Raises UserError without g++, RuntimeError with its message when it fails."""
    path = OUTPUTS / "cache" / f"schedule_{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}.so"
    if not path.exists():
        _compile(path)
    library = ctypes.CDLL(str(path))
    library.graph_new.restype = _ARRAY
    library.graph_new.argtypes = [_INT, _INT]
    library.graph_delete.argtypes = [_ARRAY]
    library.set_process.argtypes = [_ARRAY, _INT, _LONG, _LONG, *[_ARRAY] * 3, _INT, _LONG, *[_INT] * 4]
    library.set_channel.argtypes = [_ARRAY, _INT, _LONG, *[_INT] * 3]
    library.run.argtypes = [_ARRAY, _ARRAY, _INT, _INT, _INT, *[_ARRAY] * 4]
    return library


def _compile(path: Path) -> None:
    if shutil.which("g++") is None:
        raise UserError("no g++ on PATH, which the FIFO depths are computed with: install it (Debian: apt install g++)")
    with replacing(path) as temporary:
        command = ["g++", "-shared", "-fPIC", "-O2", "-std=c++17", str(SOURCE), "-o", str(temporary)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"g++ failed:\n{done.stderr[-4000:]}")
