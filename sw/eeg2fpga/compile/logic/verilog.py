"""Verilog of a pipelined netlist: primitives for synthesis, or tables and expressions for simulation."""

from collections.abc import Iterable, Iterator

from eeg2fpga.compile.logic import tables
from eeg2fpga.compile.logic.netlist import LUT, Chain, Netlist
from eeg2fpga.compile.logic.pairing import pair_luts
from eeg2fpga.compile.logic.pipeline import Pipeline

STYLES = ("paired", "primitives", "behavioural")
"""paired: LUT1..6, LUT6_2 and CARRY4, as many LUT sites as counted. primitives: the same without LUT6_2, so that
pairing is left to the tools. behavioural: plain Verilog, a table a LUT."""


def module(pipeline: Pipeline, name: str, style: str) -> str:
    """The module: input clk, [inputs-1:0] x; output [outputs-1:0] y, `latency` cycles later."""
    if style not in STYLES:
        raise ValueError(f"style is {style!r}, not one of {', '.join(STYLES)}")
    net = pipeline.netlist
    writer = _Writer(pipeline, style)
    # Every net is declared before it is read: some tools refuse the other order.
    body = [*writer.declarations(), *writer.logic(), *writer.registers()]
    outputs = ", ".join(writer.output(literal) for literal in reversed(net.outputs))
    x, y = (f"[{width - 1}:0]" for width in (net.inputs, len(net.outputs)))
    ports = f"input wire clk, input wire {x} x, output wire {y} y"
    head = f"// {pipeline.latency} cycles from x to y, at most {pipeline.depth} LUT levels between registers\n"
    text = "\n".join(f"  {line}" for line in body)
    code = f"module {name}({ports});\n{text}\n  assign y = {{{outputs}}};\nendmodule\n"
    return f"{head}`default_nettype none\n{code}`default_nettype wire\n"


