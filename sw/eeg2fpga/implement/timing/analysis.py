"""Arrival times and levels over the nets of a netlist, and the longest paths."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from eeg2fpga.implement.timing.delays import FF_CLOCK_TO_Q, FF_DATA, Arc, CellDelays, delays
from eeg2fpga.implement.timing.netlist import Cell, Load, Netlist
from eeg2fpga.implement.timing.routing import Routing


@dataclass(frozen=True)
class Edge:
    """A net that another depends on within the same cycle."""

    source: int
    load: Load
    """The pin through which."""
    ns: float
    """Wire and cell."""
    level: int


@dataclass(frozen=True)
class End:
    """Where paths end."""

    net: int
    load: Load | None
    """None: a port, taken for a register behind it."""
    ns: float
    """Wire and set-up."""


Reached = tuple[float, Edge | None]
"""How far a net is, and by which edge."""


@dataclass(frozen=True)
class Step:
    """A cell on a path."""

    cell: str
    kind: str
    unit: str
    net: str
    """What it drives; of the last, where the path ends."""
    loads: int
    ns: float
    """Arrival at its output; of the last, with the set-up."""


@dataclass(frozen=True)
class Path:
    """A path from a register or port to a register or port."""

    ns: float
    levels: int
    """LUT levels of this path."""
    steps: tuple[Step, ...]


class Wires(Protocol):
    """What knows the delay of wires."""

    def delay(self, net: int, load: Load) -> float:
        """From the driver of `net` to a pin that it drives, ns."""


class Graph:
    """Which net depends on which, in which time. Raises ValueError for a combinational loop."""

    def __init__(
        self,
        netlist: Netlist,
        wires: Wires | None = None,
        cell_delays: Callable[[Cell], CellDelays] = delays,
    ) -> None:
        self.netlist = netlist
        self._wires = wires or Routing(netlist)
        self.launch: dict[int, float] = dict.fromkeys(netlist.inputs, FF_CLOCK_TO_Q)
        """Nets that paths begin at, with the time at which they change after the clock."""
        self.edges: dict[int, list[Edge]] = {}
        """By the net that depends."""
        self.ends = [End(net, None, FF_DATA) for net in netlist.outputs]
        for cell in netlist.cells.values():
            found = cell_delays(cell)
            for port, ns in found.launch.items():
                self.launch |= {bit: ns for bit in cell.outputs[port] if isinstance(bit, int)}
            for arc in found.arcs:
                self._connect(cell, arc)
            for port, ns in found.setup.items():
                self._end(cell, port, ns)

    def _connect(self, cell: Cell, arc: Arc) -> None:
        (port, place), (out, index) = arc.source, arc.target
        source, target = cell.inputs[port][place], cell.outputs[out][index]
        if not self._changes(source):
            return
        load = Load(cell, port, place)
        # The first part of a chain takes its carry from the routing: a level.
        driver = self.netlist.drivers.get(source)
        enters = port == "CI" and not (driver and driver.cell.kind == "CARRY4")
        edge = Edge(source, load, self._wires.delay(source, load) + arc.ns, 1 if enters else arc.level)
        self.edges.setdefault(target, []).append(edge)

    def _end(self, cell: Cell, port: str, ns: float) -> None:
        for place, bit in enumerate(cell.inputs.get(port, [])):
            if isinstance(bit, int) and bit not in self.netlist.clocks and self._changes(bit):
                load = Load(cell, port, place)
                self.ends.append(End(bit, load, self._wires.delay(bit, load) + ns))

    def _changes(self, net: int) -> bool:
        """Whether anything drives it: an open pin is written as a net of its own."""
        return net in self.netlist.drivers or net in self.netlist.inputs

    @cached_property
    def order(self) -> list[int]:
        """Nets that depend on others, each behind those."""
        done: set[int] = set()
        order = []
        for first in self.edges:
            stack = [(first, iter(self.edges[first]))]
            open_nets = {first}
            if first in done:
                continue
            while stack:
                net, rest = stack[-1]
                source = next((edge.source for edge in rest if edge.source not in done), None)
                if source is None:
                    stack.pop()
                    open_nets.discard(net)
                    done.add(net)
                    if net in self.edges:
                        order.append(net)
                elif source in open_nets:
                    raise ValueError(f"combinational loop through {self.netlist.name(source)}")
                else:
                    open_nets.add(source)
                    stack.append((source, iter(self.edges.get(source, ()))))
        return order


@dataclass(frozen=True)
class Measure:
    """What makes a path long: what its edges count, and what its end does."""

    edge: Callable[[Edge], float]
    end: Callable[[End], float]
    start: Callable[[float], float] = lambda launch: 0.0


TIME = Measure(lambda edge: edge.ns, lambda end: end.ns, lambda launch: launch)
LEVELS = Measure(lambda edge: edge.level, lambda end: 0.0)


class Longest:
    """The longest way to each net by a measure.

    through: count only paths that pass one of these nets.
    """

    def __init__(self, graph: Graph, measure: Measure = TIME, through: set[int] | None = None) -> None:
        self._graph, self._measure, self._through = graph, measure, through
        plain: dict[int, Reached] = {net: (measure.start(launch), None) for net, launch in graph.launch.items()}
        passed = {net: plain[net] for net in plain if through is not None and net in through}
        self._plain, self._passed = plain, passed
        for net in graph.order:
            _extend(graph.edges[net], net, plain, measure)
            if through is not None:
                if net in through and net in plain:
                    passed[net] = plain[net]
                else:
                    _extend(graph.edges[net], net, passed, measure)

    def worst(self) -> Path | None:
        """The longest path, None where there is none."""
        values = self._plain if self._through is None else self._passed
        ends = [(values[end.net][0] + self._measure.end(end), end) for end in self._graph.ends if end.net in values]
        return self._path(max(ends, key=lambda item: item[0])[1]) if ends else None

    def length(self) -> float:
        """Of the longest path by the measure; 0 where there is none."""
        values = self._plain if self._through is None else self._passed
        found = [values[end.net][0] + self._measure.end(end) for end in self._graph.ends if end.net in values]
        return max(found, default=0.0)

    def _path(self, end: End) -> Path:
        net, load, ns = end.net, end.load, end.ns
        nets, edges = [net], []
        passed = self._through is not None
        while True:
            at = nets[-1]
            if passed and at in self._through:
                passed = False
            edge = (self._passed if passed else self._plain)[at][1]
            if edge is None:
                break
            edges.append(edge)
            nets.append(edge.source)
        nets.reverse()
        edges.reverse()
        netlist = self._graph.netlist
        at = self._graph.launch.get(nets[0], 0.0)
        steps = [self._step(nets[0], at)]
        for edge, target in zip(edges, nets[1:], strict=True):
            at += edge.ns
            steps.append(self._step(target, at))
        name = f"{load.cell.name}.{load.port}" if load else netlist.name(net)
        kind, unit = (load.cell.kind, load.cell.unit) if load else ("port", "top")
        steps.append(Step(name, kind, unit, load.port if load else "", 0, at + ns))
        return Path(at + ns, sum(edge.level for edge in edges), tuple(steps))

    def _step(self, net: int, at: float) -> Step:
        netlist = self._graph.netlist
        driver = netlist.drivers.get(net)
        name, kind, unit = (driver.cell.name, driver.cell.kind, driver.cell.unit) if driver else ("", "port", "top")
        return Step(name, kind, unit, netlist.name(net), len(netlist.loads[net]), at)


def _extend(edges: list[Edge], net: int, values: dict[int, Reached], measure: Measure) -> None:
    """The longest of the ways into a net that are known."""
    best = values.get(net)
    for edge in edges:
        if edge.source in values:
            length = values[edge.source][0] + measure.edge(edge)
            if best is None or length > best[0]:
                best = (length, edge)
    if best is not None:
        values[net] = best


def levels_behind(graph: Graph) -> dict[int, int]:
    """LUT levels of the deepest path from each net to a register or port; nets without any are not in it."""
    behind = {end.net: 0 for end in graph.ends}
    for net in reversed(graph.order):
        if net in behind:
            for edge in graph.edges[net]:
                behind[edge.source] = max(behind.get(edge.source, 0), behind[net] + edge.level)
    return behind
