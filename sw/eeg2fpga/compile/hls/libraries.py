"""What FINN's C simulation needs and this repository has not: FINN's C++ library and the ap_int headers."""

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import finn.interface
import yaml

from eeg2fpga.errors import UserError

FINN_HLSLIB = "EEG2FPGA_FINN_HLSLIB"
"""Environment variable: a check-out of Xilinx/finn-hlslib."""
AP_TYPES = "EEG2FPGA_AP_TYPES"
"""Environment variable: the include folder of Xilinx/HLS_arbitrary_Precision_Types, or of Vitis HLS."""


@dataclass(frozen=True)
class Libraries:
    """Include folders. `complete`: ap_types is Vitis HLS's own, with streams and vectors."""

    finn_hlslib: Path
    ap_types: Path
    complete: bool


def find_libraries() -> Libraries | None:
    """What the environment names; None where it names neither.

    Raises UserError where it names only one, or a folder that has not what it must.
    """
    given = {name: os.environ[name] for name in (FINN_HLSLIB, AP_TYPES) if os.environ.get(name)}
    if not given:
        return None
    if len(given) == 1:
        (missing,) = {FINN_HLSLIB, AP_TYPES} - set(given)
        raise UserError(f"{missing} is not set: FINN's C simulation needs both (docs/hls.md)")
    library, ap_types = (Path(given[name]).absolute() for name in (FINN_HLSLIB, AP_TYPES))
    _demand(library / "bnn-library.h", FINN_HLSLIB, "a check-out of Xilinx/finn-hlslib")
    _demand(ap_types / "ap_int.h", AP_TYPES, "the include folder of Xilinx/HLS_arbitrary_Precision_Types")
    flatten = library / "flatten.hpp"
    if not (library / "dup.hpp").is_file() or not flatten.is_file() or "unflatten" not in flatten.read_text():
        raise UserError(f"{library} is older than FINN's layers: check out {pinned_commit()} there")
    return Libraries(library, ap_types, (ap_types / "hls_stream.h").is_file())


def pinned_commit() -> str:
    """The commit of finn-hlslib that the installed FINN is made for."""
    pins = yaml.safe_load((files(finn.interface) / "external_dependencies.yaml").read_text())
    return pins["git_deps"]["finn-hlslib"]["commit"]


def _demand(header: Path, variable: str, what: str) -> None:
    if not header.is_file():
        raise UserError(f"{variable}: no {header.name} in {header.parent}: name {what}")
