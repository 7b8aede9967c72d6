"""Delays of the cells that nextpnr-xilinx packs primitives into (its pack.cc, pack_dram.cc, pack_carry_xc7.cc)."""

import re

from eeg2fpga.implement.timing.delays import (
    FF_CLOCK_TO_Q,
    FF_DATA,
    FF_ENABLE,
    FF_RESET,
    LUT,
    LUT5,
    MUX7_DATA,
    MUX7_SELECT,
    RAM_CLOCK_TO_OUT,
    RAM_PINS,
    SHIFT_CLOCK_TO_OUT,
    SHIFT_PINS,
    Arc,
    CellDelays,
    Pin,
    carry_delay,
    delays,
)
from eeg2fpga.implement.timing.netlist import Cell

_READ = re.compile(r"A[1-6]")
_CARRY_PORTS = {"CIN": "CI", "CYINIT": "CYINIT"}
_PASSIVE = ("PSEUDO_", "IOB_", "BUFG", "PAD")
"""Constants, pins and the clock's buffer: no path of the design's clock goes through them."""


def packed_delays(cell: Cell) -> CellDelays:
    """Of a cell of a placed design. Of types that stay what they were, block RAM and processor, delays() knows."""
    if cell.kind == "SLICE_FFX":
        return CellDelays({"Q": FF_CLOCK_TO_Q}, setup={"D": FF_DATA, "CE": FF_ENABLE, "SR": FF_RESET})
    if cell.kind == "SLICE_LUTX":
        return _lut(cell)
    if cell.kind == "CARRY4":
        arcs = ((_carry_pin(source), source, target) for source, target in _pairs(cell))
        found = [(source, target, carry_delay(*pin, *_carry_pin(target))) for pin, source, target in arcs]
        return CellDelays(arcs=tuple(Arc(s, t, ns, int(s[0] != "CIN")) for s, t, ns in found if ns is not None))
    if cell.kind == "SELMUX2_1":
        # The figures of MUXF7: MUXF8 is faster.
        by_pin = {"S0": MUX7_SELECT}
        return CellDelays(arcs=tuple(Arc(s, t, by_pin.get(s[0], MUX7_DATA), 0) for s, t in _pairs(cell)))
    return CellDelays() if cell.kind.startswith(_PASSIVE) else delays(cell)


def _pairs(cell: Cell) -> list[tuple[Pin, Pin]]:
    return [(source, target) for source in cell.pins("input") for target in cell.pins("output")]


def _lut(cell: Cell) -> CellDelays:
    """A LUT, or one as memory or shift register; the lower LUT of a pair is slower."""
    delay = LUT5 if str(cell.attributes.get("NEXTPNR_BEL", "")).endswith("5LUT") else LUT
    arcs = tuple(Arc(source, target, delay, 1) for source, target in _pairs(cell) if _READ.fullmatch(source[0]))
    if "X_LUT_AS_DRAM" in cell.attributes:
        written = {port: RAM_PINS["A"] for port in cell.inputs if port.startswith("WA")}
        written |= {port: RAM_PINS["D"] for port in cell.inputs if port.startswith("DI")} | {"WE": RAM_PINS["WE"]}
        return CellDelays(dict.fromkeys(cell.outputs, RAM_CLOCK_TO_OUT), arcs, written)
    if "X_LUT_AS_SRL" in cell.attributes:
        written = {port: SHIFT_PINS["D"] for port in cell.inputs if port.startswith("DI")} | {"WE": SHIFT_PINS["CE"]}
        return CellDelays(dict.fromkeys(cell.outputs, SHIFT_CLOCK_TO_OUT), arcs, written)
    return CellDelays(arcs=arcs)


def _carry_pin(pin: Pin) -> Pin:
    """S2 is bit 2 of S."""
    port = pin[0]
    return (_CARRY_PORTS[port], 0) if port in _CARRY_PORTS else (port.rstrip("0123"), int(port[-1]))
