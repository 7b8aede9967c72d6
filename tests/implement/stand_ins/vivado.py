"""`vivado`, run by a real Tcl interpreter over vivado.tcl: Python's own, else tclsh.

A bit file is that of the environment's BIT, or one that is made for the USR_ACCESS that the script sets. The netlist
after routing is Yosys' of the same design in Vivado's form; of FAULT "another netlist" one with another LUT.
"""

import os
import re
import shutil
import sys
from pathlib import Path

from tests.bitfiles import bitfile, configuration
from tests.vivado_netlist import vivado_netlist

COMMANDS = Path(__file__).with_name("vivado.tcl")
NO_TCL = "no Tcl interpreter: install Python's tkinter or tclsh (Debian: apt install python3-tk, or tcl)"


def main(arguments: list[str]) -> int:
    if arguments == ["-version"]:
        print(f"vivado v{os.environ.get('VERSION', '2024.1')} (64-bit)")
        return 0
    assert arguments[:2] == ["-mode", "batch"], arguments
    source = Path("netlist.json")
    if source.is_file() and source.stat().st_size > 10:
        Path("yosys_routed.v").write_text(altered(vivado_netlist(source)))
    asked = Path("bitstream.txt")
    asked.unlink(missing_ok=True)
    code = run(arguments[arguments.index("-source") + 1])
    if asked.is_file():
        name, access = asked.read_text().split()
        given = os.environ.get("BIT")
        content = Path(given).read_bytes() if given else bitfile(configuration("vivado", int(access, 16)))
        Path(name).write_bytes(content)
    return code


def altered(text: str) -> str:
    if os.environ.get("FAULT") != "another netlist":
        return text
    lut = next(re.finditer(r"  LUT6 #\(\n    \.INIT\(64'h([0-9a-f]+)\)\) \n    \\\S*u_classifier", text))
    return text[: lut.start(1)] + f"{int(lut[1], 16) ^ (1 << 64) - 1:x}" + text[lut.end(1) :]


def run(script: str) -> int:
    try:
        import tkinter
    except ImportError:
        return with_tclsh(script)
    interpreter = tkinter.Tcl()
    try:
        interpreter.eval(f"source {{{COMMANDS}}}; source {{{script}}}")
    except tkinter.TclError as error:
        print(error)
        return 1
    return 0


def with_tclsh(script: str) -> int:
    tclsh = shutil.which("tclsh")
    if tclsh is None:
        print(f"ERROR: {NO_TCL}")
        return 1
    Path("run.tcl").write_text(f"source {{{COMMANDS}}}\nsource {{{script}}}\n")
    return os.spawnv(os.P_WAIT, tclsh, [tclsh, "run.tcl"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
