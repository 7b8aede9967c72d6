"""The folder that goes to a board, or to a PC with a simulator in it: docs/board.md."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import mne
import numpy as np

import eeg2fpga.board
from eeg2fpga.board import registers
from eeg2fpga.board.manifest import ADDRESS_RANGE, BASE_ADDRESS, EXAMPLE, FORMAT, NAME, SELFTEST, file_hash, file_names
from eeg2fpga.compile.hls.zynq import FinnBuild
from eeg2fpga.compile.shell import shell_files
from eeg2fpga.errors import CheckError, UserError
from eeg2fpga.files import write_json
from eeg2fpga.implement.example import example_recording, selftest_windows
from eeg2fpga.verify.golden import GoldenModel
from eeg2fpga.verify.verdict import CHECKS, faults

DRIVER = Path(eeg2fpga.board.__file__).parent
DRIVER_NAME = "eeg2fpga_board"
NOTEBOOK = "eeg_inference.ipynb"
DEVICE_TAG = "device"
"""Of the notebook's cell that a PC needs otherwise."""
SIMULATOR_CELL = """\
from eeg2fpga_board import EEGAccelerator, bring_up

bring_up(".", device="simulator")  # step by step: a failure says where it is
accelerator = EEGAccelerator(".", device="simulator")  # checks the folder, runs the self-test"""
NEEDED = ("golden.npz", "network.json", *CHECKS, "qonnx/model.onnx", "rtl/files.f")
"""What of a build's outputs goes into the folder, and the checks that it passed."""


def build_hash(rtl: Path) -> str:
    """SHA-256, 64 hex digits, over names and bytes of the accelerator in `rtl` (compile.rtl.generate) and the shell.

    The first 32 digits are BUILD_HASH, as the parameter: `128'h{build_hash(rtl)[:32]}`.
    """
    accelerator = [rtl / name for name in (rtl / "files.f").read_text().split()]
    digest = hashlib.sha256()
    files = [*accelerator, *(rtl / "memory").iterdir(), *shell_files(accelerator)]
    for path in sorted(files, key=lambda path: path.name):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def write_folder(
    target: Path,
    outputs: Path,
    board: str,
    part: str,
    clock_mhz: float,
    toolchain: str,
    files: Mapping[str, Path],
    tools: dict | None = None,
    timing: dict | None = None,
    utilisation: dict | None = None,
    power_w: float | None = None,
) -> dict:
    """Write the folder of docs/board.md to `target`, replacing what was there, whole or not at all.

    Returns the manifest.

    outputs: builds/out/<build>, where the flow left golden.npz, network.json, verification.json, qonnx and rtl.
    files: key of file_names -> file to copy; `bit` and `hwh` for a board, `simulator` for a simulator. tools, timing,
    utilisation, power_w: manifest entries, JSON types only. Raises UserError if a part of the build is missing.
    """
    missing = [name for name in NEEDED if not (outputs / name).is_file()]
    if missing:
        raise UserError(f"{outputs} lacks {missing[0]}: run `make demo` or `make hardware` for that build first")
    found = faults(outputs)
    if found:
        raise CheckError(f"no folder of {outputs.name}, which is not what was trained: {found[0]}")
    network, verification = (json.loads((outputs / name).read_text()) for name in ("network.json", "verification.json"))
    with _replacing_folder(target) as folder:
        whole = build_hash(outputs / "rtl")
        names = file_names(whole[:32])
        for key, source in files.items():
            _copy(source, folder / names[key])
        _copy_driver(folder)
        _write_notebook(folder, "simulator" in files)
        _write_vectors(folder, outputs, network["input"])
        manifest = _manifest(folder, names, outputs, network, board, part, clock_mhz, toolchain) | {
            "register_map": [registers.MAJOR, registers.MINOR],
            "base_address": BASE_ADDRESS,
            "address_range": ADDRESS_RANGE,
            "build_hash": whole[:32],
            "cycles_per_window": verification["cycles_per_window"],
            "latency_cycles": verification["latency_cycles"],
            "decision_threshold": network["decision_threshold"],
            "tools": tools or {},
            "timing": timing or {},
            "utilisation": utilisation or {},
            "power_w": power_w,
        }
        manifest["hashes"]["rtl"] = whole
        write_json(folder / NAME, manifest)
    return manifest