class _Writer:
    def __init__(self, pipeline: Pipeline, style: str):
        self.pipeline, self.net, self.style = pipeline, pipeline.netlist, style
        self.alive = pipeline.netlist.live()

    def read(self, literal: int, stage: int) -> str:
        """The net of a literal that is not inverted, as stage `stage` sees it."""
        node = literal >> 1
        if node == 0:
            return f"1'b{literal & 1}"
        delay = stage - self.pipeline.stages[node]
        name = f"x[{node - 1}]" if node <= self.net.inputs and not delay else f"n{node}"
        return name + (f"_{delay}" if delay else "")

    def output(self, literal: int) -> str:
        """An output, inverted where asked."""
        inverted = "~" if literal & 1 and literal > 1 else ""
        return inverted + self.read(literal if literal < 2 else literal & ~1, self.pipeline.latency)

    def declarations(self) -> Iterator[str]:
        """Nets of registers and of functions."""
        kind = "reg" if self.style == "behavioural" else "wire"
        for node, delay in self._delays():
            yield f"{kind} n{node}_{delay};"
        for node in self._functions():
            yield f"wire n{node};"

    def registers(self) -> Iterator[str]:
        """Flip-flops of all delays: as primitives they stay what they are, and a shift register costs no LUTs."""
        moves = []
        for node, delay in self._delays():
            before = self.read(2 * node, self.pipeline.stages[node] + delay - 1)
            if self.style == "behavioural":
                moves.append(f"    n{node}_{delay} <= {before};")
            else:
                yield f"FDRE f{node}_{delay} (.C(clk), .CE(1'b1), .R(1'b0), .D({before}), .Q(n{node}_{delay}));"
        if moves:
            yield "always @(posedge clk) begin"
            yield from moves
            yield "end"

    def logic(self) -> Iterator[str]:
        """LUTs and chains."""
        if self.style == "behavioural":
            yield from (self._table(node) for node in self._functions() if self.net.kinds[node] == LUT)
            for chain in self.net.chains:
                yield from self._expressions(chain)
            return
        pairs = pair_luts(self.net, self.pipeline.stages, self.pipeline.depth)
        for pair in pairs:
            if len(pair) == 2 and self.style == "paired":
                yield self._double(*pair)
            else:
                yield from (self._single(node) for node in pair)
        for index, chain in enumerate(self.net.chains):
            yield from self._chain(index, chain)

    def _delays(self) -> Iterator[tuple[int, int]]:
        """A node and how many cycles later, for each register."""
        for node, last in enumerate(self.pipeline.last_use()):
            for delay in range(1, last - self.pipeline.stages[node] + 1):
                yield node, delay

    def _functions(self) -> list[int]:
        """Nodes that are computed and used."""
        return [node for node in range(self.net.inputs + 1, len(self.net.kinds)) if self.alive[node]]

    def _inputs(self, node: int) -> list[str]:
        return [self.read(literal, self.pipeline.stages[node]) for literal in self.net.fanins[node]]

    def _table(self, node: int) -> str:
        size = 1 << len(self.net.fanins[node])
        index = ", ".join(reversed(self._inputs(node)))
        table = f"{size}'h{self.net.tables[node]:x}"
        return f"localparam [{size - 1}:0] T{node} = {table}; assign n{node} = T{node}[{{{index}}}];"

    def _single(self, node: int) -> str:
        inputs = self._inputs(node)
        pins = "".join(f", .I{k}({name})" for k, name in enumerate(inputs))
        init = f"{1 << len(inputs)}'h{self.net.tables[node]:x}"
        return f"LUT{len(inputs)} #(.INIT({init})) u{node} (.O(n{node}){pins});"

    def _double(self, six: int, five: int) -> str:
        """Two functions of at most five nets in a LUT6_2; I5 = 1 selects the upper half for O6."""
        order = list(dict.fromkeys([*self.net.fanins[six], *self.net.fanins[five]]))
        upper, lower = (_spread(self.net, node, order) for node in (six, five))
        pins = [self.read(literal, self.pipeline.stages[six]) for literal in order]
        return _lut6_2(f"u{six}", upper << 32 | lower, pins, f"n{six}", f"n{five}")

    def _expressions(self, chain: Chain) -> Iterator[str]:
        if not self._any([*chain.sums, *chain.carries]):
            return
        before, stage = chain.carry_in, self._stage(chain)
        for select, data, total, carry in zip(chain.select, chain.data, chain.sums, chain.carries, strict=True):
            read = [self.read(literal, stage) for literal in (select, data, before)]
            if self.alive[total]:
                yield f"assign n{total} = {read[0]} ^ {read[2]};"
            if self.alive[carry]:
                yield f"assign n{carry} = {read[0]} ? {read[2]} : {read[1]};"
            before = 2 * carry

    def _chain(self, index: int, chain: Chain) -> Iterator[str]:
        """LUTs of S and DI, and CARRY4s; the carry out leaves as the sum of one more position with S = 0.

        CO and O of a position share the way out of the slice, so CO itself is not used.
        """
        used = [k for k, pair in enumerate(zip(chain.sums, chain.carries, strict=True)) if self._any(pair)]
        if not used:
            return
        length = used[-1] + 1
        stage = self._stage(chain)
        rows = []
        for k in range(length):
            yield from self._site(chain, k, stage)
            data = f"d{index}" if k == 0 and self._routed(chain) else self.read(chain.data[k], stage)
            total = f"n{chain.sums[k]}" if self.alive[chain.sums[k]] else ""
            # Of the last position, DI may be dead: only its sum is used.
            data = data if self.alive[chain.carries[k]] else "1'b0"
            rows.append((self.read(chain.select[k], stage), data, total))
        if self.alive[chain.carries[length - 1]]:
            rows.append(("1'b0", "1'b0", f"n{chain.carries[length - 1]}"))
        yield from _carry4(f"c{index}", rows, self.read(chain.carry_in, stage))

    def _any(self, nodes: Iterable[int]) -> bool:
        return any(self.alive[node] for node in nodes)

    def _stage(self, chain: Chain) -> int:
        """The stage of a chain that is used: that of any live node in it."""
        return next(self.pipeline.stages[node] for node in [*chain.sums, *chain.carries] if self.alive[node])

    def _site(self, chain: Chain, k: int, stage: int) -> Iterator[str]:
        """The LUTs of one position: S on O6, DI on O5 where it is a function or where the slice input is taken."""
        select, data = chain.select[k] >> 1, chain.data[k] >> 1
        functions = [
            node
            for node in (select, data)
            if self.alive[node] and self.net.kinds[node] == LUT and self.net.chain_of[node] >= 0
        ]
        if self.style == "paired" and len(functions) == 2:
            yield self._double(select, data)
        elif k == 0 and self._routed(chain):
            index = self.net.chain_of[chain.sums[0]]
            yield f"wire d{index};"
            yield self._through(select, data, f"d{index}")
        else:
            yield from (self._single(node) for node in functions)

    def _routed(self, chain: Chain) -> bool:
        """Whether DI of the first position must come through O5: a carry in from a net takes the slice input AX."""
        select, data = chain.select[0] >> 1, chain.data[0] >> 1
        return (
            self.style == "paired"
            and chain.carry_in > 1
            and data > 0
            and not (self.net.kinds[data] == LUT and self.net.chain_of[data] >= 0)
            and 2 * data in self.net.fanins[select]
        )

    def _through(self, select: int, data: int, name: str) -> str:
        """S with the net `data` on O5. Of six inputs: S = t ^ data, and O5 = t serves, since it matters if S = 0."""
        order = [literal for literal in self.net.fanins[select] if literal != 2 * data] + [2 * data]
        pins = [self.read(literal, self.pipeline.stages[select]) for literal in order]
        table = _spread(self.net, select, order)
        if len(order) == 6:
            return _lut6_2(f"u{select}", table, pins, f"n{select}", name)
        lower = tables.variable(5, len(order) - 1)
        return _lut6_2(f"u{select}", table << 32 | lower, pins, f"n{select}", name)


