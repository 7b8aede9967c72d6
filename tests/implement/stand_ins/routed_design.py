"""What nextpnr-xilinx' --write and --sdf write of a design: a block RAM, a LUT and a register, two wires between."""

import json
from pathlib import Path

CELLS_NS = 2.454 + 0.124 + 0.04
"""Clock to out of the block RAM, LUT, set-up of the register behind it: of prjxray-db, none of them in nextpnr."""
NAMES = {"ram": "zynq.u_ram.$auto$memory[0]", "lut": "$abc$1\\lut:2", "ff": "zynq.u_ff"}


def write_routed(netlist: Path, sdf: Path, period_ns: float) -> None:
    """Write a design whose longest path takes `period_ns`."""
    first = 1.25
    wires = {"lut/A3": first, "ff/D": period_ns - CELLS_NS - first}
    netlist.write_text(json.dumps({"creator": "stand-in", "modules": {"eeg2fpga_top": _module()}}))
    lines = [
        f"        (INTERCONNECT {escaped(source)} {escaped(sink)} {_delay(ns)} {_delay(ns)})"
        for source, sink, ns in (
            (f"{NAMES['ram']}/DOADO3", f"{NAMES['lut']}/A3", wires["lut/A3"]),
            (f"{NAMES['lut']}/O6", f"{NAMES['ff']}/D", wires["ff/D"]),
            ("clock/O", f"{NAMES['ff']}/CK", 0.7),
            ("clock/O", f"{NAMES['ram']}/CLKARDCLK", 0.7),
        )
    ]
    head = ["(DELAYFILE", '  (SDFVERSION "3.0")', '  (DESIGN "eeg2fpga_top")', '  (VENDOR "nextpnr")']
    head += ['  (PROGRAM "nextpnr")', "  (DIVIDER /)", "  (TIMESCALE 1ps)", "  (CELL", '    (CELLTYPE "eeg2fpga_top")']
    head += ["    (INSTANCE )", "    (DELAY", "      (ABSOLUTE"]
    # Of cells it writes what it knows of them: nothing of a block RAM.
    tail = ["      )", "    )", "  )", "  (CELL", '    (CELLTYPE "RAMB18E1_RAMB18E1")']
    tail += [f"    (INSTANCE {escaped(NAMES['ram'])})", "    )", ")", ""]
    sdf.write_text("\n".join([*head, *lines, *tail]))


def escaped(name: str) -> str:
    """As SDFWriter::escape_name of nextpnr (common/sdf.cc)."""
    return "".join(f"\\{letter}" if letter in "$\\[]:" else letter for letter in name)


def _delay(ns: float) -> str:
    # Minimum, typical, maximum: ps.
    return f"({800 * ns:g}:{900 * ns:g}:{1000 * ns:.6g})"


def _module() -> dict:
    """As packed: a port a pin, without brackets; numbers of nets that nothing drives where nothing is connected."""
    ram = {"DOADO3": "output", "CLKARDCLK": "input", "ADDRARDADDR0": "input"}
    cells = {
        NAMES["ram"]: _cell("RAMB18E1_RAMB18E1", ram, [10, 1, 900], {"DOA_REG": "0" * 32, "RAM_MODE": "TDP"}),
        NAMES["lut"]: _cell("SLICE_LUTX", {"A3": "input", "O6": "output"}, [10, 11]),
        NAMES["ff"]: _cell("SLICE_FFX", {"D": "input", "CK": "input", "Q": "output"}, [11, 1, 12]),
        "clock": _cell("BUFGCTRL", {"I0": "input", "O": "output"}, [901, 1]),
    }
    return {"ports": {}, "cells": cells, "netnames": {"zynq.clk": {"bits": [1]}}}


def _cell(kind: str, ways: dict[str, str], nets: list[int], parameters: dict | None = None) -> dict:
    return {
        "type": kind,
        "parameters": parameters or {},
        "attributes": {"NEXTPNR_BEL": "SLICE_X1Y1/A6LUT"},
        "port_directions": ways,
        "connections": {port: [net] for port, net in zip(ways, nets, strict=True)},
    }
