"""Structural rules that keep a design fast, checked on the netlist."""

import re
from dataclasses import dataclass

from eeg2fpga.implement.timing.analysis import Edge, End, Graph, Longest, Measure, levels_behind
from eeg2fpga.implement.timing.delays import registered_output
from eeg2fpga.implement.timing.netlist import Cell, Netlist

LEVELS_BEHIND_BLOCK_RAM = 2
"""An output without a register takes 2.5 ns and its wire 1.9: of 8.7 ns (115 MHz) 4 are left, three wires and LUTs."""
FEWEST_WORDS = 64
"""Of a block RAM. LUTs hold 32 words at 2/3 LUT a bit and 64 at 4/3: nothing beside the 2.5 ns."""
MOST_LOADS = 400
"""Of a net that is no clock: by the routing model a control net of 400 registers costs 0.3 ns more than one of one."""
MOST_LAYERS = 2
"""That a path through a stream's ready may touch: a layer and its neighbour. Of three the middle one registers none."""
_PARTS = re.compile(r"(_(fifo|width|fork|copy|Im2Col|Subsample)[A-Za-z0-9]*(_\d+)?)+$")
"""Of a layer's name: units that stand before or behind it."""


@dataclass(frozen=True)
class Violation:
    """A rule that is broken."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        """For a person."""
        return f"{self.rule}: {self.where}, {self.what}"


def violations(graph: Graph) -> list[Violation]:
    """Every rule that the netlist breaks."""
    netlist = graph.netlist
    return [
        *_block_ram_outputs(graph),
        *_small_block_rams(netlist),
        *_loads(netlist),
        *_ready(graph),
    ]


def ready_nets(netlist: Netlist) -> set[int]:
    """Nets that are the ready of a stream."""
    return {net for net, names in netlist.names.items() if any(name.endswith("tready") for name in names)}


def layer(unit: str) -> str:
    """The layer that a unit (Cell.unit) belongs to: its own part of the accelerator or of the shell."""
    return _PARTS.sub("", unit.removeprefix("accelerator.").partition(".")[0])


def _block_rams(netlist: Netlist) -> list[Cell]:
    return [cell for cell in netlist.cells.values() if cell.kind.startswith("RAMB")]


def _block_ram_outputs(graph: Graph) -> list[Violation]:
    behind = levels_behind(graph)
    deepest: dict[str, int] = {}
    for cell in _block_rams(graph.netlist):
        for port, place in cell.pins("output"):
            if not registered_output(cell, port):
                net = cell.outputs[port][place]
                deepest[cell.unit] = max(deepest.get(cell.unit, 0), behind.get(net, 0))
    return [
        Violation("block RAM outputs", unit, f"{levels} LUT levels behind an output without a register")
        for unit, levels in deepest.items()
        if levels > LEVELS_BEHIND_BLOCK_RAM
    ]


def _small_block_rams(netlist: Netlist) -> list[Violation]:
    words: dict[str, int] = {}
    for cell in _block_rams(netlist):
        ports = [{bit for bit in cell.inputs[port] if isinstance(bit, int)} for port in cell.inputs if "ADDR" in port]
        words[cell.unit] = max(words.get(cell.unit, 0), 2 ** max(len(bits) for bits in ports))
    return [
        Violation("block RAM of a few words", unit, f"at most {count} words")
        for unit, count in words.items()
        if count < FEWEST_WORDS
    ]


def _loads(netlist: Netlist) -> list[Violation]:
    nets = [net for net, loads in netlist.loads.items() if len(loads) > MOST_LOADS and net not in netlist.clocks]
    return [
        Violation("loads of a net", netlist.name(net), f"{len(netlist.loads[net])} loads")
        for net in sorted(nets, key=lambda net: -len(netlist.loads[net]))
    ]


def _ready(graph: Graph) -> list[Violation]:
    """The path through a ready that touches the most layers."""
    netlist = graph.netlist

    def crosses(net: int, cell: Cell) -> bool:
        driver = netlist.drivers.get(net)
        return driver is not None and layer(driver.cell.unit) != layer(cell.unit)

    def edge(edge: Edge) -> float:
        return crosses(edge.source, edge.load.cell)

    def end(end: End) -> float:
        return end.load is not None and crosses(end.net, end.load.cell)

    longest = Longest(graph, Measure(edge, end), ready_nets(netlist))
    touched = int(longest.length()) + 1
    if touched <= MOST_LAYERS:
        return []
    layers = list(dict.fromkeys(layer(step.unit) for step in longest.worst().steps))
    return [Violation("ready registered once a layer", " > ".join(layers), f"{touched} layers in one path")]
