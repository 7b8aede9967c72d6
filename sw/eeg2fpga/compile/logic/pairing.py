"""LUT sites: which two functions share a LUT6_2."""

from collections import defaultdict
from collections.abc import Sequence

from eeg2fpga.compile.logic.netlist import LUT, Netlist


def pair_luts(net: Netlist, stages: Sequence[int] | None = None, depth: int | None = None) -> list[tuple[int, ...]]:
    """Sites of the free LUTs, each (node,) or (node on O6, node on O5); LUTs of carry chains are sites of their own.

    Two LUTs pair if together they read at most five nets, at least one of them common, and lie in the same pipeline
    stage, and if no path leads from a site back to itself or is longer than `depth` levels: such paths are false, as
    neither function reads all inputs of the site, but every tool's timing takes them for real. Greedy: most common
    inputs first, then most inputs.
    """
    alive = net.live()
    inputs = {
        node: frozenset(net.fanins[node])
        for node in range(len(net.kinds))
        if alive[node] and net.kinds[node] == LUT and net.chain_of[node] < 0
    }
    small = sorted((node for node in inputs if len(inputs[node]) <= 5), key=lambda node: -len(inputs[node]))
    readers: dict[int, list[int]] = defaultdict(list)
    for node in small:
        for literal in inputs[node]:
            readers[literal].append(node)
    paths = _Paths(net, stages, depth)
    for common in (5, 4, 3, 2, 1):
        for node in small:
            if node in paths.partner or len(inputs[node]) < common:
                continue
            for other in _candidates(node, common, inputs, readers, paths.partner, stages):
                if paths.join(node, other):
                    break
    partner = paths.partner
    return [
        (node, partner[node]) if node in partner else (node,) for node in inputs if node < partner.get(node, 1 << 60)
    ]


def _candidates(node, common, inputs, readers, partner, stages) -> list[int]:
    """The unpaired LUTs that share exactly `common` inputs with `node` and fit beside it, most inputs first."""
    found = {}
    for literal in inputs[node]:
        for other in readers[literal]:
            if other == node or other in partner or other in found:
                continue
            shared = len(inputs[node] & inputs[other])
            fits = len(inputs[node]) + len(inputs[other]) - shared <= 5
            if shared == common and fits and (stages is None or stages[node] == stages[other]):
                found[other] = len(inputs[other])
    return sorted(found, key=found.get, reverse=True)


class _Paths:
    """Combinational paths between sites: LUTs, pairs so far, and whole carry chains with the LUTs that feed them."""

    def __init__(self, net: Netlist, stages: Sequence[int] | None, depth: int | None) -> None:
        self.partner: dict[int, int] = {}
        self._depth = depth
        self._after: dict[int, list[int]] = defaultdict(list)
        self._before: dict[int, list[int]] = defaultdict(list)
        self._head: dict[int, int] = {}
        """Levels of the longest path that ends with a site."""
        self._tail: dict[int, int] = {}
        """Levels of the longest path that begins with it."""
        alive = net.live()
        for node in range(net.inputs + 1, len(net.kinds)):
            for literal in net.fanins[node] if alive[node] else ():
                before = literal >> 1
                if before > net.inputs and (stages is None or stages[before] == stages[node]):
                    self._connect(_site(net, before), _site(net, node))

    def join(self, one: int, other: int) -> bool:
        """Make a pair unless that closes a loop or makes a path too long; returns whether it did."""
        head, tail = (max(levels.get(one, 1), levels.get(other, 1)) for levels in (self._head, self._tail))
        if self._depth is not None and head + tail - 1 > self._depth:
            return False
        if self._loops(one, other):
            return False
        self.partner[one], self.partner[other] = other, one
        for levels, level, following in ((self._head, head, self._after), (self._tail, tail, self._before)):
            for site in (one, other):
                self._raise(levels, site, level, following)
        return True

    def _connect(self, source: int, sink: int) -> None:
        if source == sink:
            return
        self._after[source].append(sink)
        self._before[sink].append(source)
        self._raise(self._head, source, _levels(source), self._after)
        self._raise(self._head, sink, self._head[source] + _levels(sink), self._after)
        self._raise(self._tail, sink, _levels(sink), self._before)
        self._raise(self._tail, source, self._tail[sink] + _levels(source), self._before)

    def _raise(self, levels: dict[int, int], site: int, level: int, following: dict[int, list[int]]) -> None:
        """A site's level is `level` at least, and so on along the paths."""
        stack = [(site, level)]
        while stack:
            site, level = stack.pop()
            if levels.get(site, 0) >= level:
                continue
            levels[site] = level
            stack += [(after, levels[site] + _levels(after)) for after in following[site]]
            if site in self.partner and levels.get(self.partner[site], 0) < levels[site]:
                stack.append((self.partner[site], levels[site]))

    def _loops(self, one: int, other: int) -> bool:
        ends = {one, other}
        stack, seen = [*self._after[one], *self._after[other]], set()
        while stack:
            site = stack.pop()
            if site in ends:
                return True
            if site not in seen:
                seen.add(site)
                stack += self._after[site]
                if site in self.partner:
                    stack.append(self.partner[site])
        return False


def _site(net: Netlist, node: int) -> int:
    """A LUT's node, or -1 less the number of a chain."""
    return -1 - net.chain_of[node] if net.chain_of[node] >= 0 else node


def _levels(site: int) -> int:
    return 2 if site < 0 else 1


def count_luts(net: Netlist, stages: Sequence[int] | None = None, depth: int | None = None) -> tuple[int, int]:
    """LUT functions (as Yosys counts LUT1..LUT6 cells), and LUT sites with two functions in a LUT6_2."""
    alive = net.live()
    functions = sum(a and k == LUT for a, k in zip(alive, net.kinds, strict=True))
    sites = len(pair_luts(net, stages, depth))
    for chain in net.chains:
        for select, data, sum_node, carry in zip(chain.select, chain.data, chain.sums, chain.carries, strict=True):
            used = [alive[s >> 1] and net.kinds[s >> 1] == LUT and net.chain_of[s >> 1] >= 0 for s in (select, data)]
            sites += any(used) and (alive[sum_node] or alive[carry])
    return functions, sites
