"""A combinational netlist of LUTs with up to six inputs and carry chains.

A signal is a *literal*: 2 * node + inverted. Node 0 is constant 0, so FALSE = 0 and TRUE = 1; nodes 1..inputs are the
inputs. Inversion costs nothing: it goes into the table of whatever reads the literal. LUTs are hashed, up to output
inversion, so equal functions of equal nodes exist once; tables shrink by constants, equal and useless inputs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from eeg2fpga.compile.logic import tables

FALSE, TRUE = 0, 1
CONSTANT, INPUT, LUT, SUM, CARRY = range(5)
"""Kinds of node. SUM and CARRY are XORCY and MUXCY of a chain."""


def constant(literal: int) -> bool:
    """Whether the literal is FALSE or TRUE."""
    return literal < 2


@dataclass(frozen=True)
class Position:
    """One LUT site of a carry chain as asked for: S = table(signals), DI = data(data_signals) or a net."""

    signals: tuple[int, ...]
    table: int
    data_signals: tuple[int, ...]
    data_table: int


@dataclass
class Chain:
    """A carry chain as built. `select` and `data` are literals (never inverted), `sums`/`carries` nodes by position."""

    carry_in: int
    select: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    carries: list[int] = field(default_factory=list)


class Netlist:
    """LUTs and carry chains over `inputs` input bits; `outputs` is a list of literals, set by the builder."""

    def __init__(self, inputs: int, beam: int = 20):
        self.inputs = inputs
        self.beam = beam
        """How hard heaps of this netlist look for a small plan (plan.py)."""
        self.kinds = [CONSTANT] + [INPUT] * inputs
        self.fanins: list[tuple[int, ...]] = [()] * (inputs + 1)
        self.tables = [0] * (inputs + 1)
        self.levels = [0] * (inputs + 1)
        self.chain_of = [-1] * (inputs + 1)
        """Index of the chain that a node belongs to: its sums and carries, and the LUTs that feed S and DI."""
        self.chains: list[Chain] = []
        self.outputs: list[int] = []
        self._known: dict[tuple, int] = {}

    def input(self, index: int) -> int:
        """The literal of an input bit."""
        return 2 * (1 + index)

    def lut(self, signals: Sequence[int], table: int) -> int:
        """The literal of table(signals); at most six different nodes may remain after folding."""
        nodes, table = self._reduce(signals, table)
        if not nodes:
            return table & 1
        if len(nodes) == 1:
            return 2 * nodes[0] + (table == 0b01)
        for end in range(len(nodes) - 1, 0, -1):
            for k in range(end):
                if nodes[k] > nodes[k + 1]:
                    nodes[k], nodes[k + 1] = nodes[k + 1], nodes[k]
                    table = tables.swap(table, len(nodes), k, k + 1)
        inverted = table & 1
        if inverted:
            table ^= tables.full(len(nodes))
        key = (table, *nodes)
        if key not in self._known:
            self._known[key] = self._lut_node(nodes, table)
        return 2 * self._known[key] + inverted

    def chain(self, carry_in: int, positions: Sequence[Position]) -> list[int]:
        """Build a carry chain; returns the literals of its sums and, last, of its carry out.

        DI must be TRUE, FALSE or a net that is not inverted, or a function that fits O5 beside S in one LUT: the union
        of inputs at most five. CARRY = S ? carry before : DI; SUM = S ^ carry before (UG474, 'Carry Logic').
        """
        index = len(self.chains)
        chain = Chain(self._net(carry_in))
        for position in positions:
            select, table = self._reduce(position.signals, position.table)
            chain.select.append(2 * self._lut_node(select, table, index) if select else table & 1)
            chain.data.append(self._data(position, set(select), index))
        feeding = [chain.carry_in, *chain.select, *chain.data]
        level = 1 + max(self.levels[s >> 1] for s in feeding)
        carry = chain.carry_in
        for select, data in zip(chain.select, chain.data, strict=True):
            chain.sums.append(self._node(SUM, (select, carry), 0, level, index))
            chain.carries.append(self._node(CARRY, (select, carry, data), 0, level, index))
            carry = 2 * chain.carries[-1]
        self.chains.append(chain)
        return [2 * node for node in chain.sums] + [carry]

    def turn_outputs(self) -> None:
        """Make outputs upright, so that a register can follow: turn the LUT over, or read it through an inverter."""
        held = {s >> 1 for chain in self.chains for s in (chain.carry_in, *chain.data)}
        upright = {s >> 1 for s in self.outputs if not s & 1}
        turned = {
            s >> 1
            for s in self.outputs
            if s & 1 and self.kinds[s >> 1] == LUT and self.chain_of[s >> 1] < 0 and s >> 1 not in held | upright
        }
        for node, fanins in enumerate(self.fanins):
            if self.kinds[node] == LUT:
                for k, literal in enumerate(fanins):
                    if literal >> 1 in turned:
                        self.tables[node] = tables.flip(self.tables[node], len(fanins), k)
        for node in turned:
            self.tables[node] ^= tables.full(len(self.fanins[node]))
        self._known.clear()
        inverters: dict[int, int] = {}
        for k, literal in enumerate(self.outputs):
            if literal >> 1 in turned:
                self.outputs[k] = literal ^ 1
            elif literal & 1 and not constant(literal):
                if literal not in inverters:
                    inverters[literal] = self._net(literal)
                self.outputs[k] = inverters[literal]

    def live(self) -> list[bool]:
        """By node: whether an output depends on it."""
        alive = [False] * len(self.kinds)
        stack = [literal >> 1 for literal in self.outputs]
        while stack:
            node = stack.pop()
            if not alive[node]:
                alive[node] = True
                stack += [s >> 1 for s in self.fanins[node]]
        return alive

    def depth(self) -> int:
        """LUT levels from inputs to outputs; a chain counts as one, after the LUTs that feed it."""
        return max((self.levels[s >> 1] for s in self.outputs), default=0)

    def _reduce(self, signals: Sequence[int], table: int) -> tuple[list[int], int]:
        """Fold constants, inversions, repeated and useless inputs into the table; returns nodes and table."""
        nodes: list[int] = []
        count = len(signals)
        for signal in signals:
            here = len(nodes)
            node, inverted = signal >> 1, signal & 1
            if node == 0:
                table = tables.restrict(table, count, here, inverted)
                count -= 1
            elif node in nodes:
                # Earlier inputs are already upright, so equality is up to this literal's own inversion.
                table = tables.merge(table, count, nodes.index(node), here, bool(inverted))
                count -= 1
            else:
                if inverted:
                    table = tables.flip(table, count, here)
                nodes.append(node)
        for k in reversed(range(count)):
            if not tables.depends(table, count, k):
                table = tables.restrict(table, count, k, 0)
                count -= 1
                nodes.pop(k)
        if count > 6:
            raise ValueError(f"a LUT of {count} inputs")
        return nodes, table

    def _data(self, position: Position, select: set[int], index: int) -> int:
        """The DI literal of a position: a constant, a net, or a LUT on O5 beside S."""
        nodes, table = self._reduce(position.data_signals, position.data_table)
        if not nodes:
            return table & 1
        if len(nodes) == 1 and table == 0b10:
            return 2 * nodes[0]
        if len(select | set(nodes)) > 5:
            return self._net(self.lut([2 * node for node in nodes], table))
        return 2 * self._lut_node(nodes, table, index)

    def _net(self, literal: int) -> int:
        """The literal, through an inverter where a carry input needs a true net."""
        return literal if constant(literal) or not literal & 1 else 2 * self._lut_node([literal >> 1], 0b01)

    def _lut_node(self, nodes: Iterable[int], table: int, chain: int = -1) -> int:
        fanins = tuple(2 * node for node in nodes)
        return self._node(LUT, fanins, table, 1 + max(self.levels[s >> 1] for s in fanins), chain)

    def _node(self, kind: int, fanins: tuple[int, ...], table: int, level: int, chain: int) -> int:
        self.kinds.append(kind)
        self.fanins.append(fanins)
        self.tables.append(table)
        self.levels.append(level)
        self.chain_of.append(chain)
        return len(self.kinds) - 1
