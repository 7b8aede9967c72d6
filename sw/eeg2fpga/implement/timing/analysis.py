"""Arrival times and levels over the nets of a netlist, and the longest paths."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from eeg2fpga.implement.timing.delays import FF_CLOCK_TO_Q, FF_DATA, Arc, delays
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


Weight = Callable[[Edge], float]


class Graph:
    """Which net depends on which, in which time. Raises ValueError for a combinational loop."""

    def __init__(self, netlist: Netlist, routing: Routing | None = None) -> None:
        self.netlist = netlist
        self._routing = routing or Routing(netlist)
        self.launch: dict[int, float] = dict.fromkeys(netlist.inputs, FF_CLOCK_TO_Q)
        """Nets that paths begin at, with the time at which they change after the clock."""
        self.edges: dict[int, list[Edge]] = {}
        """By the net that depends."""
        self.ends: list[tuple[int, Load | None, float]] = [(net, None, FF_DATA) for net in netlist.outputs]
        """Where paths end: net, pin (None: a port, taken for a register behind it), wire and set-up in ns."""
        for cell in netlist.cells.values():
            found = delays(cell)
            for port, ns in found.launch.items():
                self.launch |= {bit: ns for bit in cell.outputs[port] if isinstance(bit, int)}
            for arc in found.arcs:
                self._connect(cell, arc)
            for port, ns in found.setup.items():
                self._end(cell, port, ns)
        for edges in self.edges.values():
            for edge in edges:
                if edge.source not in netlist.drivers:
                    self.launch.setdefault(edge.source, FF_CLOCK_TO_Q)

    def _connect(self, cell: Cell, arc: Arc) -> None:
        (port, place), (out, index) = arc.source, arc.target
        source, target = cell.inputs[port][place], cell.outputs[out][index]
        load = Load(cell, port, place)
        # The first part of a chain takes its carry from the routing: a level.
        driver = self.netlist.drivers.get(source)
        enters = port == "CI" and not (driver and driver.cell.kind == "CARRY4")
        edge = Edge(source, load, self._routing.delay(source, load) + arc.ns, 1 if enters else arc.level)
        self.edges.setdefault(target, []).append(edge)

    def _end(self, cell: Cell, port: str, ns: float) -> None:
        for place, bit in enumerate(cell.inputs.get(port, [])):
            if isinstance(bit, int) and bit not in self.netlist.clocks:
                load = Load(cell, port, place)
                self.ends.append((bit, load, self._routing.delay(bit, load) + ns))

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


class Longest:
    """The longest way to each net, by time or by levels.

    through: count only paths that pass one of these nets.
    """

    def __init__(self, graph: Graph, time: bool = True, through: set[int] | None = None) -> None:
        self._graph, self._time = graph, time
        start = graph.launch if time else dict.fromkeys(graph.launch, 0)
        self._through = through
        plain: dict[int, tuple[float, Edge | None]] = {net: (value, None) for net, value in start.items()}
        passed = {net: plain[net] for net in plain if through is not None and net in through}
        self._plain, self._passed = plain, passed
        for net in graph.order:
            _extend(graph.edges[net], net, plain, self._weight)
            if through is not None:
                if net in through:
                    passed[net] = plain[net]
                else:
                    _extend(graph.edges[net], net, passed, self._weight)

    def _weight(self, edge: Edge) -> float:
        return edge.ns if self._time else edge.level

    def worst(self) -> Path | None:
        """The longest path, None where there is none."""
        values = self._plain if self._through is None else self._passed
        ends = [(values[net][0] + (ns if self._time else 0), net, load, ns) for net, load, ns in self._ends(values)]
        if not ends:
            return None
        _, net, load, ns = max(ends, key=lambda end: end[0])
        return self._path(net, load, ns)

    def _ends(self, values) -> Iterator[tuple[int, Load | None, float]]:
        yield from (end for end in self._graph.ends if end[0] in values)

    def _path(self, net: int, load: Load | None, ns: float) -> Path:
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


def _extend(edges: list[Edge], net: int, values: dict, weight: Weight) -> None:
    """The longest of the ways into a net that are known."""
    best: tuple[float, Edge | None] | None = values.get(net)
    for edge in edges:
        if edge.source in values:
            reached = values[edge.source][0] + weight(edge)
            if best is None or reached > best[0]:
                best = (reached, edge)
    if best is not None:
        values[net] = best
