"""Vivado's netlist after routing (write_verilog -mode funcsim), driven as Yosys' is: same models, same driver."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.errors import CheckError
from eeg2fpga.implement.project import TOP, Project
from eeg2fpga.implement.vivado import NETLIST
from eeg2fpga.implement.whole import Whole
from eeg2fpga.implement.whole_check import check_whole
from eeg2fpga.locations import HARDWARE

SIMULATED = "routed_simulated.v"

MODEL = HARDWARE / "models" / "ps7" / "ps7.sv"
PAD = "module BIBUF (inout wire IO, inout wire PAD); endmodule"
_NAME = r"(?:\\\S+|\w+)"
_PS7 = re.compile(rf"^(  PS7\s+(?:#\(.*?\)\s+)?{_NAME}\s+)\((\..*?)\);$", re.MULTILINE | re.DOTALL)


def check_routed(project: Project, whole: Whole, outputs: Path, windows: NDArray[np.int8]) -> dict:
    """What check_whole finds of the netlist that Vivado wrote after routing. Raises CheckError as that does."""
    simulated = project.folder / SIMULATED
    simulatable(project.folder / NETLIST, simulated)
    try:
        return check_whole(project, replace(whole, verilog=simulated), outputs, windows)
    except CheckError as error:
        raise CheckError(f"after Vivado: {error}") from None


def simulatable(netlist: Path, target: Path) -> None:
    """Write the netlist, without what is Vivado's simulator's alone, and where in it PS7 is (macro PS7, processor.sv).

    Left out are the module glbl, whose pulse at power-up the models do not need (they start with INIT), time scales,
    ports of PS7 that its model has not (to the processor's pins, and unused interfaces), and the pads
    of its pins. Raises CheckError for a netlist without PS7, or a part of it encrypted.
    """
    text = netlist.read_text()
    if "`pragma protect" in text:
        raise CheckError(f"{netlist} is encrypted in part: it cannot be simulated here")
    text = re.sub(r"^`timescale.*$", "", text, flags=re.MULTILINE)
    processor = f"`define PS7 design_under_test.{_path(text, 'PS7')}"
    target.write_text(f"`define GLBL\n{processor}\n{PAD}\n{_PS7.sub(_known_ports, text)}")


def _known_ports(instance: re.Match) -> str:
    ports = set(re.findall(r"^    (?:in|out)put wire (?:\[\d+:0\] )?(\w+)", MODEL.read_text(), re.MULTILINE))
    given = re.findall(r"\.(\w+)\((.*?)\)(?=,\s+\.|\s*$)", instance[2], re.DOTALL)
    kept = ",\n        ".join(f".{port}({net})" for port, net in given if port in ports)
    return f"{instance[1]}({kept});"


def _path(text: str, kind: str) -> str:
    """Names of the instances on the way from TOP to the one of `kind`, escaped ones with the space that ends them."""
    modules = dict(re.findall(r"^module (\S+)(.*?)^endmodule", text, re.MULTILINE | re.DOTALL))
    names: list[str] = []
    while kind != TOP:
        instance = re.compile(rf"^  {re.escape(kind)}\s+(?:#\(.*?\)\s+)?({_NAME})\s+\(", re.MULTILINE | re.DOTALL)
        found = [(name, match[1]) for name, body in modules.items() for match in instance.finditer(body)]
        if len(found) != 1:
            raise CheckError(f"the netlist after routing has {len(found)} instances of {kind}, not one")
        kind, name = found[0]
        names.insert(0, f"{name} " if name.startswith("\\") else name)
    return ".".join(names)
