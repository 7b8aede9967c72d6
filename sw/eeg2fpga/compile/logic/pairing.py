"""LUT sites: which two functions share a LUT6_2."""

from collections import defaultdict
from collections.abc import Sequence

from eeg2fpga.compile.logic.netlist import LUT, Netlist


def pair_luts(net: Netlist, stages: Sequence[int] | None = None) -> list[tuple[int, ...]]:
    """Sites of the free LUTs, each (node,) or (node on O6, node on O5); LUTs of carry chains are sites of their own.

    Two LUTs pair if together they read at most five nets, at least one of them common, and lie in the same pipeline
    stage. Greedy: most common inputs first, then most inputs.
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
    partner: dict[int, int] = {}
    for common in (5, 4, 3, 2, 1):
        for node in small:
            if node in partner or len(inputs[node]) < common:
                continue
            found = _best(node, common, inputs, readers, partner, stages)
            if found is not None:
                partner[node], partner[found] = found, node
    return [
        (node, partner[node]) if node in partner else (node,) for node in inputs if node < partner.get(node, 1 << 60)
    ]


def _best(node, common, inputs, readers, partner, stages) -> int | None:
    """The unpaired LUT with the most inputs that shares exactly `common` inputs with `node`."""
    best, size = None, 0
    seen = set()
    for literal in inputs[node]:
        for other in readers[literal]:
            if other == node or other in partner or other in seen or len(inputs[other]) <= size:
                continue
            seen.add(other)
            shared = len(inputs[node] & inputs[other])
            fits = len(inputs[node]) + len(inputs[other]) - shared <= 5
            if shared == common and fits and (stages is None or stages[node] == stages[other]):
                best, size = other, len(inputs[other])
    return best


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
