"""LUT sites: which two functions share a LUT6_2."""

from collections import defaultdict
from collections.abc import Sequence

from eeg2fpga.compile.logic.netlist import LUT, Netlist


def pair_luts(net: Netlist, stages: Sequence[int] | None = None) -> list[tuple[int, ...]]:
    """Sites of the free LUTs, each (node,) or (node on O6, node on O5); LUTs of carry chains are sites of their own.

    Two LUTs pair if together they read at most five nets, at least one of them common, and lie in the same pipeline
    stage, and if no path leads from a site back to itself: it would be false, since neither function reads the other,
    but every tool's timing takes a site's outputs to depend on all of its inputs. Greedy: most common inputs first,
    then most inputs.
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
    paths = _Paths(net, stages)
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
    """Combinational paths between sites: LUTs, pairs so far, and whole carry chains."""

    def __init__(self, net: Netlist, stages: Sequence[int] | None) -> None:
        self.partner: dict[int, int] = {}
        self._after: dict[int, list[int]] = defaultdict(list)
        alive = net.live()
        for node in range(net.inputs + 1, len(net.kinds)):
            for literal in net.fanins[node] if alive[node] else ():
                before = literal >> 1
                if before > net.inputs and (stages is None or stages[before] == stages[node]):
                    source, sink = self._site(net, before), self._site(net, node)
                    if source != sink:
                        self._after[source].append(sink)

    def join(self, one: int, other: int) -> bool:
        """Make a pair unless that closes a loop; returns whether it did."""
        ends = {one, other}
        stack, seen = [*self._after[one], *self._after[other]], set()
        while stack:
            site = stack.pop()
            if site in ends:
                return False
            if site not in seen:
                seen.add(site)
                stack += self._after[site]
                if site in self.partner:
                    stack.append(self.partner[site])
        self.partner[one], self.partner[other] = other, one
        return True

    @staticmethod
    def _site(net: Netlist, node: int) -> int:
        return -1 - net.chain_of[node] if net.chain_of[node] >= 0 else node


def count_luts(net: Netlist, stages: Sequence[int] | None = None) -> tuple[int, int]:
    """LUT functions (as Yosys counts LUT1..LUT6 cells), and LUT sites with two functions in a LUT6_2."""
    alive = net.live()
    functions = sum(a and k == LUT for a, k in zip(alive, net.kinds, strict=True))
    sites = len(pair_luts(net, stages))
    for chain in net.chains:
        for select, data, sum_node, carry in zip(chain.select, chain.data, chain.sums, chain.carries, strict=True):
            used = [alive[s >> 1] and net.kinds[s >> 1] == LUT and net.chain_of[s >> 1] >= 0 for s in (select, data)]
            sites += any(used) and (alive[sum_node] or alive[carry])
    return functions, sites