def write_finn_folder(target: Path, outputs: Path, board: str, part: str, clock_mhz: float, made: FinnBuild) -> dict:
    """The folder with FINN's accelerator in it, whole or not at all; returns the manifest.

    The same files and keys as write_folder's, but for what is our shell's: FINN's accelerator has DMAs of its own,
    which the package finn-plus-driver drives with `finn_driver/settings.json`. It takes each electrode `copies` times.
    """
    network = json.loads((outputs / "network.json").read_text())
    names = file_names("")
    files = {names["bit"]: made.bit, names["hwh"]: made.hwh, "finn_driver": made.driver}
    with _replacing_folder(target) as folder:
        for name, source in files.items():
            _copy(source, folder / name)
        _write_vectors(folder, outputs, network["input"])
        manifest = _manifest(folder, names, outputs, network, board, part, clock_mhz, "finn") | {
            "copies": network["copies"],
            "tools": made.tools,
            "timing": made.timing,
            "utilisation": made.utilisation,
        }
        write_json(folder / NAME, manifest)
    return manifest


def _manifest(
    folder: Path,
    names: dict[str, str],
    outputs: Path,
    network: dict,
    board: str,
    part: str,
    clock_mhz: float,
    toolchain: str,
) -> dict:
    """What the manifest of either accelerator says; hashes of the files (key -> name) that lie in `folder`."""
    hashes = {"model": file_hash(outputs / "qonnx" / "model.onnx")}
    hashes |= {key: file_hash(folder / name) for key, name in names.items() if (folder / name).is_file()}
    return {
        "format": FORMAT,
        "build": outputs.name,
        "board": board,
        "part": part,
        "clock_mhz": clock_mhz,
        "toolchain": toolchain,
        "hashes": hashes,
        "input": network["input"] | {"montage": _montage(network["input"]["electrodes"])},
    }


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _copy_driver(folder: Path) -> None:
    (folder / DRIVER_NAME).mkdir()
    for path in sorted(DRIVER.glob("*.py")):
        shutil.copyfile(path, folder / DRIVER_NAME / path.name)


def _write_notebook(folder: Path, simulated: bool) -> None:
    """The notebook; beside a simulator, its twin, which differs in the cell that opens the device."""
    notebook = json.loads((DRIVER / NOTEBOOK).read_text())
    if simulated:
        (cell,) = (cell for cell in notebook["cells"] if DEVICE_TAG in cell["metadata"].get("tags", ()))
        cell["source"] = SIMULATOR_CELL
    write_json(folder / NOTEBOOK, notebook)


def _write_vectors(folder: Path, outputs: Path, about: dict) -> None:
    """example.npz and selftest.npz."""
    golden = GoldenModel.load(outputs / "golden.npz")
    example = example_recording(about)
    np.savez_compressed(
        folder / EXAMPLE,
        recording=example.data,
        baseline=example.baseline,
        electrodes=np.array(example.electrodes),
        sampling_rate=np.array(example.sampling_rate),
    )
    windows = selftest_windows(golden, about, example)
    scores, classes = golden.scores(windows), golden.predict(windows)
    np.savez_compressed(folder / SELFTEST, windows=windows, scores=scores, classes=classes)


def _montage(electrodes: list[str]) -> dict[str, list[float]]:
    """Places of electrodes on the head, metres, MNE's colin27_1005."""
    places = mne.channels.make_standard_montage("colin27_1005").get_positions()["ch_pos"]
    return {name: [round(float(value), 6) for value in places[name]] for name in electrodes}


@contextmanager
def _replacing_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `target`; it takes the place of `target` if the block succeeds, else it goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        old = temporary.with_name(temporary.name + ".old")
        if target.exists():
            target.rename(old)
        temporary.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
