"""Delays of 7-series primitives, speed grade -1, slow corner, in ns.

Source: Project X-Ray's timing database of zynq7 (f4pga/prjxray-db, zynq7/timings/slicel.sdf, slicem.sdf,
carry4_slicel.sdf, BRAM_L.sdf, PSS2.sdf; CC0), the last figure of each entry. Of figures that differ by pin or by site
the worst is taken. Its block RAM figures are those of AMD's DS187 (Zynq-7000 data sheet), table 'Block RAM and FIFO
switching characteristics', -1: T_RCKO_DO 2.46, T_RCKO_DO_REG 0.89.
"""

from dataclasses import dataclass, field
from functools import cache

from eeg2fpga.implement.timing.netlist import Cell

LUT = 0.124
"""LUT6, A1..A6 to O6."""
LUT5 = 0.157
"""The upper half of a pair, A1..A5 to O5."""
OUTPUT_MUX = 0.206
"""From the lower output of a pair, and of LUTRAM of several bits, to the slice's second output (AMUX)."""
FF_CLOCK_TO_Q = 0.34
FF_DATA = 0.04
"""Set-up of D, -0.045, after the LUT of the same site, 0.085."""
FF_DATA_ROUTED = 0.17
"""Set-up of D through the slice's bypass input (AX), 0.217."""
FF_ENABLE = 0.295
"""Set-up of CE, 0.109, after the slice's own wire, 0.186."""
FF_RESET = 0.502
"""Set-up of R and S: recovery of SR, 0.404, after the slice's own wire, 0.098."""
_FF_PINS = {"D": FF_DATA, "CE": FF_ENABLE, "R": FF_RESET, "S": FF_RESET, "CLR": FF_RESET, "PRE": FF_RESET}

RAM_CLOCK_TO_OUT = 1.19
RAM_PINS = {"WE": 0.654, "ADDR": 0.633, "A": 0.633, "D": 0.461}
"""Of distributed RAM by the beginning of the pin: write enable, write address, data."""
SHIFT_CLOCK_TO_OUT = 1.481
SHIFT_PINS = {"CE": 0.638, "D": 0.178}

_BLOCK_RAM_CLOCK_TO_OUT = 2.454
_BLOCK_RAM_REGISTER_TO_OUT = 0.882
_BLOCK_RAM_PINS = {"ADDR": 0.566, "EN": 0.443, "WE": 0.532, "REGCE": 0.36, "RSTREG": 0.342, "RSTRAM": 0.359}
_BLOCK_RAM_DATA = {"READ_FIRST": 0.241, "WRITE_FIRST": 0.737, "NO_CHANGE": 0.737}

_PS7_CLOCK_TO_OUT = 1.508
"""The slowest of HP0's and M_GP0's outputs (S_AXI_HP0_RDATA)."""
_PS7_SETUP = 1.038
"""The largest of HP0's and M_GP0's inputs (S_AXI_HP0_RREADY)."""

MUX7_DATA, MUX7_SELECT = 0.225, 0.314
_MUX8_DATA, _MUX8_SELECT = 0.098, 0.283

# Rows: outputs of a CARRY4 (O0..O3, CO0..CO3); None where there is no path.
_CARRY_S = (
    (0.223, 0.400, 0.523, 0.582, 0.340, 0.433, 0.512, 0.508),
    (None, 0.205, 0.558, 0.618, None, 0.469, 0.548, 0.528),
    (None, None, 0.226, 0.330, None, None, 0.292, 0.376),
    (None, None, None, 0.227, None, None, None, 0.380),
)
# Through O5 of the site's LUT, which place and route puts there.
_CARRY_DI = (
    (None, 0.337, 0.486, 0.545, 0.329, 0.396, 0.474, 0.456),
    (None, None, 0.471, 0.532, None, 0.376, 0.459, 0.443),
    (None, None, None, 0.372, None, None, 0.289, 0.324),
    (None, None, None, None, None, None, None, 0.327),
)
_CARRY_IN = (0.222, 0.334, 0.239, 0.313, 0.271, 0.157, 0.228, 0.114)
_CARRY_INIT = (0.482, 0.598, 0.584, 0.642, 0.536, 0.494, 0.592, 0.580)

Pin = tuple[str, int]
"""A port and the place in it."""


@dataclass(frozen=True)
class Arc:
    """From an input to an output of a cell within the same cycle."""

    source: Pin
    target: Pin
    ns: float
    level: int
    """LUT levels: 1 for a LUT and for going into a carry chain, else 0."""


@dataclass(frozen=True)
class CellDelays:
    """What a cell does to time."""

    launch: dict[str, float] = field(default_factory=dict)
    """Clock to output, by output port."""
    arcs: tuple[Arc, ...] = ()
    setup: dict[str, float] = field(default_factory=dict)
    """By input port."""


