"""Vivado's netlist after routing (write_verilog -mode funcsim), made ready for Verilator and the primitives' models."""

import re
from pathlib import Path

from eeg2fpga.errors import CheckError
from eeg2fpga.implement.project import TOP

_NAME = r"(\\\S+|\w+)"


def simulatable(netlist: Path, target: Path) -> str:
    """Write the netlist without what is Vivado's simulator's alone; return the hierarchical name of PS7 below TOP.

    That is: the module glbl, whose pulse at power-up the models do not need (they start with INIT), and time scales.
    Raises CheckError for a netlist without PS7, or a part of it encrypted.
    """
    text = netlist.read_text()
    if "`pragma protect" in text:
        raise CheckError(f"{netlist} is encrypted in part: it cannot be simulated here")
    text = re.sub(r"^`timescale.*$", "", text, flags=re.MULTILINE)
    target.write_text(f"`define GLBL\n{text}")
    return _path(text, "PS7")


def _path(text: str, kind: str) -> str:
    """Names of the instances on the way from TOP to the one of `kind`, escaped ones with the space that ends them."""
    modules = dict(re.findall(r"^module (\S+)(.*?)^endmodule", text, re.MULTILINE | re.DOTALL))
    names: list[str] = []
    while kind != TOP:
        instance = re.compile(rf"^  {re.escape(kind)}\s+(?:#\(.*?\)\s+)?{_NAME}\s+\(", re.MULTILINE | re.DOTALL)
        found = [(name, match[1]) for name, body in modules.items() for match in instance.finditer(body)]
        if len(found) != 1:
            raise CheckError(f"the netlist after routing has {len(found)} instances of {kind}, not one")
        kind, name = found[0]
        names.insert(0, f"{name} " if name.startswith("\\") else name)
    return ".".join(names)
