"""FINN's Zynq build of its folded layers: its own command, where Vitis HLS and Vivado are installed.

`finn build` sizes the FIFOs in Vivado's simulator, synthesises every layer with Vitis HLS, puts DMAs around them and
runs Vivado. On its first run it fetches what it needs (its C++ library, board files) into FINN_DEPS.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml

from eeg2fpga.compile import finn_environment
from eeg2fpga.errors import CheckError, UserError
from eeg2fpga.files import write_text
from eeg2fpga.locations import OUTPUTS

BOARDS = {"pynq-z1": "Pynq-Z1", "pynq-z2": "Pynq-Z2"}
"""FINN's names of the boards that it can build for."""
STEPS = ("step_generate_hardware", "step_synthesize_bitfile", "step_make_driver", "step_deployment_package")
"""Of FINN's builder, from folded layers on."""
PRODUCTS = ("bitfile", "pynq_driver", "deployment_package")


@dataclass(frozen=True)
class FinnBuild:
    """What FINN's build left: files, and results as the manifest has them."""

    bit: Path
    hwh: Path
    driver: Path
    """Folder with FINN's settings.json, which the package finn-plus-driver reads on the board."""
    tools: dict[str, str]
    timing: dict[str, float | bool]
    utilisation: dict[str, int]


def finn_board(name: str) -> str:
    """FINN's name of a board. Raises UserError for one that it has not."""
    if name not in BOARDS:
        raise UserError(f"FINN has no board `{name}`: pick one of {', '.join(BOARDS)}, or `backend: rtl`")
    return BOARDS[name]


def missing_tools() -> list[str]:
    """What of AMD's tools FINN's build would not find, a phrase each."""
    missing = []
    if not any(shutil.which(name) for name in ("vitis_hls", "vitis-run")):
        missing.append("Vitis HLS (`vitis_hls` or `vitis-run` on PATH)")
    if not shutil.which("vivado"):
        missing.append("Vivado (`vivado` on PATH)")
    if not os.environ.get("XILINX_VIVADO"):
        missing.append("XILINX_VIVADO (source Vivado's settings64.sh)")
    return missing


def write_build(folder: Path, board: str, clock_mhz: float, windows_per_second: float) -> Path:
    """Write FINN's DataflowBuildConfig for the board to `folder`/<board>.yaml and return its path.

    Folding is done: the rate is what FINN's reports compare with. Raises UserError for a board that FINN has not.
    """
    settings = {
        "output_dir": board,
        "board": finn_board(board),
        "shell_flow_type": "vivado_zynq",
        "synth_clk_period_ns": 1000 / clock_mhz,
        "target_fps": int(windows_per_second),
        "generate_outputs": list(PRODUCTS),
        "steps": list(STEPS),
    }
    path = folder / f"{board}.yaml"
    write_text(path, yaml.safe_dump(settings, sort_keys=False))
    return path


def command(model: Path, build: Path) -> list[str]:
    """The call of FINN: folded layers (hardware.onnx) and what write_build wrote."""
    dependencies = os.environ.get("FINN_DEPS", "")
    if not dependencies or Path(dependencies) == finn_environment.ensure() / "deps":
        dependencies = str(OUTPUTS / "cache" / "finn_deps")
    finn = [str(Path(sys.executable).with_name("finn")), "build", "--batch", "--dependency-path", dependencies]
    return [*finn, "--build-path", str(build.parent / "work"), str(build), str(model)]


def run_build(model: Path, build: Path) -> FinnBuild:
    """Run FINN (hours). Raises CheckError where it gives no bit file, or one that misses the clock."""
    results = build.with_suffix("")
    shutil.rmtree(results, ignore_errors=True)
    # Of this process, which runs single transformations of FINN's; the command has settings and workers of its own.
    private = ("FINN_BUILD_DIR", "FINN_DEPS", "NUM_DEFAULT_WORKERS")
    environment = {name: value for name, value in os.environ.items() if name not in private}
    environment["FINN_SETTINGS"] = str(build.parent / "settings.yaml")
    log = build.with_suffix(".log")
    with log.open("w") as said:
        subprocess.run(command(model, build), env=environment, stdout=said, stderr=subprocess.STDOUT)
    return read_build(results, log)


def read_build(results: Path, log: Path) -> FinnBuild:
    """What lies in FINN's output folder. Raises CheckError as run_build does; FINN ends with 0 when it failed."""
    report = results / "report"
    files = {
        "bit file": results / "bitfile" / "finn-accel.bit",
        "hardware handoff": results / "bitfile" / "finn-accel.hwh",
        "driver settings": results / "driver" / "settings.json",
        "timing report": report / "post_route_timing.rpt",
        "resource report": report / "post_synth_resources.json",
    }
    lacking = [name for name, path in files.items() if not path.is_file() or not path.stat().st_size]
    if lacking:
        raise CheckError(f"FINN's build gave no {lacking[0]}: see {log} and {results / 'build_dataflow.log'}")
    slack = worst_slack(files["timing report"].read_text())
    if slack < 0:
        raise CheckError(
            f"timing missed: setup slack {slack} ns: lower hardware.clock_mhz (see {files['timing report']})"
        )
    resources = json.loads(files["resource report"].read_text())["(top)"]
    return FinnBuild(
        files["bit file"],
        files["hardware handoff"],
        files["driver settings"].parent,
        {"finn-plus": version("finn-plus"), "vivado": Path(os.environ.get("XILINX_VIVADO", "unknown")).name},
        {"met": True, "worst_slack_ns": slack},
        {
            "lut": resources["LUT"],
            "ff": resources["FF"],
            "bram18": resources["BRAM_18K"] + 2 * resources["BRAM_36K"],
            "dsp": resources["DSP"],
        },
    )


def worst_slack(report: str) -> float:
    """WNS, ns, of Vivado's timing summary: the first number below the heading that begins with WNS(ns).

    Raises CheckError where there is none: such a design has no constrained path, or the report is none.
    """
    found = re.search(r"^\s*WNS\(ns\).*\n[\s-]*\n\s*(-?\d+\.\d+)", report, re.MULTILINE)
    if found is None:
        raise CheckError("Vivado's timing report has no WNS: the clock was not constrained")
    return float(found[1])