def delays(cell: Cell) -> CellDelays:
    """Of a cell. A type that is not known is a box: paths begin at its outputs and end at its inputs, at no cost."""
    kind = cell.kind
    if kind.startswith("LUT"):
        return _lut(kind, tuple(cell.pins("input")), tuple(cell.outputs))
    if kind == "CARRY4":
        return _carry(tuple(cell.pins("input")), tuple(cell.pins("output")))
    if kind.startswith("FD"):
        return CellDelays({"Q": FF_CLOCK_TO_Q}, setup=_FF_PINS)
    if kind.startswith("RAMB"):
        return _block_ram(cell)
    if kind.startswith("RAM"):
        return _memory(cell, RAM_CLOCK_TO_OUT, RAM_PINS)
    if kind.startswith("SRL"):
        return _memory(cell, SHIFT_CLOCK_TO_OUT, SHIFT_PINS)
    if kind in ("MUXF7", "MUXF8"):
        data, select = (MUX7_DATA, MUX7_SELECT) if kind == "MUXF7" else (_MUX8_DATA, _MUX8_SELECT)
        by_port = {"I0": data, "I1": data, "S": select}
        return CellDelays(arcs=tuple(Arc((port, 0), ("O", 0), ns, 0) for port, ns in by_port.items()))
    if kind == "INV":
        # Place and route makes it a LUT where nothing takes it in.
        return CellDelays(arcs=(Arc(("I", 0), ("O", 0), LUT, 0),))
    if kind.startswith("PS7"):
        return CellDelays(dict.fromkeys(cell.outputs, _PS7_CLOCK_TO_OUT), setup=dict.fromkeys(cell.inputs, _PS7_SETUP))
    return CellDelays(dict.fromkeys(cell.outputs, 0.0), setup=dict.fromkeys(cell.inputs, 0.0))


def registered_output(cell: Cell, port: str) -> bool:
    """Whether a block RAM's output comes from its output register (UG473, DO_REG)."""
    side = "A" if port.startswith(("DOADO", "DOPADOP")) else "B"
    sides = "AB" if cell.parameters.get("RAM_MODE") == "SDP" else side
    return all(cell.number(f"DO{name}_REG") == 1 for name in sides)


@cache
def _lut(kind: str, inputs: tuple[Pin, ...], outputs: tuple[str, ...]) -> CellDelays:
    delay = {"O": LUT, "O6": LUT, "O5": LUT5 + OUTPUT_MUX}
    return CellDelays(arcs=tuple(Arc(pin, (out, 0), delay[out], 1) for pin in inputs for out in outputs))


@cache
def _carry(inputs: tuple[Pin, ...], outputs: tuple[Pin, ...]) -> CellDelays:
    arcs = []
    for port, place in inputs:
        for name, index in outputs:
            ns = carry_delay(port, place, name, index)
            if ns is not None:
                arcs.append(Arc((port, place), (name, index), ns, 0 if port == "CI" else 1))
    return CellDelays(arcs=tuple(arcs))


def carry_delay(port: str, place: int, output: str, index: int) -> float | None:
    """Of a CARRY4, from S, DI, CI or CYINIT to O or CO; None where there is no path."""
    by_output = {"S": _CARRY_S, "DI": _CARRY_DI, "CI": (_CARRY_IN,), "CYINIT": (_CARRY_INIT,)}[port][place]
    return by_output[index + (4 if output == "CO" else 0)]


def _memory(cell: Cell, clock_to_out: float, pins: dict[str, float]) -> CellDelays:
    """LUTs as memory: a read depends on the address of its port within the cycle."""
    arcs = []
    for port, place in cell.pins("input"):
        if port.startswith(("A", "DPRA")):
            arcs += [
                Arc((port, place), out, LUT5 + OUTPUT_MUX, 1)
                for out in cell.pins("output")
                if _reads(cell.kind, port, out[0])
            ]
    setup = {}
    for port in cell.inputs:
        if not port.startswith(("DPRA", "WCLK", "CLK")):
            known = [ns for beginning, ns in pins.items() if port.startswith(beginning)]
            # The address of a shift register is no input of a clocked part.
            setup |= {port: known[0]} if known else {}
    return CellDelays(dict.fromkeys(cell.outputs, clock_to_out), tuple(arcs), setup)


def _reads(kind: str, address: str, output: str) -> bool:
    """Whether an output of distributed RAM is read at this address."""
    if kind.endswith("M"):
        return address[-1] == output[-1]
    if kind.endswith("D"):
        return address.startswith("DPRA") == (output == "DPO")
    return output not in ("Q15", "Q31")


def _block_ram(cell: Cell) -> CellDelays:
    launch = {
        port: _BLOCK_RAM_REGISTER_TO_OUT if registered_output(cell, port) else _BLOCK_RAM_CLOCK_TO_OUT
        for port in cell.outputs
    }
    setup = {}
    for port in cell.inputs:
        if port.startswith("DI"):
            setup[port] = _BLOCK_RAM_DATA.get(
                str(cell.parameters.get(f"WRITE_MODE_{'B' if 'B' in port else 'A'}")), 0.737
            )
        for beginning, ns in _BLOCK_RAM_PINS.items():
            if port.startswith(beginning):
                setup[port] = ns
    return CellDelays(launch, setup=setup)