def _spread(net: Netlist, node: int, order: list[int]) -> int:
    """The node's table over the inputs `order` (32 or 64 bits)."""
    places = [order.index(literal) for literal in net.fanins[node]]
    size = 64 if len(order) == 6 else 32
    return sum(
        (net.tables[node] >> sum((k >> place & 1) << j for j, place in enumerate(places)) & 1) << k for k in range(size)
    )


def _lut6_2(name: str, init: int, pins: list[str], six: str, five: str) -> str:
    pins = pins if len(pins) == 6 else [*pins, *["1'b0"] * (5 - len(pins)), "1'b1"]
    wires = "".join(f", .I{k}({pin})" for k, pin in enumerate(pins))
    return f"LUT6_2 #(.INIT(64'h{init:016x})) {name} (.O6({six}), .O5({five}){wires});"


def _carry4(name: str, rows: list[tuple[str, str, str]], carry_in: str) -> Iterator[str]:
    """CARRY4s for rows of (S, DI, O)."""
    for k in range(0, len(rows), 4):
        part = rows[k : k + 4] + [("1'b0", "1'b0", "")] * (4 - len(rows[k : k + 4]))
        s, d = (", ".join(column) for column in list(zip(*reversed(part), strict=True))[:2])
        yield f"wire [3:0] {name}_o{k}, {name}_c{k};"
        first = f".CI(1'b0), .CYINIT({carry_in})" if k == 0 else f".CI({name}_c{k - 4}[3]), .CYINIT(1'b0)"
        yield f"CARRY4 {name}_{k} (.CO({name}_c{k}), .O({name}_o{k}), {first}, .DI({{{d}}}), .S({{{s}}}));"
        for j, row in enumerate(part):
            if row[2]:
                yield f"assign {row[2]} = {name}_o{k}[{j}];"
