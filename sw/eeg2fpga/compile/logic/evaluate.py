"""Evaluation of a netlist in NumPy, 64 input vectors in a word: the check that needs no simulator."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile.logic.netlist import LUT, SUM, Netlist

_ONES = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def evaluate(netlist: Netlist, bits: NDArray) -> NDArray:
    """Outputs, bool (vectors, outputs), for input bits (vectors, inputs)."""
    vectors = len(bits)
    words = -(-vectors // 64)
    values = np.zeros((len(netlist.kinds), words), np.uint64)
    padded = np.zeros((words * 64, netlist.inputs), bool)
    padded[:vectors] = bits
    packed = np.ascontiguousarray(np.packbits(padded.T, axis=-1, bitorder="little")).view("<u8")
    values[1 : netlist.inputs + 1] = packed
    alive = netlist.live()
    luts: dict[tuple[int, int], list[int]] = defaultdict(list)
    chains: dict[int, list[int]] = defaultdict(list)
    for node, kind in enumerate(netlist.kinds):
        if alive[node] and kind == LUT:
            luts[netlist.levels[node], len(netlist.fanins[node])].append(node)
    for index, chain in enumerate(netlist.chains):
        chains[netlist.levels[chain.sums[0]]].append(index)
    for level in range(1, 1 + max([0, *netlist.levels])):
        for inputs in range(1, 7):
            if nodes := luts.get((level, inputs)):
                values[nodes] = _luts(netlist, nodes, inputs, values)
        for index in chains.get(level, ()):
            _chain(netlist, index, alive, values)
    literals = np.array(netlist.outputs, np.int64)
    result = values[literals >> 1] ^ np.where(literals & 1, _ONES, np.uint64(0))[:, None]
    return np.unpackbits(np.ascontiguousarray(result).view(np.uint8), axis=-1, bitorder="little")[:, :vectors].T.astype(
        bool
    )


def _luts(netlist: Netlist, nodes: list[int], inputs: int, values: NDArray) -> NDArray:
    """Words of the LUTs `nodes`, all of `inputs` inputs, by multiplexers from input 0 on."""
    table = np.array([netlist.tables[node] for node in nodes], np.uint64)
    fanins = np.array([[s >> 1 for s in netlist.fanins[node]] for node in nodes])
    bits = table[:, None] >> np.arange(1 << inputs, dtype=np.uint64) & np.uint64(1)
    layer = np.where(bits, _ONES, np.uint64(0))[:, :, None]
    for k in range(inputs):
        low, high = layer[:, 0::2], layer[:, 1::2]
        layer = low ^ ((low ^ high) & values[fanins[:, k]][:, None, :])
    return layer[:, 0]


def _chain(netlist: Netlist, index: int, alive: list[bool], values: NDArray) -> None:
    """Fill in the words of a chain's sums and carries."""
    chain = netlist.chains[index]
    for node in (n for pair in zip(chain.sums, chain.carries, strict=True) for n in pair):
        if not alive[node]:
            continue
        select, carry, *data = (values[s >> 1] ^ (_ONES if s & 1 else np.uint64(0)) for s in netlist.fanins[node])
        values[node] = select ^ carry if netlist.kinds[node] == SUM else carry & select | data[0] & ~select
