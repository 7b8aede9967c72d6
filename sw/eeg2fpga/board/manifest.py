"""The folder that goes to a board: its file names, its manifest, and the checks of both (docs/board.md)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from . import registers, signals
from .errors import FolderError

FORMAT = 1
NAME = "manifest.json"
SELFTEST = "selftest.npz"
EXAMPLE = "example.npz"
BASE_ADDRESS = 0x43C00000
ADDRESS_RANGE = 0x1000

_KEYS = {
    "build": str,
    "board": str,
    "clock_mhz": (int, float),
    "register_map": list,
    "base_address": int,
    "address_range": int,
    "build_hash": str,
    "hashes": dict,
    "input": dict,
    "cycles_per_window": int,
    "latency_cycles": int,
    "decision_threshold": (int, type(None)),
}
_INPUT_KEYS = {
    "electrodes": list,
    "sampling_rate": (int, float),
    "window": int,
    "normalisation": str,
    "input_scale": float,
    "input_clip": float,
    "class_names": list,
}


def file_names(build_hash: str) -> dict[str, str]:
    """Key in the manifest's `hashes` -> file in the folder. build_hash: 32 hex digits, or none of them.

    Files for the FPGA are named by the build: pynq keeps what it loaded by name alone, and one build's reset would load
    another's bits.
    """
    stem = f"eeg2fpga_{build_hash[:12]}" if build_hash else "eeg2fpga"
    return {
        "bit": f"{stem}.bit",
        "hwh": f"{stem}.hwh",
        "simulator": "eeg2fpga.so",
        "selftest": SELFTEST,
        "example": EXAMPLE,
    }


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def read_manifest(folder: Path) -> dict:
    """The manifest of `folder`, checked, with the hashes of the files that are there.

    Raises FolderError for a folder that is none, a manifest of another format or register map, a key that is missing,
    and a file that is not the one that was built.
    """
    path = Path(folder) / NAME
    if not path.is_file():
        raise FolderError(f"no {NAME} in {folder}: name the folder that `make bitstream` or `make simulator` wrote")
    try:
        manifest = json.loads(path.read_text())
    except ValueError:
        raise FolderError(f"{path} is damaged: copy the folder again") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise FolderError(f"{path} is not of format {FORMAT}: use the eeg2fpga_board that lies beside it")
    _check_keys(manifest, _KEYS, path)
    _check_keys(manifest["input"], _INPUT_KEYS, path)
    _check_meaning(manifest, path)
    for key, name in file_names(manifest["build_hash"]).items():
        file = Path(folder) / name
        if file.is_file() and file_hash(file) != manifest["hashes"].get(key):
            raise FolderError(f"{file} is not the file that was built (its hash differs): copy the folder again")
    return manifest


def read_selftest(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows int8 (n, electrodes, samples), the golden model's scores (n, classes) and classes (n,), int64.

    Raises FolderError if the file is missing or damaged.
    """
    path = Path(folder) / SELFTEST
    try:
        with np.load(path, allow_pickle=False) as stored:
            return stored["windows"], stored["scores"], stored["classes"]
    except (OSError, ValueError, KeyError):
        raise FolderError(f"{path} is missing or damaged: copy the folder again") from None


def _check_keys(tree: dict, keys: dict, path: Path) -> None:
    for key, kind in keys.items():
        if not isinstance(tree.get(key), kind):
            raise FolderError(f"{path}: `{key}` is missing or of a wrong type: copy the folder again")


def _check_meaning(manifest: dict, path: Path) -> None:
    version = manifest["register_map"]
    if version[:1] != [registers.MAJOR] or len(version) != 2 or version[1] < registers.MINOR:
        raise FolderError(
            f"{path} has register map {'.'.join(map(str, version))}, this driver is for "
            f"{registers.MAJOR}.{registers.MINOR}: use the eeg2fpga_board that lies beside it"
        )
    given = manifest["input"]
    if given["normalisation"] not in signals.NORMALISATIONS:
        raise FolderError(f"{path}: unknown normalisation `{given['normalisation']}`: use a newer driver")
    # The driver's arithmetic is that of signals.py: a network trained with another scale needs another driver.
    if (given["input_clip"], given["input_scale"]) != (signals.CLIP, signals.SCALE):
        raise FolderError(f"{path}: input_clip or input_scale is not this driver's: use the eeg2fpga_board beside it")
    if given["normalisation"] == "fixed" and given.get("fixed_microvolt") != signals.FIXED_MICROVOLT:
        raise FolderError(f"{path}: fixed_microvolt is not this driver's: use the eeg2fpga_board beside it")
